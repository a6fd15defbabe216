import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";

/** Written after the compilation. */
const VALIDATORS = join("dist", "provider", "swagger", "validators.js");

describe("the package that is published", () => {
  it("holds what was compiled of provider/, README and licence, and nothing else", async () => {
    const words = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const { stdout } = await promisify(execFile)("npm", words, { cwd: REPOSITORY });
    const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(stdout);
    const sources = readdirSync(join(REPOSITORY, "provider"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(REPOSITORY, join(parentPath, name)));
    const compiled = sources.flatMap((source) => {
      assert.match(source, /\.ts$/);
      return [".js", ".js.map", ".d.ts"].map((ending) => join("dist", source.replace(/\.ts$/, ending)));
    });
    const paths = files.map(({ path }) => path).sort();
    assert.deepEqual(paths, ["LICENSE", "README.md", "package.json", VALIDATORS, ...compiled].sort());
    for (const path of paths) {
      const text = readFileSync(join(REPOSITORY, path), "utf8");
      assert.equal(text.includes(REPOSITORY), false, `${path} names a folder of this machine`);
    }
  });
});
