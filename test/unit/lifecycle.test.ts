import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toWire } from "../../provider/dynamic";
import * as lifecycle from "../../provider/lifecycle";
import { Secret } from "../../provider/values";
import {
  type AemEmulator,
  type AemEmulatorOptions,
  DEFAULT_ACCOUNTS,
  type RecordedRequest,
  startAemEmulator,
} from "../world/aemEmulator";
import { CRM, checked, Deployment, OAUTH2 } from "../world/deployment";
import { refusalOf, shows } from "../world/faultRows";
import { startTokenServer } from "../world/tokenServer";

type Raw = Readonly<Record<string, unknown>>;

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const PAGE = `${FOLDER}/crm`;
const STRANGER = "acme/billing/prod/crm#0123456789abcdef";
const SECRET = "the consumer's s3cret";
const NEW_SECRET = "another s3cret of the consumer";

function account(user: string): { username: string; password: string } {
  const password = DEFAULT_ACCOUNTS.find((known) => known.user === user)?.password;
  return { username: user, password: String(password) };
}

/** For the environment of a deployment, over its own login. */
function login(user: string): Record<string, string> {
  const { username, password } = account(user);
  return { AEM_USERNAME: username, AEM_PASSWORD: password };
}

/** The fields of a write that not each write has, as `name=value`. */
function fieldsOf(request: RecordedRequest | undefined): string[] {
  const always = /^(_charset_|\.\.?\/jcr:(primaryType|lastModified|lastModifiedBy))$/;
  const named = (request?.fields ?? []).filter(({ name }) => !always.test(name));
  return named.map(({ name, value, file }) => `${name}=${value ?? file?.filename}`);
}

