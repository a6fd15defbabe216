import assert from "node:assert/strict";
import fs from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sinon from "sinon";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";
import { CRM, Deployment } from "../world/deployment";
import { shows } from "../world/faultRows";
import { close, listen, originOf } from "../world/loopback";

const USER = "aem-deployer";

describe("a hostile Swagger file, in a preview", function () {
  this.timeout(20_000);

  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;
  /** A server that a file may lead to, and what it was asked for. */
  let stranger: Server;
  let asked: string[];
  let host: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "hostile-files-"));
    aem = await startAemEmulator();
    stranger = await listen(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.writeHead(200, { "content-type": "application/json" }).end('{"type":"object"}');
    });
    host = originOf(stranger).replace("http://", "");
    const password = String(DEFAULT_ACCOUNTS.find(({ user }) => user === USER)?.password);
    crm = new Deployment({ origin: aem.origin, username: USER, password }, folder);
    await writeFile(join(folder, "secret-of-this-machine.json"), '{"type":"object"}');
  });
  beforeEach(() => {
    asked = [];
  });
  /** Whatever a file led to: the server hears of this request, and has heard of no other. */
  afterEach(async () => {
    await fetch(`http://${host}/control`);
    assert.deepEqual(asked, ["GET /control"]);
    assert.deepEqual(aem.requests, []);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
  after(async () => {
    await close(stranger);
    await aem.stop();
    await rm(folder, { recursive: true });
  });

  async function told(file: object | string | Buffer, args = {}): Promise<string> {
    const text = typeof file === "string" || Buffer.isBuffer(file) ? file : JSON.stringify(file, null, 1);
    await writeFile(join(folder, "crm.json"), text);
    return crm.problems(args);
  }

  /** What is said of each of these files, which are all refused. */
  async function refused(files: readonly (object | string | Buffer)[], code: string): Promise<string> {
    const texts: string[] = [];
    for (const file of files) {
      const text = await told(file);
      assert.match(text, new RegExp(`\\[${code}\\]`));
      texts.push(text);
    }
    return [...new Set(texts)].join("\n");
  }

  const withSchema = (Lead: object) => ({ ...CRM, definitions: { Lead } });
  const referring = (...targets: readonly string[]) => targets.map((target) => withSchema({ $ref: target }));

  shows("S1", "that refers to files of this machine: none of them is read", async () => {
    const local = join(folder, "secret-of-this-machine.json");
    const opened = ["readFile", "readFileSync", "open", "openSync"].map((name) => sinon.spy(fs, name as "open"));
    const text = await refused(
      referring(local, "secret-of-this-machine.json", "./secret-of-this-machine.json#/x", `file://${local}`),
      "swagger-unsafe",
    );
    const paths = opened.flatMap((spy) => spy.getCalls().map(({ args }) => String(args[0])));
    sinon.restore();
    assert.deepEqual(
      paths.filter((path) => path.includes("secret-of-this-machine")),
      [],
    );
    return text;
  });

  shows("S2", "that refers to another host: nobody is asked", () =>
    refused(
      referring(
        `http://${host}/lead.json`,
        `HTTP://LOCALHOST:${host.split(":")[1]}/lead.json`,
        `//${host}/lead.json`,
        `%68ttp://${host}/lead.json`,
        ` http://${host}/lead.json`,
        "http://169.254.169.254/latest/meta-data",
      ),
      "swagger-unsafe",
    ),
  );

  shows("S3", "that refers elsewhere where parsers forget to look: nobody is asked", () => {
    const $ref = `http://${host}/lead.json`;
    const mapping = { lead: $ref };
    return refused(
      [
        withSchema({ type: "object", example: { $ref } }),
        { ...CRM, "x-vendor": [{ $ref }] },
        { ...CRM, paths: { "/lead": { $ref } } },
        withSchema({ type: "object", discriminator: { propertyName: "kind", mapping } }),
        withSchema({ enum: [{ $ref }] }),
      ],
      "swagger-unsafe",
    );
  });

  shows("S4", "without end: refused before anything is put together", async () => {
    const bomb = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? "l0: &l0 [x, x]" : `l${at}: &l${at} [*l${at - 1}, *l${at - 1}]`,
    ).join("\n");
    const deep = `{"a":${"[".repeat(100_000)}`;
    const list = `{"a": [${"1,".repeat(1_000_001)}1]}`;
    const texts: string[] = [];
    for (const file of [bomb, deep, list]) texts.push(await told(file));
    texts.push(await told({ ...CRM, ["k".repeat(5_000)]: 1 }));
    for (const text of texts) assert.match(text, /\[swagger-(unreadable|unsafe)\]/);
    return texts.join("\n");
  });

  shows("S5", "that is too large, no text, or in another encoding", async () => {
    const files = [Buffer.alloc(50 * 1024 * 1024, "{"), Buffer.from([0xff, 0xd8]), Buffer.from("{}", "utf16le")];
    const text = await refused(files, "swagger-unreadable");
    assert.equal(await told(`\ufeff${JSON.stringify(CRM)}`), "");
    return text;
  });

  shows("S6", "with keys that reach into every object", () =>
    refused(
      ["__proto__", "constructor"].map((key) =>
        JSON.stringify({ ...CRM, definitions: { KEY: {} } }).replace("KEY", key),
      ),
      "swagger-unsafe",
    ),
  );

  shows("S7", "that readers understand in two ways", async () => {
    const texts: string[] = [];
    for (const file of ['{"a": 1,\n "a": 2}', "a: 1\na: 2", "a: !!set {b}", "a: &x {b: 1}\nc: {<<: *x}"]) {
      texts.push(await told(file));
    }
    for (const text of texts) assert.match(text, /\[swagger-[a-z-]+\]/);
    return texts.join("\n");
  });

  shows("S8", "whose definitions contain themselves: taken as it is", () => {
    const $ref = "#/definitions/Lead";
    const get = { operationId: "getLead", responses: { 200: { description: "ok", schema: { $ref } } } };
    return told({ ...withSchema({ type: "object", properties: { parent: { $ref } } }), paths: { "/lead": { get } } });
  });

  shows("S9", "of OpenAPI 3: refused, doubted or taken by the product", async () => {
    const { swagger: _, host: __, basePath: ___, ...rest } = CRM;
    const document = { openapi: "3.0.1", servers: [{ url: "https://acme.example" }], ...rest };
    const refusal = await told(document, { product: "aem65" });
    assert.match(refusal, /\[swagger-[a-z-]+\]/);
    assert.equal(await told(document, { product: "aem65lts" }), "");
    const doubts = crm.said.join("\n");
    assert.match(doubts, /^warning: /);
    assert.equal(await told(document, { product: "aemcs" }), "");
    return [refusal, doubts].join("\n");
  });

  shows("S10", "without a host, or with one that makes no end point", () => {
    const { host: _, ...rest } = CRM;
    return refused([rest, { ...CRM, host: "{myDomain}.example" }], "swagger-not-accepted");
  });

  shows("S13", "that is packed", () => refused([gzipSync(JSON.stringify(CRM))], "swagger-unreadable"));

  shows("S14", "that holds a credential: a warning without a word of it", async () => {
    const properties = { password: { type: "string", example: "c0rrect-horse" } };
    assert.equal(await told(withSchema({ type: "object", properties })), "");
    const said = crm.said.join("\n");
    assert.match(said, /^warning: /);
    assert.doesNotMatch(said, /c0rrect/);
    return said;
  });
});

describe("the same API, written otherwise", () => {
  shows("S11", "is no change and no upload", async () => {
    const folder = await mkdtemp(join(tmpdir(), "same-api-"));
    const aem = await startAemEmulator();
    const password = String(DEFAULT_ACCOUNTS.find(({ user }) => user === USER)?.password);
    const crm = new Deployment({ origin: aem.origin, username: USER, password }, folder);
    await crm.swagger();
    await crm.up();
    aem.requests.splice(0);
    await crm.swagger(JSON.stringify(Object.fromEntries(Object.entries(CRM).reverse()), null, 4));
    assert.equal(await crm.preview(), false);
    await crm.up();
    assert.deepEqual(
      aem.requests.filter(({ writes }) => writes),
      [],
    );
    await aem.stop();
    await rm(folder, { recursive: true });
    return crm.said.join("\n");
  });
});
