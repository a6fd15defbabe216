import type { ErrorCode } from "./errorCodes";
import { formsOf, type SecretForm } from "./secretForms";

export type { ErrorCode } from "./errorCodes";

/**
 * What went wrong, in the words of the person at the terminal, and the only way out for foreign text.
 */

/** Fields that may be printed: never a secret, a token, a header or a body. */
export interface SafeFields {
  readonly status?: number;
  readonly cause?: string;
  /** Seconds after which a busy server wants to be asked again. */
  readonly waitSeconds?: number;
}

/**
 * The one error class. `message` says what was wrong and where, `remedy` what to do next.
 * There is no stack: it would tell a user nothing, and the SDK's dynamic host prints it beside the message.
 */
export class DataSourceError extends Error {
  override readonly name = "DataSourceError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly remedy?: string,
    readonly fields: SafeFields = {},
  ) {
    super(message);
    this.stack = "";
  }

  /** One paragraph: what, with its code and what belongs to it; on a last, indented line the remedy. */
  text(): string {
    const [what, ...details] = this.message.split("\n");
    return redact([`${what} [${this.code}]`, ...details, ...(this.remedy ? [`  ${this.remedy}`] : [])].join("\n"));
  }
}

/** What to do about a fault of our own. */
export const DEFECT = "This is a defect: please report it.";

/** Anything thrown, as our error. What we did not foresee keeps its own words, redacted, and says that it is our fault. */
export function asDataSourceError(thrown: unknown): DataSourceError {
  if (thrown instanceof DataSourceError) return thrown;
  const words = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new DataSourceError("internal", `unforeseen failure: ${excerpt(words)}`, DEFECT);
}

const MASK = "[secret]";
/** Shorter than this, masking would only cut holes into unrelated text (a consumer secret that short is refused). */
const SHORTEST_MASKED = 4;
const remembered = new Set<string>();
const forms = new Map<string, SecretForm>();
/** Kept, since it is asked for each line of a long report. */
let longestFirst: readonly SecretForm[] = [];

/** Tells the redactor a secret of this run; every form it may take in a text or a header is masked from now on. */
export function rememberSecret(secret: string): void {
  if (secret.length < SHORTEST_MASKED || remembered.has(secret)) return;
  remembered.add(secret);
  for (const [shape, form] of formsOf(secret)) forms.set(shape, form);
  longestFirst = [];
}

/** Masks every secret of this run. The longest shapes go first, so that none is left half masked. */
export function redact(text: string): string {
  if (longestFirst.length !== forms.size) {
    longestFirst = [...forms].sort(([a], [b]) => b.length - a.length).map(([, form]) => form);
  }
  return longestFirst.reduce((clean, { core, pattern }) => {
    return clean.includes(core) ? clean.replace(pattern, MASK) : clean;
  }, text);
}

/** Foreign text for one line of ours: redacted, without control or direction characters, at most `limit` characters. */
export function excerpt(text: string, limit = 300): string {
  const folded = redact(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  // A blank that a server wrapped its line at is one again only now.
  const line = redact(folded);
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
