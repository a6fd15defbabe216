import assert from "node:assert/strict";
import { posix } from "node:path";
import { type Field, record } from "../../unit/world/aemClient";
import { seen, type TheBench, TYPES } from "./bench";
import { modified } from "./documents";

export function fieldNames(bench: TheBench): void {
  describe("field names", () => {
    it("without a prefix are no content as soon as one begins with ./", async () => {
      const sibling = bench().page();
      const page = await bench().make(["./a", "1"], ["b", "2"], [`../../${posix.basename(sibling)}/c`, "3"]);
      assert.deepEqual(await bench().content(page), { a: "1" });
      assert.equal(record(await bench().tree(sibling)).c, "3");
    });

    it("without a prefix are content when none begins with ./, except commands and j_ names", async () => {
      const page = bench().page();
      await bench().post(page, ["jcr:content/a", "1"], [":unknown", "2"], ["j_username", "3"]);
      assert.deepEqual(await bench().content(page), { a: "1" });
    });

    it("may stand in the query", async () => {
      const page = await bench().make();
      await bench().post(`${page}/jcr:content?./a=1`, ["./b", "2"]);
      assert.deepEqual(await bench().content(page), { a: "1", b: "2" });
    });

    it("may stand in a URL-encoded form", async () => {
      const page = bench().page();
      const token = await bench().deployer.csrfToken();
      const headers = { "content-type": "application/x-www-form-urlencoded", "csrf-token": token };
      const pairs: Field[] = [["_charset_", "utf-8"], ...TYPES, ["./a", "é &"], ["./l", "1"], ["./l", "2"]];
      const body = new URLSearchParams(
        pairs.map(([name, value]): [string, string] => [name, String(value)]),
      ).toString();
      const { status } = await bench().deployer.send("POST", `${page}/jcr:content`, { headers, body });
      assert.equal(status, 201);
      assert.deepEqual(await bench().content(page), { a: "é &", l: ["1", "2"] });
    });

    it("and values are read as ISO-8859-1 unless _charset_ says otherwise: mojibake", async () => {
      const page = await bench().make();
      await bench().deployer.post(`${page}/jcr:content`, ["./é", "日 “Ü”"]);
      const misread = (utf8: string) => Buffer.from(utf8, "utf8").toString("latin1");
      assert.deepEqual(await bench().content(page), { [misread("é")]: misread("日 “Ü”") });
    });

    it("in a body of JSON are none: 200, and nothing is written", async () => {
      const page = await bench().make(["./a", "1"]);
      const token = await bench().deployer.csrfToken();
      const headers = { accept: "application/json", "content-type": "application/json", "csrf-token": token };
      const path = `${page}/jcr:content`;
      const reply = await bench().deployer.send("POST", path, { headers, body: '{"a":"2","./a":"2"}' });
      assert.deepEqual(seen(reply), modified(path, []));
      assert.deepEqual(await bench().content(page), { a: "1" });
    });

    it("reach jcr:content under the name _jcr_content too", async () => {
      const page = await bench().make();
      const reply = await bench().post(`${page}/_jcr_content`, ["./a", "1"]);
      assert.deepEqual(seen(reply), modified(`${page}/jcr:content`, [`modified ${page}/jcr:content/a`]));
    });
  });
}
