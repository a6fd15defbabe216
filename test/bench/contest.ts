import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY, type Stack } from "../world/stack";
import { startStack } from "../world/world";
import { CONTESTANTS, type Contestant, PROGRAMS, type Program } from "./contestants";
import { AT_ONCE, FLOOR_PHASES } from "./floor";
import type { Ground } from "./ground";
import type { Tell } from "./progress";
import { timed } from "./stopwatch";

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
  /** Of processor, of all processes of a command together, where the system tells: a busy machine disturbs it less. */
  readonly processor: Times;
  /** The most memory that the provider's process was seen with; where it was looked at. */
  readonly peakMebibytes?: Readonly<Record<Program, number>>;
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
  const [milliseconds, processor] = [noTimes(), noTimes()];
  const peakMebibytes = { engine: 0, ours: 0, tutorial: 0 };
  const stacks: Stack[] = [];
  const start = async (program: Program): Promise<Stack> => {
    const stack = await startStack(ground, { tokenUrl: ground.tokenUrl }, PROGRAMS[program]);
    stacks.push(stack);
    stack.environment.COUNT = String(count);
    return stack;
  };
  try {
    const on = { engine: await start("engine"), ours: await start("ours"), tutorial: await start("tutorial") };
    for (let round = 0; round < rounds; round += 1) {
      for (const contestant of turned(CONTESTANTS, round)) {
        for (const phase of PHASES) {
          tell(`${ground.author}, ${count}, round ${round + 1} of ${rounds}: ${contestant} ${phase}`);
          const title = phase === "up" || phase === "preview" ? "First" : `Round ${round}`;
          const watch = memory && contestant !== "floor" ? watchMemory(on[contestant]) : undefined;
          const {
            result,
            clock,
            processor: used,
          } = await timed(() => {
            return contestant === "floor"
              ? onFloor(ground, phase, count, title)
              : onEngine(on[contestant], phase, count, title);
          });
          milliseconds[contestant][phase].push(result ?? clock);
          processor[contestant][phase].push(used);
          if (watch && contestant !== "floor") peakMebibytes[contestant] = Math.max(peakMebibytes[contestant], watch());
        }
      }
    }
  } finally {
    for (const stack of stacks) await stack.remove();
  }
  const contest = { author: ground.author, count, rounds, milliseconds, processor };
  return memory ? { ...contest, peakMebibytes } : contest;
}

function noTimes(): Record<Contestant, Record<Phase, number[]>> {
  const none = () => ({ up: [], preview: [], change: [], refresh: [], destroy: [] });
  return { floor: none(), engine: none(), ours: none(), tutorial: none() };
}

function turned<T>(all: readonly T[], by: number): readonly T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

async function onEngine(stack: Stack, phase: Phase, count: number, title: string): Promise<undefined> {
  stack.environment.TITLE = title;
  const { text } = await stack.pulumi(...WORDS[phase], "--parallel", String(AT_ONCE));
  stack.outputs.length = 0; // kept for a search for leaks, which is the tests' business
  if (!summary(phase, count).test(text))
    throw new Error(`pulumi ${WORDS[phase].join(" ")} did something else:\n${text}`);
}

/** Milliseconds by its own clock, without the start of Node. It has no preview without changes: a loop that wrote nothing would have nothing to say. */
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

/** Samples the memory of the provider's process; what it answers with stops that, and tells the most mebibytes. */
function watchMemory(stack: Stack): () => number {
  let peak = 0;
  const timer = setInterval(async () => {
    peak = Math.max(peak, await stack.providerKibibytes());
  }, 200);
  return () => {
    clearInterval(timer);
    return Math.round(peak / 1024);
  };
}
