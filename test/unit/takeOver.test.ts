import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asDataSourceError } from "../../provider/errors";
import * as lifecycle from "../../provider/lifecycle";
import { Secret } from "../../provider/values";
import { type AemEmulator, type RecordedRequest, startAemEmulator } from "../world/aemEmulator";
import { CRM, checked, Deployment, OAUTH2 } from "../world/deployment";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const STRANGER = "acme/billing/prod/crm#0123456789abcdef";
const HAND_TYPED = "typed in the wizard, years ago";

describe("taking over what is there", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "take-over-"));
  });
  after(() => rm(folder, { recursive: true }));
  /** A data source that is all that the program wants, made by hand and with another secret. */
  beforeEach(async () => {
    aem = await startAemEmulator();
    const made = deployment();
    await made.swagger();
    await made.up();
    aem.edit(PAGE, { managedBy: undefined, userName: "admin", refresh_token_uri: "https://acme.example/token" });
    aem.saveSecretAgain(PAGE, HAND_TYPED);
    aem.requests.splice(0);
    crm = deployment();
  });
  afterEach(() => aem.stop());

  function deployment(): Deployment {
    return new Deployment({ origin: aem.origin, username: "aem-deployer", password: "deployer-secret" }, folder);
  }

  function content(): Record<string, unknown> {
    return Object(aem.node(`${PAGE}/jcr:content`));
  }

  /** The writes to the page itself, as the names of their fields. */
  function written(): string[][] {
    const always = /^(_charset_|\.\.?\/jcr:(primaryType|lastModified|lastModifiedBy))$/;
    const names = ({ fields }: RecordedRequest) => fields.map(({ name }) => name).filter((name) => !always.test(name));
    return aem.requests.filter(({ method, path }) => method === "POST" && path.startsWith(`${PAGE}/`)).map(names);
  }

  /** The text that the person at the terminal reads. */
  async function refusal(act: Promise<unknown>): Promise<string> {
    const text = await act.then(
      () => assert.fail("it was taken over"),
      (thrown: unknown) => asDataSourceError(thrown).text(),
    );
    assert.deepEqual(aem.requests.filter(({ writes }) => writes).length, 0, text);
    return text;
  }

  for (const adopt of [undefined, false]) {
    it(`is refused without \`adopt\` (${adopt}), in words that name it`, async () => {
      const text = await refusal(crm.up({ adopt }));
      assert.match(
        text,
        /without a marker of ours; nothing was written \[data-source-exists\]\n {2}.*set `adopt` to true/,
      );
    });
  }

  for (const adopt of [true, "overwrite"]) {
    it(`that is equal is done with ${adopt}: marker and secret are written, and nothing else`, async () => {
      await crm.up({ adopt });
      assert.deepEqual(written(), [["./managedBy", "./client_secret", "./client_secret@Encrypted"]]);
      assert.match(String(content().managedBy), /^acme\/shop\/prod\/crm#[0-9a-f]{16}$/);
      assert.deepEqual(
        [content().managedBy, aem.plainSecret(PAGE), content().userName],
        [crm.outputs.managedBy, OAUTH2.clientSecret.reveal(), "admin"],
      );
      assert.deepEqual(crm.said, [
        `note: crm: ${PAGE} is taken over as it is; marker and client secret are written; properties left as they are: userName, refresh_token_uri`,
      ]);
      assert.deepEqual([crm.outputs.secretRevision, crm.outputs.adopt], [1, adopt]);
      assert.deepEqual(await crm.refresh(), []);
      assert.equal(await crm.preview({ adopt }), false);
    });
  }

  it("makes it ours: a delete removes it", async () => {
    await crm.up({ adopt: true });
    await crm.destroy();
    assert.equal(aem.node(PAGE), undefined);
  });

  it("leaves a Swagger file that means the same as it is: its bytes are those that tell drift from then on", async () => {
    aem.editFile(PAGE, Buffer.from(JSON.stringify(CRM, null, 2)));
    await crm.up({ adopt: true });
    assert.deepEqual(written(), [["./managedBy", "./client_secret", "./client_secret@Encrypted"]]);
    assert.deepEqual(await crm.refresh(), []);
    aem.editFile(PAGE, Buffer.from(JSON.stringify(CRM, null, 3)));
    assert.deepEqual(await crm.refresh(), ["api.digest"]);
  });

  it("is refused with every difference, AEM's value and the wanted one; no secret is shown", async () => {
    aem.edit(PAGE, {
      "jcr:title": "By\nhand",
      client_id: "another",
      access_token_uri: undefined,
      authorization_scope: "full",
      location: "query",
      grant_type: undefined,
      filename: "old.json",
    });
    aem.editFile(PAGE, Buffer.from(JSON.stringify({ ...CRM, paths: { ...CRM.paths, "/query": { get: {} } } })));
    const extraProperties = { team: "crm" };
    const [what, ...lines] = (await refusal(crm.up({ adopt: true, extraProperties }))).split("\n");
    assert.match(
      String(what),
      /exists already on http.* and is not as it is wanted; nothing was written \[data-source-exists\]$/,
    );
    assert.deepEqual(lines.sort(), [
      "    GET /query: removed",
      '  Make the program say what AEM holds, or write over it: `adopt: "overwrite"`.',
      '  extraProperties.grant_type: nothing in AEM, "client_credentials" wanted',
      '  extraProperties.location: "query" in AEM, "header" wanted',
      '  extraProperties.team: nothing in AEM, "crm" wanted',
      '  name of the Swagger file: "old.json" in AEM, "crm.json" wanted',
      '  oauth2.clientId: "another" in AEM, "key" wanted',
      "  oauth2.clientSecret: not verified, since nobody can read it; it is sent once with the take-over",
      '  oauth2.scope: "full" in AEM, nothing wanted',
      '  oauth2.tokenUrl: nothing in AEM, "https://acme.example/token" wanted',
      "  swagger: a file that says otherwise in AEM; with the wanted one",
      '  title: "By\\nhand" in AEM, "Salesforce" wanted',
    ]);
  });

  const files: [what: string, edit: () => void, says: string][] = [
    [
      "a file that is no Swagger file",
      () => aem.editFile(PAGE, Buffer.from("<html>")),
      "a file that can't be read in AEM",
    ],
    ["no file", () => aem.remove(`${PAGE}/jcr:content/swaggerFile`), "no file in AEM"],
    [
      "a file with other descriptions alone",
      () => aem.editFile(PAGE, Buffer.from(JSON.stringify({ ...CRM, info: { ...CRM.info, description: "By hand" } }))),
      "a file that says otherwise in AEM",
    ],
  ];
  for (const [what, edit, says] of files) {
    it(`is refused for ${what}, and "overwrite" uploads the wanted one`, async () => {
      edit();
      assert.match(await refusal(crm.up({ adopt: true })), new RegExp(`\n {2}swagger: ${says}\n`));
      await crm.up({ adopt: "overwrite" });
      assert.match(crm.said.join("\n"), /^warning: crm: .* is taken over; .*written over:\n {2}swagger: /);
      assert.deepEqual(await crm.refresh(), []);
    });
  }

  it('writes what differs with "overwrite", in one save, and names it; what is not ours stays', async () => {
    aem.edit(PAGE, { "jcr:title": "By hand", authorization_scope: "full", hand: ["made"] });
    await crm.up({ adopt: "overwrite" });
    assert.deepEqual(written(), [
      ["./jcr:title", "./authorization_scope@Delete", "./managedBy", "./client_secret", "./client_secret@Encrypted"],
    ]);
    const { "jcr:title": title, authorization_scope: scope, hand, userName } = content();
    assert.deepEqual([title, scope, hand, userName], ["Salesforce", undefined, ["made"], "admin"]);
    assert.deepEqual(crm.said, [
      `warning: crm: ${PAGE} is taken over; properties left as they are: userName, refresh_token_uri, hand; written over:\n` +
        '  title: "By hand" in AEM, "Salesforce" wanted\n' +
        '  oauth2.scope: "full" in AEM, nothing wanted',
    ]);
    assert.equal(await crm.preview({ adopt: "overwrite" }), false);
  });

  describe("from another owner", () => {
    beforeEach(() => aem.edit(PAGE, { managedBy: STRANGER }));

    for (const adopt of [undefined, true]) {
      it(`is refused with ${adopt}, though it is equal, in words that name the owner and the way`, async () => {
        const text = await refusal(crm.up({ adopt }));
        assert.match(
          text,
          /managed by acme\/billing\/prod\/crm; nothing was written \[data-source-foreign\]\n {2}.*`adopt: "overwrite"`\.$/,
        );
      });
    }

    it('is done with "overwrite", which names the owner in a warning and writes a marker of ours', async () => {
      await crm.up({ adopt: "overwrite" });
      assert.match(
        crm.said.join("\n"),
        /^warning: crm: .* is taken over from acme\/billing\/prod\/crm, whose next update will be refused: take it out of there; properties left/,
      );
      assert.equal(content().managedBy, crm.outputs.managedBy);
      assert.match(String(content().managedBy), /^acme\/shop\/prod\/crm#(?!0123456789abcdef)[0-9a-f]{16}$/);
    });

    it("is never done by an update, whatever `adopt` says: the page was ours and somebody took it", async () => {
      await crm.up({ adopt: "overwrite" });
      aem.edit(PAGE, { managedBy: STRANGER });
      aem.requests.splice(0);
      assert.doesNotMatch(await refusal(crm.up({ adopt: "overwrite", title: "CRM" })), /adopt/);
    });

    it("is not offered to an update after an import, which has no marker of its own yet", async () => {
      const imported = { ...crm.outputs, container: "global", name: "crm", origin: aem.origin };
      const update = crm.phase(async (run) => {
        const inputs = await checked(run, {}, crm.args({ adopt: "overwrite" }));
        return lifecycle.update(run, imported, inputs);
      });
      const text = await refusal(update);
      assert.match(text, /managed by acme\/billing\/prod\/crm; nothing was written \[data-source-foreign\]/);
      assert.doesNotMatch(text, /adopt/);
    });
  });

  it("never takes a page that another resource of this very run has made", async () => {
    await crm.up({ adopt: "overwrite" });
    const twice = crm.phase(async (run) => {
      aem.remove(PAGE);
      const inputs = await checked(run, {}, crm.args({ adopt: "overwrite" }));
      await lifecycle.create(run, inputs);
      await lifecycle.create(run, { ...inputs, owner: "acme/shop/prod/other" });
    });
    await assert.rejects(twice, { code: "data-source-exists", message: /^two resources of this program make/ });
  });

  it("sends the secret once, and only what changes after that", async () => {
    await crm.up({ adopt: true });
    aem.requests.splice(0);
    await crm.up({ adopt: true, title: "CRM" });
    assert.deepEqual(written(), [["./jcr:title"]]);
    await crm.up({ adopt: true, title: "CRM", oauth2: { ...OAUTH2, clientSecret: new Secret("a r0tated secret") } });
    assert.equal(aem.plainSecret(PAGE), "a r0tated secret");
  });

  it("is state only: a change of `adopt` alone is an update that asks the author nothing", async () => {
    await crm.up({ adopt: true });
    aem.requests.splice(0);
    for (const adopt of ["overwrite", true]) {
      assert.equal(await crm.preview({ adopt }), crm.outputs.adopt !== adopt);
      await crm.up({ adopt });
      assert.equal(crm.outputs.adopt, adopt);
    }
    assert.equal(await crm.preview({ adopt: undefined }), true);
    await crm.up();
    assert.equal(await crm.preview({ adopt: false }), false);
    assert.deepEqual(aem.requests, []);
  });

  it("of a page that is live on publish warns that publish keeps the old secret, or publishes", async () => {
    const now = new Date().toISOString();
    aem.edit(PAGE, { "cq:lastReplicationAction": "Activate", "cq:lastReplicated": now });
    await crm.up({ adopt: true });
    assert.match(crm.said.join("\n"), /warning: .*is live on publish.*publish keeps the old client secret/);
    const published = deployment();
    aem.edit(PAGE, { managedBy: undefined });
    await published.up({ adopt: true, publish: true });
    assert.deepEqual(aem.published(), [PAGE]);
  });
});
