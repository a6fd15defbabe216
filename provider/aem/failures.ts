import { loginName } from "../connection";
import { DataSourceError, type ErrorCode, excerpt } from "../errors";
import { type Act, isBusy, retryAfter, type Seen } from "./seen";

/**
 * What an author's answer means when it is not the one that was asked for: one table, read from the top (aem.md §5,
 * sling.md §6). An author never gets the benefit of the doubt: a login page answers 200 as well, and a missing right
 * looks like a conflict.
 */

interface Row {
  /** As the table of aem.md §5 names it; the tests go by it. */
  readonly situation: string;
  readonly when: (seen: Seen) => boolean;
  readonly code: ErrorCode;
  readonly message: (seen: Seen) => string;
  readonly remedy: (seen: Seen) => string;
}

const isHtml = ({ answer }: Seen) => answer.contentType === "text/html";
const writes = ({ act }: Seen) => act !== "read";
const bearer = ({ connection }: Seen) => connection.login.kind !== "basic";
const service = ({ connection }: Seen) => connection.login.kind === "service";
const origin = ({ connection }: Seen) => connection.origin;
const refusedLogin = (how: string) => (seen: Seen) => {
  const { login, source } = seen.connection;
  const what = login.kind === "basic" ? `the login of ${login.username}` : loginName(login);
  return `${origin(seen)} refused ${what} from ${source} (${how})`;
};
const REFUSED: Readonly<Record<Act, (path: string) => string>> = {
  read: (path) => `does not let ${path} be read`,
  write: (path) => `does not let ${path} be written`,
  publish: () => "refused the replication",
};
const refused = (seen: Seen) => {
  const words = seen.words === "" ? "" : `: ${excerpt(seen.words)}`;
  return `${origin(seen)} ${REFUSED[seen.act](seen.path)} (${seen.status}${words})`;
};

const NOT_AEM = {
  code: "author-not-aem" as const,
  message: (seen: Seen) => `${origin(seen)} does not answer like an AEM author (${shape(seen)} for ${seen.path})`,
  remedy: () => "Give the author itself, not a dispatcher, a publish instance or another server.",
};

export const FAILURES: readonly Row[] = [
  {
    situation: "a technical account that the author does not know",
    when: (seen) => seen.status === 401 && service(seen),
    code: "author-login-refused",
    message: refusedLogin("401, with a fresh token of IMS"),
    remedy: (seen) =>
      `Service credentials belong to one environment of the cloud service: check that ${loginSettings(seen)} is of this one.${staleConfig(seen)}`,
  },
  {
    situation: "a refused bearer token",
    when: (seen) => seen.status === 401 && bearer(seen),
    code: "author-login-refused",
    message: refusedLogin("401"),
    remedy: (seen) =>
      `Get a new token: a local development token lives for 24 hours, and one of another kind is never taken. It stands in ${loginSettings(seen)}.${staleConfig(seen)}`,
  },
  {
    situation: "no login, or a wrong one",
    when: ({ status }) => status === 401,
    code: "author-login-refused",
    message: refusedLogin("401"),
    remedy: correctLogin,
  },
  {
    situation: "a redirect to a login page",
    when: ({ answer }) => answer.status > 300 && answer.status < 400 && answer.headers.location !== undefined,
    code: "author-login-refused",
    message: (seen) => refusedLogin(`${seen.answer.status}, a redirect to another page`)(seen),
    remedy: correctLogin,
  },
  {
    situation: "a token without the scopes that AEM wants",
    when: (seen) => seen.status === 403 && bearer(seen) && /\/errors\/forbidden|scope/i.test(JSON.stringify(seen.json)),
    code: "author-login-refused",
    message: refusedLogin("403, the token lacks scopes"),
    remedy: () =>
      "Take a local development token or one of service credentials: OAuth Server-to-Server tokens are not enough.",
  },
  {
    situation: "a right that is missing, or a filter",
    when: ({ status }) => status === 403,
    code: "author-no-rights",
    message: refused,
    remedy: (seen) =>
      writes(seen) && isHtml(seen)
        ? `${rights(seen)} Or something in between holds back the header CSRF-Token: give the author itself.`
        : rights(seen),
  },
  {
    situation: "an author that is starting, busy or in maintenance",
    when: ({ answer }) => isBusy(answer),
    code: "author-busy",
    message: (seen) => `${origin(seen)} is not ready (${seen.answer.status})`,
    remedy: () =>
      "It may be starting, in maintenance or busy, or a gateway gave up waiting: run the command again later.",
  },
  {
    situation: "a file that is too large for something on the way",
    when: ({ answer }) => answer.status === 413,
    code: "author-refused-write",
    message: (seen) => `${origin(seen)}, or something in front of it, takes no request of this size (413)`,
    remedy: () => "Shorten the Swagger file, or give the author itself.",
  },
  {
    situation: "more nodes than one answer holds",
    when: ({ answer }) => answer.status === 300,
    code: "data-source-unreadable",
    message: (seen) => `${seen.path} on ${origin(seen)} holds more nodes than a data source has (300)`,
    remedy: () => "Look at the node in AEM: something else stands where the data source belongs.",
  },
  {
    situation: "a replication that the author refuses, with whatever status",
    when: ({ act, status, hasStatus }) => act === "publish" && hasStatus && status >= 400,
    code: "author-refused-write",
    message: refused,
    remedy: (seen) =>
      `See AEM's replication agents (Tools, Deployment, Replication) and its error log. ${rights(seen)}`,
  },
  {
    situation: "a write that lacks a right, by AEM's own words",
    when: (seen) =>
      writes(seen) && seen.status >= 400 && /AccessDenied|access denied/i.test(JSON.stringify(seen.json ?? seen.words)),
    code: "author-no-rights",
    message: refused,
    remedy: rights,
  },
  {
    // Sling answers a missing right with 409, 422 or 500, never with 403: so rights come before everything else.
    situation: "a write that conflicts, or lacks a right",
    when: (seen) => writes(seen) && [409, 500].includes(seen.status),
    code: "author-refused-write",
    message: refused,
    remedy: (seen) => `${rights(seen)} If it has, somebody else wrote at the same moment: run pulumi up again.`,
  },
  {
    situation: "a write that breaks a rule of the repository, or lacks a right",
    when: (seen) => writes(seen) && (seen.status === 422 || (seen.hasStatus && seen.status >= 400)),
    code: "author-refused-write",
    message: refused,
    remedy: (seen) =>
      `${rights(seen)} If it has, a name or value in \`extraProperties\` is one that AEM does not take.`,
  },
  {
    situation: "a page instead of data: a login page, a dispatcher or another server",
    when: (seen) => isHtml(seen) || (writes(seen) && [404, 405].includes(seen.answer.status)),
    ...NOT_AEM,
  },
];