describe("lifecycle", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lifecycle-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => start());
  afterEach(() => aem.stop());

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator(options);
    crm = deployment();
    await crm.swagger();
  }

  function deployment(): Deployment {
    return new Deployment({ origin: aem.origin, ...account("aem-deployer") }, folder);
  }

  /** The page's properties as they lie in the repository. */
  function content(): Record<string, unknown> {
    return Object(aem.node(`${PAGE}/jcr:content`));
  }

  /** The same without what a server changes by itself at each save. */
  function stable(): Record<string, unknown> {
    const { client_secret: _, swaggerFile, ...properties } = content();
    const own = Object.entries(properties).filter(([name]) => !/^(jcr|cq):(created|lastModified)/.test(name));
    return { ...Object.fromEntries(own), size: Object(swaggerFile)["jcr:content"]?.[":jcr:data"] };
  }

  function writes(): RecordedRequest[] {
    return aem.requests.filter((request) => request.writes);
  }

  /** Forgets the requests so far, so that a test sees those that follow. */
  function forget(): void {
    aem.requests.splice(0);
  }

  describe("create", () => {
    it("writes the page in one save, after a dummy has shown that the author encrypts", async () => {
      await crm.up();
      assert.deepEqual(
        writes().map(({ path, status }) => `${path.replace(/probe-\w+/, "probe-…")} ${status}`),
        [
          `${FOLDER}/aem-datasource-probe-…/jcr:content 201`,
          `${FOLDER}/aem-datasource-probe-… 200`,
          `${PAGE}/jcr:content 201`,
        ],
      );
      const sent = fieldsOf(writes()[2]);
      for (const field of [`./client_secret=${SECRET}`, "./client_secret@Encrypted=", "./swaggerFile=crm.json"]) {
        assert.ok(sent.includes(field));
      }
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.deepEqual(crm.said, []);
    });

    it("gives back each input, and what was achieved", async () => {
      await crm.up();
      const {
        managedBy,
        sha256,
        secretWrittenAt,
        secretWitness,
        tokenVerdict,
        stateVersion,
        packageVersion,
        ...inputs
      } = crm.outputs;
      assert.deepEqual(toWire(inputs), toWire(crm.inputs));
      assert.match(String(managedBy), /^acme\/shop\/prod\/crm#[0-9a-f]{16}$/);
      assert.equal(content().managedBy, managedBy);
      assert.match(String(sha256), /^[0-9a-f]{64}$/);
      assert.ok(!Number.isNaN(Date.parse(String(secretWrittenAt))));
      assert.match(String(secretWitness), /^[0-9a-f]{32}$/);
      assert.deepEqual([tokenVerdict, stateVersion], ["off: by tokenCheck", 1]);
      assert.match(String(packageVersion), /^\d+\.\d+\.\d+/);
    });

    it("keeps the verdict of the token check", async () => {
      const tokens = await startTokenServer({ clients: [{ clientId: "key", clientSecret: SECRET }] });
      await crm.up({ oauth2: { ...OAUTH2, tokenUrl: tokens.tokenUrl }, tokenCheck: undefined });
      assert.equal(crm.outputs.tokenVerdict, "issued");
      await tokens.stop();
      crm.environment.AEM_DATASOURCE_TOKEN_CHECK = "off";
      await crm.up({ tokenCheck: undefined, title: "CRM" });
      assert.equal(crm.outputs.tokenVerdict, "off: by AEM_DATASOURCE_TOKEN_CHECK");
    });

    it("proves container and encryption once for all data sources of a phase", async () => {
      await crm.phase(async (run) => {
        for (const name of ["crm", "erp"]) {
          const args = crm.args({ name, owner: `acme/shop/prod/${name}` });
          await lifecycle.create(run, await checked(run, {}, args));
        }
      });
      const probes = writes().filter(({ path }) => path.includes("probe"));
      assert.equal(probes.length, 2); // written and removed
      assert.equal(aem.log.filter((line) => line === `GET ${FOLDER}.0.json 200`).length, 1);
      assert.equal(aem.plainSecret(`${FOLDER}/erp`), SECRET);
    });

    it("takes over a page of its own owner, under a new id, and says what it leaves as it is", async () => {
      await crm.up();
      const { managedBy } = crm.outputs;
      aem.edit(PAGE, { "jcr:title": "half done", restfulService: "left over", userName: "admin" });
      const again = deployment();
      await again.up();
      assert.equal(again.said.length, 1);
      assert.match(
        String(again.said[0]),
        /^warning: crm: \/conf\/.*\/crm carries the marker of this very resource and is taken over .*as they are: userName$/,
      );
      assert.notEqual(again.outputs.managedBy, managedBy);
      assert.equal(content().managedBy, again.outputs.managedBy);
      assert.deepEqual(
        [content()["jcr:title"], content().restfulService, content().userName],
        ["Salesforce", undefined, "admin"],
      );
    });

    const others: [whose: string, marker: string | undefined, code: string, says: RegExp][] = [
      ["another owner", STRANGER, "data-source-foreign", /managed by acme\/billing\/prod\/crm; nothing was written$/],
      ["nobody's", undefined, "data-source-exists", /without a marker of ours; nothing was written$/],
    ];
    for (const [whose, marker, code, says] of others) {
      it(`refuses a page that is ${whose}, and writes nothing`, async () => {
        aem.addPage(PAGE, { "jcr:title": "Theirs", ...(marker === undefined ? {} : { managedBy: marker }) });
        const before = aem.node(FOLDER);
        await assert.rejects(crm.up(), { code, message: says });
        assert.deepEqual(aem.node(FOLDER), before);
        assert.deepEqual(writes(), []);
      });
    }

    it("refuses a second resource of the same program on one page", async () => {
      const twice = crm.phase(async (run) => {
        const inputs = await checked(run, {}, crm.args());
        await lifecycle.create(run, inputs);
        await lifecycle.create(run, inputs);
      });
      await assert.rejects(twice, { code: "data-source-exists", message: /^two resources of this program make/ });
    });

    it("stops before any write when the container is not there", async () => {
      await assert.rejects(crm.up({ container: "glabal" }), { code: "container-missing" });
      assert.deepEqual(writes(), []);
    });

    it("asks again after a failure: the next data source of the phase is not doomed", async () => {
      aem.remove("/conf/global/settings/cloudconfigs");
      await crm.phase(async (run) => {
        const inputs = await checked(run, {}, crm.args());
        await assert.rejects(lifecycle.create(run, inputs), { code: "container-missing" });
        aem.addPage(`${FOLDER}/other`, {}); // brings the folders back
        await lifecycle.create(run, inputs);
      });
      assert.equal(aem.plainSecret(PAGE), SECRET);
    });

    it("never sends the secret to an author that does not encrypt, and makes no page there", async () => {
      await aem.stop();
      await start({ encryption: "none" });
      await assert.rejects(crm.up(), { code: "secret-not-encrypted" });
      const sent = aem.requests.flatMap(({ fields }) => fields.map(({ value }) => value));
      assert.ok(sent.every((value) => !value?.includes(SECRET)));
      assert.equal(aem.node(PAGE), undefined);
    });

    it("says which rights are missing, not that something is in conflict", async () => {
      crm.environment = login("aem-reader");
      await assert.rejects(crm.up(), { code: "author-refused-write", remedy: /^Give aem-reader the right to/ });
    });
  });

  describe("update", () => {
    beforeEach(async () => {
      await crm.up();
      forget();
    });

    it("of the title sends the title alone, neither secret nor file", async () => {
      await crm.up({ title: "CRM" });
      assert.deepEqual(writes().map(fieldsOf), [["./jcr:title=CRM"]]);
      assert.equal(content()["jcr:title"], "CRM");
    });

    it("of nothing, and of what only this client knows, writes nothing", async () => {
      await crm.up();
      for (const tokenCheck of ["warn", { mode: "off", onUnreachable: "fail" }] as const) {
        await crm.up({ tokenCheck });
        assert.deepEqual(crm.outputs.tokenCheck, tokenCheck);
      }
      assert.deepEqual(writes(), []);
    });

    it("of the secret sends the secret alone, counts it and keeps the new witness", async () => {
      const { secretWitness } = crm.outputs;
      await crm.up({ oauth2: { ...OAUTH2, clientSecret: new Secret(NEW_SECRET) } });
      assert.deepEqual(fieldsOf(writes().at(-1)), [`./client_secret=${NEW_SECRET}`, "./client_secret@Encrypted="]);
      assert.equal(aem.plainSecret(PAGE), NEW_SECRET);
      assert.equal(crm.outputs.secretRevision, 2);
      assert.notEqual(crm.outputs.secretWitness, secretWitness);
      assert.equal(await crm.preview({ oauth2: { ...OAUTH2, clientSecret: new Secret(NEW_SECRET) } }), false);
    });

    it("of the Swagger file uploads it; a file that was only reformatted is no change", async () => {
      await crm.swagger(JSON.stringify(CRM, undefined, 2));
      assert.equal(await crm.preview(), false);
      const { sha256 } = crm.outputs;
      await crm.swagger({ ...CRM, info: { title: "CRM", version: "62.0" } });
      assert.equal(await crm.preview(), true);
      await crm.up();
      assert.deepEqual(writes().map(fieldsOf), [["./swaggerFile@TypeHint=nt:file", "./swaggerFile=crm.json"]]);
      assert.notEqual(crm.outputs.sha256, sha256);
      assert.deepEqual(await crm.refresh(), []);
    });

    it("removes what is no longer asked for and puts constants back, and keeps what others added", async () => {
      await crm.up({ oauth2: { ...OAUTH2, scope: "api" }, extraProperties: { retries: 3, location: "query" } });
      aem.edit(PAGE, { userName: "admin" });
      assert.equal(content().authorization_scope, "api");
      await crm.up();
      const { authorization_scope, retries, location, userName } = content();
      assert.deepEqual([authorization_scope, retries, location, userName], [undefined, undefined, "header", "admin"]);
    });

    it("writes a page that vanished as a whole, secret included, and says so", async () => {
      aem.remove(PAGE);
      const { managedBy } = crm.outputs;
      await crm.up({ title: "CRM" });
      assert.deepEqual(crm.said, [`warning: crm: ${PAGE} was gone in AEM; it is written again, secret included`]);
      assert.equal(Object(aem.node(PAGE))["jcr:primaryType"], "cq:Page");
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.equal(content().managedBy, managedBy);
      assert.equal(await crm.preview({ title: "CRM" }), false);
    });

    it("does not take a page for vanished that its login can't read", async () => {
      crm.environment = login("aem-nobody");
      await assert.rejects(crm.up({ title: "CRM" }), { code: "data-source-unreadable" });
      assert.deepEqual(writes(), []);
    });

    it("stops at the marker of somebody else", async () => {
      aem.edit(PAGE, { managedBy: STRANGER });
      await assert.rejects(crm.up({ title: "CRM" }), {
        code: "data-source-foreign",
        message: /managed by acme\/billing\/prod\/crm; nothing was written$/,
      });
      assert.deepEqual(writes(), []);
    });

    it("puts back a marker that was removed", async () => {
      aem.edit(PAGE, { managedBy: undefined });
      await crm.up();
      assert.equal(content().managedBy, crm.outputs.managedBy);
    });

    it("of a renamed stack keeps the page's id, and tells the new owner with the next write", async () => {
      const { managedBy } = crm.outputs;
      const owner = "acme/shop/stage/crm";
      assert.equal(await crm.preview({ owner }), false);
      await crm.up({ owner, title: "CRM" });
      assert.equal(crm.outputs.managedBy, String(managedBy).replace("prod", "stage"));
      assert.equal(content().managedBy, crm.outputs.managedBy);
    });

    it("sends the secret again when AEM's ciphertext is another than ours", async () => {
      aem.saveSecretAgain(PAGE, "typed in the wizard");
      await crm.up({ title: "CRM" });
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.deepEqual(await crm.refresh(), []);
    });

    it("names in a warning what it overwrites of somebody's work, and who that was", async () => {
      aem.edit(PAGE, { "jcr:title": "By hand", location: "query", userName: "admin" });
      await crm.up({ title: "CRM" });
      assert.equal(crm.said.length, 1);
      assert.match(
        String(crm.said[0]),
        /^warning: crm: changed in AEM since the last run, last by somebody, .*, overwritten now: title "By hand", extraProperties\.location "query"$/,
      );
      assert.deepEqual([content()["jcr:title"], content().location], ["CRM", "header"]);
    });

    it("does not warn of its own changes, nor of what somebody made as it is wanted now", async () => {
      aem.edit(PAGE, { "jcr:title": "CRM" });
      await crm.up({ title: "CRM", serviceEndPoint: "https://v2.example" });
      assert.deepEqual(
        crm.said.filter((line) => line.startsWith("warning")),
        [],
      );
    });
  });

  describe("read", () => {
    const programs: [what: string, args: Raw][] = [
      ["the least that a program can say", {}],
      [
        "everything that it can say",
        {
          container: "/conf/global",
          name: "crm",
          serviceEndPoint: "https://acme.example/v1",
          oauth2: { ...OAUTH2, scope: "api refresh" },
          product: "aemcs",
          extraProperties: { location: "query", retries: 3, ratio: 0.5, quiet: true, list: ["a", "b"], one: ["a"] },
        },
      ],
      [
        "a Swagger file as text, in YAML",
        { swagger: { text: `swagger: "2.0"\nhost: a.example\npaths: {/a: {get: {}}}` } },
      ],
    ];
    for (const [what, args] of programs) {
      it(`gives back the very inputs of check when nobody touched the page: ${what}`, async () => {
        await crm.up(args);
        forget();
        const found = await crm.read();
        assert.deepEqual(toWire(found?.inputs ?? {}), toWire(crm.inputs));
        assert.deepEqual(toWire(found?.outputs ?? {}), toWire(crm.outputs));
        assert.deepEqual(crm.said, []);
        assert.deepEqual(writes(), []);
        assert.equal(await crm.preview(args), false);
      });
    }

    /** What somebody does in AEM, and the inputs that show it. */
    const edits: [what: string, edit: () => void, shown: string[]][] = [
      ["another title", () => aem.edit(PAGE, { "jcr:title": "By hand" }), ["title"]],
      ["no title", () => aem.edit(PAGE, { "jcr:title": undefined }), ["title"]],
      ["an empty title", () => aem.edit(PAGE, { "jcr:title": "" }), ["title"]],
      ["a title in two lines", () => aem.edit(PAGE, { "jcr:title": "By\nhand" }), ["title"]],
      ["another end point", () => aem.edit(PAGE, { serviceEndPoint: "https://x.example" }), ["serviceEndPoint"]],
      ["another client id", () => aem.edit(PAGE, { client_id: "key2" }), ["oauth2.clientId"]],
      ["an empty client id", () => aem.edit(PAGE, { client_id: "" }), ["oauth2.clientId"]],
      ["another token URL", () => aem.edit(PAGE, { access_token_uri: "https://x.example" }), ["oauth2.tokenUrl"]],
      ["a scope", () => aem.edit(PAGE, { authorization_scope: "full" }), ["oauth2.scope"]],
      ["another constant", () => aem.edit(PAGE, { location: "query" }), ["extraProperties.location"]],
      ["an empty constant", () => aem.edit(PAGE, { location: "" }), ["extraProperties.location"]],
      ["no constant", () => aem.edit(PAGE, { grant_type: undefined }), ["extraProperties.grant_type"]],
      ["another name", () => aem.edit(PAGE, { name: "crm2" }), ["extraProperties.name"]],
      ["another file name", () => aem.edit(PAGE, { filename: "x.json" }), ["extraProperties.filename"]],
      ["no marker", () => aem.edit(PAGE, { managedBy: undefined }), ["marker"]],
      ["the same secret, saved again", () => aem.saveSecretAgain(PAGE, SECRET), ["secretRevision"]],
      ["no secret", () => aem.edit(PAGE, { client_secret: undefined }), ["secretRevision"]],
      ["a secret in clear", () => aem.edit(PAGE, { client_secret: "in clear" }), ["secretRevision"]],
      ["another Swagger file", () => aem.editFile(PAGE, Buffer.from('{"swagger":"2.0","paths":{}}')), ["api.digest"]],
      [
        "a reformatted Swagger file",
        () => aem.editFile(PAGE, Buffer.from(JSON.stringify(CRM, null, 1))),
        ["api.digest"],
      ],
      ["a Swagger file that is none", () => aem.editFile(PAGE, Buffer.from("<html>")), ["api.digest"]],
      ["no Swagger file", () => aem.remove(`${PAGE}/jcr:content/swaggerFile`), ["api.digest"]],
    ];
    for (const [what, edit, shown] of edits) {
      it(`shows ${what} as ${shown}, again and again, until an up puts it right`, async () => {
        await crm.up();
        const before = stable();
        edit();
        assert.deepEqual(await crm.refresh(), shown);
        assert.match(
          String(crm.said[0]),
          new RegExp(`^(note|warning): crm: changed in AEM since the last run.*: ${shown}$`, "m"),
        );
        assert.deepEqual(await crm.refresh(), []);
        assert.equal(await crm.preview(), true);
        await crm.up();
        assert.deepEqual([stable(), aem.plainSecret(PAGE)], [before, SECRET]);
        assert.deepEqual(await crm.refresh(), []);
        assert.equal(await crm.preview(), false);
      });

      it(`leaves a data source that can be destroyed after a refresh has seen ${what}`, async () => {
        await crm.up();
        edit();
        await crm.refresh();
        await crm.destroy();
        assert.equal(aem.node(PAGE) === undefined, what !== "no marker");
      });
    }

    it("leaves the witness of our own write in the outputs, whatever AEM holds", async () => {
      await crm.up();
      const { secretWitness } = crm.outputs;
      aem.saveSecretAgain(PAGE, SECRET);
      await crm.refresh();
      assert.equal(crm.outputs.secretWitness, secretWitness);
      assert.equal(crm.inputs.secretRevision, "1, saved again in AEM");
    });

    it("shows a page of somebody else as drift that no up repairs", async () => {
      await crm.up();
      aem.edit(PAGE, { managedBy: STRANGER });
      assert.deepEqual(await crm.refresh(), ["marker"]);
      assert.equal(crm.inputs.marker, "of acme/billing/prod/crm in AEM");
      forget();
      await assert.rejects(crm.up(), { code: "data-source-foreign" });
      assert.deepEqual(writes(), []);
    });

    it("finds nothing when the page is gone, though its folder is there", async () => {
      await crm.up();
      aem.remove(PAGE);
      assert.equal(await crm.read(), undefined);
    });

    const blind: [what: string, environment: Record<string, string>, code: string][] = [
      ["a login without rights, which sees 404", login("aem-nobody"), "data-source-unreadable"],
      ["a wrong login", { AEM_PASSWORD: "n0t-the-passw0rd" }, "author-login-refused"],
    ];
    for (const [what, environment, code] of blind) {
      it(`does not call a page gone to ${what}`, async () => {
        await crm.up();
        crm.environment = environment;
        await assert.rejects(crm.read(), { code });
      });
    }

    it("asks no other author than the one that the state remembers", async () => {
      await crm.up();
      crm.outputs = { ...crm.outputs, origin: "https://author.example.com" };
      forget();
      const moved = { code: "origin-changed", message: /lives on https:\/\/author\.example\.com.* nothing was sent$/ };
      await assert.rejects(crm.read(), moved);
      await assert.rejects(crm.destroy(), moved);
      assert.deepEqual(aem.requests, []);
    });

    it("asks the same author under its new name, once that is declared, and an up moves the state over", async () => {
      await crm.up();
      const old = { origin: "https://author.example.com" };
      crm.inputs = { ...crm.inputs, ...old };
      crm.outputs = { ...crm.outputs, ...old };
      crm.environment = { AEM_PREVIOUS_ORIGIN: old.origin };
      assert.deepEqual(await crm.refresh(), []);
      assert.equal(await crm.preview(), true);
      await crm.up();
      assert.equal(crm.outputs.origin, aem.origin);
    });

    it("takes everything from the id when the state knows nothing, and finds the same the next time", async () => {
      aem.addPage(PAGE, { "jcr:title": "Made by hand", client_id: "key", name: "crm" });
      const found = await crm.read();
      const { container, name, path, origin, title, oauth2 } = found?.outputs ?? {};
      assert.deepEqual([container, name, path, origin, title], ["global", "crm", PAGE, aem.origin, "Made by hand"]);
      assert.equal(Object(oauth2).clientId, "key");
      crm.outputs = found?.outputs ?? {};
      assert.deepEqual(toWire((await crm.read())?.inputs ?? {}), toWire(found?.inputs ?? {}));
    });

    it("refuses an id that is no path of a data source, before anything is sent", async () => {
      await assert.rejects(crm.read("/content/crm"), {
        code: "input-invalid",
        message: /^"\/content\/crm" is no path/,
      });
      assert.deepEqual(aem.requests, []);
    });
  });

  describe("delete", () => {
    beforeEach(() => crm.up());

    it("removes the page, and leaves its folder and its neighbours", async () => {
      aem.addPage(`${FOLDER}/other`, { "jcr:title": "Other" });
      await crm.destroy();
      assert.equal(aem.node(PAGE), undefined);
      assert.notEqual(aem.node(`${FOLDER}/other`), undefined);
      assert.deepEqual(crm.said, []);
    });

    shows("W11", "is done when the page is gone already", async () => {
      aem.remove(PAGE);
      forget();
      await crm.destroy();
      assert.deepEqual(writes(), []);
      return crm.said.join("\n");
    });

    it("leaves the page that a forced replacement has just written on the same path", async () => {
      const replacement = deployment();
      await replacement.up();
      await crm.destroy();
      assert.equal(content().managedBy, replacement.outputs.managedBy);
      assert.match(String(crm.said[0]), /^warning: .*\/crm was left in AEM: .*successor/);
    });

    const others: [whose: string, marker: string | undefined, says: RegExp][] = [
      ["somebody else's", STRANGER, /belongs to acme\/billing\/prod\/crm/],
      ["nobody's", undefined, /no marker/],
    ];
    for (const [whose, managedBy, says] of others) {
      it(`leaves a page that is ${whose} now, and says so`, async () => {
        aem.edit(PAGE, { managedBy });
        forget();
        await crm.destroy();
        assert.notEqual(aem.node(PAGE), undefined);
        assert.deepEqual(writes(), []);
        assert.match(String(crm.said[0]), says);
      });
    }

    it("leaves a page that was imported and never written by us", async () => {
      const { managedBy: _, ...imported } = crm.outputs;
      crm.outputs = imported;
      await crm.destroy();
      assert.notEqual(aem.node(PAGE), undefined);
      assert.equal(crm.said.length, 1);
    });

    it("is not done for a login that can't see whether the page is there", async () => {
      crm.environment = login("aem-nobody");
      await assert.rejects(crm.destroy(), { code: "data-source-unreadable" });
    });

    shows("W12", "fails for a login that may only read, and the page stays", async () => {
      crm.environment = login("aem-reader");
      const text = await refusalOf(crm.destroy());
      assert.match(text, /\[author-refused-write\]/);
      assert.notEqual(aem.node(PAGE), undefined);
      return text;
    });
  });

  describe("diff", () => {
    it("is a replacement when container or name make another path, and an update otherwise", async () => {
      await crm.up();
      const news = async (args: Raw) => crm.phase((run) => checked(run, crm.inputs, crm.args(args)));
      const compare = async (args: Raw) => lifecycle.diff(crm.outputs, await news(args));
      assert.deepEqual(await compare({}), { changes: false, replaces: [] });
      assert.deepEqual(await compare({ title: "CRM" }), { changes: true, replaces: [] });
      assert.deepEqual(await compare({ container: "/conf/global" }), { changes: false, replaces: [] });
      assert.deepEqual(await compare({ name: "crm2" }), { changes: true, replaces: ["name", "path"] });
      assert.deepEqual(await compare({ container: "acme" }), { changes: true, replaces: ["container", "path"] });
    });

    it("keeps the name of a resource that was renamed by an alias", async () => {
      await crm.up();
      assert.equal(await crm.preview({ owner: "acme/shop/prod/sales" }), false);
    });
  });
});
