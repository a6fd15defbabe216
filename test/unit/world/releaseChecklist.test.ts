import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { releaseChecklist } from "../../world/releaseChecklist";

describe("the list before a release", () => {
  let folder: string;

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...words], { cwd: folder });
  const commit = () => {
    git("add", "--all");
    git("commit", "--quiet", "--message", "x");
  };
  const missing = () => releaseChecklist(folder).flatMap(({ missing }) => missing ?? []);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "release-"));
    git("init", "--quiet");
    for (const file of ["package.json", "package-lock.json"]) write(file, '{ "version": "1.2.0" }');
    write("CHANGELOG.md", "# Changes\n\n## 1.2.0, 2030-01-31\n\n## 1.1.0, 2029-12-01\n");
    for (const layer of ["wire/states", "faults/releases"]) write(`test/${layer}/1.2.0.json`, "{}");
    commit();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("has nothing left to do for a version that is ready, and for the commit that has its tag", () => {
    assert.deepEqual(missing(), []);
    git("tag", "v1.2.0");
    assert.deepEqual(missing(), []);
  });

  it("tells what is left: a tag that is another commit's, a lock file, the date, a state, a commit", () => {
    git("tag", "v1.2.0");
    write("package-lock.json", '{ "version": "1.1.0" }');
    write("CHANGELOG.md", "## 1.2.0, not yet released\n");
    rmSync(join(folder, "test/faults/releases/1.2.0.json"));
    commit();
    write("left.txt", "");
    assert.deepEqual(missing(), [
      "npm version",
      "npm install --package-lock-only",
      'it begins with "1.2.0, not yet released": put the date there',
      "npm run release:record",
      "git status",
    ]);
  });
});
