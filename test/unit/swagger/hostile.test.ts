import assert from "node:assert/strict";
import fs from "node:fs";
import promises from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import sinon from "sinon";
import { compareDocuments } from "../../../provider/swagger/compareSchemas";
import type { SwaggerProblem } from "../../../provider/swagger/problem";
import { SwaggerRefused } from "../../../provider/swagger/problem";
import { readSwagger } from "../../../provider/swagger/read";
import { judge } from "../../../provider/swagger/rules";
import { summarise } from "../../../provider/swagger/summary";

/** What hostile documents do: nothing, but for one clear line. The names of the tests are those of the fault table. */

const BASE = {
  swagger: "2.0",
  info: { title: "CRM", version: "1" },
  host: "acme.example",
  basePath: "/",
  paths: { "/lead": { get: { operationId: "getLead", responses: { 200: { description: "ok" } } } } },
};

function problemsOf(text: string | Buffer): readonly SwaggerProblem[] {
  try {
    readSwagger(Buffer.from(text), "api");
  } catch (thrown) {
    if (thrown instanceof SwaggerRefused) return thrown.problems;
    throw thrown;
  }
  return [];
}

/** The one problem there is, as `code pointer line:column message`. */
function refusal(document: object | string | Buffer): string {
  const text = typeof document === "string" || Buffer.isBuffer(document) ? document : JSON.stringify(document, null, 1);
  const [first, ...more] = problemsOf(text);
  assert.ok(first, "it was read");
  assert.deepEqual(more, []);
  assert.doesNotMatch(first.message, /\n/);
  return `${first.code} ${first.pointer} ${first.line}:${first.column} ${first.message}`;
}

/** A document with `schema` where a definition stands. */
const withSchema = (schema: object) => ({ ...BASE, definitions: { Lead: schema } });

