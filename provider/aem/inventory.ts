import { loginName } from "../connection";
import { asDataSourceError, DataSourceError } from "../errors";
import { isRecord } from "../values";
import type { Json } from "./answer";
import type { Author } from "./author";
import { type LiveDataSource, readDataSource } from "./dataSource";
import { containerPath, folderPath } from "./paths";
import { Turns } from "./turns";

/** Every data source of an author that this login may read, of every type, made by whomever. */
export interface Inventory {
  readonly dataSources: readonly Found[];
  /** Folders and pages that could not be looked at, and why. */
  readonly unread: readonly { readonly path: string; readonly error: DataSourceError }[];
}

/** AEM's wizard takes names, and AEM has containers, that the provider does not: neither is always an argument of ours. */
interface Place {
  readonly path: string;
  readonly container: string;
  readonly name: string;
}

export interface Found extends Place {
  readonly live: LiveDataSource;
}

/** No configuration tree is deeper; a loop of some kind may be. */
const DEEPEST_CONTAINER = 8;
const NO_CONTAINERS: ReadonlySet<string> = new Set(["settings", "sling:configs", "jcr:content"]);
/** Requests at once: an author has others to serve. */
const AT_ONCE = 4;

/**
 * Walks `/conf`, or `containers` and those below them, by Sling's JSON: one folder a request, since it hands out no large
 * trees (sling.md §3). `tell` hears how far it is. Throws when the login is refused or this is no author.
 */
export async function takeInventory(
  author: Author,
  containers: readonly string[] = [],
  tell: (text: string) => void = () => undefined,
): Promise<Inventory> {
  await author.logIn();
  const unread: { path: string; error: DataSourceError }[] = [];
  const attempt = async <T>(path: string, act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (thrown) {
      unread.push({ path, error: asDataSourceError(thrown) });
      return undefined;
    }
  };
  let folders = 0;
  const childrenOf = async (path: string): Promise<string[]> => {
    tell(`folders looked into: ${folders++}`);
    const node = await attempt(path, () => author.node(path, 1));
    if (node === "absent" && starts.includes(path)) unread.push({ path, error: unreadable(author, path) });
    return node === undefined || node === "absent" ? [] : names(node);
  };
  const starts = containers.length > 0 ? containers.map(containerPath) : ["/conf"];
  const withSettings: string[] = [];
  let level = starts;
  for (let depth = 0; level.length > 0 && depth <= DEEPEST_CONTAINER; depth += 1) {
    const below = await limited(level, async (path) => {
      const children = await childrenOf(path);
      if (path !== "/conf" && children.includes("settings")) withSettings.push(path);
      return children.filter((name) => !NO_CONTAINERS.has(name)).map((name) => `${path}/${name}`);
    });
    level = below.flat();
  }
  const places = await limited([...new Set(withSettings)], async (path): Promise<Place[]> => {
    const folder = folderPath(path);
    const container = path.slice("/conf/".length);
    return (await childrenOf(folder)).map((name) => ({ path: `${folder}/${name}`, container, name }));
  });
  const all = places.flat().sort(byPath);
  let read = 0;
  const found = await limited(all, async (place): Promise<Found[]> => {
    tell(`${read++} of ${all.length} data sources read`);
    const live = await attempt(place.path, () => readDataSource(author, place.path));
    return live === undefined || live === "absent" ? [] : [{ ...place, live }];
  });
  return { dataSources: found.flat(), unread };
}

function unreadable({ connection }: Author, path: string): DataSourceError {
  const who = loginName(connection.login);
  const message = `${path} on ${connection.origin} is not there, or ${who} may not read it`;
  const remedy =
    path === "/conf"
      ? "Name the containers: --container global"
      : `Check the name, or give ${who} the right to read it.`;
  return new DataSourceError("container-missing", message, remedy);
}

function byPath(one: Place, other: Place): number {
  return one.path < other.path ? -1 : 1;
}

function names(node: Json): string[] {
  return Object.entries(node).flatMap(([name, child]) => (isRecord(child) && !name.startsWith("rep:") ? [name] : []));
}

/** In the order of `items`, a few at once. */
function limited<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const turns = new Turns(AT_ONCE);
  return Promise.all(items.map((item) => turns.take(() => act(item))));
}
