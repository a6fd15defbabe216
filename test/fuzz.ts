import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/**
 * `npm run fuzz`, or `npm run fuzz -- 120`: every property for 30 seconds, or as many as are said, with new cases each
 * time. What is found is printed with its seed; `FUZZ_SEED=<seed> npm run fuzz` meets it again.
 */
const seconds = Number(process.argv[2] ?? 30);
process.env.FUZZ_SECONDS = String(seconds);
const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.js"))
  .map((path) => join(__dirname, path))
  .filter((path) => readFileSync(path, "utf8").includes("world/property"))
  .sort();
console.log(`${files.length} files with properties, ${seconds} s for each property`);
const mocha = new Mocha({ timeout: (seconds + 60) * 1_000, reporter: "spec" });
for (const file of files) mocha.addFile(file);
mocha.run((failures) => {
  process.exitCode = failures === 0 ? 0 : 1;
});
