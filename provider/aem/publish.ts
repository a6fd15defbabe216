import { setTimeout as pause } from "node:timers/promises";
import { DataSourceError } from "../errors";
import { judgeReplication, judgeReplicationThere } from "./answer";
import type { Author } from "./author";
import { type LiveDataSource, readDataSource } from "./dataSource";

/**
 * Activation and deactivation of a page (aem.md §4.4). The author works asynchronously and can say only that it is done
 * with it; what has arrived on publish can't be seen from here.
 */

const REPLICATE = "/bin/replicate.json";

/** Whether this author has what `replicate` asks; whether this login may use it, it does not say. */
export function hasReplication(author: Author): Promise<boolean> {
  return author.see(REPLICATE, judgeReplicationThere);
}

export type ReplicationAction = "Activate" | "Deactivate";

/** The page's last replication, as its node tells it. */
export interface Replication {
  readonly action: ReplicationAction | undefined;
  /** Milliseconds since 1970, of whole seconds; undefined when the node does not tell. */
  readonly at: number | undefined;
}

export function replicationOf({ properties }: LiveDataSource): Replication {
  const action = properties.get("cq:lastReplicationAction");
  return {
    action: action === "Activate" || action === "Deactivate" ? action : undefined,
    at: timeOf(properties.get("cq:lastReplicated")),
  };
}

/** Whether publish got the page as it is now, as far as the author tells. */
export function isPublishedAsItIs(live: LiveDataSource): boolean {
  const { action, at } = replicationOf(live);
  const modified = timeOf(live.properties.get("jcr:lastModified"));
  return action === "Activate" && at !== undefined && (modified === undefined || at >= modified);
}

/** How long, and who hears of it meanwhile. */
export interface Waiting {
  /** Milliseconds from the request to the author's word that it is done. */
  readonly deadlineMs: number;
  /** Milliseconds between two words of progress. */
  readonly progressMs: number;
  readonly progress: (text: string) => Promise<void>;
}

/**
 * Asks for it and waits until the author says that it is done. Answers with the time of the replication.
 * Throws `not-published` when it is refused or not done within the deadline.
 */
export async function replicate(
  author: Author,
  path: string,
  action: ReplicationAction,
  waiting: Waiting,
): Promise<string> {
  const before = replicationOf(await look(author, path));
  // Times are whole seconds: a replication of this very second could not be told from the one that is asked for now.
  if (before.at !== undefined && Date.now() - before.at < 2_000) await pause(1_000);
  await author.ask(REPLICATE, { cmd: action, path }, judgeReplication, path);
  const begun = Date.now();
  const spent = () => Date.now() - begun;
  for (let wait = 50, told = 0; spent() < waiting.deadlineMs; wait = Math.min(wait * 2, 2_000)) {
    await pause(Math.min(wait, waiting.deadlineMs - spent()));
    const now = replicationOf(await look(author, path));
    const isDone = now.action === action && (before.action !== action || now.at !== before.at);
    if (isDone) return new Date(now.at ?? Date.now()).toISOString();
    if (spent() - told < waiting.progressMs) continue;
    told = spent();
    await waiting.progress(
      `${action.toLowerCase()} of ${path}: ${seconds(told)} of at most ${seconds(waiting.deadlineMs)}`,
    );
  }
  throw new DataSourceError(
    "not-published",
    `${author.connection.origin} took the request to ${action.toLowerCase()} ${path}, but was not done within ${seconds(waiting.deadlineMs)}`,
    "Look at the replication queue in AEM (Tools, Deployment, Replication or Distribution), then run pulumi up again.",
  );
}

async function look(author: Author, path: string): Promise<LiveDataSource> {
  const live = await readDataSource(author, path);
  if (live !== "absent") return live;
  throw new DataSourceError("not-published", `${path} was deleted by somebody else meanwhile`, "Run pulumi up again.");
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.floor(time / 1_000) * 1_000;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
