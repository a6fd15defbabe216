import { posix } from "node:path";
import type { StatusMode } from "../../world/testAuthor";
import { JSON_TYPE } from "./bench";

/** What the POST servlet has to answer, whole, as `seen` shows an answer. */

/** "created /path" → as the servlet lists it. */
type Changes = readonly string[];

export function created(path: string, changes: Changes): Record<string, unknown> {
  const body = { ...about(path), isCreate: true, ...said(201, "Created"), title: `Content created ${path}` };
  return { status: 201, type: JSON_TYPE, location: inUrl(path), body: { ...body, changes: listed(changes) } };
}

export function modified(path: string, changes: Changes): Record<string, unknown> {
  const body = { ...about(path), ...said(200, "OK"), title: `Content modified ${path}` };
  return { status: 200, type: JSON_TYPE, body: { ...body, changes: listed(changes) } };
}

/** Why something is refused: each kind has its Java class, and a status of its own in the modern mode. */
export interface Refusal {
  readonly kind: keyof typeof KINDS;
  /** Absent where it is none of the server's own. */
  readonly message?: string;
  /** Whether it came so far as to find out that the node is a new one. */
  readonly isCreate?: boolean;
  /** Those of a save that was refused as a whole are listed all the same. */
  readonly changes?: Changes;
}

const KINDS = {
  conflict: [409, "repository state conflicting with request", "org.apache.sling.api.resource.PersistenceException"],
  invalid: [
    422,
    "invalid payload",
    "org.apache.sling.servlets.post.exceptions.PreconditionViolatedPersistenceException",
  ],
  argument: [500, "", "java.lang.IllegalArgumentException"],
  pointer: [500, "", "java.lang.NullPointerException"],
  cast: [500, "", "java.lang.ClassCastException"],
} as const;

export function refused(mode: StatusMode, path: string, refusal: Refusal): Record<string, unknown> {
  const { kind, message, isCreate = false, changes = [] } = refusal;
  const [status, reason, javaClass] = KINDS[kind];
  const subject = { ...about(path), ...(isCreate && { isCreate }) };
  if (status !== 500 && mode === "modern") {
    return { status, type: JSON_TYPE, body: { ...subject, ...said(status, reason), changes: listed(changes) } };
  }
  const error = { class: javaClass, ...(message !== undefined && { message }) };
  const words = message === undefined ? javaClass : `${javaClass}: ${message}`;
  const title = `Error while processing ${path}`;
  return { status: 500, type: JSON_TYPE, body: { ...subject, ...said(500, words), title, error, changes: [] } };
}

function about(path: string): Record<string, unknown> {
  return { referer: "", path, parentLocation: inUrl(posix.dirname(path)), location: inUrl(path) };
}

function said(status: number, message: string): Record<string, unknown> {
  return { "status.message": message, "status.code": status };
}

export function inUrl(path: string): string {
  return path.replace("/jcr:", "/_jcr_");
}

function listed(changes: Changes): unknown {
  return changes.map((change) => {
    const [type, argument] = change.split(" ");
    return { type, argument };
  });
}
