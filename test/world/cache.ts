/** What is got or built once and kept in the user's cache folder. */
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { exclusively } from "./processes";

export type Tell = (line: string) => void;

export interface Making<T> {
  /** What is in the folder, if it is whole. */
  ready: () => Promise<T | undefined>;
  /** Fills `made`, which doesn't exist yet and is to become the folder; `scratch` is for all else and is removed. */
  make: (place: { made: string; scratch: string; stop: AbortSignal }) => Promise<T>;
  /** Hears, at once and every 15 s, for how long another run has been at it. */
  waiting: (seconds: number) => void;
}

export function cacheFolder(name: string): string {
  const chosen = process.env.XDG_CACHE_HOME;
  const usual = path.join(os.homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache");
  const caches = chosen && path.isAbsolute(chosen) ? chosen : usual;
  return path.join(caches, "pulumi-aem-datasource", name);
}

/**
 * Makes in a scratch folder beside `folder`, where it appears by one rename, so that a half-made one is never used: the
 * rename is the safety. The lock is economy: a second run waits for the first one's instead of making another.
 */
export async function makeOnce<T>(folder: string, { ready, make, waiting }: Making<T>): Promise<T> {
  await fs.mkdir(path.dirname(folder), { recursive: true });
  return exclusively(`${folder}.lock`, waiting, async (stop) => {
    const found = await ready();
    if (found !== undefined) return found;
    await removeScratchFolders(folder);
    const scratch = await fs.mkdtemp(`${folder}.scratch-`);
    try {
      const made = path.join(scratch, "made");
      const result = await make({ made, scratch, stop });
      if (await exists(folder)) await fs.rename(folder, path.join(scratch, "unusable"));
      await fs.rename(made, folder);
      return result;
    } finally {
      await remove(scratch);
    }
  });
}

/** They were left by runs that were killed, since only the holder of the lock has one. */
async function removeScratchFolders(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  for (const name of await fs.readdir(parent)) {
    if (name.startsWith(`${path.basename(folder)}.scratch-`)) await remove(path.join(parent, name));
  }
}

export async function firstExecutable(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(folder, name);
    if (await exists(file, fs.constants.X_OK)) return file;
  }
  return undefined;
}

export async function exists(file: string, mode = fs.constants.F_OK): Promise<boolean> {
  return fs.access(file, mode).then(
    () => true,
    () => false,
  );
}

export async function remove(folder: string): Promise<void> {
  await fs.rm(folder, { recursive: true, force: true });
}
