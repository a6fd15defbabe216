import assert from "node:assert/strict";
import { record } from "../../unit/world/aemClient";
import { HTML_TYPE, hinted, JSON_TYPE, type TheBench } from "./bench";
import { inUrl } from "./documents";

export function statusDocument(bench: TheBench): void {
  describe("the answer to a POST", () => {
    it("is an HTML table unless application/json is accepted", async () => {
      const page = bench().page();
      const path = `${page}/jcr:content`;
      const reply = await bench().deployer.postWith({ accept: "text/html" }, path, ["./a", "1"]);
      assert.deepEqual([reply.status, reply.headers["content-type"]], [201, HTML_TYPE]);
      assert.deepEqual(cells(reply.text), {
        Status: "201",
        Message: "Created",
        Location: inUrl(path),
        ParentLocation: page,
        Path: path,
        Referer: "",
        ChangeLog: changeLog(`created ${page}`, `created ${path}`, `modified ${path}/a`),
      });
    });

    it("is an HTML table as well when something is refused", async () => {
      const page = await bench().make();
      const path = `${page}/jcr:content`;
      const reply = await bench().deployer.postWith({ accept: "*/*" }, path, ...hinted("a", "Long", "b"));
      const status = bench().mode === "modern" ? 422 : 500;
      const exception = "org.apache.sling.servlets.post.exceptions.PreconditionViolatedPersistenceException";
      assert.deepEqual([reply.status, reply.headers["content-type"]], [status, HTML_TYPE]);
      assert.deepEqual(cells(reply.text), {
        Status: String(status),
        Message: bench().mode === "modern" ? "invalid payload" : `${exception}: Invalid value b for type Long`,
        Location: inUrl(path),
        ParentLocation: page,
        Path: path,
        Referer: "",
        ChangeLog: bench().mode === "modern" ? changeLog() : "",
      });
    });

    it("tells the Referer of the request", async () => {
      const page = await bench().make();
      const headers = { accept: "application/json", referer: `${bench().author.origin}/?<b>` };
      const { json } = await bench().deployer.postWith(headers, `${page}/jcr:content`, ["./a", "1"]);
      assert.equal(record(json).referer, headers.referer);
    });

    it("is HTML by default, JSON where JSON is preferred, and JSON by a field", async () => {
      const page = await bench().make();
      const accepted = {
        "*/*": HTML_TYPE,
        "application/*": HTML_TYPE,
        "text/html,application/json;q=0.9": HTML_TYPE,
        "application/json, text/plain, */*": JSON_TYPE,
        "application/JSON": JSON_TYPE,
      };
      for (const [accept, type] of Object.entries(accepted)) {
        const { headers } = await bench().deployer.postWith({ accept }, `${page}/jcr:content`, ["./a", "1"]);
        assert.equal(headers["content-type"], type, accept);
      }
      const byField: [string, string] = [":http-equiv-accept", "application/json"];
      const { headers } = await bench().deployer.postWith({ accept: "*/*" }, `${page}/jcr:content`, byField);
      assert.equal(headers["content-type"], JSON_TYPE);
    });
  });
}

/** The cells of the table, by their ids, as they stand in the HTML. */
function cells(html: string): Record<string, string> {
  const found = html.matchAll(/<(?:div|a href="[^"]*") id="(\w+)">([^<]*)</g);
  return Object.fromEntries([...found].map(([, id = "", value = ""]) => [id, value]));
}

/** Escaped twice: as markup of its own, and as text of the table. */
function changeLog(...changes: string[]): string {
  const lines = changes.map((change) => change.replace(/^(\w+) (.*)$/, "$1(&quot;$2&quot;);&lt;br/&gt;"));
  return `&lt;pre&gt;${lines.join("")}&lt;/pre&gt;`;
}
