import assert from "node:assert/strict";
import { type Field, type Reply, record, send } from "../../unit/world/aemClient";
import type { Account } from "../../world/testAuthor";
import { HTML_TYPE, JSON_TYPE, type TheBench, TYPES } from "./bench";

const CONSOLE = "/system/console/crypto/.json";
const SECRET = "tr1cky é+/= of-the-app";
const CIPHERTEXT = /^\{[0-9a-f]{64,}\}$/;
const DATUM: Field = ["datum", SECRET];
const SUFFIXED: Field[] = [
  ["./client_secret", SECRET],
  ["./client_secret@Encrypted", ""],
];

export function encryption(bench: TheBench): void {
  const secretOf = async (page: string) => (await bench().content(page)).client_secret;
  const consoleAs = (account: Account): Promise<Reply> => bench()[account].post(CONSOLE, DATUM);

  describe("encryption (stand-in)", () => {
    afterEach(() => bench().author.setEncryption("suffix"));

    it("stores what @Encrypted names as {hex}, another one each time, and nothing of the suffix", async () => {
      const page = await bench().make(...SUFFIXED);
      const first = await secretOf(page);
      assert.match(String(first), CIPHERTEXT);
      await bench().save(page, ...SUFFIXED);
      assert.notEqual(await secretOf(page), first);
      assert.equal(await bench().author.plainSecret(page), SECRET);
      assert.deepEqual(Object.keys(await bench().content(page)), ["client_secret"]);
    });

    it("reports the property alone as modified", async () => {
      const page = await bench().make();
      const { changes } = await bench().save(page, ...SUFFIXED);
      assert.deepEqual(changes, [`modified ${page}/jcr:content/client_secret`]);
    });

    it("works in a folder that is no page as well", async () => {
      const folder = bench().page();
      const types: Field[] = [
        ["../jcr:primaryType", "sling:Folder"],
        ["./jcr:primaryType", "nt:unstructured"],
      ];
      await bench().post(`${folder}/jcr:content`, ...types, ...SUFFIXED);
      assert.equal(await bench().author.plainSecret(folder), SECRET);
    });

    it("takes a suffix with a value like an empty one", async () => {
      const page = await bench().make(["./client_secret", SECRET], ["./client_secret@Encrypted", "true"]);
      assert.equal(await bench().author.plainSecret(page), SECRET);
      assert.deepEqual(Object.keys(await bench().content(page)), ["client_secret"]);
    });

    it("leaves in clear what nobody asked to encrypt, and alone what isn't sent", async () => {
      const page = await bench().make(["./client_secret", SECRET]);
      assert.equal(await secretOf(page), SECRET);
      await bench().save(page, ...SUFFIXED);
      const before = await secretOf(page);
      await bench().save(page, ["./client_secret@Encrypted", ""]);
      assert.equal(await secretOf(page), before);
    });

    for (const by of ["console", "none"] as const) {
      it(`leaves the value in clear, without a word and a trace of the suffix, where "${by}" encrypts`, async () => {
        await bench().author.setEncryption(by);
        const page = bench().page();
        const { status, changes } = await bench().save(page, ...SUFFIXED);
        const content = `${page}/jcr:content`;
        const made = [`created ${page}`, `created ${content}`, `modified ${content}/client_secret`];
        assert.deepEqual([status, changes], [201, made]);
        assert.deepEqual(await bench().content(page), { client_secret: SECRET });
      });
    }

    it("refuses a suffix with a value that nothing reacts to, and stores nothing", async () => {
      await bench().author.setEncryption("none");
      const page = bench().page();
      const suffixed: Field[] = [
        ["./client_secret", SECRET],
        ["./client_secret@Encrypted", "true"],
      ];
      const reply = await bench().post(`${page}/jcr:content`, ...TYPES, ...suffixed);
      assert.equal(reply.status, bench().mode === "modern" ? 409 : 500);
      assert.equal(await bench().tree(page), undefined);
    });
  });

  describe("the crypto console (stand-in)", () => {
    afterEach(() => bench().author.setEncryption("suffix"));

    it("encrypts for the administrator as the suffix does", async () => {
      const reply = await consoleAs("admin");
      assert.deepEqual([reply.status, reply.headers["content-type"]], [200, JSON_TYPE]);
      assert.deepEqual(Object.keys(record(reply.json)), ["protected"]);
      const ciphertext = String(record(reply.json).protected);
      assert.match(ciphertext, CIPHERTEXT);
      assert.notEqual(record((await consoleAs("admin")).json).protected, ciphertext);
      const page = await bench().make(["./client_secret", ciphertext]);
      assert.equal(await bench().author.plainSecret(page), SECRET);
    });

    it("is open to a deployer only where that is the way to encrypt", async () => {
      assert.equal((await consoleAs("deployer")).status, 403);
      await bench().author.setEncryption("console");
      assert.match(String(record((await consoleAs("deployer")).json).protected), CIPHERTEXT);
    });

    it("is closed to others: 403 in HTML, 401 without a login, 403 without a CSRF token", async () => {
      await bench().author.setEncryption("console");
      for (const account of ["reader", "nobody"] as const) {
        const { status, headers } = await consoleAs(account);
        assert.deepEqual([status, headers["content-type"]], [403, HTML_TYPE]);
      }
      assert.equal((await send(bench().author, "POST", CONSOLE, { fields: [DATUM] })).status, 401);
      assert.equal((await bench().admin.send("POST", CONSOLE, { fields: [DATUM] })).status, 403);
    });

    it("isn't there where nothing encrypts: 404 in HTML, whatever is accepted", async () => {
      await bench().author.setEncryption("none");
      const { status, headers } = await consoleAs("deployer");
      assert.deepEqual([status, headers["content-type"]], [404, HTML_TYPE]);
    });
  });
}
