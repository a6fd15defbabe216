import { DataSourceError, type ErrorCode } from "../errors";
import type { Retry } from "../repeats";
import type { Verdict } from "./verdict";

/** One row of the decision table: a situation, how it is told, and what the user reads. The rows stand in *Rows.ts. */
export interface Row<Seen> {
  /** Stable: tests, the page and scripts name it. */
  readonly name: string;
  /** For people, in docs/token-check.md. */
  readonly situation: string;
  readonly fits: (seen: Seen) => boolean;
  readonly outcome: Outcome;
  readonly code: ErrorCode;
  /** What happened; `{…}` stands for a fact of the case. */
  readonly sentence: string;
  /** What to do next. */
  readonly remedy: string;
  readonly evidence: Evidence;
  readonly retry?: Retry;
}

/** `doubtful`: a token was issued, and something about it is worth a warning. */
export type Outcome = "refused" | "unreachable" | "not judged" | "doubtful";

/**
 * How we know. `measured`: a server of the tests really behaves so. The others are replayed by a server of the tests:
 * `documented` by an RFC or the vendor, `publicly reported` by several people, `replayed` as it was recorded once.
 */
export type Evidence = "measured" | "documented" | "publicly reported" | "replayed";

export type Facts = Readonly<Record<string, string | number | undefined>>;

/** The first row that fits decides. */
export function firstFit<R extends Row<Seen>, Seen>(rows: readonly R[], seen: Seen): R | undefined {
  return rows.find((row) => row.fits(seen));
}

/** The error of a row. Facts of foreign origin have gone through `excerpt` before they come here. */
export function errorOf(row: Row<never>, facts: Facts, fields: DataSourceError["fields"] = {}): DataSourceError {
  const begins = { refused: "failed", unreachable: "not made", "not judged": "not made", doubtful: "doubtful" };
  const message = `token check ${begins[row.outcome]}: ${fill(row.sentence, facts)}`;
  return new DataSourceError(row.code, message, fill(row.remedy, facts), fields);
}

export function verdictOf(row: Row<never>, facts: Facts, fields?: DataSourceError["fields"]): Verdict {
  const error = errorOf(row, facts, fields);
  if (row.outcome === "refused") return { kind: "refused", row: row.name, error };
  return { kind: "not judged", row: row.name, unreachable: row.outcome === "unreachable", error };
}

/** In one pass, so that a brace in a fact stays what it is. */
function fill(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
}
