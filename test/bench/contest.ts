import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY, type Stack } from "../world/stack";
import { startStack } from "../world/world";
import { CONTESTANTS, type Contestant, PROGRAMS, type Program } from "./contestants";
import { AT_ONCE, FLOOR_PHASES } from "./floor";
import type { Ground } from "./ground";
import type { Tell } from "./progress";

export const PHASES = ["up", "preview", "change", "refresh", "destroy"] as const;
export type Phase = (typeof PHASES)[number];

/** Milliseconds, one number a round. */
export type Times = Readonly<Record<Contestant, Readonly<Record<Phase, readonly number[]>>>>;

export interface Contest {
  readonly author: Ground["author"];
  /** Data sources in the stack. */
  readonly count: number;
  readonly rounds: number;
  readonly milliseconds: Times;
  /** Of the provider's process in `up`, the most that was seen; where it was looked at. */
  readonly peakMebibytes?: number;
}

export interface ContestOptions {
  readonly count: number;
  readonly rounds: number;
  /** Looks at the provider's memory all the while, which costs a little time. */
  readonly memory?: boolean;
}

const WORDS: Readonly<Record<Phase, readonly string[]>> = {
  up: ["up", "--yes", "--skip-preview"],
  preview: ["preview"],
  change: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/** What the engine has to have done, or the time means nothing. */
function summary(phase: Phase, count: number): RegExp {
  const others = { up: `\\+ ${count + 1} created`, destroy: `- ${count + 1} deleted`, change: "~ 1 updated" };
  return new RegExp(phase === "preview" || phase === "refresh" ? `${count + 1} unchanged` : others[phase]);
}

/** All contestants in turn, phase by phase through one life of a stack; each round begins with another one. */
export async function runContest(ground: Ground, options: ContestOptions, tell: Tell): Promise<Contest> {
  const { count, rounds, memory = false } = options;
  const times: Record<Contestant, Record<Phase, number[]>> = {
    floor: noTimes(),
    engine: noTimes(),
    ours: noTimes(),
    tutorial: noTimes(),
  };
  const stacks = new Map<Program, Stack>();
  let peak = 0;
  try {
    for (const program of ["engine", "ours", "tutorial"] as const) {
      const stack = await startStack(ground, { tokenUrl: ground.tokenUrl }, PROGRAMS[program]);
      stack.environment.COUNT = String(count);
      stacks.set(program, stack);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const contestant of turned(CONTESTANTS, round)) {
        for (const phase of PHASES) {
          tell(`${ground.author}, ${count}, round ${round + 1} of ${rounds}: ${contestant} ${phase}`);
          const title = phase === "up" ? "First" : `Round ${round}`;
          const stack = contestant === "floor" ? undefined : stacks.get(contestant);
          const watch = memory && contestant === "ours" && stack ? watchMemory(stack) : undefined;
          const taken = stack ? await onEngine(stack, phase, count, title) : await onFloor(ground, phase, count, title);
          peak = Math.max(peak, watch?.() ?? 0);
          times[contestant][phase].push(taken);
        }
      }
    }
  } finally {
    for (const stack of stacks.values()) await stack.remove();
  }
  const contest = { author: ground.author, count, rounds, milliseconds: times };
  return memory ? { ...contest, peakMebibytes: Math.round(peak / 1024) } : contest;
}

function noTimes(): Record<Phase, number[]> {
  return { up: [], preview: [], change: [], refresh: [], destroy: [] };
}

function turned<T>(all: readonly T[], by: number): readonly T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

async function onEngine(stack: Stack, phase: Phase, count: number, title: string): Promise<number> {
  // A preview shows no change only with the title that the up before it wrote.
  stack.environment.TITLE = phase === "preview" ? "First" : title;
  const begun = performance.now();
  const { text } = await stack.pulumi(...WORDS[phase], "--parallel", String(AT_ONCE));
  const taken = performance.now() - begun;
  stack.outputs.length = 0; // kept for a search for leaks, which is the tests' business
  if (!summary(phase, count).test(text))
    throw new Error(`pulumi ${WORDS[phase].join(" ")} did something else:\n${text}`);
  return taken;
}

/** It has no preview without changes: a loop that wrote nothing would have nothing to say. */
async function onFloor(ground: Ground, phase: Phase, count: number, title: string): Promise<number> {
  const known = FLOOR_PHASES.find((candidate) => candidate === phase);
  if (known === undefined) return 0;
  const env = {
    PATH: process.env.PATH,
    AEM_AUTHOR: ground.origin,
    AEM_USERNAME: ground.username,
    AEM_PASSWORD: ground.password,
    SWAGGER: join(REPOSITORY, "examples", "salesforce", "salesforce.swagger.json"),
    COUNT: String(count),
    TITLE: title,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, "floor.js"), known], { env });
  return Number(stdout);
}

/** Samples the provider's memory; what it answers with stops that, and tells the most kibibytes that were seen. */
function watchMemory(stack: Stack): () => number {
  let peak = 0;
  const timer = setInterval(async () => {
    peak = Math.max(peak, await stack.providerKibibytes());
  }, 200);
  return () => {
    clearInterval(timer);
    return peak;
  };
}
