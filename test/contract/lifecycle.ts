import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remove } from "../../provider/lifecycle";
import { Secret } from "../../provider/values";
import { CRM, checked, Deployment, OAUTH2 } from "../world/deployment";
import { refusalOf, shows } from "../world/faultRows";
import type { StatusMode, TestAuthor } from "../world/testAuthor";

type Raw = Readonly<Record<string, unknown>>;
type Listing = Record<string, unknown>;

const SECRET = OAUTH2.clientSecret.reveal();
const NEW_SECRET = "another s3cret of the consumer";
const ROTATED = { ...OAUTH2, clientSecret: new Secret(NEW_SECRET) };
const TITLE = "日本語 “Ümlaut” & <b>";

/** Each server gives a reason of its own. */
const withoutReason = (text: string) => text.replace(/\(500: .*\)(?= \[)/g, "(500: …)");

/** What the provider does to a repository, case by case, on any server: the lifecycle without the engine. */
export function describeLifecycle(author: () => TestAuthor): void {
  let aem: TestAuthor;
  let folder: string;
  let cases = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lifecycle-"));
    aem = author();
  });
  after(() => rm(folder, { recursive: true }));
  // A case that fails must not decide how the next ones go.
  afterEach(async () => {
    await aem.setReplication("works");
    await aem.setEncryption("suffix");
  });

  /** A data source of its own for each case, since the server is one for all. */
  async function deployment(name = `crm${++cases}`, login: keyof TestAuthor["logins"] = "deployer") {
    const made = new Deployment({ origin: aem.origin, ...aem.logins[login] }, folder, name);
    await made.swagger();
    return made;
  }

  async function content(path: string): Promise<Raw> {
    return Object(await aem.node(`${path}/jcr:content`));
  }

  /** What `act` leaves changed in the whole repository below /conf, but for what lies below `except`. */
  async function changedElsewhere(except: string, act: () => Promise<unknown>): Promise<string[]> {
    const others = (listing: Listing) => Object.entries(listing).filter(([key]) => !key.startsWith(`${except}/`));
    const before = new Map(others(await aem.list()));
    await act();
    const after = new Map(others(await aem.list()));
    const keys = [...new Set([...before.keys(), ...after.keys()])];
    return keys.filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));
  }

  /** All of these arguments are refused, in words that `says` fits, and nothing reaches the repository. */
  async function refusesAll(all: readonly Raw[], says: RegExp): Promise<string[]> {
    const crm = await deployment();
    const told: string[] = [];
    const changed = await changedElsewhere("nothing", async () => {
      for (const args of all) {
        await assert.rejects(crm.up(args), JSON.stringify(args));
        const words = await crm.problems(args);
        assert.match(words, says, JSON.stringify(args));
        told.push(words);
      }
    });
    assert.deepEqual(changed, []);
    return told;
  }

  for (const mode of ["modern", "legacy"] satisfies StatusMode[]) {
    describe(`with the status codes of ${mode === "modern" ? "newer authors (409, 422)" : "older ones (500)"}`, () => {
      before(() => aem.setStatusMode(mode));
      after(() => aem.setStatusMode("modern"));

      it("a data source is made, left alone, looked at, put right, rotated and removed without a trace", async () => {
        const crm = await deployment();
        const changed = await changedElsewhere("nothing", async () => {
          await crm.up({ title: TITLE });
          assert.equal((await content(crm.path))["jcr:title"], TITLE);
          assert.equal(await aem.plainSecret(crm.path), SECRET);
          assert.equal(await crm.preview({ title: TITLE }), false);
          assert.deepEqual(await changedElsewhere("nothing", () => crm.up({ title: TITLE })), []);
          assert.deepEqual(await crm.refresh(), []);

          await aem.edit(crm.path, { "jcr:title": "By hand", access_token_uri: undefined, hand: ["made"] });
          await aem.editFile(crm.path, Buffer.from(JSON.stringify({ ...CRM, paths: {} })));
          assert.deepEqual((await crm.refresh()).sort(), ["api.digest", "oauth2.tokenUrl", "title"]);
          await crm.up({ title: TITLE });
          const { "jcr:title": title, access_token_uri: tokenUrl, hand } = await content(crm.path);
          assert.deepEqual([title, tokenUrl, hand], [TITLE, OAUTH2.tokenUrl, ["made"]]);
          assert.equal(await aem.plainSecret(crm.path), SECRET);
          assert.deepEqual(await crm.refresh(), []);

          await crm.up({ title: TITLE, oauth2: ROTATED });
          assert.equal(await aem.plainSecret(crm.path), NEW_SECRET);
          await aem.saveSecretAgain(crm.path, NEW_SECRET);
          assert.deepEqual(await crm.refresh(), ["secretRevision"]);
          await crm.up({ title: TITLE, oauth2: ROTATED });
          assert.deepEqual(await crm.refresh(), []);
          await crm.destroy();
        });
        assert.deepEqual(changed, []);
      });

      it("a page that somebody deleted between two runs is built again, as a page, with everything", async () => {
        const crm = await deployment();
        await crm.up();
        await aem.remove(crm.path);
        await crm.up({ title: "CRM" });
        assert.match(crm.said.join("\n"), /was gone in AEM; it is written again, secret included/);
        assert.equal(Object(await aem.node(crm.path))["jcr:primaryType"], "cq:Page");
        const { "jcr:primaryType": type, "jcr:title": title, swaggerFile } = await content(crm.path);
        assert.deepEqual([type, title], ["cq:PageContent", "CRM"]);
        assert.equal(Object(swaggerFile)["jcr:primaryType"], "nt:file");
        assert.equal(await aem.plainSecret(crm.path), SECRET);
        assert.equal(await crm.read().then((found) => found !== undefined), true);
      });

      it("a page that exists already is refused and stays as it is", async () => {
        const crm = await deployment();
        await aem.addPage(crm.path, { "jcr:title": "Made by hand", client_secret: "theirs" });
        const changed = await changedElsewhere("nothing", () =>
          assert.rejects(crm.up(), { code: "data-source-exists", message: /nothing was written$/ }),
        );
        assert.deepEqual(changed, []);
      });

      it("an equal page that somebody made is taken over by `adopt`: marker and secret, and nothing else", async () => {
        const made = await deployment();
        await made.up({ title: TITLE });
        await aem.edit(made.path, { managedBy: undefined, hand: ["made"] });
        await aem.saveSecretAgain(made.path, NEW_SECRET);
        const before = await content(made.path);
        const crm = await deployment(String(made.outputs.name));
        await crm.up({ title: TITLE, adopt: true });
        const after = await content(crm.path);
        const changed = Object.keys(after).filter(
          (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
        );
        const own = changed.filter((name) => !/^jcr:lastModified/.test(name)).sort();
        assert.deepEqual(own, ["client_secret", "managedBy"]);
        assert.deepEqual([after.managedBy, after.hand], [crm.outputs.managedBy, ["made"]]);
        assert.equal(await aem.plainSecret(crm.path), SECRET);
        assert.deepEqual(await crm.refresh(), []);
        assert.equal(await crm.preview({ title: TITLE }), true); // `adopt` itself goes from the state
        await crm.destroy();
        assert.equal(await aem.node(crm.path), undefined);
      });

      it('a different page is refused with the list of differences, and written over only by "overwrite"', async () => {
        const made = await deployment();
        await made.up();
        await aem.edit(made.path, { managedBy: "acme/billing/prod/crm#0123456789abcdef", "jcr:title": TITLE });
        await aem.editFile(made.path, Buffer.from(JSON.stringify({ ...CRM, paths: {} })));
        const crm = await deployment(String(made.outputs.name));
        const changed = await changedElsewhere("nothing", async () => {
          await assert.rejects(crm.up({ adopt: true }), { code: "data-source-foreign" });
        });
        assert.deepEqual(changed, []);
        await aem.edit(made.path, { managedBy: undefined });
        await assert.rejects(crm.up({ adopt: true }), {
          code: "data-source-exists",
          message: /\n {2}title: ".*" in AEM, "Salesforce" wanted\n {2}swagger: a file .*\n {4}GET \/lead: added\n/,
        });
        await crm.up({ adopt: "overwrite" });
        assert.equal((await content(crm.path))["jcr:title"], "Salesforce");
        assert.deepEqual(await crm.refresh(), []);
      });

      it("a login that may only read is told which right it lacks, and nothing is written", async () => {
        const reader = await deployment(undefined, "reader");
        const changed = await changedElsewhere("nothing", () =>
          assert.rejects(reader.up(), {
            code: "author-refused-write",
            remedy: /^Give aem-reader the right to read and write/,
          }),
        );
        assert.deepEqual(changed, []);
      });

      it("a login that can't see the page never takes it for gone", async () => {
        const crm = await deployment();
        await crm.up();
        Object.assign(crm.environment, { AEM_USERNAME: aem.logins.nobody.username });
        Object.assign(crm.environment, { AEM_PASSWORD: aem.logins.nobody.password });
        await assert.rejects(crm.read(), { code: "data-source-unreadable" });
        await assert.rejects(crm.destroy(), { code: "data-source-unreadable" });
        assert.ok(await aem.node(crm.path));
      });

      it("20 data sources made at once are all there, each with its own", async () => {
        const names = Array.from({ length: 20 }, (_, index) => `at-once-${mode}-${index}`);
        const all = await Promise.all(names.map((name) => deployment(name)));
        const [first] = all;
        assert.ok(first);
        await first.phase((run) => Promise.all(all.map((one, index) => one.upIn(run, { title: `Title ${index}` }))));
        for (const [index, one] of all.entries()) {
          const { "jcr:title": title, "jcr:primaryType": type, managedBy } = await content(one.path);
          assert.deepEqual([title, type], [`Title ${index}`, "cq:PageContent"]);
          assert.equal(managedBy, one.outputs.managedBy);
          assert.equal(await aem.plainSecret(one.path), SECRET);
        }
      });
    });
  }

  describe("the secret", () => {
    it("is nowhere in the repository after a create on a server that does not encrypt", async () => {
      await aem.setEncryption("none");
      const crm = await deployment();
      const changed = await changedElsewhere("nothing", () =>
        assert.rejects(crm.up(), { code: "secret-not-encrypted", message: /the real secret was not sent$/ }),
      );
      assert.deepEqual(changed, []);
      assert.ok(!JSON.stringify(await aem.list("/")).includes(SECRET));
      assert.equal(await aem.node(crm.path), undefined);
    });

    it("is encrypted by the crypto console where nothing reacts to the suffix", async () => {
      await aem.setEncryption("console");
      const crm = await deployment();
      await crm.up();
      assert.equal(await aem.plainSecret(crm.path), SECRET);
      assert.ok(!JSON.stringify(await aem.list("/")).includes(SECRET));
      await crm.up({ oauth2: ROTATED });
      assert.equal(await aem.plainSecret(crm.path), NEW_SECRET);
      assert.equal(await crm.preview({ oauth2: ROTATED }), false);
      assert.deepEqual(await crm.refresh(), []);
    });

    it("of a server that stopped encrypting is not sent by a rotation: the old one stays", async () => {
      const crm = await deployment();
      await crm.up();
      await aem.setEncryption("none");
      await assert.rejects(crm.up({ oauth2: ROTATED }), { code: "secret-not-encrypted" });
      assert.equal(await aem.plainSecret(crm.path), SECRET);
    });
  });

  describe("a container", () => {
    it("may be nested", async () => {
      const crm = await deployment();
      await crm.up({ container: "/conf/acme/emea" });
      assert.match(crm.path, /^\/conf\/acme\/emea\/settings\/cloudconfigs\/fdm\/crm\d+$/);
      assert.equal(await aem.plainSecret(crm.path), SECRET);
      await crm.destroy();
    });

    it("that never held a data source gets the folder of the wizard, which stays", async () => {
      const crm = await deployment();
      const changed = await changedElsewhere("/conf/nofdm/settings/cloudconfigs/fdm", async () => {
        await crm.up({ container: "nofdm" });
        await crm.destroy();
      });
      assert.deepEqual(changed, []);
      const { "jcr:primaryType": type, mergeList } = Object(await aem.node("/conf/nofdm/settings/cloudconfigs/fdm"));
      assert.deepEqual([type, mergeList], ["sling:Folder", true]);
      await aem.remove("/conf/nofdm/settings/cloudconfigs/fdm");
    });

    it("without cloud configurations is refused with the switch to set in AEM", async () => {
      const crm = await deployment();
      const changed = await changedElsewhere("nothing", () =>
        assert.rejects(crm.up({ container: "bare" }), {
          code: "container-missing",
          remedy: /^Switch on Cloud Configurations .*Configuration Browser/,
        }),
      );
      assert.deepEqual(changed, []);
    });
  });

  describe("writing where nobody asked", () => {
    shows("P1", "extra properties with hostile names are refused, and nothing changes", async () => {
      const commands = [":operation", ":applyTo", "foo@Delete", "foo@CopyFrom"];
      const elsewhere = ["../../x/y", "/conf/other", "a/b", "..", "a\nb"];
      const notTheirs = ["jcr:primaryType", "client_secret", "managedBy", "swaggerFile"];
      const all = [...commands, ...elsewhere, ...notTheirs].map((name) => ({ extraProperties: { [name]: "x" } }));
      const told = await refusesAll(all, /`extraProperties`: /);
      return told.join("\n");
    });

    const hostile = ["../../x", "/conf/other", "@Delete", "x@CopyFrom", ":operation=delete", "$(id)", "{a}", "日本"];
    it("P2: hostile values land in their own property and nowhere else", async () => {
      const crm = await deployment();
      const path = `/conf/global/settings/cloudconfigs/fdm/crm${cases}`;
      const extraProperties = Object.fromEntries(hostile.map((value, index) => [`p${index}`, value]));
      const list = { list: hostile };
      const changed = await changedElsewhere(path, () =>
        crm.up({ title: hostile.join(" "), extraProperties: { ...extraProperties, ...list } }),
      );
      assert.deepEqual(changed, []);
      const held = await content(crm.path);
      assert.deepEqual(
        hostile.map((_, index) => held[`p${index}`]),
        hostile,
      );
      assert.deepEqual([held["jcr:title"], held.list], [hostile.join(" "), hostile]);
    });

    shows("P2", "hostile names and containers are refused, and nothing changes", async () => {
      const names = ["../x", "a/b", "a.b", "jcr:content", "..", "", "a b", "x\0y", "*", "日本"];
      const told = await refusesAll(
        names.map((name) => ({ name })),
        /`name`/,
      );
      const containers = ["..", "global/../other", "/etc", "/conf", "/conf/../etc", "a//b", "global/", "glo.bal", ":x"];
      told.push(
        ...(await refusesAll(
          containers.map((container) => ({ container })),
          /`container`/,
        )),
      );
      return [...new Set(told)].join("\n");
    });

    it("P2: the folders before a Swagger file's name go nowhere", async () => {
      const crm = await deployment();
      const path = `/conf/global/settings/cloudconfigs/fdm/crm${cases}`;
      const changed = await changedElsewhere(path, () =>
        crm.up({ swagger: { file: `${folder}/../${folder.split("/").at(-1)}/crm.json` } }),
      );
      assert.deepEqual(changed, []);
      assert.equal((await content(crm.path)).filename, "crm.json");
    });

    shows("P3", "what is no longer asked for goes: a property, the scope, a constant of another product", async () => {
      const crm = await deployment();
      await crm.up({ oauth2: { ...OAUTH2, scope: "api" }, extraProperties: { retries: 3 }, product: "aemcs" });
      const { authorization_scope: scope, retries, restfulService } = await content(crm.path);
      assert.deepEqual([scope, retries, restfulService], ["api", 3, "swagger"]);
      await crm.up({ product: "aem65" });
      const held = await content(crm.path);
      for (const gone of ["authorization_scope", "retries", "restfulService"]) assert.equal(gone in held, false, gone);
      assert.deepEqual(await crm.refresh(), []);
      return crm.said.join("\n");
    });

    it("P4: a state of another origin is refused, and that origin hears nothing", async () => {
      const crm = await deployment();
      await crm.up();
      const other = new Deployment({ ...crm.place, origin: "http://127.0.0.1:9" }, folder, "crm");
      Object.assign(other, { inputs: crm.inputs, outputs: crm.outputs });
      for (const act of [() => other.read(), () => other.destroy()]) {
        await assert.rejects(act, { code: "origin-changed", message: /nothing was sent$/ });
      }
    });

    shows("P5", "a page that is live on publish and gets a new secret here is warned about", async () => {
      const crm = await deployment();
      await crm.up({ publish: true });
      await crm.up({ oauth2: ROTATED });
      assert.match(crm.said.join("\n"), /warning: .*is live on publish.*publish keeps the old client secret/);
      return crm.said.join("\n").replaceAll(String(crm.outputs.name), "crm");
    });

    shows("P6", "a page that is live on publish is deactivated first; if that fails, nothing is deleted", async () => {
      const crm = await deployment();
      crm.environment.AEM_TIMEOUT_SECONDS = "1";
      await crm.up({ publish: true });
      assert.equal((await content(crm.path))["cq:lastReplicationAction"], "Activate");
      const told: string[] = [];
      for (const mode of ["refused in the body", "never done"] as const) {
        await aem.setReplication(mode);
        const changed = await changedElsewhere("nothing", async () => told.push(await refusalOf(crm.destroy())));
        assert.match(String(told.at(-1)), /\[not-published\]/);
        assert.deepEqual(changed, []);
      }
      await aem.setReplication("works");
      const { path, outputs } = crm;
      await crm.destroy();
      assert.equal(await aem.node(path), undefined);
      return withoutReason(told.join("\n")).replaceAll(String(outputs.name), "crm");
    });
  });

  it("without AEM's query builder a delete goes on, and says once what was not checked", async () => {
    const both = [await deployment(), await deployment()];
    for (const one of both) await one.up();
    const [first] = both;
    assert.ok(first);
    await first.phase(async (run) => {
      for (const { path, outputs } of both) await remove(run, path, outputs);
    });
    const not = `not checked which form data models use it: ${aem.origin} has no query builder (404)`;
    assert.deepEqual(first.said, [`note: ${first.path}: ${not}`]);
    for (const { path } of both) assert.equal(await aem.node(path), undefined);
  });

  shows("W4", "a publication that fails leaves the page saved, and the next up publishes only", async () => {
    const crm = await deployment();
    await aem.setReplication("refused in the body");
    const text = await refusalOf(crm.up({ publish: true }));
    assert.match(text, /\[not-published\]/);
    assert.equal(crm.outputs.published, undefined);
    await aem.setReplication("works");
    const { client_secret: ciphertext, "jcr:lastModified": saved } = await content(crm.path);
    await crm.up({ publish: true });
    const after = await content(crm.path);
    assert.deepEqual([after.client_secret, after["jcr:lastModified"]], [ciphertext, saved]);
    assert.equal(after["cq:lastReplicationAction"], "Activate");
    assert.equal(await crm.preview({ publish: true }), false);
    return withoutReason(text).replaceAll(String(crm.outputs.name), "crm");
  });

  it("of two programs that make one page at the same moment, whoever writes over the other one is told", async () => {
    const owners = ["acme/billing/prod/contested", "acme/shop/prod/contested"];
    const both = [await deployment("contested"), await deployment("contested")];
    const results = await Promise.allSettled(both.map((one, index) => one.up({ owner: owners[index] })));
    const told = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    assert.ok(told.length > 0);
    for (const words of told) assert.match(words, /somebody else|managed by|exists already/i);
    const { managedBy } = await content("/conf/global/settings/cloudconfigs/fdm/contested");
    assert.ok(both.some(({ outputs }) => outputs.managedBy === managedBy));
  });

  it("check says all that is wrong in one go, and asks the author nothing", async () => {
    const crm = await deployment();
    const changed = await changedElsewhere("nothing", () =>
      crm.phase((run) => assert.rejects(checked(run, {}, crm.args({ container: "..", title: "", product: "aem" })))),
    );
    assert.deepEqual(changed, []);
  });
}
