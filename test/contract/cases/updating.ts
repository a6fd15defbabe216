import assert from "node:assert/strict";
import { type Field, type Headers, record } from "../../unit/world/aemClient";
import { hinted, SWAGGER, seen, type TheBench, TYPES, UPLOAD } from "./bench";
import { created, modified } from "./documents";

export function updating(bench: TheBench): void {
  describe("updating", () => {
    it("answers 200, and changes only what was sent", async () => {
      const page = await bench().make(["./a", "1"], ["./b", "2"]);
      const reply = await bench().save(page, ["./a", "changed"]);
      assert.deepEqual(seen(reply), modified(`${page}/jcr:content`, [`modified ${page}/jcr:content/a`]));
      assert.deepEqual(await bench().content(page), { a: "changed", b: "2" });
    });

    it("reports an unchanged value as modified: the list of changes proves no difference", async () => {
      const page = await bench().make(["./a", "1"]);
      const reply = await bench().save(page, ["./a", "1"]);
      assert.deepEqual(seen(reply), modified(`${page}/jcr:content`, [`modified ${page}/jcr:content/a`]));
    });

    it("removes by @Delete what is there, property or child, and says so of what isn't as well", async () => {
      const page = await bench().make(["./a", "1"], ["./child/b", "2"]);
      const names = ["a", "child", "never"];
      const reply = await bench().save(page, ...names.map((name): Field => [`./${name}@Delete`, "true"]));
      const changes = names.map((name) => `deleted ${page}/jcr:content/${name}`);
      assert.deepEqual(seen(reply), modified(`${page}/jcr:content`, changes));
      assert.deepEqual(await bench().content(page), {});
    });

    it("sets what is sent together with its own @Delete", async () => {
      const page = await bench().make(["./a", "1"]);
      const { changes } = await bench().save(page, ["./a", "2"], ["./a@Delete", "true"]);
      assert.deepEqual(changes, [`deleted ${page}/jcr:content/a`, `modified ${page}/jcr:content/a`]);
      assert.deepEqual(await bench().content(page), { a: "2" });
    });

    it("removes a property by an empty value, and makes none", async () => {
      const page = await bench().make(["./a", "1"]);
      const reply = await bench().save(page, ["./a", ""], ["./b", ""]);
      assert.deepEqual(seen(reply), modified(`${page}/jcr:content`, [`deleted ${page}/jcr:content/a`]));
      assert.deepEqual(await bench().content(page), {});
    });

    it("fills in an empty jcr:lastModified and jcr:lastModifiedBy, but not those of cq:", async () => {
      const names = ["jcr:lastModified", "jcr:lastModifiedBy", "cq:lastModified", "cq:lastModifiedBy"];
      const page = await bench().make(...names.map((name): Field => [`./${name}`, ""]));
      const by = bench().author.logins.deployer.username;
      assert.deepEqual(await bench().content(page), { "jcr:lastModified": "NOW", "jcr:lastModifiedBy": by });
    });

    it("keeps uuid and last modifier of a file that is sent again, whoever sends it", async () => {
      const page = await bench().make(...UPLOAD);
      const path = `${page}/jcr:content/swaggerFile/jcr:content`;
      const file = async () => record((await bench().admin.get(`${path}.json`)).json);
      const { "jcr:lastModified": _, ...before } = await file();
      const text = '{"swagger":"2.0","info":{}}';
      const { status, changes } = await bench().postAs("admin", `${page}/jcr:content`, ...UPLOAD.slice(0, 1), [
        "./swaggerFile",
        { ...SWAGGER, type: "application/yaml", text },
      ]);
      const names = ["jcr:lastModified", "jcr:mimeType", "jcr:data"];
      assert.deepEqual([status, changes], [200, names.map((name) => `modified ${path}/${name}`)]);
      const { "jcr:lastModified": __, ...after } = await file();
      assert.deepEqual(after, { ...before, "jcr:mimeType": "application/yaml", ":jcr:data": text.length });
    });

    it("changes the type of existing nodes without a word in the list of changes", async () => {
      const page = await bench().make(["./a", "1"]);
      const others: Field[] = [
        ["../jcr:primaryType", "sling:Folder"],
        ["./jcr:primaryType", "nt:unstructured"],
      ];
      const content = `${page}/jcr:content`;
      assert.deepEqual(seen(await bench().post(content, ...others)), modified(content, []));
      assert.deepEqual([await bench().type(page), await bench().type(content)], ["sling:Folder", "nt:unstructured"]);
      assert.deepEqual(seen(await bench().post(content, ...TYPES)), modified(content, []));
      assert.deepEqual([await bench().type(page), await bench().type(content)], ["cq:Page", "cq:PageContent"]);
    });

    it("brings a vanished page back as a page when its types are sent along, with nothing of before", async () => {
      const page = await bench().make(["./a", "1"]);
      const content = `${page}/jcr:content`;
      await bench().author.remove(page);
      const changes = [`created ${page}`, `created ${content}`, `modified ${content}/b`];
      assert.deepEqual(seen(await bench().save(page, ["./b", "2"])), created(content, changes));
      assert.deepEqual([await bench().type(page), await bench().type(content)], ["cq:Page", "cq:PageContent"]);
      assert.deepEqual(await bench().content(page), { b: "2" });
    });

    it("brings a vanished page back as a folder without its types", async () => {
      const page = await bench().make(["./a", "1"]);
      const content = `${page}/jcr:content`;
      await bench().author.remove(page);
      assert.equal((await bench().post(content, ["./b", "2"])).status, 201);
      assert.deepEqual([await bench().type(page), await bench().type(content)], ["sling:Folder", "sling:Folder"]);
    });

    it("knows no conditions: If-Match and its like are ignored, and there is no ETag", async () => {
      const page = await bench().make(["./a", "1"]);
      const conditions: Headers[] = [
        { "if-match": '"nope"' },
        { "if-none-match": "*" },
        { "if-unmodified-since": "Thu, 01 Jan 2015 00:00:00 GMT" },
      ];
      for (const condition of conditions) {
        const headers = { accept: "application/json", ...condition };
        const reply = await bench().deployer.postWith(headers, `${page}/jcr:content`, ...hinted("a", "String", "2"));
        assert.deepEqual([reply.status, reply.headers.etag], [200, undefined]);
      }
    });
  });
}
