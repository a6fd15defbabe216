import assert from "node:assert/strict";
import promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sinon from "sinon";
import { Documents } from "../../../provider/swagger/documents";

const TEXT = '{"swagger": "2.0", "paths": {"/lead": {"get": {}}}}';
const REFORMATTED = '{"paths": {"/lead": {"get": {}}},\n "swagger": "2.0"}';
const OTHER = '{"swagger": "2.0", "paths": {"/account": {"get": {}}}}';
const PATH = "/conf/global/settings/cloudconfigs/fdm/crm";

describe("the Swagger files of a phase", () => {
  let folder: string;
  let documents: Documents;

  beforeEach(async () => {
    folder = await promises.mkdtemp(join(tmpdir(), "documents-"));
    documents = new Documents(folder);
  });
  afterEach(async () => {
    sinon.restore();
    await promises.rm(folder, { recursive: true });
  });

  const write = (name: string, text: string) => promises.writeFile(join(folder, name), text);

  describe("are loaded", () => {
    it("from a path relative to the program's folder", async () => {
      await promises.mkdir(join(folder, "apis"));
      await write("apis/crm.json", TEXT);
      const { document, api } = await documents.load({ file: "apis/crm.json" });
      assert.equal(document.bytes.toString(), TEXT);
      assert.deepEqual(Object.keys(api.operations), ["GET /lead"]);
    });

    it("from an absolute path", async () => {
      await write("crm.json", TEXT);
      const { document } = await documents.load({ file: join(folder, "crm.json") });
      assert.equal(document.bytes.toString(), TEXT);
    });

    it("from a text in the program", async () => {
      const text = TEXT.replace("lead", "l\u00e4d");
      assert.equal((await documents.load({ text })).document.bytes.toString(), text);
    });

    it("and parsed once, however many data sources use the same one", async () => {
      await write("one.json", TEXT);
      await write("two.json", TEXT);
      const first = await documents.load({ file: "one.json" });
      assert.equal(await documents.load({ file: "two.json" }), first);
      assert.equal(await documents.load({ text: TEXT }), first);
      assert.equal(documents.parse(Buffer.from(TEXT), "in AEM"), first);
      assert.notEqual(await documents.load({ text: REFORMATTED }), first);
    });

    it("anew when the file has changed", async () => {
      await write("crm.json", TEXT);
      const first = await documents.load({ file: "crm.json" });
      await write("crm.json", OTHER);
      assert.notEqual((await documents.load({ file: "crm.json" })).api.digest, first.api.digest);
    });
  });

  describe("are refused", () => {
    async function refused(file: string, what: string): Promise<void> {
      await assert.rejects(documents.load({ file }), {
        name: "DataSourceError",
        code: "swagger-unreadable",
        message: `Swagger file ${file}: ${what}`,
      });
    }

    it("when there is no such file", () => refused("gone.json", "not found"));

    it("with a word on what paths are relative to", async () => {
      await assert.rejects(documents.load({ file: "gone.json" }), {
        remedy: "Check the path: it begins at the program's folder.",
      });
    });

    it("when it is no file", async () => {
      await promises.mkdir(join(folder, "apis"));
      await refused("apis", "it is no file");
    });

    it("when it may not be read", async () => {
      await write("crm.json", TEXT);
      // For root, who runs the tests in a container, there is no such file.
      sinon.stub(promises, "readFile").rejects(Object.assign(new Error("no"), { code: "EACCES" }));
      await refused("crm.json", "not readable");
    });

    it("when it can't be read for another reason, with its code", async () => {
      await promises.symlink("loop.json", join(folder, "loop.json"));
      await refused("loop.json", "not readable (ELOOP)");
    });

    it("when it is too large, without being read", async () => {
      await write("huge.json", "");
      await promises.truncate(join(folder, "huge.json"), 10 * 1024 * 1024 + 1);
      const reading = sinon.spy(promises, "readFile");
      await refused("huge.json", "larger than 10 MiB");
      sinon.assert.notCalled(reading);
    });

    it("when it is no Swagger file, under the name that the user gave it", async () => {
      await write("crm.json", "[]");
      await assert.rejects(documents.load({ file: "crm.json" }), /^DataSourceError: Swagger file crm\.json: neither/);
      await assert.rejects(documents.load({ text: "[]" }), /^DataSourceError: Swagger file \(text in the program\): /);
    });
  });

  describe("are written", () => {
    it("as the check of the same phase read them, whatever becomes of the file", async () => {
      await write("crm.json", TEXT);
      const checked = await documents.load({ file: "crm.json" });
      documents.keep(PATH, checked);
      for (const later of [REFORMATTED, OTHER, "broken"]) {
        await write("crm.json", later);
        const { document } = await documents.toWrite(PATH, { file: "crm.json" }, checked.api.digest);
        assert.equal(document.bytes.toString(), TEXT);
      }
    });

    it("each for its own data source, though they mean the same", async () => {
      const [crm, erp] = [await documents.load({ text: TEXT }), await documents.load({ text: REFORMATTED })];
      documents.keep(PATH, crm);
      documents.keep(`${PATH}-erp`, erp);
      assert.equal(await documents.toWrite(PATH, undefined, crm.api.digest), crm);
      assert.equal(await documents.toWrite(`${PATH}-erp`, undefined, crm.api.digest), erp);
    });

    it("from the file as it is now when the check did not read it, if it still means the same", async () => {
      await write("crm.json", REFORMATTED);
      const { digest } = documents.parse(Buffer.from(TEXT), "before").api;
      const { document } = await documents.toWrite(PATH, { file: "crm.json" }, digest);
      assert.equal(document.bytes.toString(), REFORMATTED);
    });

    const lost = {
      code: "swagger-unreadable",
      message: "the Swagger file that the state describes is not at hand any more",
      remedy: "Take `swagger` out of ignoreChanges and run pulumi up again.",
    };

    it("never with another meaning than the state's", async () => {
      await write("crm.json", OTHER);
      const { digest } = documents.parse(Buffer.from(TEXT), "before").api;
      await assert.rejects(documents.toWrite(PATH, { file: "crm.json" }, digest), lost);
    });

    it("never from a text that this phase has not seen", async () => {
      const { digest } = (await documents.load({ text: TEXT })).api;
      await assert.rejects(documents.toWrite(PATH, undefined, digest), lost);
    });

    it("never from what was checked with another meaning", async () => {
      documents.keep(PATH, await documents.load({ text: OTHER }));
      const { digest } = documents.parse(Buffer.from(TEXT), "before").api;
      await assert.rejects(documents.toWrite(PATH, undefined, digest), lost);
    });
  });
});
