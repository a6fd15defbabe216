import { DataSourceError } from "../errors";
import { isRecord, sha256 } from "../values";
import { parseJson } from "./json";
import { operationsExtent } from "./operations";
import type { Parsed } from "./parsed";
import { type Finding, placesIn, type SwaggerProblem, SwaggerRefused, unreadable } from "./problem";
import { unsafeFindings } from "./safety";
import { jsonExtent, yamlExtent } from "./text";

/** A Swagger file as it was read: the bytes that AEM will store, and what they mean. */
export interface SwaggerDocument {
  readonly bytes: Buffer;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
  readonly format: "json" | "yaml";
  readonly content: Readonly<Record<string, unknown>>;
  /** Findings with their lines and columns. The first time it looks at the whole text again: for those that are told. */
  readonly place: (findings: readonly Finding[]) => SwaggerProblem[];
}

/** AEM's own limit is not documented; a contract beyond this is a mistake or an attack. */
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_DEPTH = 200;
/** A contract of five megabytes holds some 300,000. */
const MAX_VALUES = 1_000_000;

const LARGE = "Leave out what no form uses.";
const CHECK = "Check that it is the Swagger file and whole.";

/**
 * Reads JSON or YAML without touching file system or network. `called` is the file's name in messages. Throws a
 * SwaggerRefused with all that was found, by line and column, never with the text itself.
 */
export function readSwagger(bytes: Buffer, called: string): SwaggerDocument {
  const refuseWhole = (finding: Finding) => new SwaggerRefused([placesIn("")(finding, 0)], called);
  const size = sizeFinding(bytes.length);
  if (size) throw refuseWhole(size);
  const text = decode(bytes);
  if (text === undefined) throw refuseWhole(unreadable("not UTF-8 text", "Save it as plain UTF-8, not compressed."));
  if (text.trim() === "") throw refuseWhole(unreadable("empty", CHECK));
  const format = text.trimStart().startsWith("{") ? "json" : "yaml";
  const excess = excessFinding(text, format);
  if (excess) throw refuseWhole(excess);

  const { value, faults, locate } = parse(text, format);
  const placed = placesIn(text);
  const place = (findings: readonly Finding[]) => findings.map((finding) => placed(finding, locate(finding.path)));
  const [first, ...more] = faults.map(({ finding, offset }) => placed(finding, offset));
  if (first) throw new SwaggerRefused([first, ...more], called);
  if (!isRecord(value)) {
    throw refuseWhole(unreadable("neither JSON nor YAML of a Swagger file: it holds no object at its top", CHECK));
  }
  const [unsafe, ...others] = place(unsafeFindings(value));
  if (unsafe) throw new SwaggerRefused([unsafe, ...others], called);
  if (operationsExtent(value) > MAX_VALUES) {
    throw refuseWhole(unreadable("its references stand for more than can be read", "Write out what they stand for."));
  }
  return { bytes, sha256: sha256(bytes), format, content: value, place };
}

/** Throws when a document of `size` bytes is too large to be looked at. */
export function refuseSize(size: number, called: string): void {
  const finding = sizeFinding(size);
  if (finding) throw new DataSourceError(finding.code, `Swagger file ${called}: ${finding.message}`, finding.remedy);
}

function sizeFinding(size: number): Finding | undefined {
  return size > MAX_BYTES ? unreadable(`larger than ${MAX_BYTES / 1024 / 1024} MiB`, LARGE) : undefined;
}

function excessFinding(text: string, format: SwaggerDocument["format"]): Finding | undefined {
  const { depth, values } = format === "json" ? jsonExtent(text) : { depth: 0, values: yamlExtent(text) };
  if (depth > MAX_DEPTH) return unreadable(`nested deeper than ${MAX_DEPTH} levels`, CHECK);
  // A line of a text in YAML looks like a value; no honest document has so many of them either.
  const most = format === "json" ? MAX_VALUES : 2 * MAX_VALUES;
  return values > most ? unreadable(`more than ${MAX_VALUES} values`, LARGE) : undefined;
}

function parse(text: string, format: SwaggerDocument["format"]): Parsed {
  if (format === "json") return parseJson(text);
  // Loaded only where there is YAML: most documents are JSON, and every preview waits for what is loaded.
  const { parseYaml }: typeof import("./yaml") = require("./yaml");
  return parseYaml(text, { depth: MAX_DEPTH, values: MAX_VALUES });
}

function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text; // UTF-16, or no text at all
  } catch {
    return undefined;
  }
}
