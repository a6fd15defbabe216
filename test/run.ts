import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import Mocha from "mocha";
import { findEngine } from "./world/engine";
import { ROWS } from "./world/faultRows/rows";
import { LayerTimes } from "./world/layerTimes";
import { shellsAreMissing } from "./world/otherShells";
import { atDeath } from "./world/processes";
import { terminalIsMissing } from "./world/pseudoTerminal";
import { slingIsThere } from "./world/sling";
import { Tally } from "./world/tally";

/** Something that tests run on and that a machine may lack. */
interface Ground {
  readonly name: string;
  /** Which files need it, by their path below `test`. */
  readonly files: RegExp;
  /** Gets it, if it can be had; else the line that says what is missing. */
  readonly missing: () => Promise<string | undefined>;
}

const GROUNDS: readonly Ground[] = [
  { name: "the Pulumi engine", files: /^(engine|faults)\b|engine\.test/, missing: engineIsMissing },
  { name: "a terminal", files: /onTerminal/, missing: terminalIsMissing },
  { name: "zsh and fish", files: /otherShells/, missing: shellsAreMissing },
  { name: "Apache Sling", files: /^(?!unit\b).*sling/i, missing: slingIsThere },
];

/**
 * `npm test`, and `npm test -- unit` or `npm test -- lifecycle` for the files with that word in their path;
 * `npm run test:all` with the further faults. Tests whose ground isn't there, and can't be had, are skipped, whole and
 * counted; never in CI.
 */
async function main(words: readonly string[]): Promise<number> {
  const wanted = words.filter((word) => word !== "--all");
  const places = testFiles(__dirname).map((file) => relative(__dirname, file));
  const quick = words.length > 0 ? places : places.filter((place) => !place.startsWith("faults"));
  const files = quick
    .filter((place) => wanted.every((word) => place.includes(word)))
    .map((place) => join(__dirname, place));
  const skipped = await groundless(files);
  shareCompiledCode();
  const forbidOnly = process.env.CI === "true";
  // Side by side, since a test on the engine waits most of its time for other processes.
  const mocha = new Mocha({ timeout: 120_000, reporter: "spec", forbidOnly, parallel: true, jobs: 2 });
  for (const file of files) if (!skipped.has(file)) mocha.addFile(file);
  const notRun = await countTests([...skipped]);
  return new Promise((resolve) => {
    const tally = new Tally();
    const shown = new Set<string>();
    const layers = new LayerTimes();
    const runner = mocha.run((failures) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      const left = pending + notRun;
      console.log(layers.text());
      console.log(`${passes} passed, ${failures} failed${left > 0 ? `, ${left} skipped` : ""}`);
      if (shown.size > 0) console.log(`${shown.size} of ${ROWS.size} rows of docs/faults.md shown`);
      const counted = tally.end();
      if (counted.fault + counted.command > 0) console.log(whatWasBorne(counted, failures));
      resolve(failures === 0 && passes > 0 ? 0 : 1);
    });
    runner.on("test end", ({ file = "" }) => layers.sawEndOf(relative(__dirname, file)));
    runner.on("pass", ({ title }) => {
      const [number = ""] = title.split(": ");
      if (ROWS.has(number)) shown.add(number);
    });
  });
}

/**
 * Lets the processes of this run use what one of them has compiled, from Node 22 on: each command of `pulumi` loads its
 * SDK twice, which takes half the time then. Older ones don't know the variable.
 */
function shareCompiledCode(): void {
  const folder = mkdtempSync(join(tmpdir(), "aem-datasource-compiled-"));
  atDeath(() => rmSync(folder, { recursive: true, force: true }));
  process.env.NODE_COMPILE_CACHE = folder;
}

/** Each search, and each look at author and state, is an assertion of a test: what is lost or leaks fails it. */
function whatWasBorne({ fault, command, search }: ReturnType<Tally["end"]>, failures: number): string {
  const what = `${fault} faults, ${command} commands of pulumi, ${search} runs searched for their secrets`;
  return `${what}: ${failures === 0 ? "nothing was lost, nothing leaked" : "what the failed tests name"}`;
}

/** Those of the files that can't run here. */
async function groundless(files: readonly string[]): Promise<Set<string>> {
  const skipped = new Set<string>();
  for (const { name, files: pattern, missing } of GROUNDS) {
    const concerned = files.filter((file) => pattern.test(relative(__dirname, file)));
    const reason = concerned.length > 0 ? await missing() : undefined;
    if (reason === undefined) continue;
    if (process.env.CI === "true") throw new Error(`no test may be skipped in CI: ${reason}`);
    console.log(`skipped: every test on ${name} (${reason})`);
    for (const file of concerned) skipped.add(file);
  }
  return skipped;
}

async function countTests(files: readonly string[]): Promise<number> {
  const mocha = new Mocha();
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  return mocha.suite.total();
}

async function engineIsMissing(): Promise<string | undefined> {
  try {
    const engine = await findEngine();
    console.log(`engine: Pulumi ${engine.version}, language host: ${engine.languageHost}`);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function testFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => name.endsWith(".test.js"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  },
);
