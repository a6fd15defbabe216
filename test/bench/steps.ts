import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";
import { CLIENT_ID, CLIENT_SECRET } from "../world/world";
import type { Ground } from "./ground";
import type { Tell } from "./progress";
import { median } from "./statistics";

/** What one data source costs where: each step of a create, in a process of its own (stepsOfCreate.ts). */
export interface Steps {
  readonly author: Ground["author"];
  readonly rounds: number;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly what: string;
  /** Milliseconds for the first data source of a process. */
  readonly first: number;
  /** Milliseconds for each further one: almost none for what a phase does once. Absent: there is no further time. */
  readonly further?: number;
}

export async function runSteps(ground: Ground, rounds: number, tell: Tell): Promise<Steps> {
  const env = {
    PATH: process.env.PATH,
    AEM_AUTHOR: ground.origin,
    AEM_USERNAME: ground.username,
    AEM_PASSWORD: ground.password,
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN_URL: ground.tokenUrl,
  };
  const seen: Record<string, number[]>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    tell(`${ground.author}, steps, round ${round + 1} of ${rounds}`);
    const script = join(__dirname, "stepsOfCreate.js");
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env, cwd: REPOSITORY });
    seen.push(JSON.parse(stdout));
  }
  const steps = Object.keys(seen[0] ?? {}).map((what): Step => {
    const first = median(seen.map((times) => times[what]?.[0] ?? Number.NaN));
    const further = seen.flatMap((times) => times[what]?.slice(1) ?? []);
    return further.length > 0 ? { what, first, further: median(further) } : { what, first };
  });
  return { author: ground.author, rounds, steps };
}
