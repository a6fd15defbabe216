import type { Connection } from "../connection";
import type { HttpAnswer } from "../http";
import { isRecord } from "../values";

/** What stands in an answer of an author, before anybody judges it. */

export type Act = "read" | "write" | "publish";

/** An answer with what stands in it: AEM puts a status of its own into bodies, as JSON or as a page. */
export interface Seen {
  readonly answer: HttpAnswer;
  readonly act: Act;
  readonly path: string;
  readonly connection: Connection;
  /** The body, where it is JSON. */
  readonly json: unknown;
  /** The worse of the two: HTTP's, and the one inside the body. */
  readonly status: number;
  /** Whether the body holds a status, as the POST servlet's documents and the replication's do. */
  readonly hasStatus: boolean;
  /** AEM's own words, whole: `excerpt` them before they go anywhere. */
  readonly words: string;
}

export function look(answer: HttpAnswer, act: Act, path: string, connection: Connection): Seen {
  const json = parseJson(answer);
  const said = isRecord(json) ? json : statusPage(answer);
  const hasStatus = "status.code" in said;
  const inside = Number(said["status.code"] ?? answer.status);
  const words = [said["status.message"], said.title].find((text) => typeof text === "string" && text !== "");
  const status = Math.max(answer.status, inside) || answer.status;
  return { answer, act, path, connection, json, status, hasStatus, words: String(words ?? "") };
}

/** The POST servlet's other form: a page with the ids Status and Message (aem.md §4.1). */
function statusPage(answer: HttpAnswer): Record<string, unknown> {
  if (answer.contentType !== "text/html") return {};
  const html = answer.body.toString("utf8");
  const code = /id="Status"[^>]*>\s*(\d{3})\s*</.exec(html)?.[1];
  const message = /id="Message"[^>]*>([^<]*)</.exec(html)?.[1];
  return code === undefined ? {} : { "status.code": Number(code), "status.message": message };
}

/** A server, or a gateway before it, that may answer otherwise in a moment (aem.md §5). */
export function isBusy({ status }: HttpAnswer): boolean {
  return status === 429 || status >= 502;
}

/** Seconds that a busy server asks for (RFC 9110 §10.2.3, its form in seconds). */
export function retryAfter({ headers }: HttpAnswer): number | undefined {
  const value = headers["retry-after"];
  return typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
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
