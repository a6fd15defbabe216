import { isRecord } from "../values";
import type { Path } from "./problem";

/** Members that hold somebody's data, whatever it looks like. */
const DATA: ReadonlySet<string> = new Set(["example", "examples", "default", "enum"]);
/** Members whose own members are names: one of them may be called like a keyword. */
const NAMES: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "paths",
  "definitions",
  "schemas",
  "headers",
]);

/** Shows every object of a document that the specification gives a meaning to; no examples, no extensions. */
export function schemaWalk(
  content: unknown,
  see: (value: Readonly<Record<string, unknown>>, path: Path) => void,
): void {
  const look = (value: unknown, path: Path, names: boolean) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) if (typeof item === "object") look(item, [...path, index], false);
      return;
    }
    if (!isRecord(value)) return;
    if (!names) see(value, path);
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== "object" || (!names && (DATA.has(key) || key.startsWith("x-")))) continue;
      look(child, [...path, key], !names && NAMES.has(key));
    }
  };
  look(content, [], false);
}
