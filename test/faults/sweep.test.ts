import assert from "node:assert/strict";
import { sweep } from "../world/sweep/sweep";

/** Has no divisor in common with the number of kinds, so that each kind comes up. */
const EVERY = 25;

describe("the sweep", () => {
  it(`loses nothing, leaks nothing and leaves no orphan, in each ${EVERY}th of the runs of npm run sweep`, async () => {
    const { runs, kinds, requests, broken } = await sweep({ every: EVERY });
    assert.deepEqual(broken, []);
    console.log(`      ${runs} runs, ${kinds} kinds of fault, ${requests} requests: nothing was lost`);
    assert.ok(kinds > 20 && runs > kinds, `${runs} runs, ${kinds} kinds`);
  }).timeout(600_000);
});
