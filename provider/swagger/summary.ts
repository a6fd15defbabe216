import { isRecord, sha256 } from "../values";
import { operationsOf } from "./operations";
import { canonical, SchemaDigests, textOf } from "./shape";
import { formatSignature } from "./signature";

/** What a Swagger file means, small enough for the state and exact enough for a reviewer. */
export interface Api {
  /** SHA-256 over the meaning: order of keys, comments and format do not count. */
  readonly digest: string;
  /** `info.title` of the Swagger file. */
  readonly title: string;
  /** `info.version` of the Swagger file. */
  readonly version: string;
  /**
   * `"GET /lead/{id}"` → its signature in one line: id, parameters, body and answers; of a very large API a digest of
   * that line. A map, since the engine repaints a whole list when one entry moves.
   */
  readonly operations: Readonly<Record<string, string>>;
}

/**
 * The state holds the operations twice, as inputs and as outputs, and every command carries them: beyond this many
 * characters their lines become digests.
 */
const MOST_IN_LINES = 96_000;

export function summarise(content: Readonly<Record<string, unknown>>): Api {
  const info = isRecord(content.info) ? content.info : {};
  const digests = new SchemaDigests(content);
  const lines = [...operationsOf(content)].map(
    ([name, operation]) => [name, formatSignature(operation, digests)] as const,
  );
  const size = lines.reduce((sum, [name, line]) => sum + name.length + line.length + 6, 0);
  const kept = size > MOST_IN_LINES ? lines.map(([name, line]) => [name, lineDigest(line)] as const) : lines;
  return {
    digest: sha256(canonical(content)),
    title: textOf(info.title ?? "").slice(0, MOST_IN_TITLE),
    version: textOf(info.version ?? "").slice(0, MOST_IN_TITLE),
    operations: Object.fromEntries(kept),
  };
}

const MOST_IN_TITLE = 200;

/** Stands for a signature that is too long to be kept. */
export function lineDigest(line: string): string {
  return `#${sha256(line).slice(0, 16)}`;
}

export function isLineDigest(line: string): boolean {
  return line.startsWith("#");
}

/** Whether so large an API is kept by digests alone, which tell that an operation changed and not how. */
export function keptAsDigests({ operations }: Api): boolean {
  return Object.values(operations).some(isLineDigest);
}
