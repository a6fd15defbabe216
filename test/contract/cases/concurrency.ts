import assert from "node:assert/strict";
import { record } from "../../unit/world/aemClient";
import { hinted, type TheBench, UPLOAD } from "./bench";

const AT_ONCE = Array.from({ length: 16 }, (_, index) => String(index));

export function concurrency(bench: TheBench): void {
  describe("at the same moment", () => {
    it("of 16 that create one page exactly one hears 201, and the page is whole and one of theirs", async () => {
      const page = bench().page();
      const replies = await Promise.all(
        AT_ONCE.map((who) =>
          bench().save(page, ["./a", who], ["./b", who], ...hinted("l", "String[]", who), ...UPLOAD),
        ),
      );
      const conflict = bench().mode === "modern" ? 409 : 500;
      const statuses = replies.map(({ status }) => status);
      assert.deepEqual(
        statuses.filter((status) => ![200, conflict].includes(status)),
        [201],
      );
      const { a, b, l, swaggerFile, ...rest } = await bench().content(page);
      assert.deepEqual([b, l, rest], [a, [a], {}]);
      assert.equal(record(swaggerFile)["jcr:primaryType"], "nt:file");
      const winner = replies[AT_ONCE.indexOf(String(a))];
      assert.notEqual(winner?.status, conflict);
    });

    it("of 16 that change one page none leaves half a change", async () => {
      const page = await bench().make(["./a", "-"], ["./b", "-"]);
      const replies = await Promise.all(AT_ONCE.map((who) => bench().save(page, ["./a", who], ["./b", who])));
      const statuses = replies.map(({ status }) => status);
      assert.ok(statuses.includes(200));
      assert.deepEqual(
        statuses.filter((status) => ![200, bench().mode === "modern" ? 409 : 500].includes(status)),
        [],
      );
      const { a, b } = await bench().content(page);
      assert.equal(a, b);
      assert.equal(replies[AT_ONCE.indexOf(String(a))]?.status, 200);
    });
  });
}
