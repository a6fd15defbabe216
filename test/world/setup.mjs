// Makes a clone ready: installs the packages and compiles the sources, when need be; silent when there is no need.
// Plain JavaScript, because it runs before anything is installed.
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { exclusively, run } from "./processes.cjs";

// What was installed and compiled. Removed before and written after, so that what was interrupted is done again.
const INSTALLED = "node_modules/.installed";
const COMPILED = "dist/.compiled";
const BUILD_INFO = "dist/.tsbuildinfo";
/** What the compiler does not write, and what does. */
const GENERATED = "dist/provider/swagger/validators.js";
const GENERATOR = "build/validators.mjs";

async function setUp() {
  await checkNode();
  if ((await isInstalled()) && (await isCompiled())) return;
  await fs.mkdir("dist", { recursive: true });
  const waiting = (seconds) => say(`another run has been at it for ${Math.round(seconds)} s: waiting`);
  await exclusively("dist/.lock", waiting, async (stop) => {
    if (!(await isInstalled())) await install(stop);
    if (!(await isCompiled())) await compile(stop);
  });
}

async function checkNode() {
  const { engines } = JSON.parse(await fs.readFile("package.json", "utf8"));
  const least = engines.node.replace(/^>=/, "");
  const isEnough = process.versions.node.localeCompare(least, "en", { numeric: true }) >= 0;
  if (!isEnough) throw new Error(`Node ${least} or newer is needed, this is ${process.versions.node}`);
}

async function isInstalled() {
  return (await contentOf(INSTALLED)) === (await packages());
}

async function install(signal) {
  const stamp = await packages();
  await fs.rm(INSTALLED, { force: true });
  const quiet = ["--loglevel=error", "--no-audit", "--no-fund"];
  // Development packages even where NODE_ENV says "production"; no scripts, since no package needs one.
  const args = ["ci", "--include=dev", "--ignore-scripts", ...quiet];
  await visibly("installing the packages (npm ci)", () => run("npm", args, { signal }));
  await fs.writeFile(INSTALLED, stamp);
}

/** With the platform: some packages hold programs, and a clone can be shared with a container. */
async function packages() {
  return `${digest(await fs.readFile("package-lock.json"))} ${process.platform} ${process.arch}`;
}

async function isCompiled() {
  const sources = await listSources();
  return (await contentOf(COMPILED)) === (await meaningOf(sources)) && (await isComplete(sources));
}

async function compile(signal) {
  const sources = await listSources();
  const stamp = await meaningOf(sources);
  await fs.rm(COMPILED, { force: true });
  await removeStrays(sources);
  // The compiler writes what has changed since its notes, whether or not the rest is still there.
  if (!(await isComplete(sources))) await fs.rm(BUILD_INFO, { force: true });
  await visibly("compiling the sources", () => run(process.execPath, ["node_modules/typescript/bin/tsc"], { signal }));
  await run(process.execPath, [GENERATOR], { signal });
  await linkCommands();
  await fs.writeFile(COMPILED, stamp);
}

/** npm links a package's commands as it installs; in a fresh clone there was nothing yet that they could lead to. */
async function linkCommands() {
  const { bin } = JSON.parse(await fs.readFile("package.json", "utf8"));
  for (const [name, file] of Object.entries(bin)) {
    const link = path.join("node_modules/.bin", name);
    await fs.chmod(file, 0o755);
    await fs.rm(link, { force: true });
    await fs.symlink(path.join("../..", file), link);
  }
}

async function listSources() {
  const { include } = JSON.parse(await fs.readFile("tsconfig.json", "utf8"));
  const files = await Promise.all(include.map(filesBelow));
  return files.flat().filter((file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
}

async function meaningOf(sources) {
  const inputs = ["tsconfig.json", "package-lock.json", GENERATOR, ...sources];
  const lines = inputs.map(async (file) => `${digest(await fs.readFile(file))} ${file}\n`);
  return digest((await Promise.all(lines)).join(""));
}

async function isComplete(sources) {
  const files = [GENERATED, ...sources.map((file) => path.join("dist", file.replace(/tsx?$/, "js")))];
  const contents = files.map(contentOf);
  return (await Promise.all(contents)).every((content) => content !== undefined);
}

/** Removes what was compiled from sources that are gone: mocha would go on running deleted tests. */
async function removeStrays(sources) {
  const stems = new Set(sources.map((file) => path.join("dist", file.replace(/\.[cm]?tsx?$/, ""))));
  for (const file of await filesBelow("dist")) {
    const [, stem] = /^(.*?)(\.d)?\.[cm]?[jt]s(\.map)?$/.exec(file) ?? [];
    if (file !== GENERATED && stem !== undefined && !stems.has(stem)) await fs.rm(file);
  }
}

async function filesBelow(folder) {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return files.filter((file) => !file.split(path.sep).includes("node_modules")).sort();
}

async function contentOf(file) {
  try {
    return await fs.readFile(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}

async function visibly(what, work) {
  say(what);
  const begun = performance.now();
  try {
    await work();
  } catch (error) {
    console.error(error.output ?? error.message);
    throw new Error(`${what}: failed`, { cause: error });
  }
  say(`${what}: done in ${Math.round((performance.now() - begun) / 1000)} s`);
}

function say(line) {
  console.log(`setup: ${line}`);
}

process.chdir(path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../.."));
setUp().catch((error) => {
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
});
