import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import Mocha from "mocha";
import { findEngine } from "./world/engine";

/**
 * `npm test`, and `npm test -- unit` or `npm test -- lifecycle` for the files with that word in their path;
 * `npm run test:all` with the further faults. The layers on the engine are skipped, whole and counted, where there is no engine and no way to get one; never in CI.
 */
async function main(words: readonly string[]): Promise<number> {
  const wanted = words.filter((word) => word !== "--all");
  const places = testFiles(__dirname).map((file) => relative(__dirname, file));
  const quick = words.length > 0 ? places : places.filter((place) => !place.startsWith("faults"));
  const files = quick
    .filter((place) => wanted.every((word) => place.includes(word)))
    .map((place) => join(__dirname, place));
  const onEngine = files.filter((file) => /^(engine|faults)\b/.test(relative(__dirname, file)));
  const engine = onEngine.length === 0 || (await engineIsThere());
  // Side by side, since a test on the engine waits most of its time for other processes.
  const options = { timeout: 120_000, reporter: "spec", forbidOnly: process.env.CI === "true" };
  const mocha = new Mocha(engine ? { ...options, parallel: true, jobs: 2 } : options);
  for (const file of files) mocha.addFile(file);
  if (!engine) await markPending(mocha, onEngine);
  return new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
      resolve(failures === 0 && passes > 0 ? 0 : 1);
    });
  });
}

async function markPending(mocha: Mocha, files: readonly string[]): Promise<void> {
  await mocha.loadFilesAsync();
  for (const suite of mocha.suite.suites) {
    if (suite.file !== undefined && files.includes(suite.file)) {
      suite.eachTest((test: Mocha.Test) => {
        test.pending = true;
      });
    }
  }
}

async function engineIsThere(): Promise<boolean> {
  try {
    const engine = await findEngine();
    console.log(`engine: Pulumi ${engine.version}, language host: ${engine.languageHost}`);
    return true;
  } catch (thrown) {
    if (process.env.CI === "true") throw thrown;
    console.log(`skipped: every test on the Pulumi engine (${thrown instanceof Error ? thrown.message : thrown})`);
    return false;
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
