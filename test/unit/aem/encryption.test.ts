import assert from "node:assert/strict";
import { Author } from "../../../provider/aem/author";
import { findEncryption, liveSecret, secretFields } from "../../../provider/aem/encryption";
import { Secret } from "../../../provider/values";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";
import { startProxy } from "../../world/proxy";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const CONSOLE = "/system/console/crypto/.json";
const SECRET = new Secret("the consumer's s3cret");

describe("encryption of the secret", () => {
  let aem: AemEmulator;
  let author: Author;

  beforeEach(async () => {
    aem = await startAemEmulator();
    author = new Author(connectionTo(aem.origin));
  });
  afterEach(async () => {
    await author.close();
    await aem.stop();
  });

  function writes(): string[] {
    return aem.requests
      .filter((asked) => asked.writes)
      .map(({ path, status }) => `${path.replace(/probe-\w+/, "probe-…")} ${status}`);
  }

  it("is proven by a dummy, of which nothing stays", async () => {
    const before = aem.node(FOLDER);
    assert.equal(await findEncryption(author, "global"), "by suffix");
    assert.deepEqual(aem.node(FOLDER), before);
    const probe = `${FOLDER}/aem-datasource-probe-…`;
    assert.deepEqual(writes(), [`${probe}/jcr:content 201`, `${probe} 200`]);
  });

  it("is proven on a node that is never taken for a data source", async () => {
    await findEncryption(author, "global");
    const fields = aem.requests.flatMap((asked) => asked.fields.map(({ name, value }) => `${name}=${value}`));
    assert.deepEqual(
      fields.filter((field) => /primaryType|resourceType/.test(field)),
      ["../jcr:primaryType=sling:Folder", "./jcr:primaryType=nt:unstructured"],
    );
  });

  it("is the crypto console's where nothing reacts to the suffix", async () => {
    aem.setEncryption("console");
    assert.equal(await findEncryption(author, "global"), "by console");
    const [field, ...others] = await secretFields(author, SECRET, "by console");
    assert.deepEqual(others, []);
    assert.ok(field && "value" in field && field.name === "./client_secret");
    assert.equal(typeof liveSecret(field.value), "object");
    assert.ok(!field.value.includes(SECRET.reveal()));
    assert.equal(writes().at(-1), `${CONSOLE} 200`);
  });

  it("is none where neither is there: refused, and nothing stays", async () => {
    aem.setEncryption("none");
    const before = aem.node(FOLDER);
    await assert.rejects(findEncryption(author, "global"), {
      code: "secret-not-encrypted",
      message: /a dummy secret came back in clear, and its crypto console can't be used; the real secret was not sent$/,
      remedy: /post processor .* or let this login use \/system\/console\/crypto/,
    });
    assert.deepEqual(aem.node(FOLDER), before);
  });

  it("writes nothing when the console no longer answers at the moment of the real secret", async () => {
    aem.setEncryption("none");
    await assert.rejects(secretFields(author, SECRET, "by console"), {
      code: "secret-not-encrypted",
      message: /nothing was written$/,
    });
  });

  it("leaves nothing of the dummy when it can't be read back", async () => {
    const before = aem.node(FOLDER);
    const proxy = await startProxy(aem.origin);
    const behind = new Author(connectionTo(proxy.origin));
    proxy.hide((path) => path.includes("probe"), 503);
    await assert.rejects(findEncryption(behind, "global"), { code: "author-busy" });
    assert.deepEqual(aem.node(FOLDER), before);
    await behind.close();
    await proxy.stop();
  });

  it("is refused to a login that may only read, with the rights that it lacks", async () => {
    const reader = new Author(connectionTo(aem.origin, { username: "aem-reader" }));
    await assert.rejects(findEncryption(reader, "global"), { code: "author-refused-write" });
    assert.deepEqual(
      Object.keys(Object(aem.node(FOLDER))).filter((name) => name.includes("probe")),
      [],
    );
    await reader.close();
  });
});

describe("what AEM holds as a secret", () => {
  const block = "0123456789abcdef0123456789ABCDEF";

  for (const value of [`{${block}${block}}`, `{${block.repeat(4)}}`]) {
    it(`is a ciphertext of ${value.length} characters, told by a digest`, () => {
      const secret = liveSecret(value);
      assert.ok(typeof secret === "object");
      assert.match(secret.witness, /^[0-9a-f]{32}$/);
      assert.deepEqual(liveSecret(value), secret);
      assert.notDeepEqual(liveSecret(value.replace("0", "1")), secret);
    });
  }

  for (const value of [undefined, ""]) {
    it(`is absent as ${JSON.stringify(value)}`, () => assert.equal(liveSecret(value), "absent"));
  }

  const clear: unknown[] = ["s3cret", `{${block}}`, `{${block}${block}0}`, `${block}${block}`, "{s3cret}", 1234];
  for (const value of [...clear, [`{${block}${block}}`], `{${block}${block}} `]) {
    it(`is in clear as ${JSON.stringify(value)}`, () => assert.equal(liveSecret(value), "in clear"));
  }
});
