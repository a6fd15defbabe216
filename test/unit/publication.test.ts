import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PartialFailure } from "../../provider/outputs";
import { Secret } from "../../provider/values";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";
import { Deployment, OAUTH2 } from "../world/deployment";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const ROTATED = { ...OAUTH2, clientSecret: new Secret("another s3cret of the consumer") };

describe("publish", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "publication-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    aem = await startAemEmulator();
    const password = String(DEFAULT_ACCOUNTS.find(({ user }) => user === "aem-deployer")?.password);
    crm = new Deployment({ origin: aem.origin, username: "aem-deployer", password }, folder);
    crm.environment.AEM_TIMEOUT_SECONDS = "1";
    await crm.swagger();
  });
  afterEach(() => aem.stop());

  /** The requests that write, by what they do, since the last call. */
  function newActs(): string[] {
    const acts = aem.requests.splice(0).filter(({ writes, path }) => writes && !path.includes("probe"));
    return acts.map(({ path, fields }) => {
      const operation = fields.find(({ name }) => name === "cmd" || name === ":operation")?.value;
      return operation ?? (path.endsWith("/jcr:content") ? "save" : path);
    });
  }

  /** Puts the last save and publication back in time: AEM tells both in whole seconds, and no test should wait for them. */
  function longAgo(): void {
    const at = "Mon Nov 23 2020 11:30:00 GMT+0000";
    aem.edit(PAGE, { "jcr:lastModified": at, "cq:lastReplicated": at });
  }

  async function fails(act: Promise<void>, words: RegExp): Promise<void> {
    const failure = await act.then(
      () => assert.fail("it succeeded"),
      (thrown: unknown) => thrown,
    );
    assert.ok(failure instanceof PartialFailure, String(failure));
    assert.match(failure.message, words);
    assert.match(failure.message, /\[not-published\]/);
  }

  it("activates the page after each write, and only then", async () => {
    await crm.up({ publish: true });
    assert.deepEqual(newActs(), ["save", "Activate"]);
    assert.deepEqual(aem.published(), [PAGE]);
    longAgo();
    assert.match(String(crm.outputs.published), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    await crm.up({ publish: true, title: "CRM" });
    assert.deepEqual(newActs(), ["save", "Activate"]);
    await crm.up({ publish: true, title: "CRM" });
    assert.deepEqual(newActs(), []);
  });

  it("turned on activates and writes nothing; turned off it deactivates nothing and asks nothing", async () => {
    await crm.up();
    newActs();
    assert.equal(await crm.preview({ publish: true }), true);
    await crm.up({ publish: true });
    assert.deepEqual(newActs(), ["Activate"]);
    assert.equal(await crm.preview({ publish: false }), true);
    await crm.up({ publish: false });
    assert.deepEqual(aem.requests, []);
    assert.deepEqual(aem.published(), [PAGE]);
    assert.equal(await crm.preview({ publish: undefined }), false);
  });

  for (const mode of ["refused", "refused in the body", "never done"] as const) {
    it(`that is ${mode} leaves the page saved and known, and the next up publishes only`, async () => {
      aem.setReplication(mode);
      await fails(crm.up({ publish: true }), /crm is saved, not published: /);
      assert.equal(aem.plainSecret(PAGE), OAUTH2.clientSecret.reveal());
      const asked = mode === "never done" ? "asked for, not seen to be done" : undefined;
      assert.equal(crm.outputs.published, asked);
      aem.setReplication("works");
      newActs();
      assert.equal(await crm.preview({ publish: true }), true);
      await crm.up({ publish: true });
      assert.deepEqual(newActs(), ["Activate"]);
      assert.equal(await crm.preview({ publish: true }), false);
    });
  }

  it("that failed is not forgotten by a refresh, even of a page that an earlier version of is live", async () => {
    await crm.up({ publish: true });
    longAgo();
    aem.setReplication("refused");
    await fails(crm.up({ publish: true, title: "CRM" }), /saved, not published/);
    await crm.refresh();
    aem.setReplication("works");
    newActs();
    assert.equal(await crm.preview({ publish: true, title: "CRM" }), true);
    await crm.up({ publish: true, title: "CRM" });
    assert.deepEqual(newActs(), ["Activate"]);
    assert.deepEqual(await crm.refresh(), []);
  });

  it("of a save that a killed run never came to is made up for, by an up and after a refresh", async () => {
    for (const refreshed of [false, true]) {
      await crm.up({ publish: true });
      const { inputs, outputs } = crm;
      longAgo();
      await crm.up({ publish: false, title: "CRM" }); // what the killed run left in AEM
      Object.assign(crm, { inputs, outputs });
      if (refreshed) assert.deepEqual((await crm.refresh()).sort(), ["publish", "title"]);
      newActs();
      assert.equal(await crm.preview({ publish: true, title: "CRM" }), true);
      await crm.up({ publish: true, title: "CRM" });
      assert.deepEqual(newActs(), ["Activate"]);
      longAgo();
      await crm.up({ publish: true });
    }
  });

  it("shows a page that somebody deactivated as drift, and an up puts it right", async () => {
    await crm.up({ publish: true });
    longAgo();
    aem.edit(PAGE, { "cq:lastReplicationAction": "Deactivate" });
    assert.deepEqual(await crm.refresh(), ["publish"]);
    assert.equal(crm.inputs.publish, "deactivated in AEM");
    assert.deepEqual(await crm.refresh(), []);
    newActs();
    await crm.up({ publish: true });
    assert.deepEqual(newActs(), ["Activate"]);
    assert.deepEqual(await crm.refresh(), []);
    assert.equal(crm.inputs.publish, true);
  });

  it("warns in plain words of a page that is live and gets a new secret on the author only", async () => {
    await crm.up({ publish: true });
    await crm.up({ oauth2: ROTATED });
    const [warning, ...others] = crm.said.filter((text) => text.startsWith("warning"));
    assert.deepEqual(others, []);
    assert.match(
      String(warning),
      /^warning: crm: \/conf\/.*\/crm is live on publish, and `publish` is false: publish keeps the old client secret/,
    );
  });

  it("does not warn where nothing of the page is live, nor where it publishes", async () => {
    await crm.up();
    await crm.up({ oauth2: ROTATED });
    assert.deepEqual(crm.said, []);
    await crm.up({ oauth2: ROTATED, publish: true });
    longAgo();
    await crm.up({ oauth2: ROTATED, publish: true, title: "CRM" });
    assert.deepEqual(crm.said, []);
  });

  it("warns as well where a page of its own is taken over with a new secret, as by a forced replacement", async () => {
    await crm.up({ publish: true });
    crm.outputs = {};
    await crm.up({ oauth2: ROTATED });
    assert.match(
      crm.said.join("\n"),
      /is live on publish, and `publish` is false: publish keeps the old client secret/,
    );
  });

  describe("before a delete", () => {
    it("takes the page off publish, whatever `publish` says", async () => {
      await crm.up({ publish: true });
      longAgo();
      await crm.up({ publish: false });
      newActs();
      await crm.destroy();
      assert.deepEqual(newActs(), ["Deactivate", "delete"]);
      assert.deepEqual([aem.published(), aem.node(PAGE)], [[], undefined]);
    });

    it("asks for nothing where the page was never live, or is no more", async () => {
      await crm.up();
      newActs();
      await crm.destroy();
      assert.deepEqual(newActs(), ["delete"]);
      await crm.up({ publish: true });
      aem.edit(PAGE, { "cq:lastReplicationAction": "Deactivate" });
      newActs();
      await crm.destroy();
      assert.deepEqual(newActs(), ["delete"]);
    });

    for (const mode of ["refused", "refused in the body", "never done"] as const) {
      it(`deletes nothing when the deactivation is ${mode}`, async () => {
        await crm.up({ publish: true });
        longAgo();
        aem.setReplication(mode);
        await assert.rejects(crm.destroy(), {
          code: "not-published",
          message: /is live on publish and could not be deactivated, so it was not deleted/,
        });
        assert.ok(aem.node(PAGE));
        aem.setReplication("works");
        await crm.destroy();
        assert.deepEqual([aem.published(), aem.node(PAGE)], [[], undefined]);
      });
    }

    it("undoes a publication that AEM was still at, so that no orphan appears on publish later", async () => {
      for (const turnedOff of [false, true]) {
        aem.setReplication("never done");
        await fails(crm.up({ publish: true }), /was not done within/);
        if (turnedOff) await crm.up({ publish: false });
        aem.setReplication("works");
        newActs();
        await crm.destroy();
        assert.deepEqual(newActs(), ["Deactivate", "delete"]);
      }
    });

    it("does not ask for what it may not do, where nothing was ever published", async () => {
      aem.setReplication("refused");
      await fails(crm.up({ publish: true }), /saved, not published/);
      newActs();
      await crm.destroy();
      assert.deepEqual(newActs(), ["delete"]);
    });

    it("leaves the page of somebody else alone, on publish too", async () => {
      await crm.up({ publish: true });
      aem.edit(PAGE, { managedBy: "acme/billing/prod/crm#0123456789abcdef" });
      newActs();
      await crm.destroy();
      assert.deepEqual(newActs(), []);
      assert.deepEqual(aem.published(), [PAGE]);
    });
  });
});
