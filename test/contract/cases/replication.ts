import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Field, type Reply, record } from "../../unit/world/aemClient";
import type { Account } from "../../world/testAuthor";
import { HTML_TYPE, JSON_TYPE, type TheBench } from "./bench";

const REPLICATE = "/bin/replicate.json";

/** Longer than either server takes. */
const LONG_ENOUGH_MS = 200;

export function replication(bench: TheBench): void {
  const replicate = (cmd: string, page: string, account: Account = "deployer"): Promise<Reply> =>
    bench().postAs(account, REPLICATE, ...command(cmd, page));

  async function stateOf(page: string): Promise<unknown[]> {
    const content = await bench().content(page);
    return ["Action", "edBy", "ed"].map((end) => content[`cq:lastReplicat${end === "Action" ? "ionAction" : end}`]);
  }

  async function until(page: string, action: string): Promise<void> {
    const end = Date.now() + 5_000;
    while ((await stateOf(page))[0] !== action) {
      if (Date.now() > end) throw new Error(`${page} shows no ${action}`);
      await sleep(20);
    }
  }

  /** An answer in JSON: the status of HTTP and that of the body, and the path. */
  function inJson({ status, headers, json }: Reply): unknown[] {
    assert.equal(headers["content-type"], JSON_TYPE);
    const body = record(json);
    assert.equal(typeof body["status.message"], "string");
    return [status, body["status.code"], body.path];
  }

  async function inHtml(page: string): Promise<unknown[]> {
    const reply = await bench().deployer.postWith({ accept: "*/*" }, REPLICATE, ...command("Activate", page));
    const [, said] = /<div id="Status">(\d+)<\/div>/.exec(reply.text) ?? [];
    const [, message] = /<div id="Message">([^<]+)<\/div>/.exec(reply.text) ?? [];
    return [reply.status, reply.headers["content-type"], said, message !== undefined];
  }

  describe("replication (stand-in)", () => {
    afterEach(() => bench().author.setReplication("works"));

    it("answers at once, and shows at the page later what was done", async () => {
      const page = await bench().make();
      const reply = await replicate("Activate", page);
      assert.deepEqual(inJson(reply), [200, 200, page]);
      assert.equal(record(reply.json)["status.message"], `Replication started for ${page}`);
      await until(page, "Activate");
      assert.deepEqual(await stateOf(page), ["Activate", bench().author.logins.deployer.username, "NOW"]);
      await replicate("Deactivate", page);
      await until(page, "Deactivate");
    });

    it("takes no GET, by which it is known to be there", async () => {
      assert.equal((await bench().deployer.get(REPLICATE)).status, 405);
    });

    it("answers a browser by a page with the same status and message", async () => {
      const page = await bench().make();
      assert.deepEqual(await inHtml(page), [200, HTML_TYPE, "200", true]);
    });

    it("takes several paths, and its command in any case", async () => {
      const pages = [await bench().make(), await bench().make()];
      const paths = pages.map((page): Field => ["path", page]);
      assert.equal((await bench().post(REPLICATE, ["cmd", "aCTIVATE"], ...paths)).status, 200);
      for (const page of pages) await until(page, "Activate");
    });

    it("of what isn't there, or can't be seen, is 404", async () => {
      const missing = bench().page();
      assert.deepEqual(inJson(await replicate("Activate", missing)), [404, 404, missing]);
      const hidden = await bench().make();
      assert.deepEqual(inJson(await replicate("Activate", hidden, "nobody")), [404, 404, hidden]);
    });

    it("by an account that may only read is 403", async () => {
      const page = await bench().make();
      assert.deepEqual(inJson(await replicate("Activate", page, "reader")), [403, 403, page]);
    });

    it("without a CSRF token is 403 in HTML", async () => {
      const fields = command("Activate", await bench().make());
      const { status, headers } = await bench().deployer.send("POST", REPLICATE, { fields });
      assert.deepEqual([status, headers["content-type"]], [403, HTML_TYPE]);
    });

    it("may be refused by the status, in JSON and in HTML", async () => {
      const page = await bench().make();
      await bench().author.setReplication("refused");
      assert.deepEqual(inJson(await replicate("Activate", page)), [403, 403, page]);
      assert.deepEqual(await inHtml(page), [403, HTML_TYPE, "403", true]);
    });

    it("may be refused by the body of a 200, in JSON and in HTML", async () => {
      const page = await bench().make();
      await bench().author.setReplication("refused in the body");
      const reply = await replicate("Activate", page);
      assert.deepEqual(inJson(reply), [200, 500, page]);
      assert.match(String(record(reply.json)["status.message"]), /^Error: /);
      assert.deepEqual(await inHtml(page), [200, HTML_TYPE, "500", true]);
    });

    it("may be accepted and never done", async () => {
      const page = await bench().make();
      await bench().author.setReplication("never done");
      assert.deepEqual(inJson(await replicate("Activate", page)), [200, 200, page]);
      await sleep(LONG_ENOUGH_MS);
      assert.deepEqual(await stateOf(page), [undefined, undefined, undefined]);
    });
  });
}

function command(cmd: string, page: string): Field[] {
  return [
    ["cmd", cmd],
    ["path", page],
  ];
}
