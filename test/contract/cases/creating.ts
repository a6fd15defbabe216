import assert from "node:assert/strict";
import type { Field } from "../../unit/world/aemClient";
import { SWAGGER, seen, type TheBench, TYPES, UPLOAD } from "./bench";
import { created } from "./documents";

const TITLE = "日本語 “Ümlaut”";

export function creating(bench: TheBench): void {
  describe("creating", () => {
    it("by the page's content makes page, content, properties and file in one POST: 201 and what was changed", async () => {
      const page = bench().page();
      const content = `${page}/jcr:content`;
      const file = `${content}/swaggerFile`;
      const reply = await bench().save(page, ["./jcr:title", "Salesforce"], ...UPLOAD);
      const changes = [
        `created ${page}`,
        `created ${content}`,
        `modified ${content}/jcr:title`,
        `created ${file}`,
        `created ${file}/jcr:content`,
        `modified ${file}/jcr:content/jcr:lastModified`,
        `modified ${file}/jcr:content/jcr:mimeType`,
        `modified ${file}/jcr:content/jcr:data`,
      ];
      assert.deepEqual(seen(reply), created(content, changes));
    });

    it("by the page itself does the same", async () => {
      const page = bench().page();
      const fields: Field[] = [
        ["jcr:primaryType", "cq:Page"],
        ["jcr:content/jcr:primaryType", "cq:PageContent"],
        ["jcr:content/a", "1"],
      ];
      const content = `${page}/jcr:content`;
      const changes = [`created ${page}`, `created ${content}`, `modified ${content}/a`];
      assert.deepEqual(seen(await bench().post(page, ...fields)), created(page, changes));
      assert.deepEqual(await bench().content(page), { a: "1" });
      assert.equal(await bench().type(page), "cq:Page");
    });

    it("stores a cq:Page over a cq:PageContent, with what the repository adds by itself", async () => {
      const page = await bench().make(["./jcr:title", TITLE], ...UPLOAD);
      const user = bench().author.logins.deployer.username;
      const made = { "jcr:created": "NOW", "jcr:createdBy": user };
      assert.deepEqual(await bench().tree(page), {
        "jcr:primaryType": "cq:Page",
        ...made,
        "jcr:content": {
          "jcr:primaryType": "cq:PageContent",
          ...made,
          "jcr:title": TITLE,
          swaggerFile: {
            "jcr:primaryType": "nt:file",
            ...made,
            "jcr:content": {
              "jcr:primaryType": "nt:resource",
              "jcr:uuid": "UUID",
              "jcr:lastModified": "NOW",
              "jcr:lastModifiedBy": user,
              "jcr:mimeType": "application/json",
              ":jcr:data": SWAGGER.text.length,
            },
          },
        },
      });
    });

    it("makes missing ancestors as sling:Folder, the page itself too when nobody says cq:Page", async () => {
      const folder = bench().page();
      const content = `${folder}/page/jcr:content`;
      const reply = await bench().post(content, ["./a", "1"]);
      const nodes = [folder, `${folder}/page`, content];
      const changes = [...nodes.map((path) => `created ${path}`), `modified ${content}/a`];
      assert.deepEqual(seen(reply), created(content, changes));
      for (const path of nodes) assert.equal(await bench().type(path), "sling:Folder");
    });

    it("takes the types for page and content alone", async () => {
      const page = bench().page();
      const content = `${page}/jcr:content`;
      const reply = await bench().post(content, ...TYPES);
      assert.deepEqual(seen(reply), created(content, [`created ${page}`, `created ${content}`]));
    });

    it("without any field makes a folder", async () => {
      const path = bench().page();
      assert.deepEqual(seen(await bench().deployer.post(path)), created(path, [`created ${path}`]));
      assert.equal(await bench().type(path), "sling:Folder");
    });
  });
}
