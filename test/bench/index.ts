import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findEngine } from "../world/engine";
import { slingIsThere } from "../world/sling";
import { REPOSITORY } from "../world/stack";
import { type Carried, runCarried } from "./carried";
import { type Contest, runContest } from "./contest";
import { type Ground, startGround } from "./ground";
import { runLoading } from "./loading";
import { page, pictures } from "./page";
import { startProgress, type Tell } from "./progress";
import { load, machine, type Results, together } from "./results";
import { runStart } from "./start";
import { runSteps, type Steps } from "./steps";
import { intoReadme } from "./summary";
import { DISTANCES_MS, runWrites, type Writes } from "./writes";

/** `npm run bench`: what the provider costs over the engine itself and over the requests that the job needs. */

const HELP = `npm run bench -- [OPTIONS] [PARTS]

Parts (all of them unless some are named):
  contest   floor, engine, ours and tutorial side by side, phase by phase
  steps     what one data source costs where
  writes    saves per second, by how many an author gets at once
  loading   the provider in a fresh process
  start     a program in TypeScript, and compiled
  state     what the engine spends on inputs and outputs like ours, whoever fills them

  --quick          10 data sources on the AEM emulator, one round of everything
  --rounds N       rounds of each (default 5); the largest stack has one in any case
  --counts 1,10    sizes of the stacks (default 1, 10, 100 and 1000; on Apache Sling 10 and 100 of them)
  --on NAME        emulator or sling (default: both)
  --json           prints one object with every time
  --from FILE      measures nothing: takes what --json printed; several times for runs of one machine
  --write          writes docs/bench.md, its pictures and the table in README.md`;

const PARTS = ["contest", "steps", "writes", "loading", "start", "state"] as const;
type Part = (typeof PARTS)[number];

/** From here on a stack is measured once: it takes minutes. */
const LARGE = 1000;
const COUNTS: Readonly<Record<Ground["author"], readonly number[]>> = {
  "AEM emulator": [1, 10, 100, LARGE],
  "Apache Sling": [10, 100],
};
const AUTHORS: Readonly<Record<string, Ground["author"]>> = { emulator: "AEM emulator", sling: "Apache Sling" };

interface Wanted {
  readonly parts: ReadonlySet<Part>;
  readonly rounds: number;
  readonly authors: readonly Ground["author"][];
  readonly counts: (author: Ground["author"]) => readonly number[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      counts: { type: "string" },
      on: { type: "string" },
      json: { type: "boolean", default: false },
      from: { type: "string", multiple: true },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const results = values.from ? await known(values.from) : await measure(wantedOf(values, positionals));
  if (values.json) console.log(JSON.stringify(results));
  else console.log(page(results));
  if (values.write) {
    await writeFile(join(REPOSITORY, "docs", "bench.md"), page(results));
    const readme = join(REPOSITORY, "README.md");
    await writeFile(readme, intoReadme(await readFile(readme, "utf8"), results));
    for (const [name, svg] of pictures(results)) await writeFile(join(REPOSITORY, "docs", name), svg);
  }
}

async function known(files: readonly string[]): Promise<Results> {
  const [first, ...others] = await Promise.all(
    files.map(async (file): Promise<Results> => JSON.parse(await readFile(file, "utf8"))),
  );
  if (first === undefined) throw new Error("--from takes a file");
  return together([first, ...others]);
}

function wantedOf(
  { quick, rounds, counts, on }: { quick: boolean; rounds?: string; counts?: string; on?: string },
  words: readonly string[],
): Wanted {
  const unknown = words.filter((word) => !PARTS.some((part) => part === word));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(", ")}; see --help`);
  const author = on === undefined ? undefined : AUTHORS[on];
  if (on !== undefined && author === undefined) throw new Error("--on takes emulator or sling");
  const given = counts?.split(",").map(wholeNumber);
  return {
    parts: new Set(words.length === 0 ? PARTS : PARTS.filter((part) => words.includes(part))),
    rounds: wholeNumber(rounds ?? (quick ? "1" : "5")),
    authors: author ? [author] : quick ? ["AEM emulator"] : ["AEM emulator", "Apache Sling"],
    counts: (of) => given ?? (quick ? [10] : COUNTS[of]),
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no number of rounds or data sources`);
  return value;
}

async function measure({ parts, rounds, authors, counts }: Wanted): Promise<Results> {
  const { tell, end } = startProgress(process.stderr);
  const loadBefore = load();
  const engine = await findEngine(tell);
  const contests: Contest[] = [];
  const steps: Steps[] = [];
  const writes: Writes[] = [];
  let start: Results["start"];
  const carried: Carried[] = [];
  const on = async (ground: Ground): Promise<void> => {
    if (parts.has("steps")) steps.push(await runSteps(ground, rounds, tell));
    for (const distance of parts.has("writes") ? DISTANCES_MS : []) {
      writes.push(await runWrites(ground, distance, rounds, tell));
    }
    if (parts.has("start") && start === undefined) start = await runStart(ground, rounds, tell);
    for (const count of parts.has("state") && carried.length === 0 ? counts(ground.author).slice(-2) : []) {
      carried.push(await runCarried(ground, { count, rounds: count >= LARGE ? 1 : rounds }, tell));
    }
    for (const count of parts.has("contest") ? counts(ground.author) : []) {
      const large = count >= LARGE;
      contests.push(await runContest(ground, { count, rounds: large ? 1 : rounds, memory: large }, tell));
    }
  };
  const loading = parts.has("loading") ? await runLoading(2 * rounds + 1, tell) : undefined;
  for (const author of authors) {
    if (author === "Apache Sling" && (await isMissing(tell))) continue;
    const ground = await startGround(author);
    try {
      await on(ground);
    } finally {
      await ground.stop();
    }
  }
  end();
  return { machine: machine(engine, loadBefore), contests, steps, writes, loading, start, carried };
}

async function isMissing(tell: Tell): Promise<boolean> {
  const reason = await slingIsThere(tell);
  if (reason !== undefined) tell(`not on Apache Sling: ${reason}`);
  return reason !== undefined;
}

// So that those who clean up at the end of the process do.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

main().catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
