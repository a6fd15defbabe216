import * as path from "node:path";

interface Processes {
  /** `lock` names a folder beside what it protects; `waiting` hears, at once and every 15 s, for how long it is held. */
  exclusively<T>(
    lock: string,
    waiting: (seconds: number) => void,
    /** `stop` fires when this process gets a signal to end, or stood still so that another one has taken over. */
    work: (stop: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Calls `cleanUp` if this process ends, or gets a signal to end, before the function is called that it gives back. */
  atDeath(cleanUp: () => void): () => void;
  /** Resolves to what the program printed on both streams; rejects with one line, and all of it as `output`. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
}

interface RunOptions {
  cwd?: string;
  /** The whole environment; if absent, that of this process. */
  env?: NodeJS.ProcessEnv;
  /** A hard deadline: it is killed then. */
  seconds?: number;
  /** Kills the program and what it started. */
  signal?: AbortSignal;
  onLine?: (line: string) => void;
}

// By its place in the sources: tsc doesn't copy plain JavaScript into dist.
export const { atDeath, exclusively, run }: Processes = require(
  path.resolve(__dirname, "../../../test/world/processes.cjs"),
);
