import assert from "node:assert/strict";
import { heldAfter } from "../world/faults";
import { FOLDER, Lane } from "../world/sweep/lane";
import { oneRun, requestsOf } from "../world/sweep/oneRun";
import { SCENARIOS } from "../world/sweep/scenarios";
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

  it("sees what is lost: a page that another owner took, and a fault that met no request", async () => {
    const [scenario] = SCENARIOS;
    assert.ok(scenario);
    const lane = await Lane.start();
    try {
      const { author } = await requestsOf(lane, scenario);
      const n = author.indexOf(`POST ${FOLDER}/sweep/jcr:content`) + 1;
      const point = { scenario, server: "author" as const, n, request: String(author[n - 1]) };
      const taken = heldAfter(() =>
        lane.aem.edit(`${FOLDER}/sweep`, { managedBy: "acme/other/prod/x#0123456789abcdef" }),
      );
      const { broken } = await oneRun(lane, point, { fault: () => taken });
      assert.match(broken.join("\n"), /the next up fails: .* is managed by acme\/other\/prod\/x/);
      assert.match(broken.join("\n"), /the page is still there after the destroy/);

      const missed = await oneRun(lane, { ...point, n: 99 }, { fault: () => taken });
      assert.deepEqual(missed.broken.slice(0, 1), ["the fault met no request"]);
    } finally {
      await lane.stop();
    }
  });
});
