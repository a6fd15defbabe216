import { LineCounter, parseDocument } from "yaml";
import { DataSourceError } from "../errors";
import { isRecord, sha256 } from "../values";

/** A Swagger file as it was read: the bytes that AEM will store, and what they mean. */
export interface SwaggerDocument {
  readonly bytes: Buffer;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
  readonly format: "json" | "yaml";
  readonly content: Readonly<Record<string, unknown>>;
}

/** AEM's own limit is not documented; a contract beyond this is a mistake or an attack. */
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_DEPTH = 200;

/**
 * Reads JSON or YAML (the core schema: no dates, merges or custom tags) without touching file system or network.
 * `called` is the file's name in messages. Throws `swagger-unreadable` with line and column, never with the text itself.
 */
export function readSwagger(bytes: Buffer, called: string): SwaggerDocument {
  refuseSize(bytes.length, called);
  const unreadable = (what: string, remedy?: string) =>
    new DataSourceError("swagger-unreadable", `Swagger file ${called}: ${what}`, remedy);
  const text = decode(bytes);
  if (text === undefined) throw unreadable("not UTF-8 text", "Save it as plain UTF-8, not compressed.");
  if (text.trim() === "") throw unreadable("empty");
  if (opensDeeperThan(text, MAX_DEPTH)) throw unreadable(`nested deeper than ${MAX_DEPTH} levels`);
  const format = text.trimStart().startsWith("{") ? "json" : "yaml";
  const parsed = format === "json" ? parseJson(text) : parseYaml(text);
  if ("fault" in parsed) {
    throw unreadable(`neither JSON nor YAML: ${parsed.fault}`, "Check that it is the Swagger file and whole.");
  }
  if (!isRecord(parsed.value)) {
    throw unreadable(
      "neither JSON nor YAML of a Swagger file: it holds no object at its top",
      "Check that it is the Swagger file.",
    );
  }
  if (deeperThan(parsed.value, MAX_DEPTH)) throw unreadable(`nested deeper than ${MAX_DEPTH} levels`);
  return { bytes, sha256: sha256(bytes), format, content: parsed.value };
}

/** Throws when a document of `size` bytes is too large to be looked at. */
export function refuseSize(size: number, called: string): void {
  if (size <= MAX_BYTES) return;
  throw new DataSourceError("swagger-unreadable", `Swagger file ${called}: larger than ${MAX_BYTES / 1024 / 1024} MiB`);
}

type Parsed = { value: unknown } | { fault: string };

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (thrown) {
    // V8's message quotes the document, which may hold anything: only the position is taken from it.
    const message = thrown instanceof Error ? thrown.message : "";
    const position =
      /at position (\d+)/.exec(message)?.[1] ?? (message.includes("end of JSON") ? text.length : undefined);
    if (position === undefined) return { fault: "not valid JSON" };
    const before = text.slice(0, Number(position)).split("\n");
    return { fault: `not valid JSON at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}` };
  }
}

function parseYaml(text: string): Parsed {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    schema: "core",
    uniqueKeys: true,
    lineCounter,
    prettyErrors: false,
    logLevel: "error",
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    return { fault: `${problem.code.toLowerCase().replaceAll("_", " ")} at line ${line}, column ${col}` };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { value };
  } catch {
    return { fault: "its aliases expand without end" };
  }
}

/**
 * A look at the text before any parser sees it: the YAML library ends deep nesting only by exhausting the stack, and V8
 * aborts the process when it compiles a regular expression there.
 */
function opensDeeperThan(text: string, levels: number): boolean {
  let open = 0;
  for (const character of text) {
    if (character === "[" || character === "{") open += 1;
    if (character === "]" || character === "}") open = Math.max(0, open - 1);
    if (open > levels) return true;
  }
  const prefix = new RegExp(`^[ \\t?:-]{${levels * 10}}`, "m"); // blocks nest by what stands before a line's text
  return prefix.test(text);
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((child) => deeperThan(child, levels - 1));
}
