import { parseArgs } from "node:util";
import { type SweepReport, sweep } from "./world/sweep/sweep";

/**
 * `npm run sweep`: create, update, rotate, publish and delete, each with each kind of fault at each of its requests in
 * turn, and then what was promised is looked at. `--every 10` takes every tenth run only.
 */
async function main(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: { every: { type: "string", default: "1" } } });
  const every = Number(values.every);
  if (!Number.isInteger(every) || every < 1) throw new Error("--every takes a whole number, as in --every 10");
  const begun = performance.now();
  const report = await sweep({
    every,
    onRun: ({ name, broken }, done, of) => {
      const clear = process.stdout.isTTY ? `\r${"".padEnd(100)}\r` : "";
      if (broken.length > 0) console.log(`${clear}BROKEN ${name}\n${broken.map((line) => `  ${line}`).join("\n")}`);
      const line = `${done} of ${of} runs, ${minutes(begun)}: ${name}`;
      if (process.stdout.isTTY) process.stdout.write(`${clear}${line.slice(0, 99)}`);
      else if (done % 50 === 0 || done === of) console.log(line);
    },
  });
  console.log(`\n${summary(report)} (${minutes(begun)})`);
  return report.broken.length === 0 ? 0 : 1;
}

function summary({ runs, kinds, requests, broken, litter }: SweepReport): string {
  const what = `${runs} runs: ${kinds} kinds of fault at ${requests} requests of create, update, rotate, publish, delete`;
  const left = litter > 0 ? `; ${litter} folders with a dummy secret were left, nothing of worth` : "";
  if (broken.length === 0) return `${what}\nNothing was lost, nothing leaked, no orphan${left}`;
  return `${what}\n${broken.length} BROKEN:\n${broken.map(({ name }) => `  ${name}`).join("\n")}`;
}

function minutes(begun: number): string {
  const seconds = Math.round((performance.now() - begun) / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

// Whoever ends it ends its hosts too, which hang on the event of a regular end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  },
);
