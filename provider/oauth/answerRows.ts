import type { AnswerSeen } from "./answer";
import type { Row } from "./row";

/**
 * The decision table, second part: what an answer is, before or without an OAuth error. An OAuth error counts with 400,
 * 401, 403 and success only: oidc-provider answers a wrong path with 404 and a well-formed one.
 */
type AnswerRow = Row<AnswerSeen>;

export function hasOAuthError({ status, error }: AnswerSeen): boolean {
  return error !== undefined && (isSuccess(status) || [400, 401, 403].includes(status));
}

const isSuccess = (status: number) => status >= 200 && status < 300;
const isRedirect = ({ status }: AnswerSeen) => status >= 300 && status < 400;
const without = ({ status, hasToken }: AnswerSeen) => isSuccess(status) && !hasToken;

const PATH = "Check the path of `oauth2.tokenUrl`.";
const FINAL = "Redirects are never followed: put the final URL into `oauth2.tokenUrl`.";

type Rest = Pick<AnswerRow, "fits" | "sentence" | "remedy"> & Partial<Pick<AnswerRow, "evidence" | "retry">>;

function later(name: string, situation: string, rest: Rest): AnswerRow {
  return { name, situation, outcome: "not judged", code: "token-not-judged", evidence: "measured", ...rest };
}

function wrongEndpoint(name: string, situation: string, rest: Rest): AnswerRow {
  const sentence = `{host} is no token endpoint: it answered ${rest.sentence}`;
  return { name, situation, outcome: "refused", code: "token-endpoint-wrong", evidence: "measured", ...rest, sentence };
}

/** Decided by the status alone, whatever the body says. */
export const STATUS_ROWS: readonly AnswerRow[] = [
  later("rate-limited-wait", "429: too many requests, and the server says for how long", {
    fits: ({ status, waitSeconds }) => status === 429 && waitSeconds !== undefined,
    retry: "when told",
    sentence: "{host} answered 429 (too many requests) and wants to be asked again after {wait} s",
    remedy: "Nothing was judged. Try again then.",
  }),
  later("rate-limited", "429: too many requests", {
    fits: ({ status }) => status === 429,
    sentence: "{host} answered 429 (too many requests)",
    remedy: "Nothing was judged. Try again later.",
  }),
  later("maintenance", "503: maintenance, or overload", {
    fits: ({ status }) => status === 503,
    retry: "twice",
    sentence: "{host} answered 503",
    remedy: "The token server is under maintenance or overloaded. Nothing was judged; try again later.",
  }),
  later("gateway", "502 or 504: a gateway that gets no answer", {
    fits: ({ status }) => status === 502 || status === 504,
    retry: "twice",
    sentence: "{host} answered {status}",
    remedy: "A gateway in front of the token server gets no answer from it. Nothing was judged; try again later.",
  }),
  later("server-fault", "Any other 5xx", {
    fits: ({ status }) => status >= 500,
    retry: "twice",
    sentence: "{host} answered {status}",
    remedy: "The token server has a fault of its own. Nothing was judged; try again later.",
  }),
  later("request-timeout", "408: the server gave up waiting", {
    fits: ({ status }) => status === 408,
    sentence: "{host} answered 408",
    remedy: "The token server, or a gateway before it, gave up waiting. Nothing was judged; try again later.",
  }),
  wrongEndpoint("redirect-nowhere", "A redirect that does not say where to", {
    fits: (seen) => isRedirect(seen) && seen.target === undefined,
    sentence: "a redirect ({status})",
    remedy: FINAL,
  }),
  wrongEndpoint("redirect-plain-http", "A redirect from https to plain http", {
    fits: (seen) => isRedirect(seen) && seen.url.protocol === "https:" && seen.target?.protocol === "http:",
    sentence: "a redirect ({status}) to plain http at {target}",
    remedy: `The client secret is never sent over plain http. ${PATH}`,
  }),
  wrongEndpoint("redirect-salesforce", "A redirect of a Salesforce host, as Lightning answers", {
    fits: (seen) => isRedirect(seen) && /(^|\.)(lightning\.force|salesforce)\.com$/.test(seen.target?.hostname ?? ""),
    sentence: "a redirect ({status}) to {target}",
    evidence: "publicly reported",
    remedy: `${FINAL} At Salesforce that is https://MyDomainName.my.salesforce.com/services/oauth2/token, no Lightning URL.`,
  }),
  wrongEndpoint("redirect-same-host", "A redirect within the host", {
    fits: (seen) => isRedirect(seen) && seen.target?.origin === seen.url.origin,
    sentence: "a redirect ({status}) to another path of its own",
    remedy: `${FINAL} A slash too much or a missing one is often all.`,
  }),
  wrongEndpoint("redirect", "A redirect to another host", {
    fits: isRedirect,
    sentence: "a redirect ({status}) to {target}",
    remedy: FINAL,
  }),
];

