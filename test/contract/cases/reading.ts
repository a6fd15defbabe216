import assert from "node:assert/strict";
import { type Field, record } from "../../unit/world/aemClient";
import { HTML_TYPE, hinted, JSON_TYPE, seen, type TheBench, UPLOAD } from "./bench";

export function reading(bench: TheBench): void {
  describe("reading", () => {
    let page: string;
    before(async () => {
      page = await bench().make(["./a", "1"], ...UPLOAD);
    });

    it("goes as deep as the selector says", async () => {
      const depths = { "": 0, ".0": 0, ".1": 1, ".2": 2, ".3": 3, ".infinity": 3, ".-1": 3, ".tidy.1": 1 };
      for (const [selector, depth] of Object.entries(depths)) {
        const { status, headers, json } = await bench().deployer.get(`${page}${selector}.json`);
        assert.deepEqual([status, headers["content-type"], depthOf(json)], [200, JSON_TYPE, depth], selector);
      }
    });

    it("shows properties with their values, and of a binary its length only", async () => {
      const created = { "jcr:created": "NOW", "jcr:createdBy": bench().author.logins.deployer.username };
      const content = { "jcr:primaryType": "cq:PageContent", ...created, a: "1" };
      for (const name of ["jcr:content", "_jcr_content"]) {
        const reply = await bench().deployer.get(`${page}/${name}.json`);
        assert.deepEqual(seen(reply), { status: 200, type: JSON_TYPE, body: content });
      }
      const reply = await bench().deployer.get(`${page}.2.json`);
      assert.deepEqual(seen(reply), {
        status: 200,
        type: JSON_TYPE,
        body: {
          "jcr:primaryType": "cq:Page",
          ...created,
          "jcr:content": { ...content, swaggerFile: { "jcr:primaryType": "nt:file", ...created } },
        },
      });
      const file = record((await bench().deployer.get(`${page}/jcr:content/swaggerFile/jcr:content.json`)).json);
      assert.deepEqual([file[":jcr:data"], "jcr:data" in file], [17, false]);
    });

    it("shows a property by its own address: as plain text, or in JSON under its name, every value as a text", async () => {
      const own = await bench().make(
        ...hinted("n", "Long", "5"),
        ...hinted("l", "String[]", "a", "b"),
        ...hinted("d", "Date", "2026-01-02T03:04:05.678+01:00"),
      );
      const get = async (path: string) => seen(await bench().deployer.get(`${own}/jcr:content/${path}`));
      const iso = "2026-01-02T03:04:05.678+01:00";
      assert.deepEqual(await get("n"), { status: 200, type: "text/plain;charset=utf-8", body: "5" });
      assert.deepEqual((await get("d")).body, iso);
      assert.deepEqual(await get("n.json"), { status: 200, type: JSON_TYPE, body: { n: "5" } });
      assert.deepEqual((await get("l.1.json")).body, { l: ["a", "b"] });
      assert.deepEqual((await get("d.infinity.json")).body, { d: iso });
      assert.equal((await get("l")).location, `${bench().author.origin}${own}/_jcr_content/l/`);
      assert.equal((await get("never")).status, 404);
    });

    it("refuses another selector with 400", async () => {
      for (const selector of ["deep", "01", "-2"]) {
        const { status, json } = await bench().deployer.get(`${page}.${selector}.json`, { accept: "application/json" });
        const message = `Invalid recursion selector value '${selector}'`;
        assert.deepEqual([status, record(json).message], [400, message]);
      }
    });

    it("gives an error a message only when it has something to say, and the address as it was asked", async () => {
      const cases = { [`${page}/`]: 403, [`${page}.unknown`]: 404, [`${page}-x/_jcr_content.json?a=b`]: 404 };
      for (const [address, expected] of Object.entries(cases)) {
        const { json } = await bench().deployer.get(address, { accept: "application/json" });
        const { status, requestUri, message } = record(json);
        assert.deepEqual([status, requestUri], [expected, address.replace("?a=b", "")]);
        assert.equal(message !== undefined, address.endsWith("?a=b"));
      }
    });

    it("answers 404 to what is missing, in HTML, or in JSON if that is accepted", async () => {
      const missing = `${bench().page()}.json`;
      const message = `Resource at '${missing}' not found: No resource found`;
      const html = await bench().deployer.get(missing);
      assert.deepEqual([html.status, html.headers["content-type"]], [404, HTML_TYPE]);
      assert.ok(html.text.includes("not found: No resource found"));
      const json = await bench().deployer.get(missing, { accept: "application/json" });
      assert.deepEqual([json.status, json.headers["content-type"]], [404, JSON_TYPE]);
      const { status, message: said, requestUri } = record(json.json);
      assert.deepEqual([status, said, requestUri], [404, message, missing]);
    });

    it("answers the same to what may not be read", async () => {
      const hidden = await bench().nobody.get(`${page}.json`, { accept: "application/json" });
      const missing = await bench().nobody.get(`${bench().page()}.json`, { accept: "application/json" });
      for (const { status, headers, json } of [hidden, missing]) {
        assert.deepEqual([status, headers["content-type"], record(json).status], [404, JSON_TYPE, 404]);
        assert.match(String(record(json).message), /^Resource at '.*' not found: No resource found$/);
      }
      assert.equal((await bench().nobody.get(`${page}/jcr:content/swaggerFile`)).status, 404);
      assert.equal((await bench().reader.get(`${page}.json`)).status, 200);
    });

    it("sends a folder without an extension to a slash, which may not be listed", async () => {
      const reply = await bench().deployer.get(page);
      assert.deepEqual([reply.status, reply.headers.location], [302, `${bench().author.origin}${page}/`]);
      assert.equal((await bench().deployer.get(`${page}/`)).status, 403);
    });

    it("takes an unknown ending for an extension, unless there is something of that name", async () => {
      assert.equal((await bench().deployer.get(`${page}.unknown`)).status, 404);
      await bench().post(`${page}.unknown`.replace(".unknown", "-a.b"), ["a", "1"]);
      assert.equal((await bench().deployer.get(`${page}-a.b.json`)).status, 200);
    });

    it("offers smaller depths with 300 when there are more than 200 resources", async () => {
      const big = bench().page();
      // 100 nodes with one below each, which is 200; then one more.
      const pairs = Array.from({ length: 100 }, (_, index): Field => [`./n${index}/child/a`, "1"]);
      await bench().post(big, ...pairs);
      assert.equal((await bench().deployer.get(`${big}.infinity.json`)).status, 200);
      await bench().post(big, ["./more/a", "1"]);
      const offers = await bench().deployer.get(`${big}.infinity.json`);
      const depths = (...numbers: number[]) => numbers.map((depth) => `${big}.${depth}.json`);
      assert.deepEqual(seen(offers), { status: 300, type: JSON_TYPE, body: depths(1, 0) });
      assert.deepEqual(seen(await bench().deployer.get(`${big}.2.json`)).body, depths(1, 0));
      assert.equal((await bench().deployer.get(`${big}.1.json`)).status, 200);
      assert.equal((await bench().deployer.get(`${big}.json`)).status, 200);
    });

    it("answers depth 1 whole even of more than 200 children, but offers only 0 beyond it", async () => {
      const wide = bench().page();
      await bench().post(wide, ...Array.from({ length: 201 }, (_, index): Field => [`./n${index}/a`, "1"]));
      const { status, json } = await bench().deployer.get(`${wide}.1.json`);
      assert.equal(status, 200);
      assert.equal(Object.values(record(json)).filter((value) => typeof value === "object").length, 201);
      const offers = await bench().deployer.get(`${wide}.2.json`);
      assert.deepEqual([offers.status, offers.json], [300, [`${wide}.0.json`]]);
    });
  });
}

function depthOf(node: unknown): number {
  const children = Object.values(record(node)).filter((value) => typeof value === "object");
  return children.length === 0 ? 0 : 1 + Math.max(...children.map(depthOf));
}
