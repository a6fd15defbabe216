import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../world/commandLine";

type Json = Record<string, unknown>;

const OK = { 200: { description: "ok" } };
const DOCUMENT = {
  swagger: "2.0",
  info: { title: "CRM", version: "1" },
  host: "acme.example",
  basePath: "/v1",
  paths: {
    "/lead": { get: { operationId: "getLead", responses: OK } },
    "/query": { get: { operationId: "query", responses: OK } },
  },
};
const FILES: Record<string, Json> = {
  "good.json": DOCUMENT,
  "hostless.json": { ...DOCUMENT, host: undefined },
  "doubtful.json": { ...DOCUMENT, paths: { "/lead": { get: { responses: OK } } } },
  "twice.json": { ...DOCUMENT, paths: { "/a": DOCUMENT.paths["/lead"], "/b": DOCUMENT.paths["/lead"] } },
  "less.json": { ...DOCUMENT, paths: { "/lead": DOCUMENT.paths["/lead"] } },
  "evil.json": { ...DOCUMENT, paths: { "/\u001b[31mred\u0007": { get: { operationId: "evil", responses: OK } } } },
  "many.json": {
    ...DOCUMENT,
    paths: Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [
        `/${"long".repeat(10)}/${at}`,
        {
          get: {
            operationId: `get${at}`,
            parameters: [{ in: "query", name: `q${at}`, type: "string" }],
            responses: OK,
          },
        },
      ]),
    ),
  },
};

