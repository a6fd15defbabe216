import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type AemEmulator, type AemEmulatorOptions, startAemEmulator } from "../../world/aemEmulator";
import { Client, type Field, type Reply, record, send } from "./aemClient";

const REPLICATE = "/bin/replicate.json";
const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const PAGE = `${FOLDER}/salesforce`;

describe("AEM emulator: replication", () => {
  let aem: AemEmulator;
  let deployer: Client;

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator({ replicationDelayMs: 1, ...options });
    deployer = new Client(aem, "aem-deployer");
    aem.addPage(PAGE, { "jcr:title": "Salesforce" });
  }

  beforeEach(() => start());
  afterEach(() => aem.stop());

  function replicate(cmd: string, ...paths: string[]): Promise<Reply> {
    return deployer.post(REPLICATE, ...command(cmd, ...paths));
  }

  /** What the page on author says about publish. */
  function state(): { action: unknown; by: unknown; at: unknown } {
    const content = record(record(aem.node(PAGE))["jcr:content"]);
    return {
      action: content["cq:lastReplicationAction"],
      by: content["cq:lastReplicatedBy"],
      at: content["cq:lastReplicated"],
    };
  }

  async function untilPublished(...paths: string[]): Promise<void> {
    while (aem.published().join() !== paths.join()) await sleep(1);
  }

  it("answers at once, and sets the state of the page later", async () => {
    await aem.stop();
    await start({ replicationDelayMs: 200 });
    const reply = await replicate("Activate", PAGE);
    assert.equal(reply.status, 200);
    assert.deepEqual(reply.json, {
      path: PAGE,
      "status.code": 200,
      "status.message": `Replication started for ${PAGE}`,
    });
    assert.deepEqual([state().action, aem.published()], [undefined, []]);
    await untilPublished(PAGE);
    assert.deepEqual([state().action, state().by], ["Activate", "aem-deployer"]);
    assert.match(String(state().at), /^\w{3} \w{3} \d\d \d{4} [\d:]{8} GMT\+0000$/);
  });

  it("is HTML with the cells of a status document, unless JSON is preferred", async () => {
    const reply = await deployer.postWith({ accept: "*/*" }, REPLICATE, ...command("Activate", PAGE));
    assert.equal(reply.status, 200);
    assert.equal(reply.headers["content-type"], "text/html;charset=utf-8");
    assert.match(reply.text, /<div id="Status">200<\/div>/);
    assert.match(reply.text, /<div id="Message">Replication started for \/conf\/[^<]*\/salesforce<\/div>/);
  });

  it("takes its command in any case, and several paths", async () => {
    aem.addPage(`${FOLDER}/other`, {});
    await replicate("ACTIVATE", PAGE, `${FOLDER}/other`);
    await untilPublished(`${FOLDER}/other`, PAGE);
    await replicate("deactivate", PAGE);
    await untilPublished(`${FOLDER}/other`);
    assert.equal(state().action, "Deactivate");
  });

  it("lets an edit of the page alone: it stays published, as it was", async () => {
    await replicate("Activate", PAGE);
    await untilPublished(PAGE);
    aem.edit(PAGE, { "jcr:title": "Changed" });
    assert.deepEqual([state().action, aem.published()], ["Activate", [PAGE]]);
  });

  it("leaves an orphan on publish when the page is deleted, whose successor knows nothing of it", async () => {
    await replicate("Activate", PAGE);
    await untilPublished(PAGE);
    await deployer.post(PAGE, [":operation", "delete"]);
    assert.deepEqual(aem.published(), [PAGE]);
    aem.addPage(PAGE, {});
    assert.equal(state().action, undefined);
  });

  it("takes a page from publish that is deleted on author in the same moment", async () => {
    await replicate("Activate", PAGE);
    await untilPublished(PAGE);
    await replicate("Deactivate", PAGE);
    aem.remove(PAGE);
    await untilPublished();
    assert.equal(aem.node(PAGE), undefined);
  });

  it("does nothing more after the end", async () => {
    await aem.stop();
    await start({ replicationDelayMs: 20 });
    await replicate("Activate", PAGE);
    await aem.stop();
    await sleep(60);
    assert.deepEqual([state().action, aem.published()], [undefined, []]);
  });

  describe("refuses", () => {
    const refusals: [what: string, status: number, user: string, path: string][] = [
      ["a page that isn't there", 404, "aem-deployer", `${FOLDER}/missing`],
      ["a path that is none", 404, "aem-deployer", `${PAGE}/`],
      ["a page that the login can't see", 404, "aem-nobody", PAGE],
      ["a login that may only read", 403, "aem-reader", PAGE],
    ];
    for (const [what, status, user, path] of refusals) {
      it(`${what} with ${status}, in HTTP and in the body, and replicates none of the paths`, async () => {
        const reply = await new Client(aem, user).post(REPLICATE, ...command("Activate", PAGE, path));
        assert.equal(reply.status, status);
        assert.equal(record(reply.json)["status.code"], status);
        await sleep(10);
        assert.deepEqual(aem.published(), []);
      });
    }

    it("nobody in particular with 401, and a login without a CSRF token with 403", async () => {
      const fields = command("Activate", PAGE);
      assert.equal((await send(aem, "POST", REPLICATE, { fields })).status, 401);
      assert.equal((await deployer.send("POST", REPLICATE, { fields })).status, 403);
    });

    it("to make up an answer to what it does not know: 501, or 405 for a GET", async () => {
      const unknown: Field[][] = [
        [["path", PAGE]],
        [["cmd", "Activate"]],
        command("Delete", PAGE),
        command("Activate", FOLDER), // no page
      ];
      for (const fields of unknown) assert.equal((await deployer.post(REPLICATE, ...fields)).status, 501);
      assert.equal((await deployer.get(REPLICATE)).status, 405);
      assert.equal((await deployer.post("/bin/replicate", ...command("Activate", PAGE))).status, 501);
    });
  });

  describe("as a test wants it", () => {
    it("is refused: 403", async () => {
      aem.setReplication("refused");
      const { status, json } = await replicate("Activate", PAGE);
      assert.deepEqual([status, record(json)["status.code"]], [403, 403]);
    });

    it("is refused by the body of a 200, in JSON and in HTML", async () => {
      aem.setReplication("refused in the body");
      const { status, json } = await replicate("Activate", PAGE);
      assert.deepEqual([status, record(json)["status.code"]], [200, 500]);
      assert.match(String(record(json)["status.message"]), /^Error: /);
      const html = await deployer.postWith({ accept: "text/html" }, REPLICATE, ...command("Activate", PAGE));
      assert.equal(html.status, 200);
      assert.match(html.text, /<div id="Status">500<\/div>[\s\S]*<div id="Message">Error: /);
    });

    it("is accepted and never done", async () => {
      aem.setReplication("never done");
      assert.equal((await replicate("Activate", PAGE)).status, 200);
      await sleep(20);
      assert.deepEqual([state().action, aem.published()], [undefined, []]);
    });

    it("works again", async () => {
      aem.setReplication("refused");
      await replicate("Activate", PAGE);
      aem.setReplication("works");
      await replicate("Activate", PAGE);
      await untilPublished(PAGE);
    });
  });
});

function command(cmd: string, ...paths: string[]): Field[] {
  return [["_charset_", "utf-8"], ["cmd", cmd], ...paths.map((path): Field => ["path", path])];
}
