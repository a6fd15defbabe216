import type { Finding, Path } from "./problem";

/** A text that a parser has read. */
export interface Parsed {
  /** Undefined where `faults` hold an error. */
  readonly value: unknown;
  /** What the format itself has to say: each with its offset in the text, counted in UTF-16 units. */
  readonly faults: readonly Fault[];
  /** Where the value at `path` begins, or its name; where there is no such value, its nearest ancestor. */
  locate(path: Path): number;
}

export interface Fault {
  readonly finding: Finding;
  readonly offset: number;
}

export function duplicateKey(path: Path, offset: number): Fault {
  const message = "this key stands here a second time";
  const remedy = "Readers take one of the two without a word: remove the wrong one.";
  return { finding: { severity: "error", code: "swagger-duplicate-key", message, remedy, path }, offset };
}
