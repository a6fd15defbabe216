import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";
import type { Tell } from "./progress";
import { median } from "./statistics";

/** Milliseconds of a whole process that loads something and ends; medians of interleaved rounds. */
export interface Loading {
  readonly rounds: number;
  readonly empty: number;
  /** With the part of Pulumi's SDK that is in each dynamic provider's process. */
  readonly sdk: number;
  /** Beyond the SDK, each in a process of its own: the provider, and the libraries that each phase needs. */
  readonly over: Readonly<Record<Loaded, number>>;
}

export type Loaded = keyof typeof LOADED;

const SDK = 'require("@pulumi/pulumi/runtime");';
const LOADED = { provider: "pulumi-aem-datasource/provider", undici: "undici", zod: "zod" };

export async function runLoading(rounds: number, tell: Tell): Promise<Loading> {
  const [empty, sdk] = [[] as number[], [] as number[]];
  const over: Record<Loaded, number[]> = { provider: [], undici: [], zod: [] };
  for (let round = 0; round < rounds; round += 1) {
    tell(`loading, round ${round + 1} of ${rounds}`);
    empty.push(await wholeProcess(""));
    sdk.push(await wholeProcess(SDK));
    for (const what of ["provider", "undici", "zod"] as const) over[what].push(await afterTheSdk(LOADED[what]));
  }
  const medians = { provider: median(over.provider), undici: median(over.undici), zod: median(over.zod) };
  return { rounds, empty: median(empty), sdk: median(sdk), over: medians };
}

async function wholeProcess(script: string): Promise<number> {
  const begun = performance.now();
  await promisify(execFile)(process.execPath, ["-e", script], { cwd: REPOSITORY });
  return performance.now() - begun;
}

/** By the clock of a fresh process: as the difference of two whole ones it would drown in what these differ by anyway. */
async function afterTheSdk(name: string): Promise<number> {
  const script = `${SDK}const begun = performance.now();require("${name}");console.log(performance.now() - begun);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: REPOSITORY });
  return Number(stdout);
}