describe("a hostile Swagger file", () => {
  let opened: sinon.SinonSpy[];
  beforeEach(() => {
    opened = [
      sinon.spy(fs, "readFileSync"),
      sinon.spy(fs, "openSync"),
      sinon.spy(promises, "readFile"),
      sinon.spy(promises, "open"),
      sinon.spy(net.Socket.prototype, "connect"),
    ];
  });
  afterEach(() => {
    sinon.restore();
    assert.deepEqual(Object.keys(Object.prototype), []);
    assert.equal(Object("").polluted, undefined);
  });

  /** Modules that are loaded are read too: only what the document names counts. */
  const touched = () =>
    opened
      .flatMap((spy) => spy.getCalls())
      .map(({ args }) => String(args[0]))
      .filter((path) => !/\.(js|json|mjs|cjs)$/.test(path));

  const local = join(tmpdir(), "secret-of-this-machine");
  for (const [row, target] of [
    ["S1: refers to a file of this machine", local],
    ["S1: refers to a file beside it", "other.json#/definitions/Lead"],
    ["S1: refers to a file by its URL", "file:///etc/passwd"],
    ["S2: refers to another host", "http://127.0.0.1:9/lead.json"],
    ["S2: refers to a metadata service, in mixed case", "HTTP://169.254.169.254/latest/meta-data"],
    ["S2: refers to a host without a scheme", "//evil.example/lead.json"],
    ["S2: hides the scheme behind an encoding", "%68ttp://evil.example/x"],
    ["S2: hides the scheme behind a blank", " http://evil.example/x"],
  ] as const) {
    it(row, () => {
      const place = "swagger-unsafe /definitions/Lead/$ref";
      assert.match(
        refusal(withSchema({ $ref: target })),
        new RegExp(
          `^${place.replaceAll("/", "\\/").replace("$", "\\$")} \\d+:\\d+ a reference .* to another document$`,
        ),
      );
      assert.deepEqual(touched(), []);
    });
  }

  for (const [place, document] of [
    ["an example", withSchema({ type: "object", example: { $ref: "http://evil.example/x" } })],
    ["an extension", { ...BASE, "x-vendor": [{ $ref: "file:///etc/passwd" }] }],
    ["a path", { ...BASE, paths: { "/lead": { $ref: "paths.json#/lead" } } }],
    [
      "a discriminator",
      withSchema({ discriminator: { propertyName: "kind", mapping: { a: "https://evil.example/a.json" } } }),
    ],
    ["an enum", withSchema({ enum: [{ $ref: "http://evil.example/x" }] })],
  ] as const) {
    it(`S3: refers elsewhere from ${place}`, () => {
      assert.match(refusal(document), /^swagger-unsafe .* a reference \(\$ref\) to another document$/);
    });
  }

  describe("S4: is refused at once, before it is put together", () => {
    it("as an alias bomb", () => {
      const levels = Array.from(
        { length: 30 },
        (_, at) => `l${at}: &l${at} [${at === 0 ? "x, x" : `*l${at - 1}, *l${at - 1}`}]`,
      );
      assert.match(
        refusal(levels.join("\n")),
        /^swagger-unreadable .* aliases \(\*…\) stand for more than can be read$/,
      );
    });
    it("nested without end, as JSON and as YAML", () => {
      assert.match(refusal(`{"a":${"[".repeat(1_000_000)}`), /nested deeper than 200 levels$/);
      assert.match(refusal(`a: ${"[".repeat(1_000_000)}`), /nested deeper than 200 levels$/);
      assert.match(
        refusal(Array.from({ length: 1_000 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")),
        /nested deeper than 200 levels$/,
      );
    });
    it("with a key of any length", () => {
      assert.match(
        refusal({ ...BASE, ["k".repeat(5_000)]: 1 }),
        /^swagger-unsafe {2}1:1 a key of more than 1000 characters$/,
      );
    });
    it("with a list of millions", () => {
      assert.match(refusal(`{"a": [${"1,".repeat(2_000_000)}1]}`), /more than 1000000 values$/);
      assert.match(refusal(`a: [${"1,".repeat(2_100_000)}1]`), /more than 1000000 values$/);
    });
    it("as brackets in a text alone: that is none", () => {
      assert.deepEqual(problemsOf(JSON.stringify({ ...BASE, "x-art": "[{".repeat(5_000) })), []);
    });
  });

  it("S5: is too large, no text, or in another encoding", () => {
    assert.match(refusal(Buffer.alloc(50 * 1024 * 1024)), /larger than 10 MiB$/);
    assert.match(refusal(Buffer.from([0xff, 0xd8, 0xff, 0xe0])), /not UTF-8 text$/);
    assert.match(refusal(Buffer.from(JSON.stringify(BASE), "utf16le")), /not UTF-8 text$/);
    assert.deepEqual(problemsOf(`\ufeff${JSON.stringify(BASE)}`), []);
  });

  for (const name of ["__proto__", "constructor"]) {
    it(`S6: names ${name} among paths, definitions and properties`, () => {
      for (const where of ["paths", "definitions"]) {
        const text = JSON.stringify({ ...BASE, [where]: { KEY: { polluted: true } } }).replace("KEY", name);
        assert.match(refusal(text), new RegExp(`^swagger-unsafe /${where}/${name} 1:\\d+ a key named ${name}$`));
      }
      assert.match(
        refusal(`swagger: "2.0"\ndefinitions:\n  ${name}: { polluted: true }\n`),
        /^swagger-unsafe .* 3:3 a key named/,
      );
    });
  }

  it("S7: has a key twice, a tag, a merge, or a date, which stays a text", () => {
    assert.match(refusal('{"a": 1,\n "a": 2}'), /^swagger-duplicate-key \/a 2:2 this key stands here a second time$/);
    assert.match(refusal("a: 1\na: 2"), /^swagger-duplicate-key \/a 2:1/);
    assert.match(refusal("a: !!set {b}"), /a YAML tag/);
    assert.match(refusal("a: &x {b: 1}\nc: {<<: *x}"), /a YAML merge/);
    assert.deepEqual(readSwagger(Buffer.from("a: 2024-01-01"), "api").content, { a: "2024-01-01" });
  });

  it("S8: has definitions in circles: read, digested and compared; nothing is changed or put together", () => {
    const Lead = { properties: { parent: { $ref: "#/definitions/Lead" }, account: { $ref: "#/definitions/Account" } } };
    const Account = { properties: { leads: { type: "array", items: { $ref: "#/definitions/Lead" } } } };
    const schema = { $ref: "#/definitions/Lead" };
    const get = { operationId: "getLead", responses: { 200: { description: "ok", schema } } };
    const document = { ...BASE, paths: { "/lead": { get } }, definitions: { Lead, Account } };
    const { content } = readSwagger(Buffer.from(JSON.stringify(document)), "api");
    const before = JSON.stringify(content);
    assert.deepEqual(judge(content, "aem65"), []);
    summarise(content);
    assert.deepEqual(compareDocuments(content, content), []);
    assert.equal(JSON.stringify(content), before);
  });

  it("S9: is OpenAPI 3: refused, doubted or taken by the product", async () => {
    const { swagger: _, host: __, basePath: ___, ...rest } = BASE;
    const document = { openapi: "3.0.1", servers: [{ url: "https://acme.example" }], ...rest };
    const severities = async (product: "aem65" | "aem65lts" | "aemcs") =>
      judge(document, product).map(({ severity }) => severity);
    assert.deepEqual(
      [await severities("aem65"), await severities("aem65lts"), await severities("aemcs")],
      [["error"], ["warning"], []],
    );
  });

  it("S11: in another order or format means the same", () => {
    const { digest } = summarise(BASE);
    const turned = Object.fromEntries(Object.entries(BASE).reverse());
    assert.equal(summarise(turned).digest, digest);
    assert.equal(summarise(readSwagger(Buffer.from(JSON.stringify(BASE, null, 3)), "api").content).digest, digest);
  });

  it("S13: is packed: refused, and never unpacked", () => {
    const bytes = Buffer.from(JSON.stringify(BASE));
    assert.match(refusal(gzipSync(bytes)), /not UTF-8 text$/);
    assert.match(
      refusal(Buffer.concat([Buffer.from("PK\u0003\u0004\u0014\u0000\u0000"), deflateRawSync(bytes)])),
      /not UTF-8 text$/,
    );
  });

  it("S14: holds a credential: doubted, at its place and without a word of it", () => {
    const bearer = "Bearer abcdefghijklmnopqrstuvwxyz012345";
    const properties = {
      password: { type: "string", example: "c0rrect-horse" },
      api_key: { type: "string", example: "YOUR_API_KEY" },
      note: { type: "string", description: `curl -H 'Authorization: ${bearer}'` },
    };
    const findings = judge(withSchema({ type: "object", properties }), "aem65");
    assert.deepEqual(
      findings.map(({ severity, path }) => `${severity} ${path.join(".")}`),
      ["warning definitions.Lead.properties.password", "warning definitions.Lead.properties.note.description"],
    );
    assert.doesNotMatch(JSON.stringify(findings), /c0rrect|abcdefghijkl/);
  });
});
