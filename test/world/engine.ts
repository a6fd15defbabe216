/**
 * The Pulumi engine on this machine: the user's own, or one that is fetched or built once and kept in the user's cache
 * folder.
 */
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { cacheFolder, exists, firstExecutable, makeOnce, remove, type Tell } from "./cache";
import {
  CLI,
  CLI_VERSION,
  duration,
  environment,
  FILES,
  HOST_VERSION,
  NOTE,
  sources,
  type Workshop,
} from "./engineSources";
import { run } from "./processes";

export interface Engine {
  /** The folder to put first on PATH. */
  bin: string;
  version: string;
  /** For reports: what this language host can't do is no statement about another one. */
  languageHost: string;
  origin: "PATH" | "cache" | Source;
}

type Source = keyof typeof sources;

export async function findEngine(tell: Tell = console.log): Promise<Engine> {
  const folder = engineFolder();
  return (
    (await engineOnPath(process.env.PATH, tell)) ??
    (await engineIn(folder, tell)) ??
    (await makeEngine(folder, tell, fromAnySource))
  );
}

/** What to add to the environment of a run, so that it uses this engine and keeps to itself. */
export function engineEnvironment(engine: Engine, home: string): NodeJS.ProcessEnv {
  return {
    PATH: [engine.bin, process.env.PATH].join(path.delimiter),
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_CREDENTIAL_STORE: "plaintext", // in `home`, not in the user's keychain
  };
}

function engineFolder(): string {
  return cacheFolder(`engine-${CLI_VERSION}-host-${HOST_VERSION}-${process.platform}-${process.arch}`);
}

/** The user's own engine, if it is new enough. */
export async function engineOnPath(searchPath = "", tell: Tell, seconds = 30): Promise<Engine | undefined> {
  const file = await firstExecutable(CLI, searchPath);
  if (!file || path.dirname(file) === engineFolder()) return undefined;
  try {
    // In the user's whole environment: a version manager's shim may need any of it.
    const version = await askVersion(file, process.env, seconds);
    if (!isAtLeast(version, CLI_VERSION)) throw new Error(`${file} is v${version}, older than v${CLI_VERSION}`);
    // Behind a link, if there is one: the engine warns when its language host isn't beside it.
    const real = await fs.realpath(file);
    const bin = path.dirname(path.basename(real) === CLI ? real : file);
    tell(`engine: pulumi v${version} on PATH, ${bin}`);
    return { bin, version, languageHost: "the user's own", origin: "PATH" };
  } catch (error) {
    tell(`engine: not the one on PATH (${messageOf(error)})`);
    return undefined;
  }
}

/** The engine in the cache, if it is whole and answers. */
export async function engineIn(folder: string, tell: Tell): Promise<Engine | undefined> {
  if (!(await exists(folder))) return undefined;
  try {
    const engine = await inspect(folder);
    tell(`engine: pulumi v${engine.version} with ${engine.languageHost}, ${folder}`);
    return engine;
  } catch (error) {
    tell(`engine: not the one in the cache (${messageOf(error)})`);
    return undefined;
  }
}

async function inspect(folder: string): Promise<Engine> {
  for (const name of FILES) await fs.access(path.join(folder, name));
  const home = await fs.mkdtemp(path.join(os.tmpdir(), "pulumi-home-")); // even this command writes a log there
  try {
    const version = await askVersion(path.join(folder, CLI), environment({ PULUMI_HOME: home }), 30);
    if (version !== CLI_VERSION) throw new Error(`${folder} holds v${version}`);
    const languageHost = (await fs.readFile(path.join(folder, NOTE), "utf8")).trim();
    return { bin: folder, version, languageHost, origin: "cache" };
  } finally {
    await remove(home);
  }
}

async function askVersion(file: string, env: NodeJS.ProcessEnv, seconds: number): Promise<string> {
  const output = await run(file, ["version"], { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, seconds });
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(output)?.[1];
  if (!version) throw new Error(`${file} doesn't tell its version`);
  return version;
}

/** By semantic versioning: a pre-release comes before its release. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [release = "", preRelease] = version.split("-", 2);
  const order = release.localeCompare(wanted, "en", { numeric: true });
  return order > 0 || (order === 0 && preRelease === undefined);
}

export async function makeEngine(
  folder: string,
  tell: Tell,
  get: (shop: Workshop) => Promise<Source>,
): Promise<Engine> {
  return makeOnce<Engine>(folder, {
    ready: () => engineIn(folder, tell),
    make: async ({ made: bin, scratch, stop }) => {
      const origin = await get({ bin, scratch, stop, tell });
      return { ...(await inspect(bin)), bin: folder, origin };
    },
    waiting: (seconds) => tell(`engine: another run has been getting it for ${duration(seconds)}: waiting for that`),
  });
}

async function fromAnySource(workshop: Workshop): Promise<Source> {
  const problems: string[] = [];
  for (const source of ["npm", "go"] as const) {
    try {
      await sources[source](workshop);
      await inspect(workshop.bin);
      return source;
    } catch (error) {
      workshop.stop.throwIfAborted();
      problems.push(`${source}: ${messageOf(error)}`);
      workshop.tell(`engine: not from ${source} (${messageOf(error)})`);
      await remove(workshop.bin);
    }
  }
  throw new Error(
    `no Pulumi engine: install the Pulumi CLI v${CLI_VERSION} or newer (pulumi.com/docs/install), ` +
      `or Go to have it built here (go.dev/doc/install). Tried ${problems.join("; ")}`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
