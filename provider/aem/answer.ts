import type { Connection } from "../connection";
import { DataSourceError, excerpt } from "../errors";
import type { HttpAnswer } from "../http";
import { isRecord } from "../values";

/**
 * Answers of an author, judged by status, content type and shape (aem.md §5). An author never gets the benefit of the
 * doubt: a login page answers 200 as well, and a missing right looks like a missing node.
 */

export type Json = Readonly<Record<string, unknown>>;

/** A node as Sling's JSON shows it, or "absent": 404, which can also mean "not readable by this login". */
export function judgeNode(answer: HttpAnswer, path: string, connection: Connection): Json | "absent" {
  judgeLogin(answer, path, connection);
  if (answer.status === 404) return "absent";
  const json = parseJson(answer);
  if (answer.status === 200 && isRecord(json) && typeof json["jcr:primaryType"] === "string") return json;
  throw unexpected(answer, path, connection);
}

/** The bytes of a file node. Whoever asks has seen the node, so that its absence is no answer. */
export function judgeFile(answer: HttpAnswer, path: string, connection: Connection): Buffer {
  judgeLogin(answer, path, connection);
  if (answer.status === 200 && answer.contentType !== "text/html") return answer.body;
  throw unexpected(answer, path, connection);
}

/** The CSRF token. Only an author answers this address with one, and only to a login that it knows. */
export function judgeCsrfToken(answer: HttpAnswer, path: string, connection: Connection): string {
  judgeLogin(answer, path, connection);
  const json = answer.status === 200 ? parseJson(answer) : undefined;
  if (!isRecord(json)) throw notAem(answer, path, connection);
  if (typeof json.token === "string" && json.token !== "") return json.token;
  throw loginRefused(connection, "it answered as to somebody without a login");
}

/** What a write did. Sling says `isCreate` when the node of the request's path was not there before. */
export function judgeWrite(answer: HttpAnswer, path: string, connection: Connection): { created: boolean } {
  if (answer.status !== 403) judgeLogin(answer, path, connection);
  const json = parseJson(answer);
  const said = isRecord(json) ? json : {};
  const inside = typeof said["status.code"] === "number" ? said["status.code"] : answer.status;
  if ([200, 201].includes(answer.status) && [200, 201].includes(inside) && "changes" in said) {
    return { created: said.isCreate === true };
  }
  const reason = typeof said["status.message"] === "string" ? `: ${excerpt(said["status.message"])}` : "";
  const status = answer.status < 400 ? inside : answer.status;
  const message = `${connection.origin} refused to write ${path} (${status}${reason})`;
  if (status === 403) {
    throw new DataSourceError("author-no-rights", message, rightsRemedy(connection, path), { status });
  }
  if ([409, 422, 500].includes(status)) {
    // Sling answers a missing right with 409, 422 or 500, never with 403: so rights come before a conflict.
    throw new DataSourceError(
      "author-refused-write",
      message,
      `${rightsRemedy(connection, path)} If it has, somebody else wrote at the same moment: run pulumi up again.`,
      { status },
    );
  }
  throw unexpected(answer, path, connection);
}

function judgeLogin(answer: HttpAnswer, path: string, connection: Connection): void {
  if (answer.status === 401) throw loginRefused(connection, "401");
  if (answer.status >= 300 && answer.status < 400 && answer.headers.location !== undefined) {
    throw loginRefused(connection, `${answer.status}, a redirect to another page`);
  }
  if (answer.status === 403) {
    throw new DataSourceError(
      "author-no-rights",
      `${connection.origin} does not let ${connection.login.username} read ${path} (403)`,
      rightsRemedy(connection, path),
      { status: 403 },
    );
  }
  if ([429, 502, 503, 504].includes(answer.status)) {
    throw new DataSourceError(
      "author-answer-unexpected",
      `${connection.origin} is not ready (${answer.status})`,
      "It may be starting, in maintenance or busy, or a gateway gave up waiting: run the command again later.",
      { status: answer.status },
    );
  }
}

function loginRefused(connection: Connection, how: string): DataSourceError {
  const remedy = connection.fromConfig
    ? "Correct it in stack config. A refresh or destroy sees the config of the last up: run it with --run-program, or give AEM_AUTHOR, AEM_USERNAME and AEM_PASSWORD."
    : "Correct AEM_USERNAME and AEM_PASSWORD.";
  const message = `${connection.origin} refused the login ${connection.login.username} from ${connection.source} (${how})`;
  return new DataSourceError("author-login-refused", message, remedy);
}

function rightsRemedy(connection: Connection, path: string): string {
  return `Give ${connection.login.username} the rights to read and write below ${path.split("/settings/")[0]}.`;
}

function notAem(answer: HttpAnswer, path: string, connection: Connection): DataSourceError {
  return new DataSourceError(
    "author-not-aem",
    `${connection.origin} does not answer like an AEM author (${answer.status} ${answer.contentType || "without a type"} for ${path})`,
    "Give the author itself, not a dispatcher, a publish instance or another server.",
    { status: answer.status },
  );
}

function unexpected(answer: HttpAnswer, path: string, connection: Connection): DataSourceError {
  if (answer.contentType === "text/html") return notAem(answer, path, connection);
  return new DataSourceError(
    "author-answer-unexpected",
    `${connection.origin} answered ${answer.status} ${answer.contentType || "without a type"} for ${path}, which is no answer of an author`,
    "Look into the author's error log.",
    { status: answer.status },
  );
}

function parseJson(answer: HttpAnswer): unknown {
  if (answer.contentType !== "application/json") return undefined;
  try {
    const json: unknown = JSON.parse(answer.body.toString("utf8"));
    return json;
  } catch {
    return undefined;
  }
}
