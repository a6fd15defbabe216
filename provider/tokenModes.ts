import { DataSourceError } from "./errors";
import type { Surroundings } from "./places";
import { isRecord, isUnknown, UNKNOWN } from "./values";

/** How strict the token check is: by the program, and relaxed by the stack or for a run. */

/** From the strictest to the most relaxed. */
export const MODES = ["enforce", "warn", "off"] as const;
export type TokenMode = (typeof MODES)[number];

export const WHEN_UNREACHABLE = ["warn", "fail"] as const;
export type WhenUnreachable = (typeof WHEN_UNREACHABLE)[number];

/** What a program says: a mode, or what a refusal and an unreachable token server do, each on its own. */
export type TokenCheck =
  | TokenMode
  | { readonly mode?: TokenMode | undefined; readonly onUnreachable?: WhenUnreachable | undefined };

export interface TokenRule {
  readonly mode: TokenMode;
  readonly onUnreachable: WhenUnreachable;
  /** What relaxed the program's word, as the user calls it; undefined where that word counts. */
  readonly relaxedBy: string | undefined;
}

/** `warn` or `off`: relaxes the token check of one run. An unreachable token server only warns then, too. */
export const MODE_VARIABLE = "AEM_DATASOURCE_TOKEN_CHECK";
/** `warn` or `off`: relaxes the token check of a stack. An unreachable token server only warns then, too. */
const MODE_KEY = "aem-datasource:tokenCheck";

/** The program's own word, whole. */
function programRule(given: TokenCheck = {}): TokenRule {
  const { mode = "enforce", onUnreachable = "warn" } = typeof given === "string" ? { mode: given } : given;
  return { mode, onUnreachable, relaxedBy: undefined };
}

/**
 * The rule that counts: the program's, relaxed by the stack's config, relaxed by the environment. Those two can only
 * relax, so that no place outside the program makes a run fail that the program lets pass; a word that would tighten, or
 * that is none, is an error and never ignored.
 */
export function tokenRule(given: TokenCheck | undefined, { environment, config }: Surroundings): TokenRule {
  const stack = relaxed(programRule(given), MODE_KEY, config(MODE_KEY));
  return relaxed(stack, MODE_VARIABLE, environment[MODE_VARIABLE]);
}

function relaxed(rule: TokenRule, place: string, word: string | undefined): TokenRule {
  if (word === undefined || word === "") return rule;
  const mode = MODES.find((known) => known === word);
  if (mode === undefined) {
    throw new DataSourceError("input-invalid", `${place} must be "warn" or "off"`, `Correct ${place}, or unset it.`);
  }
  if (mode === "enforce" && rule.mode !== "enforce") {
    const by = rule.relaxedBy ?? "`tokenCheck` in the program";
    const message = `${place} says "enforce", but ${by} says "${rule.mode}": ${place} can only relax the token check`;
    throw new DataSourceError("input-invalid", message, `Unset ${place}, or change ${by}.`);
  }
  if (mode === "enforce") return rule;
  // Who relaxes a check wants the run to go on, whatever keeps the check from being made.
  const relaxes = MODES.indexOf(mode) > MODES.indexOf(rule.mode);
  const lifts = rule.mode === mode && mode === "warn" && rule.onUnreachable === "fail";
  return relaxes || lifts ? { mode, onUnreachable: "warn", relaxedBy: place } : rule;
}

/** One text for all ways to say the same; a default says nothing, as its absence does. */
export function spelledTokenCheck(given: unknown): unknown {
  const { mode = "enforce", onUnreachable = "warn" } = isRecord(given) ? given : { mode: given };
  if (isUnknown(mode) || isUnknown(onUnreachable)) return UNKNOWN;
  // What `check` refuses gets here too, from a state that somebody edited: not all of it has a text of its own.
  const word = (part: unknown) => (typeof part === "string" ? part : JSON.stringify(part));
  const said = [
    mode === "enforce" ? "" : word(mode),
    onUnreachable === "warn" ? "" : `onUnreachable ${word(onUnreachable)}`,
  ];
  return said.filter(Boolean).join(", ") || undefined;
}
