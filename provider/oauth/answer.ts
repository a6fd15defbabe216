import { excerpt } from "../errors";
import type { HttpAnswer } from "../http";
import { retryAfter } from "../repeats";
import { isRecord } from "../values";
import type { AskedFor } from "./request";
import type { Facts } from "./row";

/** An answer of the token endpoint, as the rows look at it. Holds no token, no header and no body. */
export interface AnswerSeen {
  readonly status: number;
  readonly url: URL;
  readonly asked: AskedFor;
  readonly body: "empty" | "html" | "broken json" | "other text" | "other json" | "object";
  /** The OAuth error code, where the answer has one that is well-formed (RFC 6749 §5.2). */
  readonly error: string | undefined;
  /** `error` is there, but no OAuth code. */
  readonly strangeError: boolean;
  /** `error_description` in small letters, for comparing. */
  readonly description: string;
  readonly hasToken: boolean;
  /** In small letters; undefined when it is missing, "" when it is no text. */
  readonly tokenType: string | undefined;
  readonly scope: string | undefined;
  /** Where a redirect leads; undefined when it says nothing that can be understood. */
  readonly target: URL | undefined;
  readonly waitSeconds: number | undefined;
  /** What a sentence may repeat. */
  readonly facts: Facts;
}

/** RFC 6749 allows more; no vendor's code needs it, and a sentence ("Realm does not exist") is none. */
const OAUTH_CODE = /^[A-Za-z0-9_.-]{1,64}$/;
/** A name as vendors give them; what looks otherwise might be a value in the wrong place. */
const KEY_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;
/** As short as types are and tokens are not: one in the wrong place must not be printed. */
const TYPE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,15}$/;
const CREDENTIALS = ["access_token", "refresh_token", "id_token"];

export function lookAt(answer: HttpAnswer, url: URL, asked: AskedFor): AnswerSeen {
  const { status, headers } = answer;
  const { body, content } = parse(answer);
  // A server that repeats its token elsewhere in the answer must not bring it into a message.
  const tokens = CREDENTIALS.map((key) => content[key]).filter((value) => typeof value === "string");
  const words = (value: unknown): string => {
    if (typeof value !== "string") return "";
    const masked = tokens.reduce(
      (text, token) => (token.length < 4 ? text : text.split(token).join("[secret]")),
      value,
    );
    return excerpt(masked);
  };
  const error = typeof content.error === "string" && OAUTH_CODE.test(content.error) ? content.error : undefined;
  const description = words(content.error_description);
  const said = [status, words(error)].filter(Boolean).join(" ") + (description && `: ${description}`);
  const target = redirectTarget(headers.location, url);
  const waitSeconds = retryAfter(headers["retry-after"]);
  const scope = typeof content.scope === "string" ? words(content.scope) : undefined;
  const missing = missingScopes(asked.scope, scope);
  return {
    status,
    url,
    asked,
    body,
    error,
    strangeError: error === undefined && content.error !== undefined && content.error !== null,
    description: description.toLowerCase(),
    hasToken: typeof content.access_token === "string" && content.access_token.trim() !== "",
    tokenType: tokenType(content.token_type),
    scope,
    target,
    waitSeconds,
    facts: {
      host: url.host,
      status,
      error: words(error),
      said,
      target: target && words(target.host),
      wait: waitSeconds,
      keys: keysOf(content)
        .map((key) => words(key))
        .join(", "),
      tokenType:
        typeof content.token_type === "string" && TYPE_NAME.test(content.token_type)
          ? words(content.token_type)
          : "other",
      scope,
      missing: missing.map((name) => words(name)).join(" "),
    },
  };
}

/** Scopes asked for that were not granted. Vendors separate them by blanks or by commas. */
function missingScopes(asked: string | undefined, granted: string | undefined): string[] {
  // Without the word in the answer, all that was asked for is granted (RFC 6749 §5.1).
  if (asked === undefined || granted === undefined) return [];
  const has = new Set(splitScopes(granted));
  // Entra ID's `/.default` stands for whatever the app was given.
  return splitScopes(asked).filter((scope) => !has.has(scope) && !scope.endsWith("/.default"));
}

export function splitScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== "");
}

/** What an answer holds, tokens included: for those who look at it, and never for print. */
export function parse({ body, contentType }: Pick<HttpAnswer, "body" | "contentType">): {
  body: AnswerSeen["body"];
  content: Record<string, unknown>;
} {
  const nothing = {};
  const text = new TextDecoder().decode(body).trim(); // takes a byte order mark away, which JSON.parse would not take
  if (text === "") return { body: "empty", content: nothing };
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? { body: "object", content } : { body: "other json", content: nothing };
  } catch {
    // The reason would repeat the body.
    if (text.startsWith("<") || contentType === "text/html") return { body: "html", content: nothing };
    return { body: /^[{[]/.test(text) ? "broken json" : "other text", content: nothing };
  }
}

function tokenType(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value.toLowerCase() : "";
}

/** Names alone, never values; at most eight. */
function keysOf(content: Record<string, unknown>): string[] {
  return Object.keys(content)
    .slice(0, 8)
    .map((key) => (KEY_NAME.test(key) ? key : "…"));
}

function redirectTarget(location: unknown, base: URL): URL | undefined {
  return typeof location === "string" && URL.canParse(location, base.href) ? new URL(location, base.href) : undefined;
}
