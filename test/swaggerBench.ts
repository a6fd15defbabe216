import { execFileSync } from "node:child_process";
import { dump } from "js-yaml";
import { checkSwagger } from "../provider/checkSwagger";
import type { DataSourceError } from "../provider/errors";
import { Run } from "../provider/run";
import { compareDocuments } from "../provider/swagger/compareSchemas";
import { Documents } from "../provider/swagger/documents";
import { SwaggerRefused } from "../provider/swagger/problem";
import { summarise } from "../provider/swagger/summary";
import { median } from "./bench/statistics";
import {
  entangledDocument,
  honestDocument,
  honestDocumentOf,
  refusedDocuments,
  SMALL,
  takenDocuments,
} from "./world/swaggerDocuments";

/**
 * `npm run bench:swagger`: what Swagger files cost, hostile and large ones. Each case runs in processes of its own;
 * medians of three. `--json` prints one object.
 */

interface Figures {
  readonly milliseconds: number;
  /** Of peak memory, beyond what the process and the file itself took before. */
  readonly mebibytes: number;
}

/** Makes its file; what it answers with is what is measured. */
type Case = () => () => unknown;

const json = (document: unknown) => Buffer.from(JSON.stringify(document));

function check(make: () => Buffer, known = false): Case {
  return () => {
    const text = make().toString();
    const voice = { warn: async () => undefined, note: async () => undefined };
    const surroundings = { environment: {}, config: () => undefined };
    const olds = known ? { api: summarise(JSON.parse(text)), product: "aem65" } : {};
    return async () => {
      const found: DataSourceError[] = [];
      const run = new Run(surroundings, voice, ".");
      await checkSwagger(run, "crm", { swagger: { text } }, olds, { place: "x", product: "aem65" }, found);
      if (found.length > 0) throw found[0];
    };
  };
}

function refuse(make: () => Buffer): Case {
  return () => {
    const bytes = make();
    return () => {
      try {
        new Documents(".").parse(bytes, "api");
      } catch (thrown) {
        if (thrown instanceof SwaggerRefused) return;
        throw thrown;
      }
      throw new Error("it was read");
    };
  };
}

const large = () => honestDocumentOf(5_000_000);

const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(Object.entries(refusedDocuments()).map(([name, make]) => [`refused: ${name}`, refuse(make)])),
  ...Object.fromEntries(
    Object.entries(takenDocuments()).map(([name, make]) => {
      return [
        `read: ${name}`,
        () => {
          const bytes = json(make());
          return () => new Documents(".").parse(bytes, "api");
        },
      ];
    }),
  ),
  "check: small file (without)": check(() => json(SMALL)),
  "check: 0.5 MB": check(() => json(honestDocumentOf(500_000))),
  "check: 5 MB": check(() => json(large())),
  "check: 5 MB, unchanged": check(() => json(large()), true),
  "check: 5 MB of YAML": check(() => Buffer.from(dump(large(), { noRefs: true }))),
  "check: 1,000 operations": check(() => json(honestDocument(1_000, 10))),
  "check: 300 definitions that all refer to each other": check(() => json(entangledDocument(300))),
  "compare: 5 MB, each schema changed": () => {
    const [before, after] = [
      large(),
      JSON.parse(JSON.stringify(large()).replaceAll('"maxLength":80', '"maxLength":79')),
    ];
    return () => compareDocuments(before, after);
  },
};

async function measure(name: string): Promise<Figures> {
  const prepare = CASES[name];
  if (prepare === undefined) throw new Error(`no such case: ${name}`);
  const act = prepare();
  global.gc?.();
  const before = process.resourceUsage().maxRSS;
  const begun = performance.now();
  await act();
  const milliseconds = Math.round(performance.now() - begun);
  return { milliseconds, mebibytes: Math.round((process.resourceUsage().maxRSS - before) / 1024) };
}

function main(words: readonly string[]): void {
  const rounds = 3;
  const names = Object.keys(CASES);
  const results: Record<string, Figures> = {};
  for (const [index, name] of names.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${names.length}: ${name}`.padEnd(78));
    const runs = Array.from({ length: rounds }, (): Figures => {
      return JSON.parse(
        execFileSync(process.execPath, ["--expose-gc", __filename, "--case", name], { encoding: "utf8" }),
      );
    });
    results[name] = {
      milliseconds: median(runs.map(({ milliseconds }) => milliseconds)),
      mebibytes: median(runs.map(({ mebibytes }) => mebibytes)),
    };
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${"".padEnd(78)}\r`);
  const apiBytes = JSON.stringify(summarise(honestDocument(1_000, 10))).length;
  if (words.includes("--json")) {
    console.log(JSON.stringify({ rounds, results, apiBytes }));
    return;
  }
  for (const [name, { milliseconds, mebibytes }] of Object.entries(results)) {
    console.log(`${name.padEnd(56)} ${String(milliseconds).padStart(6)} ms ${String(mebibytes).padStart(5)} MiB`);
  }
  console.log(`an API of 1,000 operations in the state: ${apiBytes} bytes, twice`);
}

const [first, name = ""] = process.argv.slice(2);
if (first === "--case") {
  measure(name).then(
    (figures) => console.log(JSON.stringify(figures)),
    (thrown: unknown) => {
      console.error(thrown);
      process.exitCode = 1;
    },
  );
} else main(process.argv.slice(2));
