import * as path from "node:path";

interface Processes {
  /** `lock` names a folder beside what it protects; `waiting` hears, at once and every 15 s, for how long it is held. */
  exclusively<T>(
    lock: string,
    waiting: (seconds: number) => void,
    /** `lost` fires when another process has taken the lock over, because this one stood still: stop then. */
    work: (lost: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Resolves to what the program printed on both streams; rejects with one line, and all of it as `output`. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
}

interface RunOptions {
  cwd?: string;
  /** The whole environment; if absent, that of this process. */
  env?: NodeJS.ProcessEnv;
  /** A hard deadline. */
  seconds?: number;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
}

// By its place in the sources: tsc doesn't copy plain JavaScript into dist.
export const { exclusively, run }: Processes = require(path.resolve(__dirname, "../../../test/world/processes.cjs"));
