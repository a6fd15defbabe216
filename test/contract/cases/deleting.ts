import assert from "node:assert/strict";
import { record } from "../../unit/world/aemClient";
import { seen, type TheBench } from "./bench";
import { modified } from "./documents";

export function deleting(bench: TheBench): void {
  describe("deleting", () => {
    it("answers 200 with deleted, and once more when the page is long gone", async () => {
      const page = await bench().make(["./a", "1"]);
      for (const _ of ["there", "gone"]) {
        const reply = await bench().post(page, [":operation", "delete"]);
        assert.deepEqual(seen(reply), modified(page, [`deleted ${page}`]));
        assert.equal(await bench().tree(page), undefined);
      }
    });

    it("answers 403 to a name with a dot that is gone: the dot is taken for an extension", async () => {
      const path = `${bench().page()}.b`;
      await bench().post(path, ["a", "1"]);
      assert.equal((await bench().post(path, [":operation", "delete"])).status, 200);
      const reply = await bench().post(path, [":operation", "delete"]);
      assert.equal(reply.status, 403);
      const message = "DeleteOperation request cannot include any selectors, extension or suffix";
      assert.equal(record(reply.json)["status.message"], message);
    });

    it("answers 403 when an extension follows an existing page, and keeps it", async () => {
      const page = await bench().make();
      assert.equal((await bench().post(`${page}.json`, [":operation", "delete"])).status, 403);
      assert.equal(await bench().type(page), "cq:Page");
    });

    it("deletes what :applyTo names instead, and skips what is missing", async () => {
      const folder = bench().page();
      await bench().post(folder, ["./one/a", "1"], ["./two/a", "1"], ["./three/a", "1"]);
      const reply = await bench().post(
        folder,
        [":operation", "delete"],
        [":applyTo", `${folder}/one`],
        [":applyTo", "missing"],
        [":applyTo", "two"],
      );
      assert.deepEqual(seen(reply), modified(folder, [`deleted ${folder}/one`, `deleted ${folder}/two`]));
      assert.equal(await bench().tree(`${folder}/two`), undefined);
      assert.notEqual(await bench().tree(`${folder}/three`), undefined);
    });

    it("needs a POST: DELETE and PUT are 405", async () => {
      const page = await bench().make();
      const headers = { accept: "application/json", "csrf-token": await bench().deployer.csrfToken() };
      for (const method of ["DELETE", "PUT"] as const) {
        const { status, json } = await bench().deployer.send(method, page, { headers });
        const { status: inBody, message } = record(json);
        assert.deepEqual([status, inBody, message], [405, 405, `Method ${method} not supported`]);
      }
      assert.equal(await bench().type(page), "cq:Page");
    });
  });
}
