import assert from "node:assert/strict";
import { Author } from "../../../provider/aem/author";
import {
  deleteDataSource,
  type LiveDataSource,
  readDataSource,
  readSwaggerFile,
  removeSecret,
  type Write,
  writeDataSource,
} from "../../../provider/aem/dataSource";
import type { PropertyValue } from "../../../provider/values";
import { Secret } from "../../../provider/values";
import { type AemEmulator, type AemEmulatorOptions, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const PAGE = `${FOLDER}/crm`;
const SECRET = "the consumer's s3cret";
const MARKER = { owner: "acme/shop/prod/crm", id: "0123456789abcdef" };
const FILE = { fileName: "crm.json", mediaType: "application/json", bytes: Buffer.from('{ "swagger": "2.0" }\r\n') };

/** A write of these properties, and of whatever else is given. */
function write(set: Record<string, PropertyValue>, rest: Partial<Write> = {}): Write {
  return { set: new Map(Object.entries(set)), remove: [], ...rest };
}

const WHOLE = write(
  { "jcr:title": "Salesforce", name: "crm" },
  { secret: new Secret(SECRET), file: FILE, marker: MARKER },
);

describe("data source in AEM", () => {
  let aem: AemEmulator;
  let author: Author;

  beforeEach(() => start());
  afterEach(stop);

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator(options);
    author = new Author(connectionTo(aem.origin));
  }

  async function stop(): Promise<void> {
    await author.close();
    await aem.stop();
  }

  async function live(): Promise<LiveDataSource> {
    const found = await readDataSource(author, PAGE);
    assert.ok(found !== "absent");
    return found;
  }

  /** The page's content as it lies in the repository. */
  function content(): Record<string, unknown> {
    return Object(aem.node(`${PAGE}/jcr:content`));
  }

  describe("written", () => {
    it("is a page with its properties, the secret encrypted, the file and the marker, in one save", async () => {
      assert.deepEqual(await writeDataSource(author, PAGE, WHOLE, "by suffix"), { created: true });
      assert.equal(Object(aem.node(PAGE))["jcr:primaryType"], "cq:Page");
      const { "jcr:primaryType": type, "jcr:title": title, name, managedBy, swaggerFile } = content();
      assert.deepEqual(
        { type, title, name, managedBy },
        { type: "cq:PageContent", title: "Salesforce", name: "crm", managedBy: "acme/shop/prod/crm#0123456789abcdef" },
      );
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.equal(Object(swaggerFile)["jcr:primaryType"], "nt:file");
      assert.equal(Object(swaggerFile)["jcr:content"]["jcr:mimeType"], "application/json");
      assert.deepEqual(await readSwaggerFile(author, PAGE), FILE.bytes);
      assert.equal(aem.requests.filter(({ writes }) => writes).length, 1);
    });

    it("leaves no property of the suffix that asks for the encryption behind, even where nothing encrypts", async () => {
      for (const encryption of ["suffix", "none"] as const) {
        await stop();
        await start({ encryption });
        await writeDataSource(author, PAGE, WHOLE, "by suffix");
        assert.deepEqual(
          Object.keys(content()).filter((property) => property.includes("@")),
          [],
        );
      }
    });

    it("with a secret, but before anything proved that the author encrypts, is not written at all", async () => {
      await assert.rejects(writeDataSource(author, PAGE, WHOLE), /before encryption was proven/);
      assert.deepEqual(aem.requests, []);
    });

    it("tells who wrote it", async () => {
      await writeDataSource(author, PAGE, WHOLE, "by suffix");
      assert.equal(content()["jcr:lastModifiedBy"], "aem-deployer");
      assert.match(String((await live()).lastChange), /^by aem-deployer, /);
    });

    it("keeps the types of its properties", async () => {
      const values = { text: "1", long: 3, double: 0.5, yes: true, list: ["a", "b"], one: ["a"] };
      await writeDataSource(author, PAGE, write(values));
      const { text, long, double, yes, list, one } = content();
      assert.deepEqual({ text, long, double, yes, list, one }, values);
    });

    it("changes what is named and nothing else", async () => {
      await writeDataSource(author, PAGE, WHOLE, "by suffix");
      const { client_secret: ciphertext, swaggerFile, managedBy } = content();
      const answer = await writeDataSource(author, PAGE, write({ "jcr:title": "CRM" }, { remove: ["name"] }));
      assert.deepEqual(answer, { created: false });
      const after = content();
      assert.equal(after["jcr:title"], "CRM");
      assert.equal("name" in after, false);
      assert.deepEqual([after.client_secret, after.swaggerFile, after.managedBy], [ciphertext, swaggerFile, managedBy]);
    });

    it("comes back as a page, not as a folder, when somebody deleted it meanwhile", async () => {
      await writeDataSource(author, PAGE, WHOLE, "by suffix");
      aem.remove(PAGE);
      await writeDataSource(author, PAGE, write({ "jcr:title": "CRM" }));
      assert.equal(Object(aem.node(PAGE))["jcr:primaryType"], "cq:Page");
      assert.equal(content()["jcr:primaryType"], "cq:PageContent");
    });
  });

  describe("read", () => {
    it("is absent when it is not there", async () => {
      assert.equal(await readDataSource(author, PAGE), "absent");
    });

    it("has its plain properties, ours or not, and neither the ciphertext nor the marker among them", async () => {
      await writeDataSource(author, PAGE, WHOLE, "by suffix");
      aem.edit(PAGE, { hand: "made", count: 3, list: ["a", "b"] });
      const { properties, marker, hasFile } = await live();
      for (const [property, value] of Object.entries({ name: "crm", hand: "made", count: 3, list: ["a", "b"] })) {
        assert.deepEqual(properties.get(property), value);
      }
      assert.equal(properties.has("client_secret") || properties.has("managedBy"), false);
      assert.deepEqual(marker, MARKER);
      assert.equal(hasFile, true);
    });

    it("shows by its witness that the secret was saved again, even the same one", async () => {
      await writeDataSource(author, PAGE, WHOLE, "by suffix");
      const { secret } = await live();
      assert.deepEqual((await live()).secret, secret);
      aem.saveSecretAgain(PAGE, SECRET);
      assert.notDeepEqual((await live()).secret, secret);
      assert.doesNotMatch(JSON.stringify(secret), new RegExp(String(content().client_secret).slice(1, 40)));
    });

    it("made by hand has no marker, no secret and no file", async () => {
      aem.addPage(PAGE, { "jcr:title": "Made by hand", managedBy: "me, by hand" });
      const { marker, secret, hasFile } = await live();
      assert.deepEqual({ marker, secret, hasFile }, { marker: undefined, secret: "absent", hasFile: false });
    });

    it("names the younger of the two changes that a node tells: by AEM's dialogs, or by Sling's POST", async () => {
      await writeDataSource(author, PAGE, WHOLE, "by suffix");
      const postedAt = (at: string) => aem.edit(PAGE, { "jcr:lastModifiedBy": "poster", "jcr:lastModified": at });
      postedAt("Fri Nov 23 2001 11:30:00 GMT+0100"); // in a dialog, now
      assert.match(String((await live()).lastChange), /^by somebody, /);
      postedAt("Mon Nov 23 2099 11:30:00 GMT+0100");
      assert.equal((await live()).lastChange, "by poster, Mon Nov 23 2099 11:30:00 GMT+0100");
    });

    it("is refused when something else stands there", async () => {
      await author.post(PAGE, [{ name: "./jcr:primaryType", value: "sling:Folder" }]);
      await assert.rejects(readDataSource(author, PAGE), {
        code: "data-source-unreadable",
        message: /sling:Folder/,
      });
    });
  });

  it("loses its secret and nothing else when that came back in clear", async () => {
    await stop();
    await start({ encryption: "none" });
    await writeDataSource(author, PAGE, WHOLE, "by suffix");
    assert.equal((await live()).secret, "in clear");
    await removeSecret(author, PAGE);
    const { secret, properties, hasFile } = await live();
    assert.deepEqual([secret, properties.get("jcr:title"), hasFile], ["absent", "Salesforce", true]);
  });

  it("is deleted with everything below it, and its neighbour is not", async () => {
    await writeDataSource(author, PAGE, WHOLE, "by suffix");
    await writeDataSource(author, `${FOLDER}/crm2`, WHOLE, "by suffix");
    await deleteDataSource(author, PAGE);
    assert.equal(aem.node(PAGE), undefined);
    assert.equal(aem.plainSecret(`${FOLDER}/crm2`), SECRET);
  });
});
