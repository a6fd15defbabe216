import assert from "node:assert/strict";
import type { Field } from "../unit/world/aemClient";
import { startEmulatedAuthor } from "../world/emulatedAuthor";
import type { TestAuthor } from "../world/testAuthor";
import { contract } from "./cases";
import { Bench, hinted, SWAGGER, UPLOAD } from "./cases/bench";
import { describeLifecycle } from "./lifecycle";

describe("the AEM emulator in an author's place", () => {
  let author: TestAuthor;
  before(async () => {
    author = await startEmulatedAuthor();
  });
  after(() => author.stop());

  describe("the lifecycle of a data source on the AEM emulator", () => describeLifecycle(() => author));

  describe("the contract of an author", () => {
    contract("AEM emulator", "modern", () => author);
    contract("AEM emulator", "legacy", () => author);
  });

  describe("AEM emulator only", () => {
    it("says 501 to what it can't do, rather than make up an answer", async () => {
      const bench = new Bench(author, "modern");
      const page = await bench.make();
      for (const operation of ["import", "move", "copy", "checkin", "checkout", "restore", "nop"]) {
        const { status, text } = await bench.post(page, [":operation", operation]);
        assert.deepEqual([status, text.includes("Not emulated")], [501, true], operation);
      }
      for (const suffix of ["ValueFrom", "MoveFrom", "CopyFrom", "DefaultValue", "Patch"]) {
        assert.equal((await bench.save(page, [`./a@${suffix}`, "b"])).status, 501, suffix);
      }
      const beyond: Field[][] = [
        ...["NaN", "Infinity", "1.5f", "0x1p3", "1e400"].map((value) => hinted("a", "Double", value)),
        ...["2026-13-45", "2026-01-02 03:04:05", "2026-01-02T03:04"].map((value) => hinted("a", "Date", value)),
        hinted("a", "Decimal", "1e3"),
        ...["Binary", "Reference", "WeakReference[]"].map((hint) => hinted("a", hint, "b")),
        [...UPLOAD, ["./swaggerFile", SWAGGER]],
        [["./swaggerFile", "{}"], ...UPLOAD],
        ...[":redirect", ":status", ":nameHint", ":order"].map((name): Field[] => [[name, "browser"]]),
      ];
      for (const fields of beyond)
        assert.equal((await bench.save(page, ...fields)).status, 501, JSON.stringify(fields));
      assert.equal((await bench.post(page, [":operation", "delete"], [":applyTo", "*"])).status, 501);
      assert.equal((await bench.post(`${page}.html/suffix`, ["a", "1"])).status, 501);
      for (const extension of ["html", "txt", "xml"]) {
        assert.equal((await bench.deployer.get(`${page}.${extension}`)).status, 501);
      }
    });
  });
});
