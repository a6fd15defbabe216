import { posix } from "node:path";
import { type Answer, json, prefersJson } from "./answer";
import { decodeAsSling, firstValue, type RecordedField } from "./form";
import type { Login } from "./logins";
import type { Modes } from "./modes";
import { now } from "./moments";
import { NotEmulated } from "./refusal";
import type { Repository } from "./repository";
import { Session } from "./session";
import { statusDocument } from "./statusDocument";
import { single, text } from "./values";

export const REPLICATE = "/bin/replicate.json";

export interface ReplicationRequest {
  fields: readonly RecordedField[];
  login: Login;
  accept?: string;
  referer?: string;
}

type Action = "Activate" | "Deactivate";
const ACTIONS: readonly Action[] = ["Activate", "Deactivate"];

interface Verdict {
  /** What the body says. */
  status: number;
  message: string;
  /** Where HTTP says something else. */
  httpStatus?: number;
}

/**
 * Replication to publish. The author answers at once and replicates later; what publish holds outlives the page on
 * author, as in AEM, where a deletion by Sling's POST servlet replicates nothing.
 */
export class Replication {
  readonly #live = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(
    private readonly repository: Repository,
    private readonly delayMs: number,
  ) {}

  /** The paths that are live on publish. */
  get published(): string[] {
    return [...this.#live].sort();
  }

  answer(request: ReplicationRequest, mode: Modes["replication"]): Answer {
    const fields = decodeAsSling(request.fields);
    const command = firstValue(fields, "cmd") ?? "";
    const action = ACTIONS.find((name) => name.toLowerCase() === command.toLowerCase());
    const paths = fields.filter(({ name }) => name === "path").map(({ value = "" }) => value);
    if (!action) throw new NotEmulated(`cmd=${command} of ${REPLICATE}`);
    if (paths.length === 0) throw new NotEmulated(`${REPLICATE} without a path`);
    const refusal = this.#refuse(paths, request.login, mode);
    if (!refusal && mode === "works") this.#later(() => this.#replicate(action, paths, request.login.user));
    return answerOf(refusal ?? { status: 200, message: `Replication started for ${paths.join(", ")}` }, paths, request);
  }

  /** Nothing is replicated from now on. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #refuse(paths: readonly string[], login: Login, mode: Modes["replication"]): Verdict | undefined {
    const session = new Session(this.repository.root, login);
    for (const path of paths) {
      const node = isCanonical(path) ? session.node(path) : undefined;
      if (!node) return { status: 404, message: `No resource found at ${path}` };
      if (!login.canWrite(path)) return { status: 403, message: `No right to replicate ${path}` };
      if (!node.at("jcr:content")) throw new NotEmulated(`the replication of ${path}, which is no page`);
    }
    const message = `Error: Replication of ${paths.join(", ")} was refused`;
    if (mode === "refused") return { status: 403, message };
    return mode === "refused in the body" ? { status: 500, message, httpStatus: 200 } : undefined;
  }

  #later(work: () => void): void {
    if (this.#stopped) return; // a request that came in just before the end
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, this.delayMs).unref();
    this.#timers.add(timer);
  }

  /** A page that was deleted meanwhile is on its way all the same, but can't show a state any more. */
  #replicate(action: Action, paths: readonly string[], user: string): void {
    this.repository.save((root) => {
      for (const path of paths) {
        if (action === "Activate") this.#live.add(path);
        else this.#live.delete(path);
        const properties = root.at(`${path}/jcr:content`)?.properties;
        properties?.set("cq:lastReplicationAction", text(action));
        properties?.set("cq:lastReplicated", single("Date", now()));
        properties?.set("cq:lastReplicatedBy", text(user));
      }
    });
  }
}

function isCanonical(path: string): boolean {
  return path.startsWith("/") && path === posix.normalize(path) && !path.endsWith("/");
}

/** In JSON no more than is known of AEM's answer; in HTML the cells that all of Sling's status documents have. */
function answerOf(verdict: Verdict, paths: readonly string[], request: ReplicationRequest): Answer {
  const { status, message, httpStatus = status } = verdict;
  const path = paths.join(", ");
  const answer = prefersJson(request.accept)
    ? json(status, { path, "status.code": status, "status.message": message })
    : statusDocument({ status, message, title: message, path, changes: [] }, false, request.referer ?? "");
  return { ...answer, status: httpStatus };
}
