import assert from "node:assert/strict";
import { Author } from "../../../provider/aem/author";
import { type LiveDataSource, readDataSource, writeDataSource } from "../../../provider/aem/dataSource";
import {
  hasReplication,
  isPublishedAsItIs,
  type ReplicationAction,
  replicate,
  replicationOf,
} from "../../../provider/aem/publish";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";
import { startProxy } from "../../world/proxy";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";

describe("publication of a page", () => {
  let aem: AemEmulator;
  let author: Author;
  let told: string[];

  beforeEach(async () => {
    aem = await startAemEmulator();
    author = new Author(connectionTo(aem.origin));
    told = [];
    await writeDataSource(author, PAGE, { set: new Map([["jcr:title", "Salesforce"]]), remove: [] });
  });
  afterEach(async () => {
    await author.close();
    await aem.stop();
  });

  function ask(action: ReplicationAction, deadlineMs = 5_000, as = author): Promise<string> {
    return replicate(as, PAGE, action, { deadlineMs, progressMs: 200, progress: async (text) => void told.push(text) });
  }

  async function live(): Promise<LiveDataSource> {
    const found = await readDataSource(author, PAGE);
    assert.ok(found !== "absent");
    return found;
  }

  it("is known to be possible by a look, whatever comes of it but 404", async () => {
    const proxy = await startProxy(aem.origin);
    const behind = new Author(connectionTo(proxy.origin));
    assert.equal(await hasReplication(behind), true);
    proxy.hide((path) => path === "/bin/replicate.json", 404);
    assert.equal(await hasReplication(behind), false);
    proxy.hide((path) => path === "/bin/replicate.json", 401);
    await assert.rejects(hasReplication(behind), { code: "author-login-refused" });
    await behind.close();
    await proxy.stop();
    assert.ok(aem.requests.every(({ path, writes }) => path !== "/bin/replicate.json" || !writes));
  });

  it("is done when the author says so, and tells when", async () => {
    const at = await ask("Activate");
    assert.deepEqual(aem.published(), [PAGE]);
    assert.deepEqual(replicationOf(await live()), { action: "Activate", at: Date.parse(at) });
    assert.equal(isPublishedAsItIs(await live()), true);
  });

  it("ends with a deactivation", async () => {
    await ask("Activate");
    await ask("Deactivate");
    assert.deepEqual(aem.published(), []);
    assert.equal(replicationOf(await live()).action, "Deactivate");
    assert.equal(isPublishedAsItIs(await live()), false);
  });

  it("of an older content is none of the page as it is", async () => {
    await ask("Activate");
    aem.edit(PAGE, { "jcr:lastModified": "Mon Nov 23 2099 11:30:00 GMT+0100" });
    assert.equal(isPublishedAsItIs(await live()), false);
  });

  it("was never, before anybody asked for it", async () => {
    assert.deepEqual(replicationOf(await live()), { action: undefined, at: undefined });
  });

  it("that is never done ends at the deadline, with the place to look at", async () => {
    aem.setReplication("never done");
    await assert.rejects(ask("Activate", 700), {
      code: "not-published",
      message: /took the request to activate .*, but was not done within 1 s$/,
      remedy: /replication queue/,
    });
    assert.ok(told.length > 0);
    for (const line of told) assert.match(line, /^activate of \/conf\/.*\/crm: \d s of at most 1 s$/);
  });

  it("is refused as the author refuses it: by its status, or inside a body that comes with 200", async () => {
    aem.setReplication("refused");
    await assert.rejects(ask("Activate"), { code: "author-no-rights", remedy: /crx:replicate/ });
    aem.setReplication("refused in the body");
    await assert.rejects(ask("Activate"), { code: "author-refused-write", message: /refused the replication \(500: / });
    assert.deepEqual(aem.published(), []);
  });

  it("is refused to a login that may only read", async () => {
    const reader = new Author(connectionTo(aem.origin, { username: "aem-reader" }));
    await assert.rejects(ask("Activate", 5_000, reader), { code: "author-no-rights" });
    await reader.close();
  });

  it("of a page that somebody deletes meanwhile is none", async () => {
    aem.setReplication("never done");
    const asked = ask("Activate");
    setTimeout(() => aem.remove(PAGE), 50);
    await assert.rejects(asked, { code: "not-published", message: /was deleted by somebody else meanwhile/ });
  });

  it("asks by AEM's own fields", async () => {
    await ask("Activate");
    const { path, fields } = aem.requests.find((asked) => asked.path.startsWith("/bin/")) ?? assert.fail("never asked");
    assert.equal(path, "/bin/replicate.json");
    assert.deepEqual(
      fields.map(({ name, value }) => `${name}=${value}`),
      ["_charset_=utf-8", "cmd=Activate", `path=${PAGE}`],
    );
  });
});
