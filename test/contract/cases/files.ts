import assert from "node:assert/strict";
import { request } from "undici";
import { type Field, record } from "../../unit/world/aemClient";
import { SWAGGER, type TheBench, UPLOAD } from "./bench";

export function files(bench: TheBench): void {
  describe("files", () => {
    const upload = (file: Partial<typeof SWAGGER>): Field[] => [
      ...UPLOAD.slice(0, 1),
      ["./swaggerFile", { ...SWAGGER, ...file }],
    ];

    async function typeOf(fields: readonly Field[]): Promise<unknown> {
      const page = await bench().make(...fields);
      return (await bench().deployer.get(`${page}/jcr:content/swaggerFile`)).headers["content-type"];
    }

    it("come back with the MIME type of the upload, without its parameters", async () => {
      const page = await bench().make(...upload({ type: "application/yaml; charset=utf-8" }));
      const reply = await bench().deployer.get(`${page}/jcr:content/swaggerFile`);
      assert.deepEqual(
        [reply.status, reply.headers["content-type"], reply.text],
        [200, "application/yaml", SWAGGER.text],
      );
    });

    it("come back byte by byte", async () => {
      const bytes = Buffer.from([0, 255, 13, 10, 45, 45, 128]);
      const page = await bench().make(...UPLOAD.slice(0, 1), [
        "./swaggerFile",
        { filename: "a", type: "application/octet-stream", text: bytes },
      ]);
      const path = `${bench().author.origin}${page}/jcr:content/swaggerFile`;
      const { body } = await request(path, { headers: bench().deployer.login });
      assert.deepEqual(Buffer.from(await body.arrayBuffer()), bytes);
    });

    it("answer 304 when nothing changed since", async () => {
      const page = await bench().make(...UPLOAD);
      const path = `${page}/jcr:content/swaggerFile`;
      const { headers } = await bench().deployer.get(path);
      const unchanged = await bench().deployer.get(path, { "if-modified-since": String(headers["last-modified"]) });
      assert.deepEqual([unchanged.status, unchanged.text], [304, ""]);
      const changed = await bench().deployer.get(path, { "if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT" });
      assert.deepEqual([changed.status, changed.text], [200, SWAGGER.text]);
    });

    it("get the type of a bare application/octet-stream from their name, but not for YAML", async () => {
      const type = "application/octet-stream";
      assert.equal(await typeOf(upload({ type, filename: "a.json" })), "application/json");
      assert.equal(await typeOf(upload({ type, filename: "a.JSON" })), "application/json");
      assert.equal(await typeOf(upload({ type, filename: "a.xml" })), "application/xml");
      assert.equal(await typeOf(upload({ type, filename: "a.yaml" })), type);
    });

    it("without @TypeHint are an nt:resource below a page's content, an nt:file below a folder", async () => {
      const page = await bench().make(["./a", SWAGGER]);
      assert.equal(await bench().type(`${page}/jcr:content/a`), "nt:resource");
      const folder = bench().page();
      await bench().post(folder, ["./a", SWAGGER]);
      assert.equal(await bench().type(`${folder}/a`), "nt:file");
    });

    it("that are empty are ignored", async () => {
      const page = bench().page();
      const { status, changes } = await bench().save(page, ...upload({ text: "" }));
      assert.deepEqual([status, changes], [201, [`created ${page}`, `created ${page}/jcr:content`]]);
      assert.deepEqual(await bench().content(page), {});
    });

    it("take the place of a property of their name when that is deleted in the same POST", async () => {
      const page = await bench().make(["./swaggerFile", "{}"]);
      const path = `${page}/jcr:content/swaggerFile`;
      const text = await bench().deployer.get(path);
      assert.deepEqual([text.headers["content-type"], text.text], ["text/plain;charset=utf-8", "{}"]);
      assert.equal((await bench().save(page, ["./swaggerFile@Delete", "true"], ...UPLOAD)).status, 200);
      assert.equal((await bench().deployer.get(path)).text, SWAGGER.text);
    });

    it("without a name are a text beside the file of the same name", async () => {
      const page = await bench().make(...UPLOAD);
      await bench().save(page, ["./swaggerFile", "{}"]);
      const shallow = await bench().deployer.get(`${page}/jcr:content.json`);
      assert.equal(record(shallow.json).swaggerFile, "{}");
      assert.equal(await bench().type(`${page}/jcr:content/swaggerFile`), "nt:file");
      const file = await bench().deployer.get(`${page}/jcr:content/swaggerFile`);
      assert.equal(file.text, SWAGGER.text);
    });
  });
}
