import { spawn } from "node:child_process";
import * as path from "node:path";
import { cacheFolder, firstExecutable, makeOnce } from "./world/cache";
import { run } from "./world/processes";

/** The lines of Node that the package is for, each by one release; the first is the oldest that it runs on. */
const RELEASES: Readonly<Record<string, string>> = { "20": "20.19.6", "22": "22.23.3", "24": "24.21.0" };

const say = (line: string) => console.log(`nodes: ${line}`);

/**
 * `npm run test:nodes`: `npm test` on each line of Node, one after the other. `-- 24` takes one of them, `-- --all` what
 * `npm run test:all` has too, `-- 22 24 WORD` the files with that word in their path. Each is got once, from npm's
 * package `node`, and is first on PATH, so that `pulumi` starts programs and providers with it.
 */
async function main(words: readonly string[]): Promise<boolean> {
  const chosen = words.filter((word) => word in RELEASES);
  const others = words.filter((word) => !(word in RELEASES));
  const unknown = others.find((word) => /^v?\d+(\.\d+)*$/.test(word));
  if (unknown !== undefined) {
    throw new Error(`Node ${unknown} is none of the lines that are tested: ${Object.keys(RELEASES).join(", ")}`);
  }
  const ends: string[] = [];
  let failed = false;
  for (const line of chosen.length > 0 ? chosen : Object.keys(RELEASES)) {
    const release = RELEASES[line] ?? line;
    const folder = await nodeFolder(release);
    const version = (await run("node", ["-p", "process.version"], { env: withFirst(folder) })).trim();
    if (version !== `v${release}`) throw new Error(`this is Node ${version}, not ${release}`);
    say(`${version} …`);
    const begun = performance.now();
    const code = await testsOn(folder, others);
    failed ||= code !== 0;
    ends.push(`${version}: ${code === 0 ? "passed" : `ended with ${code}`}, ${minutes(performance.now() - begun)}`);
  }
  for (const end of ends) say(end);
  return !failed;
}

async function nodeFolder(release: string): Promise<string> {
  const folder = cacheFolder(`node-${release}-${process.platform}-${process.arch}`);
  const bin = path.join(folder, "node_modules", "node", "bin");
  const ready = async () => ((await firstExecutable("node", bin)) === undefined ? undefined : bin);
  return makeOnce(folder, {
    ready,
    make: async ({ made, stop }) => {
      say(`getting ${release}, once`);
      // Its script puts the program for this machine in place.
      const words = ["install", "--prefix", made, "--no-audit", "--no-fund", "--no-save", `node@${release}`];
      await run("npm", words, { signal: stop, seconds: 600 });
      return bin;
    },
    waiting: (seconds) => say(`another run has been getting ${release} for ${Math.round(seconds)} s: waiting for that`),
  });
}

function testsOn(folder: string, words: readonly string[]): Promise<number> {
  const child = spawn("node", [path.join(__dirname, "run.js"), ...words], { stdio: "inherit", env: withFirst(folder) });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function withFirst(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH ?? ""}` };
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

main(process.argv.slice(2)).then(
  (passed) => {
    process.exitCode = passed ? 0 : 1;
  },
  (thrown: unknown) => {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  },
);
