import type { Connection } from "../connection";
import type { HttpAnswer } from "../http";
import { isRecord } from "../values";
import { failure, notAem, unknownLogin } from "./failures";
import { isBusy, look } from "./seen";

/**
 * The answers that were asked for, told by status, content type and shape; everything else is a failure by the table in
 * `failures.ts`.
 */

export type Json = Readonly<Record<string, unknown>>;

export type Judge<T> = (answer: HttpAnswer, path: string, connection: Connection) => T;

/** A node as Sling's JSON shows it, or "absent": 404, which can also mean "not readable by this login". */
export const judgeNode: Judge<Json | "absent"> = (answer, path, connection) => {
  const seen = look(answer, "read", path, connection);
  if (answer.status === 404) return "absent";
  if (answer.status === 200 && isRecord(seen.json) && typeof seen.json["jcr:primaryType"] === "string") {
    return seen.json;
  }
  throw failure(seen);
};

/** The bytes of a file node. Whoever asks has seen the node, so that its absence is no answer. */
export const judgeFile: Judge<Buffer> = (answer, path, connection) => {
  if (answer.status === 200 && answer.contentType !== "text/html") return answer.body;
  throw failure(look(answer, "read", path, connection));
};

/** The CSRF token. Only an author answers this address with one, and only to a login that it knows. */
export const judgeCsrfToken: Judge<string> = (answer, path, connection) => {
  const seen = look(answer, "read", path, connection);
  if (answer.status === 404) throw notAem(seen);
  if (answer.status !== 200) throw failure(seen);
  if (!isRecord(seen.json)) throw notAem(seen);
  if (typeof seen.json.token === "string" && seen.json.token !== "") return seen.json.token;
  throw unknownLogin(seen);
};

/** What a write did. Sling says `isCreate` when the node of the request's path was not there before. */
export const judgeWrite: Judge<{ created: boolean }> = (answer, path, connection) => {
  const seen = look(answer, "write", path, connection);
  if ([200, 201].includes(answer.status) && [200, 201].includes(seen.status) && isRecord(seen.json)) {
    if ("changes" in seen.json) return { created: seen.json.isCreate === true };
  }
  throw failure(seen);
};

/**
 * Whether a replication was accepted. It says so inside the body, as JSON or as a page, and a refusal may come with 200.
 * A plain Sling answers an administrator with 201 and a new node: that is no replication.
 */
export const judgeReplication: Judge<void> = (answer, path, connection) => {
  const seen = look(answer, "publish", path, connection);
  const accepted = answer.status === 200 && seen.status === 200 && seen.hasStatus;
  if (!accepted) throw failure(seen);
};

/**
 * Whether there is a replication, told by a GET: what takes POST alone answers 405, and what an AEM answers otherwise is
 * not known. Only where nothing is there it is 404.
 */
export const judgeReplicationThere: Judge<boolean> = (answer, path, connection) => {
  const isElsewhere = answer.status === 401 || (answer.status >= 300 && answer.status < 400);
  if (isElsewhere || isBusy(answer)) throw failure(look(answer, "read", path, connection));
  return answer.status !== 404;
};

/** The ciphertext that the crypto console made; undefined where there is no console, or not for this login. */
export const judgeCiphertext: Judge<string | undefined> = (answer, path, connection) => {
  const seen = look(answer, "write", path, connection);
  if (isBusy(answer)) throw failure(seen);
  const { json } = seen;
  return answer.status === 200 && isRecord(json) && typeof json.protected === "string" ? json.protected : undefined;
};
