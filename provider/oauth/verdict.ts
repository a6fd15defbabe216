import { DataSourceError, excerpt } from "../errors";
import type { HttpAnswer } from "../http";
import { tlsTrouble } from "../networkErrors";
import { isRecord } from "../values";
import { salesforceRemedy } from "./salesforce";

/**
 * What the token check found. `refused` needs evidence that the configuration is wrong; without evidence either way it
 * is `not judged`.
 */
export type Verdict =
  | { readonly kind: "issued" }
  | { readonly kind: "refused" | "not judged"; readonly error: DataSourceError };

/** What a refusal means, by OAuth code (RFC 6749 §5.2; the others as vendors spell them). */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_client: "Check `oauth2.clientId`, and copy the client secret again: pulumi config set --secret …",
  invalid_client_id: "Check `oauth2.clientId`: this server does not know it.",
  invalid_client_credentials: "Copy the client secret again: pulumi config set --secret …",
  access_denied: "Check `oauth2.clientId`, and copy the client secret again: pulumi config set --secret …",
  unauthorized_client: "Allow the client-credentials grant for this client on the token server.",
  unsupported_grant_type: "Allow the client-credentials grant on the token server, and check `oauth2.tokenUrl`.",
  invalid_grant: "Allow the client-credentials grant for this client on the token server.",
  invalid_scope: "Check `oauth2.scope`: the token server does not grant it to this client.",
};

/** Codes by which a server says that it could not judge today. */
const TRANSIENT_CODES = new Set(["temporarily_unavailable", "server_error", "rate_limit_exceeded", "unknown_error"]);
const OAUTH_CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Judges an answer of the token endpoint. The token itself is dropped here. Rows: oauth.md §5.2 and §5.3. */
export function judgeAnswer(answer: HttpAnswer, host: string): Verdict {
  const { status } = answer;
  const content = parse(answer);
  if (status === 429 || status >= 500) return notJudged(host, `answered ${status}`, "Try again later.");
  if (status >= 300 && status < 400) {
    return wrongEndpoint(
      host,
      `a redirect (${status})`,
      "Redirects are never followed: put the final URL into `oauth2.tokenUrl`.",
    );
  }
  if (status >= 400) {
    // Only these three statuses: some servers answer a wrong path with 404 and a well-formed OAuth error.
    const code = [400, 401, 403].includes(status) ? content.error : undefined;
    if (typeof code === "string" && OAUTH_CODE.test(code)) return judgeRefusal(host, status, excerpt(code), content);
    return wrongEndpoint(host, `${status} without an OAuth error`, "Check the path of `oauth2.tokenUrl`.");
  }
  if (typeof content.error === "string" && OAUTH_CODE.test(content.error)) {
    return judgeRefusal(host, status, excerpt(content.error), content);
  }
  if (typeof content.access_token !== "string" || content.access_token === "") {
    return wrongEndpoint(
      host,
      `${status} without a token`,
      "This may be a login page: check the path of `oauth2.tokenUrl`.",
    );
  }
  if (typeof content.token_type === "string" && content.token_type.toLowerCase() !== "bearer") {
    return wrongEndpoint(host, "a token that is not a Bearer token", "AEM sends Bearer tokens only.");
  }
  return { kind: "issued" };
}

/** A request that got no answer. An untrusted certificate or a port that speaks no HTTP is evidence; silence is not. */
export function judgeSilence(error: DataSourceError): Verdict {
  const evident: readonly string[] = ["network-tls", "network-not-http", "answer-too-large"];
  // A server that asks for a client certificate is a token server all the same, and AEM may have one for it.
  const unproven = tlsTrouble(error.fields.cause) === "client certificate";
  if (evident.includes(error.code) && !unproven) {
    const remedy = error.code === "network-tls" ? TLS_REMEDY : "Check `oauth2.tokenUrl`.";
    return { kind: "refused", error: new DataSourceError(error.code, `token check failed: ${error.message}`, remedy) };
  }
  return {
    kind: "not judged",
    error: new DataSourceError("token-not-judged", `token check not made: ${error.message}`, NOT_JUDGED_REMEDY),
  };
}

const TLS_REMEDY = "A private certificate authority goes into NODE_EXTRA_CA_CERTS; AEM has a trust store of its own.";
const NOT_JUDGED_REMEDY =
  "The client credentials were not judged. Check `oauth2.tokenUrl` if AEM can't reach it either; pulumi up goes on without.";

function judgeRefusal(host: string, status: number, code: string, content: Record<string, unknown>): Verdict {
  const description = typeof content.error_description === "string" ? excerpt(content.error_description) : "";
  const said = `${status} ${code}${description ? `: ${description}` : ""}`;
  if (TRANSIENT_CODES.has(code) || /login rate exceeded/i.test(description)) {
    return notJudged(host, `answered ${said}`, "Try again later.");
  }
  // The address of this machine is not AEM's.
  if (/ip restricted/i.test(description)) {
    return notJudged(
      host,
      `answered ${said}`,
      "This machine's address is outside the allowed ranges; AEM's may be inside.",
    );
  }
  const remedy =
    salesforceRemedy(code, description) ?? REMEDIES[code] ?? "Ask the token server's documentation for this code.";
  const message = `token check failed: ${host} refused the client credentials (${said})`;
  return { kind: "refused", error: new DataSourceError("token-refused", message, remedy, { status, cause: code }) };
}

function wrongEndpoint(host: string, what: string, remedy: string): Verdict {
  const message = `token check failed: ${host} is no token endpoint: it answered ${what}`;
  return { kind: "refused", error: new DataSourceError("token-endpoint-wrong", message, remedy) };
}

function notJudged(host: string, what: string, remedy: string): Verdict {
  const message = `token check not made: ${host} ${what}`;
  return { kind: "not judged", error: new DataSourceError("token-not-judged", message, remedy) };
}

/** The JSON object of an answer; an empty one when it is anything else. */
function parse(answer: HttpAnswer): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(answer.body.toString("utf8"));
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}
