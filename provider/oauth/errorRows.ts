import type { AnswerSeen } from "./answer";
import { hasOAuthError } from "./answerRows";
import type { Evidence, Outcome, Row } from "./row";

/** The decision table, third part: OAuth errors (RFC 6749 §5.2), as everybody means them. Vendors have rows of their own. */

/** A refusal by its words. Descriptions are no contract: they choose the remedy, the code alone whether it is refused. */
export interface ErrorCase {
  readonly name: string;
  readonly situation: string;
  /** OAuth codes; any when absent. */
  readonly error?: readonly string[];
  /** A part of the description in small letters, any of them; any description when absent. */
  readonly says?: readonly string[];
  readonly status?: number;
  /** What is wrong: client id or secret, or what the client may do. `later`: it could not be judged. */
  readonly about: "credentials" | "request" | "later";
  readonly remedy: string;
  readonly evidence: Evidence;
}

const SENTENCES: Readonly<Record<ErrorCase["about"], string>> = {
  credentials: "{host} refused the client credentials ({said})",
  request: "{host} refused the request ({said})",
  later: "{host} answered {said}",
};

/** Rows from cases; `also` is what a vendor's host or path adds to the words. */
export function errorRows(
  cases: readonly ErrorCase[],
  also: (seen: AnswerSeen) => boolean = () => true,
): readonly Row<AnswerSeen>[] {
  return cases.map(({ name, situation, about, remedy, evidence, ...words }) => {
    const outcome: Outcome = about === "later" ? "not judged" : "refused";
    const code = about === "later" ? "token-not-judged" : "token-refused";
    const fits = (seen: AnswerSeen) => hasOAuthError(seen) && matches(words, seen) && also(seen);
    return { name, situation, fits, outcome, code, sentence: SENTENCES[about], remedy, evidence };
  });
}

function matches({ error, says, status }: Pick<ErrorCase, "error" | "says" | "status">, seen: AnswerSeen): boolean {
  if (error !== undefined && !error.some((code) => code.toLowerCase() === seen.error?.toLowerCase())) return false;
  if (status !== undefined && status !== seen.status) return false;
  return says === undefined || says.some((part) => seen.description.includes(part));
}

const COPY_SECRET = "copy the client secret again: pulumi config set --secret …";

/** Whoever says so could not judge today: before the vendors' rows. */
export const TRANSIENT_ROWS = errorRows([
  {
    name: "oauth-busy",
    situation: "OAuth: the server can't judge now",
    error: ["temporarily_unavailable", "server_error"],
    about: "later",
    remedy: "Nothing was judged. Try again later.",
    evidence: "documented",
  },
  {
    name: "oauth-rate-limit",
    situation: "An OAuth error whose code names a rate limit",
    error: ["rate_limit_exceeded", "too_many_requests", "too_many_attempts", "slow_down"],
    about: "later",
    remedy: "Too many requests of this client or this machine. Nothing was judged; try again later.",
    evidence: "publicly reported",
  },
  {
    name: "oauth-rate-limit-text",
    situation: "An OAuth error whose text names a rate limit",
    says: ["rate limit", "too many requests", "too many attempts"],
    about: "later",
    remedy: "Too many requests of this client or this machine. Nothing was judged; try again later.",
    evidence: "publicly reported",
  },
]);

export const GENERIC_ROWS: readonly Row<AnswerSeen>[] = [
  ...errorRows(
    [
      {
        name: "basic-encoding",
        situation: "`invalid_client` for id or secret with special characters in the Basic header",
        error: ["invalid_client"],
        about: "credentials",
        remedy:
          "Some servers do not decode id and secret there (RFC 6749 §2.3.1): ask with the secret in the body (post) before looking at the secret.",
        evidence: "publicly reported",
      },
    ],
    ({ asked }) => asked.encodedInHeader,
  ),
  ...errorRows([
    {
      name: "client-auth-method",
      situation: "`invalid_client` that names methods of authentication",
      error: ["invalid_client"],
      says: ["client_secret_basic", "client_secret_post", "authentication method", "auth method"],
      about: "credentials",
      remedy:
        "The server wants id and secret in another place. Allow client_secret_post for this client: the check sends them in the body, and where AEM puts them is not documented.",
      evidence: "replayed",
    },
    {
      name: "invalid-client",
      situation: "`invalid_client`: unknown client, or wrong secret",
      error: ["invalid_client"],
      about: "credentials",
      remedy: `Check \`oauth2.clientId\`, and ${COPY_SECRET}`,
      evidence: "measured",
    },
    {
      name: "unauthorized-credentials",
      situation: "401 `unauthorized_client` that speaks of credentials",
      error: ["unauthorized_client"],
      says: ["credential"],
      status: 401,
      about: "credentials",
      remedy: `Check \`oauth2.clientId\`, and ${COPY_SECRET}`,
      evidence: "replayed",
    },
    {
      name: "access-denied-401",
      situation: "401 `access_denied`",
      error: ["access_denied"],
      status: 401,
      about: "credentials",
      remedy: `Check \`oauth2.clientId\`, and ${COPY_SECRET}`,
      evidence: "documented",
    },
    {
      name: "access-denied",
      situation: "`access_denied` otherwise",
      error: ["access_denied"],
      about: "request",
      remedy: "Give this client access on the token server: to the API, and by its policies.",
      evidence: "publicly reported",
    },
    {
      name: "unauthorized-client",
      situation: "`unauthorized_client` otherwise: the grant is not allowed",
      error: ["unauthorized_client"],
      about: "request",
      remedy: "Allow the client-credentials grant for this client on the token server.",
      evidence: "documented",
    },
    {
      name: "unsupported-grant",
      situation: "`unsupported_grant_type`",
      error: ["unsupported_grant_type"],
      about: "request",
      remedy: "Allow the client-credentials grant on the token server, and check `oauth2.tokenUrl`.",
      evidence: "documented",
    },
    {
      name: "invalid-grant",
      situation: "`invalid_grant`",
      error: ["invalid_grant"],
      about: "request",
      remedy: "Allow the client-credentials grant for this client on the token server.",
      evidence: "documented",
    },
    {
      name: "invalid-scope",
      situation: "`invalid_scope`",
      error: ["invalid_scope"],
      about: "request",
      remedy: "Check `oauth2.scope`: the token server does not grant it to this client, or wants another one.",
      evidence: "measured",
    },
    {
      name: "invalid-target",
      situation: "`invalid_target` (RFC 8707): a resource is wanted",
      error: ["invalid_target"],
      about: "request",
      remedy:
        "The server wants the API named (`resource` or `audience`), which AEM is not known to send: give this client a default one on the token server.",
      evidence: "documented",
    },
    {
      name: "invalid-request",
      situation: "`invalid_request`: a part is missing, or one too many",
      error: ["invalid_request"],
      about: "request",
      remedy:
        "Check `oauth2.tokenUrl` and `oauth2.scope`. What AEM sends can't be extended: grant type, id, secret and scope.",
      evidence: "documented",
    },
    {
      name: "unknown-code",
      situation: "Any other OAuth error",
      about: "request",
      remedy: "This code is the token server's own: see its documentation.",
      evidence: "measured",
    },
  ]),
];
