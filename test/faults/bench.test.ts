import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Results } from "../bench/results";

describe("npm run bench, its shorter parts with one data source and one round", function () {
  this.timeout(180_000);
  let results: Results;

  before(async () => {
    const script = join(__dirname, "..", "bench", "index.js");
    const words = ["--json", "--rounds", "1", "--counts", "1", "--on", "emulator", "steps", "state"];
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...words]);
    results = JSON.parse(stdout);
  });

  it("tells what each step of a create takes, and what one resource takes in the state", () => {
    const [steps, carried] = [results.steps[0]?.steps ?? [], results.carried[0]];
    assert.ok(steps.some(({ what }) => what === "POST") && steps.every(({ first }) => first >= 0));
    assert.ok(carried && carried.bytes.carrying > carried.bytes.bare && carried.bytes.bare > 0);
  });
});
