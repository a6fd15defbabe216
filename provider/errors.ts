/**
 * What went wrong, in the words of the person at the terminal, and the only way out for foreign text.
 */

/** Every code that a user can meet. Stable: people search for them and scripts match them. */
export type ErrorCode =
  | "input-invalid"
  | "connection-invalid"
  | "origin-changed"
  | "origin-escape"
  | "host-not-allowed"
  | "swagger-unreadable"
  | "swagger-unsafe"
  | "swagger-duplicate-key"
  | "swagger-not-accepted"
  | "swagger-doubtful"
  | "swagger-breaking"
  | "token-refused"
  | "token-endpoint-wrong"
  | "token-not-judged"
  | "token-doubtful"
  | "network-unreachable"
  | "network-timeout"
  | "network-tls"
  | "network-proxy"
  | "network-not-http"
  | "answer-too-large"
  | "ims-refused"
  | "ims-busy"
  | "ims-unreachable"
  | "ims-answer-unexpected"
  | "author-login-refused"
  | "author-no-rights"
  | "author-not-aem"
  | "author-refused-write"
  | "author-busy"
  | "author-answer-unexpected"
  | "container-missing"
  | "data-source-exists"
  | "data-source-foreign"
  | "data-source-unreadable"
  | "secret-not-encrypted"
  | "read-back-differs"
  | "not-published"
  | "stack-unreadable"
  | "org-host-foreign"
  | "org-refused"
  | "org-busy"
  | "org-answer-unexpected"
  | "org-object-unknown"
  | "internal";

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

/** Anything thrown, as our error. What we did not foresee keeps its own words, redacted, and says that it is our fault. */
export function asDataSourceError(thrown: unknown): DataSourceError {
  if (thrown instanceof DataSourceError) return thrown;
  const words = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new DataSourceError(
    "internal",
    `unforeseen failure: ${excerpt(words)}`,
    "This is a defect: please report it.",
  );
}

const MASK = "[secret]";
/** Shorter than this, masking would only cut holes into unrelated text (a consumer secret that short is refused). */
const SHORTEST_MASKED = 4;
const knownSecrets = new Set<string>();

/** Tells the redactor a secret of this run; every form it may take in a text or a header is masked from now on. */
export function rememberSecret(secret: string): void {
  if (secret.length < SHORTEST_MASKED) return;
  const bytes = Buffer.from(secret, "utf8");
  const url = encodeURIComponent(bytes.toString("utf8"));
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  const small = [url, form].map((text) => text.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()));
  const shapes = [secret, url, form, ...small, json, json.replaceAll("/", "\\/"), html, ...base64Shapes(bytes)];
  for (const shape of shapes) knownSecrets.add(shape);
}

/** Base64 of a secret looks different by how many bytes stand before it; of each, the part that is always the same. */
function base64Shapes(secret: Buffer): string[] {
  const shapes = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), secret])
      .toString("base64")
      .replace(/=+$/, "");
    const last = (before + secret.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(before === 0 ? 0 : before + 1, last);
  });
  return [secret.toString("base64"), ...shapes];
}

/** Masks every secret of this run. The longest forms go first, so that none is left half masked. */
export function redact(text: string): string {
  if (longestFirst.length !== knownSecrets.size) longestFirst = [...knownSecrets].sort((a, b) => b.length - a.length);
  let clean = text;
  for (const secret of longestFirst) if (clean.includes(secret)) clean = clean.split(secret).join(MASK);
  return clean;
}

/** Kept, since it is asked for each line of a long report. */
let longestFirst: readonly string[] = [];

/** Foreign text for one line of ours: redacted, without control or direction characters, at most `limit` characters. */
export function excerpt(text: string, limit = 300): string {
  const line = redact(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