/** The first row that fits; what fits none is no answer of an author. */
export function failure(seen: Seen): DataSourceError {
  const row = FAILURES.find(({ when }) => when(seen));
  const fields = { status: seen.status, waitSeconds: retryAfter(seen.answer) };
  if (row) return new DataSourceError(row.code, row.message(seen), row.remedy(seen), fields);
  return new DataSourceError(
    "author-answer-unexpected",
    `${origin(seen)} answered ${shape(seen)} for ${seen.path}, which is no answer of an author`,
    "Look into the author's error log.",
    fields,
  );
}

/** No CSRF token where an author has one: another kind of server. */
export function notAem(seen: Seen): DataSourceError {
  return new DataSourceError(NOT_AEM.code, NOT_AEM.message(seen), NOT_AEM.remedy(), { status: seen.status });
}

/** An empty CSRF token, as an author gives it to somebody without a login. */
export function unknownLogin(seen: Seen): DataSourceError {
  const message = refusedLogin("it answered as to somebody without a login")(seen);
  return new DataSourceError("author-login-refused", message, correctLogin(seen));
}

function correctLogin(seen: Seen): string {
  return `Correct ${loginSettings(seen)}.${staleConfig(seen)}`;
}

function loginSettings({ connection: { login, called } }: Seen): string {
  if (login.kind === "service") return called("serviceCredentials");
  return login.kind === "bearer" ? called("token") : `${called("username")} and ${called("password")}`;
}

/** Stack config can be older than it looks (pulumi.md §1.8). */
function staleConfig({ connection: { fromConfig, named, login } }: Seen): string {
  if (!fromConfig) return "";
  const variables = {
    basic: "AEM_AUTHOR, AEM_USERNAME and AEM_PASSWORD",
    bearer: "AEM_AUTHOR and AEM_TOKEN",
    service: "AEM_AUTHOR and AEM_SERVICE_CREDENTIALS_FILE",
  }[login.kind];
  const other = named ? "" : `, or give ${variables}`;
  return ` A refresh or destroy sees the config of the last up: run it with --run-program${other}.`;
}

function rights({ connection, path, act }: Seen): string {
  const who = loginName(connection.login);
  const right = { read: "read", write: "read and write", publish: "publish (crx:replicate)" }[act];
  return `Give ${who} the right to ${right} below ${path.split("/settings/")[0]}.`;
}

function shape({ answer }: Seen): string {
  return `${answer.status} ${answer.contentType || "without a type"}`;
}
