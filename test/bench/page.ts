import type { Carried } from "./carried";
import { type Contest, PHASES, type Times } from "./contest";
import { CONTESTANTS, LEFT_OUT } from "./contestants";
import type { Loading } from "./loading";
import { ms, plotOfGrowth, plotOfSteps } from "./plot";
import { growthOf, type Ratio, ratiosOf } from "./ratios";
import type { Results } from "./results";
import type { Start } from "./start";
import { median } from "./statistics";
import type { Steps } from "./steps";
import { table } from "./table";
import type { Writes } from "./writes";

/** What a run has measured, as a page: ratios first, since times differ by machine. Parts that were not run are left out. */

const ASKED = 100;

export function page(results: Results): string {
  const { contests, steps, writes, loading, start, carried } = results;
  const sections = [
    HEAD,
    ...machineText(results),
    ...(contests.length > 0 ? ratioSections(contests) : []),
    ...(contests.length > 0 ? [WHY] : []),
    ...(carried.length > 0 ? carriedSection(carried, contests) : []),
    ...(contests.length > 0 ? timeSection(contests) : []),
    ...steps.flatMap((of) => stepSection(of, contests)),
    ...writes.flatMap(writeSection),
    ...(loading ? loadingSection(loading) : []),
    ...(start ? startSection(start) : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** File name in docs/ → picture. */
export function pictures({ contests, steps }: Results): ReadonlyMap<string, string> {
  const onEmulator = plotted(contests);
  const found = new Map<string, string>();
  if (onEmulator.length > 0) found.set("bench.svg", plotOfGrowth(onEmulator));
  const [first] = steps.filter(({ author }) => author === "Apache Sling").concat(steps);
  if (first) found.set("bench-steps.svg", plotOfSteps(first));
  return found;
}

/** One size alone shows no growth. */
function plotted(contests: readonly Contest[]): readonly Contest[] {
  const onEmulator = contests.filter(({ author }) => author === "AEM emulator");
  return new Set(onEmulator.map(({ count }) => count)).size > 1 ? onEmulator : [];
}

const HEAD = `# What it costs

Made by \`npm run bench -- --write\` (\`npm run bench -- --quick\` takes a minute or two, \`--help\` tells the rest). Four contestants do the same job in
turn, in interleaved rounds; a figure is the median of the rounds, a ratio is formed within each round.

- **floor**: a bare loop of requests that does the verified job (CSRF token once, look, POST, read back page and file), in a process of its own, from
  loading undici to the last answer, with the same number of data sources and writes at once
- **engine**: as many dynamic resources with the same arguments that do nothing
- **ours**: this provider, \`publish\` off. Its class spares the program the stacks that Pulumi's SDK notes for each output, so it can be below *engine*
- **tutorial**: a dynamic provider as guides teach it, with a token and a POST in each create

${LEFT_OUT}.`;

/** By profiles of the processes of single commands; the sections that it names hold figures of this run. */
const WHY = `## What is missed, and why

- **first up, refresh**: *floor* has the machine for itself, while *ours* shares it with the engine, the program and the author. Beyond the requests, a
  part is spent by the engine on a larger state ("What the state alone costs"), and a part once per process on loading, token, parsing and the proof
  that the author encrypts ("Steps of a create": the first data source against each further one).
- **growth**: the engine writes the whole state down after each step, with ours as with *engine*, and ours is larger, since it holds what a preview
  compares without asking the author. With checkpoints off (\`PULUMI_SKIP_CHECKPOINTS\`, for a try only: a crash then loses what was done) the growth is gone.
- **loading**: zod and its languages are more than half of it; undici comes on top, with the first connection.
- Tried, and kept: the specifications' schemas are compiled by Ajv when the package is made (400 ms less in each process that judges a file); undici is
  loaded with the first connection; an answer is let go of with its request, not when its deadline has passed (memory); four writes at once, as
  measured below.
- Tried, and not taken: the provider's own code as one file (no difference), zod's smaller interface (it loads the same files), undici's inner files
  (faster, and not public).`;

function machineText({ machine }: Results): string[] {
  const { date, cores, model, gibibytes, node, pulumi, languageHost, loads } = machine;
  const busy = Math.max(...loads.flat()) > cores + 1;
  return [
    `${date}, ${cores} cores (${model}), ${gibibytes} GiB, Node ${node}, Pulumi ${pulumi} with ${languageHost}. Processes that wanted to run (load) before and after: ${loads.map((pair) => pair.join(" and ")).join("; ")}.`,
    ...(busy
      ? ["**The machine was busy with other things: times by the clock mean little, processor times more.**"]
      : []),
  ];
}

function ratioSections(contests: readonly Contest[]): string[] {
  const asked = contests.filter(({ count }) => count === ASKED);
  const shown = asked.length > 0 ? asked : contests;
  const tables = shown.flatMap((contest) => [`## ${title(contest)}`, ratioTable(ratiosOf(contest))]);
  const emulator = contests.filter(({ author }) => author === "AEM emulator").sort((a, b) => a.count - b.count);
  const [small, large] = [emulator.find(({ count }) => count === ASKED), emulator.at(-1)];
  if (small === undefined || large === undefined || large.count <= small.count) return tables;
  const peak = large.peakMebibytes && memoryText(large.count, large.peakMebibytes);
  return [...tables, "## Growth", ratioTable(growthOf(small, large)), ...(peak ? [peak] : [])];
}

function memoryText(count: number, { ours, engine }: NonNullable<Contest["peakMebibytes"]>): string {
  const judged = ours <= 200 ? "reached" : "**missed**";
  return `Most memory of the provider's process with ${count} data sources: ${ours} MiB (aim: 200 MiB, ${judged}); of *engine*'s, which does nothing, ${engine} MiB.`;
}

function title({ author, count, rounds }: Contest): string {
  return `${count} data source${count === 1 ? "" : "s"}, ${author}, ${rounds} round${rounds === 1 ? "" : "s"}`;
}

function ratioTable(ratios: readonly Ratio[]): string {
  const rows = ratios.map(({ what, value, bound }) => {
    const judged = bound === undefined ? "" : `≤ ${bound}: ${value <= bound ? "reached" : "**missed**"}`;
    return [what, Number.isFinite(value) ? value.toFixed(2) : "–", judged];
  });
  return table(["ratio", "", "aim"], rows);
}

function timeSection(contests: readonly Contest[]): string[] {
  const picture = plotted(contests).length > 0 ? ["![time by data sources](bench.svg)"] : [];
  return [
    "## Seconds",
    timeTable(contests, ({ milliseconds }) => milliseconds),
    ...picture,
    "## Processor seconds",
    "Of all processes of a command together, without the author's; a busy machine disturbs them less. The floor's are those of its whole process.",
    timeTable(contests, ({ processor }) => processor),
  ];
}

function timeTable(contests: readonly Contest[], timesOf: (contest: Contest) => Times): string {
  const sorted = [...contests].sort((a, b) => a.author.localeCompare(b.author) || a.count - b.count);
  const rows = sorted.flatMap((contest) =>
    CONTESTANTS.map((contestant) => {
      const times = PHASES.map((phase) => {
        const none = contestant === "floor" && phase === "preview";
        return none ? "–" : seconds(median(timesOf(contest)[contestant][phase]));
      });
      return [contest.author, String(contest.count), contestant, ...times];
    }),
  );
  const heading = ["author", "data sources", "", "first up", "preview", "up of one change", "refresh", "destroy"];
  return table(heading, rows);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

function stepSection({ author, rounds, steps }: Steps, contests: readonly Contest[]): string[] {
  const rows = steps.map(({ what, first, further }) => [what, ms(first), further === undefined ? "–" : ms(further)]);
  const total = (pick: (step: Steps["steps"][number]) => number) => ms(steps.map(pick).reduce((a, b) => a + b, 0));
  rows.push(["all of these", total(({ first }) => first), total(({ further = 0 }) => further)]);
  rows.push(...engineRow(contests));
  return [
    `## Steps of a create, ${author}, ${rounds} rounds`,
    "One after the other, in one process as the provider has it; what a phase does once costs a further data source nothing.",
    table(["step", "first data source", "each further one"], rows),
    ...(author === "Apache Sling" ? ["![steps of a create](bench-steps.svg)"] : []),
  ];
}

/** Who spends the time between *engine* and *ours*. */
function carriedSection(carried: readonly Carried[], contests: readonly Contest[]): string[] {
  const rows = carried.map(({ count, rounds, bytes, milliseconds: { bare, carrying } }) => {
    const contest = contests.find((of) => of.author === "AEM emulator" && of.count === count);
    const floor = contest && median(contest.milliseconds.floor.up);
    const share = floor === undefined ? "–" : ((carrying - bare) / floor).toFixed(2);
    const sizes = `${bytes.bare} and ${bytes.carrying}`;
    return [String(count), String(rounds), sizes, seconds(bare), seconds(carrying), share];
  });
  return [
    "## What the state alone costs",
    "The first up of resources that do nothing (*engine*), and of the same ones with the inputs and outputs of ours. The engine checks these, encrypts them, and writes the whole state down after each step; so this part of the time between *engine* and *ours* is its own, and grows with the square of the number.",
    table(["data sources", "rounds", "bytes of one in the state", "bare (s)", "carrying (s)", "more, ÷ floor"], rows),
  ];
}

/** What an `up` of resources costs that do nothing: the first one, and each further one of a hundred. */
function engineRow(contests: readonly Contest[]): string[][] {
  const up = (wanted: number) => {
    const contest = contests.find(({ author, count }) => author === "AEM emulator" && count === wanted);
    return contest && median(contest.milliseconds.engine.up);
  };
  const [one, many] = [up(1), up(ASKED)];
  if (one === undefined || many === undefined) return [];
  return [["the engine itself, by resources that do nothing", ms(one), ms((many - one) / (ASKED - 1))]];
}

function writeSection({ author, roundTripMs, rounds, saves, by }: Writes): string[] {
  const rows = by.map(({ atOnce, savesPerSecond, slowestMs }) => [
    String(atOnce),
    savesPerSecond.toFixed(0),
    ms(slowestMs),
  ]);
  return [
    `## Writes at once, ${author} ${roundTripMs === 0 ? "on this machine" : `behind ${roundTripMs} ms of network`}, ${rounds} rounds of ${saves} saves`,
    table(["at once", "saves a second", "nine of ten saves take at most"], rows),
  ];
}

function loadingSection({ rounds, empty, sdk, over }: Loading): string[] {
  const judged = over.provider <= 80 ? "reached" : "**missed**";
  const rows = [
    ["an empty process", ms(empty)],
    ["Pulumi's SDK in it, as in that of every dynamic provider", ms(sdk)],
    ["beyond that: the provider", `${ms(over.provider)} (aim: 80 ms, ${judged})`],
    ["in this: zod, by which each phase reads what the engine hands over", ms(over.zod)],
    ["with the first connection, on top: undici", ms(over.undici)],
  ];
  return [`## Loading in a fresh process, ${rounds} rounds`, table(["", "whole process"], rows)];
}

function startSection({ rounds, forms }: Start): string[] {
  const rows = forms.map(({ what, milliseconds }) => [what, seconds(milliseconds)]);
  return [
    `## A preview of one data source, by the program's language, ${rounds} rounds`,
    table(["program", "seconds"], rows),
  ];
}
