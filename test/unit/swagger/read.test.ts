import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { DataSourceError } from "../../../provider/errors";
import { readSwagger, refuseSize } from "../../../provider/swagger/read";

const MEBIBYTE = 1024 * 1024;
/** The text of a file that is broken right beside something that nobody should read in a log. */
const PRIVATE = "sG4-jB8-uT6";

const read = (text: string | Buffer) => readSwagger(Buffer.from(text), "api.json");

function refusal(text: string | Buffer): string {
  try {
    read(text);
  } catch (thrown) {
    assert.ok(thrown instanceof DataSourceError);
    assert.match(thrown.code, /^swagger-(unreadable|duplicate-key|unsafe)$/);
    assert.match(thrown.message, /^Swagger file api\.json(:\d+:\d+)?( \(#.*?\))?: /);
    return thrown.message.replace("Swagger file api.json", "").replace(/^: /, "");
  }
  return assert.fail("it was read");
}

describe("a Swagger file", () => {
  it("is read as JSON, with its bytes and their digest", () => {
    const bytes = Buffer.from('{ "swagger": "2.0" }\n');
    const digest = createHash("sha256").update(bytes).digest("hex");
    const { place: _, ...document } = readSwagger(bytes, "api.json");
    assert.deepEqual(document, {
      bytes,
      sha256: digest,
      format: "json",
      content: { swagger: "2.0" },
    });
  });

  it("is read as YAML, whatever its name says", () => {
    const { format, content } = read('swagger: "2.0"\ninfo:\n  title: CRM\n');
    assert.deepEqual([format, content], ["yaml", { swagger: "2.0", info: { title: "CRM" } }]);
  });

  it("may begin with blank lines or a byte order mark", () => {
    for (const text of ['\n\n  {"a": 1}', '\ufeff{"a": 1}', "\ufeffa: 1", "# a comment\n---\na: 1"]) {
      assert.deepEqual(read(text).content, { a: 1 });
    }
  });

  it("as YAML knows texts, numbers, true and false, and takes no word for more than that", () => {
    const { content } = read("a: yes\nb: 2024-01-01\nc: 1e3\nd: true\ne: ~\nf: '1'\n");
    assert.deepEqual(content, { a: "yes", b: "2024-01-01", c: 1000, d: true, e: null, f: "1" });
  });

  it("may use an anchor of YAML more than once", () => {
    const lead = { type: "object" };
    assert.deepEqual(read("a: &lead { type: object }\nb: *lead\nc: *lead").content, { a: lead, b: lead, c: lead });
  });

  it("may be nested as deep as any contract is", () => {
    const deep = `${'{"a":'.repeat(150)}1${"}".repeat(150)}`;
    assert.equal(JSON.stringify(read(deep).content), deep);
  });
});

describe("a Swagger file is refused", () => {
  const texts: [what: string, text: string | Buffer, message: RegExp][] = [
    ["when it is empty", "", /^empty$/],
    ["when it is blank", " \n\t\n", /^empty$/],
    ["when it holds only a comment", "# later", /no object at its top$/],
    ["when it is a list", "[1]", /no object at its top$/],
    ["when it is a text", "hello", /no object at its top$/],
    ["when it is a page of a website", "<html><body>Log in</body></html>", /no object at its top$/],
    ["when it is gzipped", gzipSync("{}"), /^not UTF-8 text$/],
    ["when it is UTF-16", Buffer.from('\ufeff{"a": 1}', "utf16le"), /^not UTF-8 text$/],
    ["when it is Latin-1", Buffer.from('{"a": "\u00e4"}', "latin1"), /^not UTF-8 text$/],
    ["when its JSON lacks a comma", '{\n  "a": 1\n  "b": 2\n}\n', /^:3:3: not valid JSON$/],
    ["when its JSON has a word too many", '{"a": x, "b": 1}', /^:1:7: not valid JSON$/],
    ["when its JSON is cut off", '{\n  "a": [1, 2', /^:2:13: not valid JSON$/],
    ["when its JSON holds a comment", '{\n  // later\n  "a": 1}', /^:2:3: not valid JSON$/],
    [
      "when a key of its JSON stands twice",
      '{\n  "a": {"b": 1,\n "b": 2}}',
      /^:3:2 \(#\/a\/b\): this key stands here a second time$/,
    ],
    [
      "when a key of its YAML stands twice",
      "a: 1\nb: 2\na: 3\n",
      /^:3:1 \(#\/a\): this key stands here a second time$/,
    ],
    [
      "when a key of its YAML stands twice, once in quotes",
      'a:\n  200: x\n  "200": y\n',
      /^:3:4 \(#\/a\/200\): this key/,
    ],
    ["when its YAML is indented by tabs", "a:\n\tb: 1\n", /^:2:1: neither JSON nor YAML: tab characters/],
    ["when its YAML has a tag of its own", "a: !env HOME\n", /^:1:9 \(#\/a\): a YAML tag/],
    ["when its YAML asks for code", 'a: !!js/function "x"\n', /^:1:19 \(#\/a\): a YAML tag/],
    ["when its YAML merges", "a: &a {b: 1}\nc:\n  <<: *a\n", /^:3:3 \(#\/c\): a YAML merge \(<<\)$/],
    ["when its YAML has a list for a key", "? [a, b]\n: 1\n", /^:1:3: a key that is no plain text$/],
    ["when its YAML has a number that JSON lacks", "a: .inf\n", /^:1:1 \(#\/a\): a number that JSON does not have$/],
    ["when it is several documents", "a: 1\n---\nb: 2\n", /^:3:1: a second YAML document begins here$/],
    ["when it is nested without end, as JSON", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, /200 levels$/],
    ["when it is nested deeper than any contract, as YAML", `a: ${"[".repeat(300)}${"]".repeat(300)}`, /200 levels$/],
    [
      "when it contains itself",
      "a: &a\n  b: *a\n",
      /^:2:6 \(#\/a\/b\): a YAML alias \(\*…\) of what is not complete before it$/,
    ],
  ];
  for (const [what, text, message] of texts) {
    it(what, () => assert.match(refusal(text), message));
  }

  it("when a few aliases would expand to millions of nodes", () => {
    const lines = Array.from({ length: 8 }, (_, level) => {
      const members = level === 0 ? "x" : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(members).join(", ")}]`;
    });
    assert.match(refusal(lines.join("\n")), /aliases \(\*…\) stand for more than can be read$/);
  });

  it("when it is larger than 10 MiB, before it is looked at", () => {
    assert.equal(refusal(Buffer.alloc(10 * MEBIBYTE + 1)), "larger than 10 MiB");
    assert.throws(() => refuseSize(10 * MEBIBYTE + 1, "api.json"), /larger than 10 MiB/);
    assert.doesNotThrow(() => refuseSize(10 * MEBIBYTE, "api.json"));
  });

  it("with a word on what to do", () => {
    assert.throws(() => read(gzipSync("{}")), { remedy: "Save it as plain UTF-8, not compressed." });
    assert.throws(() => read("{"), { remedy: "Check that it is the Swagger file and whole." });
    assert.throws(() => read("[]"), { remedy: "Check that it is the Swagger file and whole." });
  });

  it("without a word of its text", () => {
    const broken = [
      `{"a": ${PRIVATE}}`,
      `{"a": "${PRIVATE}" "b"}`,
      `a: !${PRIVATE} 1`,
      `a: "${PRIVATE}`,
      `- ${PRIVATE}`,
    ];
    for (const text of broken) assert.ok(!refusal(text).includes(PRIVATE), text);
  });
});
