import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";

const TSC = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");

describe("the examples", () => {
  for (const example of readdirSync(join(REPOSITORY, "examples"))) {
    it(`have right types in ${example}`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        TSC,
        "-p",
        join(REPOSITORY, "examples", example),
      ]);
      assert.equal(stdout, "");
    });
  }
});
