import { Author } from "./aem/author";
import { type Connection, resolveConnection, type Surroundings } from "./connection";
import { DataSourceError } from "./errors";
import { TokenChecks } from "./oauth/tokenCheck";
import { Documents } from "./swagger/documents";

/** How the lifecycle speaks to the user beside its results. */
export interface Voice {
  warn(text: string): Promise<void>;
  note(text: string): Promise<void>;
}

/**
 * What one phase of the engine shares: it runs in one process for all data sources of a stack, so each author is logged
 * in to once, each app asked for one token, each document parsed once.
 */
export class Run {
  readonly documents: Documents;
  readonly tokens = new TokenChecks();
  readonly #authors = new Map<string, Author>();
  readonly #once = new Map<string, Promise<void>>();
  readonly #owners = new Map<string, string>();
  /** Names of nodes by owner: a replacement is checked twice, the second time without its old inputs. */
  readonly names = new Map<string, unknown>();
  /** Ids of the markers that this phase has written. */
  readonly markers = new Set<string>();

  constructor(
    readonly surroundings: Surroundings,
    readonly voice: Voice,
    programFolder: string,
  ) {
    this.documents = new Documents(programFolder);
  }

  /**
   * The author that a data source lives on. Throws before anything is sent when the connection is not complete, or is
   * another server than the one the state remembers.
   */
  author(connectionName: string | undefined, origin: string | undefined): Author {
    const resolved = resolveConnection(connectionName, this.surroundings);
    if ("problems" in resolved) throw resolved.problems[0];
    const { connection } = resolved;
    const moved = originProblem(connection, origin);
    if (moved) throw moved;
    const key = connectionName ?? "";
    const author = this.#authors.get(key) ?? new Author(connection);
    this.#authors.set(key, author);
    return author;
  }

  /** Does `act` once per phase. A failure is shared by those who wait for it and not kept: the next one tries again. */
  once(what: string, act: () => Promise<void>): Promise<void> {
    const known = this.#once.get(what);
    if (known) return known;
    const made = act();
    this.#once.set(what, made);
    made.catch(() => this.#once.delete(what));
    return made;
  }

  /** Notes that `owner` makes the page at `place`; answers with the other owner where two resources want one page. */
  claim(place: string, owner: string): string | undefined {
    const other = this.#owners.get(place);
    if (other === undefined) this.#owners.set(place, owner);
    return other === owner ? undefined : other;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#authors.values()].map((author) => author.close()));
  }
}

/** Where a page stands, over all authors of a program. */
export function placeOf(origin: string, path: string): string {
  return `${origin}${path}`;
}

/** Credentials never go to a server that they were not given for: a state of another origin is refused. */
export function originProblem(connection: Connection, origin: string | undefined): DataSourceError | undefined {
  if (origin === undefined || origin === connection.origin || origin === connection.previousOrigin) return undefined;
  return new DataSourceError(
    "origin-changed",
    `this data source lives on ${origin}, the connection (${connection.source}) now says ${connection.origin}; nothing was sent`,
    "The same server under a new name: set previousOrigin (AEM_PREVIOUS_ORIGIN) to the old one and run pulumi up. Another server: make a new resource there.",
  );
}
