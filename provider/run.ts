import { Author } from "./aem/author";
import type { Encryption } from "./aem/encryption";
import type { FormDataModels } from "./aem/formDataModels";
import { type Connection, type Resolved, resolveConnection, type Surroundings } from "./connection";
import { DataSourceError } from "./errors";
import { TokenChecks } from "./oauth/tokenCheck";
import type { Verdict } from "./oauth/verdict";
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
  readonly tokens: TokenChecks;
  /** Warnings that concern more than one data source, by their text. */
  readonly said = new Once<void>();
  /** Containers that were found ready to be written to, and how their author encrypts, by `containerKey`. */
  readonly containers = new Once<void>();
  readonly encryptions = new Once<Encryption>();
  /** The form data models of each author, or why it does not tell. */
  readonly formDataModels = new Map<Author, Promise<FormDataModels | DataSourceError>>();
  readonly #connections = new Map<string | undefined, Resolved>();
  readonly #authors = new Map<string, Author>();
  readonly #warnedOf = new WeakSet<Verdict>();
  readonly #owners = new Map<string, string>();
  /** Names of nodes by owner: a replacement is checked twice, the second time without its old inputs. */
  readonly names = new Map<string, unknown>();
  /** Ids of the markers that this phase has written. */
  readonly markers = new Set<string>();

  constructor(
    readonly surroundings: Surroundings,
    readonly voice: Voice,
    private readonly programFolder: string,
  ) {
    this.documents = new Documents(programFolder);
    this.tokens = new TokenChecks(surroundings.environment);
  }

  /** The connection of that name, or what is wrong with it. Its files are read once per phase. */
  connection(name: string | undefined): Resolved {
    const known = this.#connections.get(name);
    if (known) return known;
    const resolved = resolveConnection(name, this.surroundings, this.programFolder);
    this.#connections.set(name, resolved);
    return resolved;
  }

  /**
   * The author that a data source lives on. Throws before anything is sent when the connection is not complete, or is
   * another server than the one the state remembers.
   */
  author(connectionName: string | undefined, origin: string | undefined): Author {
    const resolved = this.connection(connectionName);
    if ("problems" in resolved) throw resolved.problems[0];
    const { connection } = resolved;
    const moved = originProblem(connection, origin);
    if (moved) throw moved;
    const key = connectionName ?? "";
    const author = this.#authors.get(key) ?? new Author(connection);
    this.#authors.set(key, author);
    return author;
  }

  /** Warns of an app's verdict, at the first data source that meets it: the others would say the same. */
  async warnOnce(verdict: Verdict, label: string): Promise<void> {
    if (this.#warnedOf.has(verdict)) return;
    this.#warnedOf.add(verdict);
    const doubts = verdict.kind === "issued" ? verdict.doubts : [verdict.error];
    for (const doubt of doubts) await this.voice.warn(`${label}: ${doubt.text()}`);
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

/** Does a thing once per key. A failure is shared by those who wait for it and not kept: the next one tries again. */
class Once<T> {
  readonly #made = new Map<string, Promise<T>>();

  do(key: string, act: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key);
    if (known) return known;
    const made = act();
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return made;
  }
}

/** A container as one login sees it. */
export function containerKey(connectionName: string | undefined, container: string): string {
  return `${connectionName ?? ""} ${container}`;
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
