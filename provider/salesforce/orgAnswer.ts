import { DataSourceError, type ErrorCode } from "../errors";
import type { HttpAnswer } from "../http";
import { type Outlook, retryAfter } from "../repeats";
import { isRecord } from "../values";

/** What an answer of an org's REST API says. Statuses and error codes: Salesforce's REST API Developer Guide. */

export type JudgedAnswer =
  | { readonly content: unknown }
  | { readonly absent: true }
  | (Outlook & { readonly error: DataSourceError });

/** `host` is the org's, for messages. Nothing of the body is repeated but Salesforce's own error code. */
export function judgeOrgAnswer(answer: HttpAnswer, host: string): JudgedAnswer {
  const { status } = answer;
  const content = parse(answer);
  const code = errorCode(content);
  const said = `${host} answered ${status}${code === undefined ? "" : ` ${code}`}`;
  const failed = (kind: ErrorCode, remedy: string, outlook: Outlook = {}): JudgedAnswer => {
    const wait = outlook.waitSeconds === undefined ? {} : { waitSeconds: outlook.waitSeconds };
    return { error: new DataSourceError(kind, said, remedy, { status, ...wait }), ...outlook };
  };
  if (status === 404) return { absent: true };
  if (status === 200 && content !== undefined) return { content };
  if (status === 200) {
    const error = new DataSourceError("org-answer-unexpected", `${said} with something that is no JSON`, NOT_THE_API);
    return { error };
  }
  if (status === 401) return failed("org-refused", SCOPE);
  if (status === 403 && code === "REQUEST_LIMIT_EXCEEDED") return failed("org-busy", LIMIT);
  if (status === 403) return failed("org-refused", RIGHTS);
  if (status === 429) {
    return failed("org-busy", LATER, { retry: "when told", waitSeconds: retryAfter(answer.headers["retry-after"]) });
  }
  if (status >= 500) return failed("org-busy", LATER, { retry: "twice" });
  return failed("org-answer-unexpected", status >= 300 && status < 400 ? REDIRECT : NOT_THE_API);
}

const SCOPE = 'Give the app the scope "Manage user data via APIs (api)"; a token without it opens nothing here.';
const LIMIT = "Wait until the org has calls left of its 24 hours: Setup, Company Information, API Requests.";
const RIGHTS = 'Give the Run As user the permission "API Enabled", and see that the org\'s edition has the API.';
const LATER = "The org is under maintenance or overloaded: try again later.";
const REDIRECT = "Redirects are never followed: take the token URL of the org's My Domain as it is now.";
const NOT_THE_API = "Something else than Salesforce's API answers there: check the token URL, and what stands between.";

function parse({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (thrown) {
    // Its words would repeat the body.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** A refusal is a list of errors; the first one's code. */
function errorCode(content: unknown): string | undefined {
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  const code = isRecord(first) ? first.errorCode : undefined;
  return typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? code : undefined;
}
