/** The package as its users get it: packed by npm, and installed by their package manager. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./cache";
import { environment } from "./engineSources";
import { run } from "./processes";
import { REPOSITORY } from "./stack";

export type PackageManager = "npm" | "pnpm";

/** Packs what is compiled already into `folder`, which is made. Answers with the tarball's path. */
export async function packTarball(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const words = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const name = await run("npm", words, { cwd: REPOSITORY, env: environment(), seconds: 120 });
  return join(folder, name.trim());
}

/**
 * The `package.json` of a user's project: the tarball, and beside it `names`, in the versions that this repository is
 * tested with.
 */
export async function manifest(tarball: string, names: readonly string[], more: object = {}): Promise<string> {
  const { devDependencies }: { devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(join(REPOSITORY, "package.json"), "utf8"),
  );
  const others = names.map((name) => {
    const version = devDependencies[name];
    if (version === undefined) throw new Error(`${name} is no package that this repository is tested with`);
    return [name, version];
  });
  const dependencies = { "pulumi-aem-datasource": `file:${tarball}`, ...Object.fromEntries(others) };
  return JSON.stringify({ private: true, ...more, dependencies }, undefined, 2);
}

/** Installs what the `package.json` in `folder` asks for. What was fetched once is taken from the user's cache. */
export async function install(manager: PackageManager, folder: string): Promise<void> {
  await MANAGERS[manager](folder);
}

const FROM_CACHE = ["--prefer-offline", "--ignore-scripts"];

const MANAGERS: Readonly<Record<PackageManager, (folder: string) => Promise<unknown>>> = {
  npm: (cwd) =>
    run("npm", ["install", ...FROM_CACHE, "--no-audit", "--no-fund", "--logs-max=0"], {
      cwd,
      env: environment(),
      seconds: 300,
    }),
  pnpm: (cwd) => {
    const caches = cacheFolder("pnpm");
    // All that it keeps beside the project, in a place of ours: the user may have no pnpm, and wants none of its folders.
    const keeping = [
      `--store-dir=${join(caches, "store")}`,
      `--config.cache-dir=${join(caches, "cache")}`,
      `--config.state-dir=${join(caches, "state")}`,
      "--config.update-notifier=false",
    ];
    const script = join(REPOSITORY, "node_modules", "pnpm", "bin", "pnpm.cjs");
    const words = [script, "install", ...FROM_CACHE, ...keeping];
    return run(process.execPath, words, { cwd, env: environment({ CI: "true" }), seconds: 300 });
  },
};

/** Compiles a user's project by the compiler that it installed. */
export async function compile(folder: string, ...words: string[]): Promise<void> {
  const script = join(folder, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [script, ...words], { cwd: folder, env: environment(), seconds: 120 });
}

/** Writes files, text by path, below `folder`. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
