import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of the list that stands between a version and its tag. */
export interface Item {
  readonly what: string;
  /** What is to be done; undefined when it is done. */
  readonly missing: string | undefined;
}

/** What has to be true of the repository at `folder` before its version is tagged and published. */
export function releaseChecklist(folder: string): readonly Item[] {
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const git = (...words: string[]) => execFileSync("git", words, { cwd: folder, encoding: "utf8" }).trim();
  const { version }: { version: string } = JSON.parse(read("package.json"));
  const locked: { version: string } = JSON.parse(read("package-lock.json"));
  const head = git("rev-parse", "HEAD");
  const tagged = git("tag", "--list", `v${version}`) && git("rev-list", "-n", "1", `v${version}`);
  const heading = read("CHANGELOG.md").match(/^## (.*)$/m)?.[1];
  const records = [`test/wire/states/${version}.json`, `test/faults/releases/${version}.json`];
  return [
    item(`v${version} is new, or the tag of this very commit`, tagged === "" || tagged === head, "npm version"),
    item("package-lock.json has the same version", locked.version === version, "npm install --package-lock-only"),
    item(
      `CHANGELOG.md begins with "${version}, <date>"`,
      heading !== undefined && new RegExp(`^${version.replaceAll(".", "\\.")}, \\d{4}-\\d\\d-\\d\\d$`).test(heading),
      `it begins with "${heading ?? ""}": put the date there`,
    ),
    item(
      "its states are recorded, for the tests of all later versions",
      records.every((path) => existsSync(join(folder, path))),
      "npm run release:record",
    ),
    item("all is committed", git("status", "--porcelain") === "", "git status"),
  ];
}

function item(what: string, done: boolean, remedy: string): Item {
  return { what, missing: done ? undefined : remedy };
}
