import { isRecord } from "../values";
import { type Finding, MOST_FINDINGS, type Path } from "./problem";

/**
 * What no Swagger file may hold, wherever it stands: examples and extensions included, since somebody's parser follows
 * references there too. Nothing is resolved, opened or asked for.
 */
export function unsafeFindings(content: unknown): Finding[] {
  const findings: Finding[] = [];
  const refuse = (path: Path, message: string, remedy: string) => {
    findings.push({ severity: "error", code: "swagger-unsafe", message, remedy, path });
  };
  const look = (value: unknown, path: Path) => {
    if (findings.length >= MOST_FINDINGS) return;
    if (typeof value === "number" && !Number.isFinite(value)) refuse(path, "a number that JSON does not have", NUMBER);
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) if (mayHold(item)) look(item, [...path, index]);
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      if (key.length > MOST_IN_KEY) refuse(path, `a key of more than ${MOST_IN_KEY} characters`, "Shorten it.");
      else if (HOSTILE_KEYS.has(key))
        refuse([...path, key], `a key named ${key}`, "Rename it: parsers stumble over it.");
      else if (mayHold(child)) look(child, [...path, key]);
      if (key === "$ref" && typeof child === "string" && !child.startsWith("#"))
        refuse([...path, key], OUTSIDE, INLINE);
    }
    if ("mapping" in value && isRecord(value.mapping) && "propertyName" in value) {
      for (const [key, target] of Object.entries(value.mapping)) {
        const leaves = typeof target === "string" && !target.startsWith("#") && !/^[\w.-]+$/.test(target);
        if (leaves) refuse([...path, "mapping", key], OUTSIDE, INLINE);
      }
    }
  };
  look(content, []);
  return findings;
}

const MOST_IN_KEY = 1_000;
/** Names by which an object reaches the prototype that all others share. */
const HOSTILE_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor"]);
const OUTSIDE = "a reference ($ref) to another document";
const INLINE = "Bundle everything into one file: AEM stores one, and nothing else is opened.";
const NUMBER = "Write a number as JSON would have it.";

/** Texts and the like need no look of their own, and most values are of that kind. */
function mayHold(value: unknown): boolean {
  return typeof value === "object" ? value !== null : typeof value === "number" && !Number.isFinite(value);
}
