import { TOKEN_PATH } from "../../../provider/oauth/salesforce";
import type { Answer, TokenCase } from "./tokenCase";

/** Token servers that answer, but no vendor's in particular. The token is one that leaks can be searched for. */

export const TOKEN = "00Dxx!AQEAQ.planted-t0ken_vN7";
const BEARER = { access_token: TOKEN, token_type: "Bearer" };

const answers = (row: string, what: string, behaviour: Answer, rest: Partial<TokenCase> = {}): TokenCase => {
  return { row, what, behaviour, ...rest };
};
const refuses = (
  row: string,
  what: string,
  error: string,
  description: string | undefined,
  status: number,
): TokenCase => {
  return { row, what, behaviour: { status, body: { error, error_description: description } } };
};

export const ISSUING_CASES: readonly TokenCase[] = [
  answers("issued", "a Bearer token", { body: BEARER }),
  answers("issued", "a bearer token, in small letters", { body: { ...BEARER, token_type: "bearer" } }),
  answers("issued", "a token in an answer that calls itself text", {
    headers: { "content-type": "text/plain" },
    body: BEARER,
  }),
  answers("issued", "a token behind a byte order mark", { body: `\ufeff${JSON.stringify(BEARER)}` }),
  answers("issued", "a token, and an error that is null", { body: { ...BEARER, error: null } }),
  answers(
    "issued",
    "more scope than was asked for",
    { body: { ...BEARER, scope: "api id" } },
    { request: { scope: "api" } },
  ),
  answers(
    "issued",
    "the scope separated by commas, as Adobe IMS does",
    { body: { ...BEARER, scope: "openid,AdobeID" } },
    { request: { scope: "openid,AdobeID" } },
  ),
  answers("issued", "the answer that Salesforce documents", {
    path: TOKEN_PATH,
    body: {
      ...BEARER,
      signature: "c2lnbmF0dXJl",
      scope: "api id",
      instance_url: "https://acme.my.salesforce.com",
      id: "https://login.salesforce.com/id/00Dxx/005xx",
      issued_at: "1690000000000",
    },
  }),
  answers("type-missing", "a token without a type", { body: { access_token: TOKEN } }),
  answers("type-missing", "a token whose type is null", { body: { access_token: TOKEN, token_type: null } }),
  answers("status-odd", "a token with 201", { status: 201, body: BEARER }),
  answers(
    "scope-narrower",
    "a part of the scope",
    { body: { ...BEARER, scope: "read" } },
    { request: { scope: "read write" } },
  ),
  answers("salesforce-scope-without-api", "Salesforce: a scope without api", {
    path: TOKEN_PATH,
    body: { ...BEARER, scope: "id openid" },
  }),
];

