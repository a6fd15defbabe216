import assert from "node:assert/strict";
import { type Field, record } from "../../unit/world/aemClient";
import { seen, type TheBench, TYPES, UPLOAD } from "./bench";
import { modified, type Refusal, refused } from "./documents";

interface Attempt {
  readonly what: string;
  readonly to: (page: string) => string;
  readonly fields: readonly Field[];
  readonly refusal: (page: string) => Refusal;
}

const content = (page: string) => `${page}/jcr:content`;
const notModifiable = (path: string) => `Resource at '${path}' is not modifiable.`;

/** Never 403: whether somebody lacks a right or is in conflict with somebody else can't be told apart. */
const ATTEMPTS: readonly Attempt[] = [
  {
    what: "make a page",
    to: (page) => `${page}-new/jcr:content`,
    fields: TYPES,
    refusal: (page) => ({ kind: "conflict", message: `Unable to create node at ${page}-new` }),
  },
  {
    what: "make a folder with a property",
    to: (page) => `${page}-new`,
    fields: [["a", "1"]],
    refusal: (page) => ({ kind: "invalid", message: notModifiable(`${page}-new`), isCreate: true }),
  },
  {
    what: "change a property",
    to: content,
    fields: [["./a", "2"]],
    refusal: (page) => ({ kind: "invalid", message: notModifiable(content(page)) }),
  },
  {
    what: "remove a property by an empty value",
    to: content,
    fields: [["./a", ""]],
    refusal: (page) => ({ kind: "invalid", message: notModifiable(content(page)) }),
  },
  {
    what: "send the file once more",
    to: content,
    fields: UPLOAD,
    refusal: () => ({ kind: "pointer" }),
  },
  {
    what: "delete a page",
    to: (page) => page,
    fields: [[":operation", "delete"]],
    refusal: (page) => ({
      kind: "conflict",
      message: "Unable to commit changes to session.",
      changes: [`deleted ${page}`],
    }),
  },
];

export function rights(bench: TheBench): void {
  describe("an account that may only read", () => {
    let page: string;
    let untouched: unknown;
    before(async () => {
      page = await bench().make(["./a", "1"], ...UPLOAD);
      untouched = await bench().tree(page);
    });

    for (const { what, to, fields, refusal } of ATTEMPTS) {
      it(`can't ${what}`, async () => {
        const reply = await bench().postAs("reader", to(page), ...fields);
        assert.deepEqual(seen(reply), refused(bench().mode, to(page), refusal(page)));
        assert.deepEqual(await bench().trees(page, `${page}-new`), [untouched, undefined]);
      });
    }

    it("can't remove a property by @Delete", async () => {
      const { status } = await bench().postAs("reader", content(page), ["./a@Delete", "true"]);
      assert.equal(status, bench().mode === "modern" ? 409 : 500);
      assert.deepEqual(await bench().tree(page), untouched);
    });

    it("is refused even the removal of a property that is not there, which changes nothing for a deployer", async () => {
      const nothing: Field = ["./nothing@Delete", "true"];
      const { status } = await bench().postAs("reader", content(page), nothing);
      assert.equal(status, bench().mode === "modern" ? 409 : 500);
      assert.equal((await bench().post(content(page), nothing)).status, 200);
      assert.deepEqual(await bench().tree(page), untouched);
    });

    it("hears 200 when it changes a type, and nothing happens", async () => {
      const reply = await bench().postAs("reader", content(page), ["./jcr:primaryType", "nt:unstructured"]);
      assert.deepEqual(seen(reply), modified(content(page), []));
      assert.deepEqual(await bench().tree(page), untouched);
    });
  });

  describe("an account that may not even read", () => {
    it("stumbles over the root of what it can't see", async () => {
      const page = await bench().make(["./a", "1"]);
      const reply = await bench().postAs("nobody", content(page), ["./a", "2"]);
      const refusal: Refusal = { kind: "argument", message: "Can't create child on a synthetic root" };
      assert.deepEqual(seen(reply), refused(bench().mode, content(page), refusal));
      assert.deepEqual(await bench().content(page), { a: "1" });
    });

    it("is told that a page is deleted which it can't see, and the page stays", async () => {
      const page = await bench().make(["./a", "1"]);
      const reply = await bench().postAs("nobody", page, [":operation", "delete"]);
      assert.deepEqual(seen(reply), modified(page, [`deleted ${page}`]));
      assert.equal(record(await bench().tree(page))["jcr:primaryType"], "cq:Page");
    });
  });

  describe("a deployer", () => {
    it("makes, changes, publishes and deletes in a container that never held a data source", async () => {
      const page = `/conf/nofdm/settings/cloudconfigs/fdm/${bench().page().split("/").pop()}`;
      assert.equal((await bench().save(page, ["./a", "1"])).status, 201);
      assert.equal((await bench().save(page, ["./a", "2"])).status, 200);
      const command: Field[] = [
        ["cmd", "Activate"],
        ["path", page],
      ];
      assert.equal((await bench().post("/bin/replicate.json", ...command)).status, 200);
      assert.equal((await bench().post(page, [":operation", "delete"])).status, 200);
      assert.equal(await bench().tree(page), undefined);
    });

    it("can't switch on cloud configurations where they are off", async () => {
      const { status } = await bench().post("/conf/bare/settings/cloudconfigs", ["jcr:primaryType", "sling:Folder"]);
      assert.equal(status, bench().mode === "modern" ? 409 : 500);
      assert.equal(await bench().tree("/conf/bare/settings"), undefined);
    });
  });
}
