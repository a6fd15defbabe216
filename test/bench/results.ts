import { cpus, loadavg, totalmem } from "node:os";
import type { Carried } from "./carried";
import type { Contest } from "./contest";
import type { Loading } from "./loading";
import type { Start } from "./start";
import type { Steps } from "./steps";
import type { Writes } from "./writes";

/** Everything that one run has measured; what was not asked for is not there. */
export interface Results {
  readonly machine: Machine;
  readonly contests: readonly Contest[];
  readonly steps: readonly Steps[];
  readonly writes: readonly Writes[];
  readonly loading?: Loading;
  readonly start?: Start;
  readonly carried: readonly Carried[];
}

export interface Machine {
  readonly date: string;
  readonly cores: number;
  readonly model: string;
  readonly gibibytes: number;
  readonly node: string;
  readonly pulumi: string;
  readonly languageHost: string;
  /** Processes that wanted to run, over a minute: before and after. Much above the cores, and the times mean little. */
  readonly loads: readonly (readonly [before: number, after: number])[];
}

export function machine(engine: { version: string; languageHost: string }, loadBefore: number): Machine {
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: cores.length,
    model: cores[0]?.model.trim() ?? "unknown",
    gibibytes: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    pulumi: engine.version,
    languageHost: engine.languageHost,
    loads: [[loadBefore, load()]],
  };
}

export function load(): number {
  return Math.round((loadavg()[0] ?? Number.NaN) * 10) / 10;
}

/** Runs of one machine as one. */
export function together([first, ...others]: readonly [Results, ...Results[]]): Results {
  return others.reduce(
    (sum, results) => ({
      machine: { ...sum.machine, loads: [...sum.machine.loads, ...results.machine.loads] },
      contests: [...sum.contests, ...results.contests],
      steps: [...sum.steps, ...results.steps],
      writes: [...sum.writes, ...results.writes],
      loading: sum.loading ?? results.loading,
      start: sum.start ?? results.start,
      carried: [...sum.carried, ...results.carried],
    }),
    first,
  );
}