describe("aem-datasource swagger", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-"));
    for (const [name, document] of Object.entries(FILES)) await writeFile(join(folder, name), JSON.stringify(document));
  });
  after(async () => {
    assert.deepEqual((await readdir(folder)).sort(), Object.keys(FILES).sort());
    await rm(folder, { recursive: true });
  });

  const swagger = (...words: string[]) => commandLine(["swagger", ...words], { folder });
  const check = (file: string, ...words: string[]) => swagger("check", file, "--product", "aem65", ...words);

  describe("check", () => {
    it("accepts a file and counts its operations", async () => {
      assert.deepEqual(await check("good.json"), { code: 0, stdout: "accepted: 2 operations\n", stderr: "" });
    });

    it("accepts it with warnings where something is doubtful", async () => {
      const { code, stdout } = await check("doubtful.json");
      assert.match(
        stdout,
        /^warning: Swagger file doubtful\.json:1:\d+ \(#\/paths\/~1lead\/get\): GET \/lead has no operation id \[swagger-doubtful\]\n/,
      );
      assert.match(stdout, /\naccepted: 1 operation\n$/);
      assert.equal(code, 0);
    });

    it("refuses it with place, code and what to do, and ends with 1", async () => {
      const { code, stdout } = await check("twice.json");
      assert.match(
        stdout,
        /^error: Swagger file twice\.json:1:\d+ \(#\/paths\/~1b\/get\/operationId\): .* \[swagger-not-accepted\]\n +Give each operation an id of its own\.\nrefused: 2 operations\n$/,
      );
      assert.equal(code, 1);
    });

    it("wants a host, unless the end point is given", async () => {
      assert.match((await check("hostless.json")).stdout, /names no host/);
      assert.equal((await check("hostless.json", "--endpoint", "https://gateway.example/v1")).code, 0);
    });

    it("prints one JSON object", async () => {
      const { code, stdout } = await check("twice.json", "--json");
      const { problems, ...verdict } = JSON.parse(stdout);
      assert.deepEqual([verdict, code], [{ verdict: "refused", operations: 2 }, 1]);
      assert.deepEqual(Object.keys(problems[0]), ["severity", "code", "message", "pointer", "line", "column"]);
      const { severity, pointer, line } = problems[0];
      assert.deepEqual([severity, pointer, line, problems.length], ["error", "/paths/~1b/get/operationId", 1, 1]);
      assert.deepEqual(JSON.parse((await check("good.json", "--json")).stdout), {
        verdict: "accepted",
        operations: 2,
        problems: [],
      });
    });

    it("says that a file is not there, as JSON too", async () => {
      const { code, stdout, stderr } = await check("gone.json");
      assert.match(stderr, /^error: Swagger file gone\.json: not found \[swagger-unreadable\]\n/);
      assert.deepEqual([code, stdout], [1, ""]);
      const { verdict, problems } = JSON.parse((await check("gone.json", "--json")).stdout);
      assert.deepEqual([verdict, problems[0].code], ["refused", "swagger-unreadable"]);
    });
  });

  describe("diff", () => {
    it("finds no difference, and ends with 0", async () => {
      assert.deepEqual(await swagger("diff", "good.json", "good.json"), {
        code: 0,
        stdout: "no difference\n",
        stderr: "",
      });
      assert.equal(
        (await swagger("diff", "good.json", "hostless.json")).stdout,
        "no difference that form data models notice\n",
      );
    });

    it("tells what breaks first, and ends with 2", async () => {
      const { code, stdout } = await swagger("diff", "good.json", "less.json");
      assert.deepEqual([code, stdout], [2, "breaking:\n  GET /query: removed\n"]);
      const { code: back, stdout: added } = await swagger("diff", "less.json", "good.json");
      assert.deepEqual([back, added], [0, "compatible:\n  GET /query: added\n"]);
    });

    it("prints one JSON object", async () => {
      const { code, stdout } = await swagger("diff", "good.json", "less.json", "--json");
      const changes = [{ operation: "GET /query", kind: "operation-removed", class: "breaking", detail: "removed" }];
      assert.deepEqual([code, JSON.parse(stdout)], [2, { changes }]);
    });

    it("ends with 1 where a file can't be read", async () => {
      assert.equal((await swagger("diff", "good.json", "gone.json")).code, 1);
    });

    it("never sends a terminal what the document says", async () => {
      for (const words of [
        ["less.json", "evil.json"],
        ["evil.json", "less.json"],
        ["less.json", "evil.json", "--json"],
      ]) {
        const { stdout } = await swagger("diff", ...words);
        assert.match(stdout, /red/);
        assert.doesNotMatch(stdout.replaceAll("\n", ""), /\p{Cc}/u);
      }
    });

    it("keeps its report under 64 KB, the breaking changes first, and counts the rest", async () => {
      const { stdout } = await swagger("diff", "many.json", "good.json", "--json");
      assert.ok(stdout.length < 64 * 1024);
      const { changes, omitted } = JSON.parse(stdout);
      assert.equal(changes.length + omitted, 5_002);
      assert.equal(changes[0].class, "breaking");
      assert.ok((await swagger("diff", "many.json", "good.json")).stdout.length < 64 * 1024);
    });
  });

  describe("called in a wrong way, names the help that would", () => {
    const calls: [what: string, words: string[], message: RegExp, help: string][] = [
      ["without a word", [], /which command\? there are: check, diff/, "swagger"],
      ["with another word", ["judge"], /no such command; there are: check, diff/, "swagger"],
      ["without a product", ["check", "good.json"], /--product/, "swagger check"],
      [
        "with another product",
        ["check", "good.json", "--product", "aem99"],
        /--product takes one of: aem65, aem65lts, aemcs/,
        "swagger check",
      ],
      [
        "with an end point that is none",
        ["check", "good.json", "--product", "aem65", "--endpoint", "{host}"],
        /--endpoint holds a placeholder/,
        "swagger check",
      ],
      ["with one file to compare", ["diff", "good.json"], /missing required argument 'new'/, "swagger diff"],
    ];
    for (const [what, words, message, help] of calls) {
      it(what, async () => {
        const { code, stderr } = await swagger(...words);
        assert.equal(code, 64);
        assert.match(stderr, message);
        assert.match(stderr, new RegExp(`See: aem-datasource ${help} --help\n$`));
      });
    }
  });
});
