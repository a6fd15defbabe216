import assert from "node:assert/strict";
import { json, text } from "../../../provider/cli/comparisonText";
import { compareStacks } from "../../../provider/comparison";
import { readStackState } from "../../../provider/stackState";
import { HIDDEN_SECRETS, hostileComparison } from "../../world/hostileStates";
import { dataSource, exported } from "../../world/stackExports";
import { terminal } from "../../world/terminal";

const NOTHING_ELSE_THAN_LINES = /[^\P{C}\n]/u;

describe("a comparison of stages for a terminal", () => {
  it("lets nothing of a hostile state act on it, and shows no secret of one, as JSON neither", () => {
    for (const printed of [text(hostileComparison(), terminal(false)), json(hostileComparison(), new Date())]) {
      assert.doesNotMatch(printed, NOTHING_ELSE_THAN_LINES);
      for (const secret of HIDDEN_SECRETS) assert.ok(!printed.includes(secret), secret);
      assert.ok(printed.includes("alert(1)")); // it stood there, and was made safe
    }
  });

  it("says in a line that a data source is the same in all, and what an update left unfinished", () => {
    const pending = [{ type: "creating", resource: dataSource("crm") }];
    const states = [
      readStackState("dev", exported([dataSource("crm", { title: "A" })])),
      readStackState("prod", exported([dataSource("crm", { title: "A" })], { pending_operations: pending })),
    ];
    assert.deepEqual(text(compareStacks(states, []), terminal(false)).split("\n"), [
      "STACK  LAST UPDATE           DATA SOURCES",
      "dev    2026-11-28 20:02 UTC  1",
      "prod   2026-11-28 20:02 UTC  1",
      "prod: crm: an update was cut off while creating it",
      "",
      "crm: the same in all, by each of 5 fields",
      "",
      "prod is what dev is",
    ]);
  });

  it("says that a Swagger file differs elsewhere than in its operations", () => {
    const stage = (name: string, digest: string) => {
      return readStackState(
        name,
        exported([dataSource("crm", { api: { digest, title: "", version: "", operations: {} } })]),
      );
    };
    const printed = text(compareStacks([stage("dev", "a"), stage("prod", "b")], []), terminal(false));
    assert.match(
      printed,
      /\n {4}the operations are the same; the Swagger file differs elsewhere, as in its host or its/,
    );
  });
});
