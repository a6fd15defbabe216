import { Author } from "../../provider/aem/author";
import { deleteDataSource, writeDataSource } from "../../provider/aem/dataSource";
import { resolveConnection } from "../../provider/connection";
import { Secret } from "../../provider/values";
import { CLIENT_SECRET, SWAGGER } from "../world/world";
import { startDistance } from "./distance";
import type { Ground } from "./ground";
import type { Tell } from "./progress";
import { median, ninthDecile } from "./statistics";

/** How many saves an author takes, by how many it gets at once: what AEM_PARALLEL_WRITES is chosen by. */
export interface Writes {
  readonly author: Ground["author"];
  /** Milliseconds of network, there and back, between provider and author. */
  readonly roundTripMs: number;
  readonly rounds: number;
  readonly saves: number;
  readonly by: readonly WritesAtOnce[];
}

export interface WritesAtOnce {
  readonly atOnce: number;
  /** Median of the rounds. */
  readonly savesPerSecond: number;
  /** Milliseconds that one save takes on the author, without the wait for a turn: the value nine of ten stay below. */
  readonly slowestMs: number;
}

const AT_ONCE = [1, 2, 4, 8, 16];
const SAVES = 100;
/** On this machine, and as far away as another city. */
export const DISTANCES_MS: readonly number[] = [0, 30];

/** On this very machine (0), or with so many milliseconds of network in between. */
export async function runWrites(ground: Ground, roundTripMs: number, rounds: number, tell: Tell): Promise<Writes> {
  if (roundTripMs === 0) return { ...(await measured(ground, rounds, tell)), roundTripMs };
  const distance = await startDistance(ground.origin, roundTripMs);
  try {
    return { ...(await measured({ ...ground, origin: distance.origin }, rounds, tell)), roundTripMs };
  } finally {
    await distance.stop();
  }
}

async function measured(ground: Ground, rounds: number, tell: Tell): Promise<Omit<Writes, "roundTripMs">> {
  const rates = new Map(AT_ONCE.map((atOnce) => [atOnce, [] as number[]]));
  const slowest = new Map(AT_ONCE.map((atOnce) => [atOnce, [] as number[]]));
  // One round more, whose figures nobody keeps: a server in Java begins slowly.
  for (let round = -1; round < rounds; round += 1) {
    for (const atOnce of AT_ONCE) {
      tell(`${ground.author}, writes, round ${Math.max(0, round + 1)} of ${rounds}: ${atOnce} at once`);
      const { seconds, milliseconds } = await save(ground, atOnce, SAVES);
      if (round < 0) continue;
      rates.get(atOnce)?.push(SAVES / seconds);
      slowest.get(atOnce)?.push(ninthDecile(milliseconds));
    }
  }
  const by = AT_ONCE.map((atOnce) => ({
    atOnce,
    savesPerSecond: median(rates.get(atOnce) ?? []),
    slowestMs: median(slowest.get(atOnce) ?? []),
  }));
  return { author: ground.author, rounds, saves: SAVES, by };
}

/** Whole data sources, as a create sends them, through the provider's own door; afterwards they are removed again. */
async function save(
  ground: Ground,
  atOnce: number,
  saves: number,
): Promise<{ seconds: number; milliseconds: number[] }> {
  const author = new Author(connectionOf(ground, atOnce));
  const names = Array.from({ length: saves }, (_, i) => `/conf/global/settings/cloudconfigs/fdm/writes-${i}`);
  const waiting = [...names];
  const milliseconds: number[] = [];
  const file = { fileName: "api.json", mediaType: "application/json", bytes: Buffer.from(SWAGGER) };
  const secret = new Secret(CLIENT_SECRET);
  // As many hands as turns: what is measured is the way and the author's time, not the wait for a turn.
  const hand = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const begun = performance.now();
      await writeDataSource(
        author,
        path,
        { set: new Map([["jcr:title", path]]), remove: [], secret, file },
        "by suffix",
      );
      milliseconds.push(performance.now() - begun);
    }
  };
  try {
    await author.logIn();
    const begun = performance.now();
    await Promise.all(Array.from({ length: atOnce }, hand));
    const seconds = (performance.now() - begun) / 1000;
    await Promise.all(names.map((path) => deleteDataSource(author, path)));
    return { seconds, milliseconds };
  } finally {
    await author.close();
  }
}

function connectionOf({ origin, username, password }: Ground, parallelWrites: number) {
  const environment = {
    AEM_AUTHOR: origin,
    AEM_USERNAME: username,
    AEM_PASSWORD: password,
    AEM_PARALLEL_WRITES: String(parallelWrites),
  };
  const resolved = resolveConnection(undefined, { environment, config: () => undefined }, ".");
  if ("problems" in resolved) throw resolved.problems[0];
  return resolved.connection;
}
