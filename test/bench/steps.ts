/**
 * What one data source costs where: each step of a create, done by the provider's own rooms in a process of its own and
 * timed one by one. Run as a script it prints the steps of COUNT data sources.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";
import { CLIENT_ID, CLIENT_SECRET } from "../world/world";
import type { Ground } from "./ground";
import type { Tell } from "./progress";
import { median } from "./statistics";

export interface Step {
  readonly what: string;
  /** Milliseconds for the first data source of a process. */
  readonly first: number;
  /** Milliseconds for each further one; undefined for what a phase does once. */
  readonly further?: number;
}

export interface Steps {
  readonly author: Ground["author"];
  readonly rounds: number;
  readonly steps: readonly Step[];
}

/** How often a process does each step. */
const COUNT = 20;

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
    const { stdout } = await promisify(execFile)(process.execPath, [__filename], { env, cwd: REPOSITORY });
    seen.push(JSON.parse(stdout));
  }
  const steps = Object.keys(seen[0] ?? {}).map((what): Step => {
    const first = median(seen.map((times) => times[what]?.[0] ?? Number.NaN));
    const further = seen.flatMap((times) => times[what]?.slice(1) ?? []);
    return further.length > 0 ? { what, first, further: median(further) } : { what, first };
  });
  return { author: ground.author, rounds, steps };
}

/** Milliseconds by step, one number for each time that it was done. */
type Watch = <T>(what: string, act: () => T | Promise<T>) => Promise<T>;

async function main(): Promise<void> {
  const times: Record<string, number[]> = {};
  const watch: Watch = async (what, act) => {
    const begun = performance.now();
    const result = await act();
    times[what] = [...(times[what] ?? []), performance.now() - begun];
    return result;
  };
  // The SDK is in every dynamic provider's process: what it costs is the engine's.
  require("@pulumi/pulumi/runtime");
  await watch("load the provider", () => void require("../../provider/dynamic"));
  await createAll(watch);
  console.log(JSON.stringify(times));
}

async function createAll(watch: Watch): Promise<void> {
  // Loaded with the provider already; here they only get names.
  const { check } = await import("../../provider/check");
  const { Run } = await import("../../provider/run");
  const { Secret } = await import("../../provider/values");
  const { environment, clientId, clientSecret, tokenUrl } = surroundings();
  const run = new Run({ environment, config: () => undefined }, { warn: async () => {}, note: async () => {} }, ".");
  const oauth2 = { clientId, clientSecret: new Secret(clientSecret), tokenUrl };
  try {
    for (let i = 0; i < COUNT; i += 1) {
      const name = `steps-${i}`;
      const file = join("examples", "salesforce", "salesforce.swagger.json");
      await createOne(watch, run, { name, file, oauth2 }, check, i === 0);
    }
  } finally {
    await run.close();
  }
}

interface One {
  readonly name: string;
  readonly file: string;
  readonly oauth2: { readonly clientId: string; readonly clientSecret: object; readonly tokenUrl: string };
}
