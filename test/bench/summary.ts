import type { Contest } from "./contest";
import { growthOf, type Ratio, ratiosOf } from "./ratios";
import type { Results } from "./results";
import { table } from "./table";

/** The part of README.md that a run writes: the ratios that have an aim, on both authors, and the plot. */

const COUNT = 100;
const [BEGIN, END] = ["<!-- by npm run bench -- --write -->", "<!-- end of it -->"];

export function intoReadme(readme: string, results: Results): string {
  const [before, rest] = readme.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`README.md has no part between ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${summary(results)}\n\n${END}${after}`;
}

function summary({ machine, contests, loading }: Results): string {
  const { date, cores, model, gibibytes, node, pulumi } = machine;
  const of = (author: Contest["author"], count = COUNT) =>
    contests.find((contest) => contest.author === author && contest.count === count);
  const [emulator, sling] = [of("AEM emulator"), of("Apache Sling")];
  const aims = (contest?: Contest) => (contest ? ratiosOf(contest) : []).filter(({ bound }) => bound !== undefined);
  const onSling = aims(sling);
  const large = contests.filter(({ author }) => author === "AEM emulator").find(({ count }) => count > COUNT);
  const growth = emulator && large ? growthOf(emulator, large).filter(({ bound }) => bound !== undefined) : [];
  const rows = [
    ...aims(emulator).map((ratio, index) => [ratio.what, told(ratio), told(onSling[index]), `≤ ${ratio.bound}`]),
    ...growth.map((ratio) => [ratio.what, told(ratio), "", `≤ ${ratio.bound}`]),
    ...(large?.peakMebibytes
      ? [[`memory of the provider's process, ${large.count}`, `${large.peakMebibytes.ours} MiB`, "", "≤ 200 MiB"]]
      : []),
    ...(loading
      ? [["loading the provider, beyond Pulumi's SDK", `${loading.over.provider.toFixed(0)} ms`, "", "≤ 80 ms"]]
      : []),
  ];
  return [
    `${COUNT} data sources, ${date}: ${cores} cores (${model}), ${gibibytes} GiB, Node ${node}, Pulumi ${pulumi}.`,
    table(["", "AEM emulator", "Apache Sling", "aim"], rows),
    "![time of a first up by the number of data sources, of floor, engine, ours and tutorial](docs/bench.svg)",
  ].join("\n\n");
}

function told(ratio: Ratio | undefined): string {
  return ratio === undefined || !Number.isFinite(ratio.value) ? "–" : ratio.value.toFixed(2);
}