/** No OAuth error, and no token that AEM could use. */
export const ENDPOINT_ROWS: readonly AnswerRow[] = [
  wrongEndpoint("not-found", "404 or 410, with an OAuth error or without", {
    fits: ({ status }) => status === 404 || status === 410,
    sentence: "{status}",
    remedy: `${PATH} At Salesforce it is /services/oauth2/token.`,
  }),
  wrongEndpoint("method-refused", "405: that path takes no POST", {
    fits: ({ status }) => status === 405,
    sentence: "405 (it takes no POST)",
    remedy: PATH,
  }),
  wrongEndpoint("form-refused", "415: that path takes no form", {
    fits: ({ status }) => status === 415,
    sentence: "415 (it takes no form)",
    remedy: `A token endpoint takes a form (RFC 6749 §4.4.2). ${PATH}`,
  }),
  wrongEndpoint("strange-error", "400, 401 or 403 with an `error` that is no OAuth code", {
    fits: ({ status, strangeError }) => [400, 401, 403].includes(status) && strangeError,
    sentence: "{status} with an error that is no OAuth code",
    remedy: PATH,
  }),
  wrongEndpoint("login-wanted", "401 without an OAuth error", {
    fits: ({ status }) => status === 401,
    sentence: "401 without an OAuth error",
    remedy: `A gateway in front may want a login of its own. ${PATH}`,
  }),
  wrongEndpoint("forbidden", "403 without an OAuth error", {
    fits: ({ status }) => status === 403,
    sentence: "403 without an OAuth error",
    remedy: `${PATH} If a firewall in front refuses this machine's address alone, set \`tokenCheck: "warn"\`.`,
  }),
  wrongEndpoint("client-error", "Any other 4xx without an OAuth error", {
    fits: ({ status }) => status >= 400,
    sentence: "{status} without an OAuth error",
    remedy: PATH,
  }),
  wrongEndpoint("empty", "Success without a body", {
    fits: (seen) => without(seen) && seen.body === "empty",
    sentence: "{status} without a body",
    remedy: PATH,
  }),
  wrongEndpoint("html", "Success with HTML: a login page", {
    fits: (seen) => without(seen) && seen.body === "html",
    sentence: "{status} with HTML instead of JSON",
    remedy: `This looks like a login page. ${PATH}`,
  }),
  wrongEndpoint("broken-json", "Success with JSON that breaks off", {
    fits: (seen) => without(seen) && seen.body === "broken json",
    sentence: "{status} with JSON that can't be read",
    remedy: `A gateway in between may cut answers. ${PATH}`,
  }),
  wrongEndpoint("not-json", "Success with a text that is no JSON, or no object", {
    fits: (seen) => without(seen) && seen.body !== "object",
    sentence: "{status} with something that is no JSON object",
    remedy: PATH,
  }),
  wrongEndpoint("no-token", "Success with JSON without a token", {
    fits: without,
    sentence: "{status} without a token; the answer's keys: {keys}",
    remedy: PATH,
  }),
  {
    name: "other-token-type",
    situation: "A token that is no Bearer token",
    outcome: "refused",
    code: "token-endpoint-wrong",
    evidence: "measured",
    fits: ({ tokenType }) => tokenType !== undefined && tokenType !== "bearer",
    sentence: "{host} issues tokens of the type {tokenType}, and AEM sends Bearer tokens",
    remedy: "Let the token server issue Bearer tokens to this client.",
  },
];

/** A token was issued; worth a warning all the same. */
const doubt = (name: string, situation: string, rest: Rest): AnswerRow => {
  return { name, situation, outcome: "doubtful", code: "token-doubtful", evidence: "measured", ...rest };
};

export const DOUBT_ROWS: readonly AnswerRow[] = [
  doubt("type-missing", "A token whose type is not said", {
    fits: ({ tokenType }) => tokenType === undefined,
    sentence: "{host} issued a token without saying its type (token_type)",
    remedy: "RFC 6749 §5.1 demands it, and AEM sends the token as Bearer. Ask whoever runs the token server.",
  }),
  doubt("status-odd", "A token with a success other than 200", {
    fits: ({ status }) => status !== 200,
    sentence: "{host} issued a token with status {status}",
    remedy: "RFC 6749 §5.1 demands 200; AEM may not take it. Ask whoever runs the token server.",
  }),
  doubt("scope-narrower", "A token with less scope than was asked for", {
    fits: ({ facts }) => facts.missing !== "",
    sentence: "{host} issued a token without a part of the scope that was asked for: {missing}",
    remedy: "Check `oauth2.scope`, and what the token server allows this client.",
  }),
];
