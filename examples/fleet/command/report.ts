/** What came of the stacks, for the person at the terminal. */

export interface Outcome {
  readonly stack: string;
  readonly kind: "unchanged" | "changed" | "drifted" | "failed" | "not run";
  /** In a few words, as in `create: salesforce`. */
  readonly what: string;
  /** Errors and warnings whole, as the provider and the engine worded them. */
  readonly messages: readonly string[];
  readonly seconds: number;
}

const KINDS = ["unchanged", "changed", "drifted", "failed", "not run"] as const;

/** One line as a stack is done: `[ 3/10] emea  changed  create: salesforce  (6 s)`. */
export function progressLine(done: number, all: number, { stack, kind, what, seconds }: Outcome): string {
  const count = `[${String(done).padStart(String(all).length)}/${all}]`;
  return [count, stack, kind, what, `(${Math.round(seconds)} s)`].filter(Boolean).join("  ");
}

/** How many of each kind, then every stack that has something to say. */
export function summary(command: string, outcomes: readonly Outcome[]): string {
  const counts = KINDS.map((kind) => [outcomes.filter((outcome) => outcome.kind === kind).length, kind] as const);
  const told = counts.filter(([count]) => count > 0).map(([count, kind]) => `${count} ${kind}`);
  const blocks = outcomes
    .filter(({ kind, messages }) => messages.length > 0 || !["unchanged", "changed"].includes(kind))
    .map(({ stack, kind, what, messages }) =>
      [`${stack}: ${[kind, what].filter(Boolean).join(", ")}`, ...messages.map(indented)].join("\n"),
    );
  return [`${command}: ${told.join(", ")} of ${outcomes.length} stacks`, ...blocks].join("\n\n");
}

/** 1: a stack failed or was not run; 2: all were, and at least one has drifted; 0: neither. */
export function exitCode(outcomes: readonly Outcome[]): number {
  const has = (...kinds: Outcome["kind"][]) => outcomes.some(({ kind }) => kinds.includes(kind));
  if (has("failed", "not run")) return 1;
  return has("drifted") ? 2 : 0;
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