export const STATUS_CASES: readonly TokenCase[] = [
  answers("rate-limited-wait", "429 and Retry-After in seconds", { status: 429, headers: { "retry-after": "3600" } }),
  answers(
    "rate-limited-wait",
    "429 and Retry-After as a date, which is over",
    {
      status: 429,
      headers: { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" },
    },
    { attempts: 2 },
  ),
  answers("rate-limited", "429 alone, over an OAuth error", { status: 429, body: { error: "invalid_client" } }),
  answers("maintenance", "503 with HTML", { status: 503, body: "<html>Down for maintenance</html>" }, { attempts: 3 }),
  answers("maintenance", "503 that wants a long pause", { status: 503, headers: { "retry-after": "900" } }),
  answers("gateway", "502", { status: 502, body: "<html>Bad Gateway</html>" }, { attempts: 3 }),
  answers("gateway", "504", { status: 504 }, { attempts: 3 }),
  answers(
    "server-fault",
    "500, over an OAuth error",
    { status: 500, body: { error: "invalid_client" } },
    { attempts: 3 },
  ),
  answers("request-timeout", "408", { status: 408 }),
  answers("redirect-nowhere", "a redirect to nowhere", { status: 302 }),
  answers("redirect-salesforce", "a redirect from Lightning to the login page", {
    status: 302,
    path: TOKEN_PATH,
    headers: { location: "https://acme.my.salesforce.com/?ec=302&startURL=%2Fservices" },
  }),
  answers("redirect-same-host", "a redirect to the path without a slash", {
    status: 308,
    path: "/token/",
    headers: { location: "/token" },
  }),
  answers("redirect", "a redirect to another host, with a login and a query in it", {
    status: 307,
    headers: { location: "https://user:p4ss-kR8@login.example/a?code=p4ss-kR8" },
  }),
];

const HTML = "<!DOCTYPE html><html>Please log in</html>";

export const ENDPOINT_CASES: readonly TokenCase[] = [
  answers("not-found", "404 with HTML", { status: 404, body: HTML }),
  answers("not-found", "404 with a well-formed OAuth error", { status: 404, body: { error: "invalid_request" } }),
  answers("method-refused", "405", { status: 405, body: { error: "invalid_request" } }),
  answers("form-refused", "415", { status: 415 }),
  answers("strange-error", "400 with a sentence as error", { status: 400, body: { error: "Realm does not exist" } }),
  answers("strange-error", "400 with an object as error", { status: 400, body: { error: { code: "invalid_client" } } }),
  answers("strange-error", "400 with an error longer than any code", { status: 400, body: { error: "x".repeat(65) } }),
  answers("login-wanted", "401 of a gateway", { status: 401, headers: { "www-authenticate": "Basic" }, body: HTML }),
  answers("forbidden", "403 with HTML", { status: 403, body: HTML }),
  answers("client-error", "400 with JSON of its own", { status: 400, body: { message: "no" } }),
  answers("empty", "204", { status: 204 }),
  answers("empty", "200 and nothing", { body: "" }),
  answers("html", "200 with HTML", { body: HTML }),
  answers("html", "200 with HTML, by its type alone", { headers: { "content-type": "text/html" }, body: "Log in" }),
  answers("broken-json", "JSON that breaks off", { body: '{"access_token": "00D' }),
  answers("not-json", "another text", { body: "OK" }),
  answers("not-json", "a list", { body: [BEARER] }),
  answers("not-json", "null", { body: "null" }),
  answers("no-token", "JSON without a token", { body: { sessionId: TOKEN, [`${TOKEN}${TOKEN}`]: 1, Token: "x" } }),
  answers("no-token", "an empty token", { body: { access_token: "", token_type: "Bearer" } }),
  answers("no-token", "a token that is no text", { body: { access_token: 7, token_type: "Bearer" } }),
  answers("no-token", "a sentence as error", { body: { error: "it went wrong" } }),
  answers("other-token-type", "a MAC token", { body: { ...BEARER, token_type: "mac" } }),
  answers("other-token-type", "a type that is no text", { body: { ...BEARER, token_type: 7 } }),
  answers("other-token-type", "the token where the type belongs", { body: { ...BEARER, token_type: TOKEN } }),
];

export const ERROR_CASES: readonly TokenCase[] = [
  refuses("oauth-busy", "temporarily_unavailable", "temporarily_unavailable", undefined, 400),
  refuses("oauth-busy", "server_error", "server_error", "internal", 400),
  refuses("oauth-rate-limit", "rate_limit_exceeded", "rate_limit_exceeded", undefined, 400),
  refuses("oauth-rate-limit-text", "access_denied for too many requests", "access_denied", "Too many requests", 403),
  answers(
    "basic-encoding",
    "invalid_client for special characters in the Basic header",
    { status: 401, body: { error: "invalid_client" } },
    { request: { clientAuth: "basic" } },
  ),
  refuses(
    "client-auth-method",
    "invalid_client that names methods, as Ory Hydra does",
    "invalid_client",
    "The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested.",
    401,
  ),
  refuses("invalid-client", "invalid_client with 400", "invalid_client", undefined, 400),
  answers("invalid-client", "an error in an answer of success", { body: { error: "invalid_client" } }),
  answers("invalid-scope", "an error beside a token", { body: { ...BEARER, error: "invalid_scope" } }),
  refuses(
    "unauthorized-credentials",
    "401 unauthorized_client",
    "unauthorized_client",
    "INVALID_CREDENTIALS: bad",
    401,
  ),
  refuses("access-denied-401", "401 access_denied", "access_denied", "Unauthorized", 401),
  refuses("access-denied", "403 access_denied", "access_denied", undefined, 403),
  refuses("unauthorized-client", "unauthorized_client", "unauthorized_client", "grant not allowed", 400),
  refuses("unsupported-grant", "unsupported_grant_type", "unsupported_grant_type", undefined, 400),
  answers("invalid-scope", "invalid_scope at a path that Okta is not alone with", {
    path: "/oauth2/v1/token",
    status: 400,
    body: { error: "invalid_scope" },
  }),
  refuses("invalid-grant", "invalid_grant", "invalid_grant", undefined, 400),
  refuses("invalid-target", "invalid_target", "invalid_target", "resource indicator is missing", 400),
  refuses("invalid-request", "invalid_request", "invalid_request", "missing parameter", 400),
  refuses("unknown-code", "a code of its own", "vendor.code-7", "the moon is full", 400),
  refuses("unknown-code", "a code that every object has", "constructor", undefined, 400),
];
