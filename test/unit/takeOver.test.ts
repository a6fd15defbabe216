import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as lifecycle from "../../provider/lifecycle";
import { Secret } from "../../provider/values";
import { type AemEmulator, DEFAULT_ACCOUNTS, type RecordedRequest, startAemEmulator } from "../world/aemEmulator";
import { CRM, checked, Deployment, OAUTH2 } from "../world/deployment";
import { saveInWizard, WIZARD_OAUTH2 } from "../world/handMade";

type Properties = Readonly<Record<string, string>>;

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const STRANGER = "acme/billing/prod/crm#0123456789abcdef";
const SECRET = OAUTH2.clientSecret.reveal();
/** What the colleague pasted into the wizard, in their time. */
const THEIRS = "an older s3cret of the wizard";

/** All that the program of a deployment says, as the wizard saves it. */
const EQUAL: Properties = {
  ...WIZARD_OAUTH2,
  "jcr:title": "Salesforce",
  serviceEndPoint: "https://acme.example/",
  client_id: OAUTH2.clientId,
  access_token_uri: OAUTH2.tokenUrl,
};

describe("taking over what stands in AEM", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "take-over-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    aem = await startAemEmulator();
    crm = new Deployment(login("aem-deployer"), folder);
    await crm.swagger();
  });
  afterEach(() => aem.stop());

  function login(user: string) {
    const password = String(DEFAULT_ACCOUNTS.find((known) => known.user === user)?.password);
    return { origin: aem.origin, username: user, password };
  }

  /** A data source made by hand: equal to what the program wants, but for `properties` and the file. */
  async function handMade(properties: Properties = {}, file: object | string = CRM): Promise<void> {
    const text = typeof file === "string" ? file : JSON.stringify(file);
    await saveInWizard(login("admin"), PAGE, { ...EQUAL, ...properties }, ["crm.json", text], THEIRS);
    aem.requests.splice(0);
  }

  function content(): Record<string, unknown> {
    return Object(aem.node(`${PAGE}/jcr:content`));
  }

  function fileInAem(): unknown {
    return aem.list(PAGE)[`${PAGE}/jcr:content/swaggerFile/jcr:content/jcr:data`];
  }

  function writes(): RecordedRequest[] {
    return aem.requests.filter((request) => request.writes);
  }

  /** The names of the fields that the page's own writes sent, without those of each write. */
  function sent(): string[] {
    const always = /^(_charset_|\.\.?\/jcr:(primaryType|lastModified|lastModifiedBy))$/;
    const own = writes().filter(({ path }) => path.startsWith(PAGE));
    return own.flatMap(({ fields }) => fields.map(({ name }) => name)).filter((name) => !always.test(name));
  }

  /** What the refusal says, after which the page is as it was and nothing was written. */
  async function refusal(args: Parameters<Deployment["up"]>[0], code: string): Promise<string> {
    const before = aem.list("/conf");
    const thrown = await crm.up(args).then(
      () => assert.fail("it was taken over"),
      (error: unknown) => error,
    );
    assert.equal(Object(thrown).code, code, String(thrown));
    assert.deepEqual([aem.list("/conf"), writes()], [before, []]);
    const text = String(Object(thrown).text());
    for (const secret of [SECRET, THEIRS]) assert.ok(!text.includes(secret));
    return text;
  }

  describe("that is equal, with `adopt: true`", () => {
    it("writes our marker and the secret, once and nothing else, and is quiet from then on", async () => {
      await handMade();
      await crm.up({ adopt: true });
      assert.deepEqual(sent().sort(), ["./client_secret", "./client_secret@Encrypted", "./managedBy"]);
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.match(String(crm.outputs.managedBy), /^acme\/shop\/prod\/crm#[0-9a-f]{16}$/);
      assert.equal(content().managedBy, crm.outputs.managedBy);
      assert.deepEqual(crm.said, [
        `note: crm: ${PAGE} is taken over; it gets our marker and the client secret, which can't be compared`,
      ]);
      aem.requests.splice(0);
      assert.equal(await crm.preview({ adopt: true }), false);
      assert.deepEqual(await crm.refresh(), []);
      assert.deepEqual(writes(), []);
      await crm.destroy();
      assert.equal(aem.node(PAGE), undefined);
    });

    it("keeps properties that are not ours, and names them", async () => {
      await handMade({ wizard: "2019", "cq:template": "/libs/fd/template" });
      await crm.up({ adopt: true });
      const { wizard, "cq:template": template } = content();
      assert.deepEqual([wizard, template], ["2019", "/libs/fd/template"]);
      assert.match(String(crm.said[0]), /; properties left as they are: wizard$/);
      assert.deepEqual(await crm.refresh(), []);
    });

    it("leaves a Swagger file of other bytes and the same meaning as it is, and notices when it changes", async () => {
      const { paths, ...rest } = CRM;
      await handMade({}, JSON.stringify({ paths, ...rest }, null, 4));
      const before = fileInAem();
      await crm.up({ adopt: true });
      assert.deepEqual(fileInAem(), before);
      assert.deepEqual(await crm.refresh(), []);
      aem.editFile(PAGE, Buffer.from(JSON.stringify({ ...CRM, paths: {} })));
      assert.deepEqual(await crm.refresh(), ["api.digest"]);
    });

    it("counts extra properties, and what AEM spells otherwise, as equal", async () => {
      await handMade({ retries: "3", location: "query" });
      await crm.up({ adopt: true, extraProperties: { retries: 3, location: "query" } });
      assert.deepEqual(sent().sort(), ["./client_secret", "./client_secret@Encrypted", "./managedBy"]);
    });

    it("publishes it where the program wants that", async () => {
      await handMade();
      await crm.up({ adopt: true, publish: true });
      assert.equal(content()["cq:lastReplicationAction"], "Activate");
      assert.equal(await crm.preview({ adopt: true, publish: true }), false);
    });

    it("warns of a page that is live on publish, which keeps the secret of before", async () => {
      await handMade({ "cq:lastReplicationAction": "Activate" });
      await crm.up({ adopt: true });
      assert.match(crm.said.join("\n"), /warning: .*is live on publish.*publish keeps the old client secret/);
    });

    it("sends no secret to a server that does not encrypt, and leaves the page as it was", async () => {
      await handMade();
      aem.setEncryption("none");
      const before = aem.list("/conf");
      await assert.rejects(crm.up({ adopt: true }), { code: "secret-not-encrypted" });
      assert.deepEqual(aem.list("/conf"), before);
      assert.deepEqual(crm.outputs, {});
    });

    it("is no resource of ours when the author refuses the write", async () => {
      await handMade();
      const { username, password } = login("aem-reader");
      Object.assign(crm.environment, { AEM_USERNAME: username, AEM_PASSWORD: password });
      await assert.rejects(crm.up({ adopt: true }), { code: "author-refused-write" });
      assert.equal(content().managedBy, undefined);
      assert.deepEqual(crm.outputs, {});
    });
  });

  describe("is refused", () => {
    it("without `adopt`, even if it is equal, and named as the way", async () => {
      await handMade();
      for (const adopt of [undefined, false]) {
        const text = await refusal({ adopt }, "data-source-exists");
        assert.match(text, /exists already on .*, without a marker of ours; nothing was written/);
        assert.match(text, /\n {2}To take it over, set `adopt` to true\./);
      }
    });

    it("with `adopt: true` where it differs: field by field, with the value in AEM and the wanted one", async () => {
      const other = { ...CRM, paths: { "/lead/{id}": CRM.paths["/lead"] } };
      await handMade({ "jcr:title": "By hand", authorization_scope: "api", location: "query" }, other);
      aem.edit(PAGE, { selectHeader: undefined });
      const text = await refusal({ adopt: true, extraProperties: { retries: 3 } }, "data-source-exists");
      assert.deepEqual(text.split("\n"), [
        `${PAGE} exists already on ${aem.origin} and is not as it is wanted; nothing was written [data-source-exists]`,
        '  title: "By hand" in AEM, "Salesforce" wanted',
        '  extraProperties.location: "query" in AEM, "header" wanted',
        '  extraProperties.selectHeader: nothing in AEM, "Authorization Bearer" wanted',
        "  extraProperties.retries: nothing in AEM, 3 wanted",
        '  oauth2.scope: "api" in AEM, nothing wanted',
        "  swagger: a file that says otherwise in AEM; with the wanted one",
        "    GET /lead/{id}: moved to GET /lead",
        "  oauth2.clientSecret: not verified, since nobody can read it from AEM; it is sent once when taken over",
        '  Make the program say what AEM holds, or write over it by `adopt: "overwrite"`.',
      ]);
    });

    it("with `adopt: true` where its Swagger file is of another name, is not readable or is not there", async () => {
      await handMade({}, "no Swagger file");
      assert.match(
        await refusal({ adopt: true }, "data-source-exists"),
        /\n {2}swagger: a file that can't be read in AEM/,
      );
      await handMade({ filename: "old.json" });
      const renamed = /\n {2}swagger \(its name\): "old\.json" in AEM, "crm\.json" wanted/;
      assert.match(await refusal({ adopt: true }, "data-source-exists"), renamed);
      aem.remove(PAGE);
      aem.addPage(PAGE, EQUAL);
      assert.match(await refusal({ adopt: true }, "data-source-exists"), /\n {2}swagger: no file in AEM/);
    });

    it("with a secret masked that somebody put where everybody sees it", async () => {
      await handMade({ "jcr:title": SECRET });
      assert.match(await refusal({ adopt: true }, "data-source-exists"), /title: "\[secret\]" in AEM/);
    });

    it('of another owner unless by "overwrite", with that as the way', async () => {
      await handMade({ managedBy: STRANGER });
      for (const adopt of [undefined, true]) {
        const text = await refusal({ adopt }, "data-source-foreign");
        assert.match(text, /is managed by acme\/billing\/prod\/crm; nothing was written/);
        assert.match(text, /or take it over by `adopt: "overwrite"`\.$/);
      }
    });

    it("to a second resource of the same program, whatever it says", async () => {
      await handMade();
      const twice = crm.phase(async (run) => {
        const inputs = await checked(run, {}, crm.args({ adopt: "overwrite" }));
        await lifecycle.create(run, inputs);
        await lifecycle.create(run, { ...inputs, owner: "acme/shop/prod/twin" });
      });
      await assert.rejects(twice, { code: "data-source-exists", message: /^two resources of this program make/ });
    });
  });

  describe('by `adopt: "overwrite"`', () => {
    it("writes what differs, names it in a warning, and keeps what is not ours", async () => {
      const other = { ...CRM, paths: {} };
      await handMade({ "jcr:title": "By hand", authorization_scope: "api", wizard: "2019" }, other);
      await crm.up({ adopt: "overwrite" });
      const { "jcr:title": title, authorization_scope: scope, wizard, managedBy } = content();
      assert.deepEqual([title, scope, wizard, managedBy], ["Salesforce", undefined, "2019", crm.outputs.managedBy]);
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.deepEqual(sent().sort(), [
        "./authorization_scope@Delete",
        "./client_secret",
        "./client_secret@Encrypted",
        "./jcr:title",
        "./managedBy",
        "./swaggerFile",
        "./swaggerFile@TypeHint",
      ]);
      assert.deepEqual(String(crm.said[0]).split("\n"), [
        `warning: crm: ${PAGE} is taken over; it gets our marker and the client secret, which can't be compared; properties left as they are: wizard; written over:`,
        '  title: "By hand" in AEM, "Salesforce" wanted',
        '  oauth2.scope: "api" in AEM, nothing wanted',
        "  swagger: a file that says otherwise in AEM; with the wanted one",
        "    GET /lead: added",
      ]);
      assert.deepEqual(await crm.refresh(), []);
    });

    it("builds all of a page that holds next to nothing", async () => {
      aem.addPage(PAGE, { "jcr:title": "Begun by hand" });
      await crm.up({ adopt: "overwrite" });
      assert.deepEqual(await crm.refresh(), []);
      assert.equal(aem.plainSecret(PAGE), SECRET);
    });

    it("takes a page from another owner, who is named, and whose own runs leave it alone", async () => {
      const owner = "acme/billing/prod/crm";
      const theirs = new Deployment(login("aem-deployer"), folder);
      const secret = new Secret(THEIRS);
      await theirs.up({ owner, oauth2: { ...OAUTH2, clientSecret: secret } });
      await crm.up({ adopt: "overwrite" });
      assert.match(String(crm.said[0]), /^warning: crm: .* is taken over from acme\/billing\/prod\/crm \(remove it /);
      assert.equal(aem.plainSecret(PAGE), SECRET);
      const { managedBy } = crm.outputs;
      assert.notEqual(String(managedBy).split("#")[1], String(theirs.outputs.managedBy).split("#")[1]);
      await assert.rejects(theirs.up({ owner, title: "Theirs" }), {
        code: "data-source-foreign",
        remedy: /^(?!.*adopt)/, // an update never takes over
      });
      await theirs.destroy();
      assert.equal(content().managedBy, managedBy);
    });
  });

  it("is a word for the create alone: a later change of it asks the author nothing", async () => {
    await handMade();
    await crm.up({ adopt: true });
    aem.requests.splice(0);
    for (const adopt of ["overwrite", undefined]) {
      assert.equal(await crm.preview({ adopt }), true);
      await crm.up({ adopt });
      assert.equal(crm.outputs.adopt, adopt);
      assert.deepEqual(await crm.preview({ adopt }), false);
    }
    assert.deepEqual(aem.requests, []);
  });
});
