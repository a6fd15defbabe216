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
  /** With the provider on top of that. */
  readonly provider: number;
  /** Of the rounds: provider less SDK. */
  readonly over: number;
}

const SDK = 'require("@pulumi/pulumi/runtime");';
const SCRIPTS = { empty: "", sdk: SDK, provider: `${SDK}require("pulumi-aem-datasource/provider")` };

export async function runLoading(rounds: number, tell: Tell): Promise<Loading> {
  const times = { empty: [] as number[], sdk: [] as number[], provider: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    tell(`loading, round ${round + 1} of ${rounds}`);
    for (const what of ["empty", "sdk", "provider"] as const) {
      const begun = performance.now();
      await promisify(execFile)(process.execPath, ["-e", SCRIPTS[what]], { cwd: REPOSITORY });
      times[what].push(performance.now() - begun);
    }
  }
  const over = times.provider.map((taken, round) => taken - (times.sdk[round] ?? Number.NaN));
  const { empty, sdk, provider } = times;
  return { rounds, empty: median(empty), sdk: median(sdk), provider: median(provider), over: median(over) };
}
