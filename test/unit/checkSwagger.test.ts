import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { checkSwagger } from "../../provider/checkSwagger";
import type { DataSourceError } from "../../provider/errors";
import { Run } from "../../provider/run";
import { UNKNOWN } from "../../provider/values";
import { REPOSITORY } from "../world/stack";

const RESPONSES = { 200: { description: "ok", schema: { $ref: "#/definitions/Lead" } } };
const DOCUMENT = {
  swagger: "2.0",
  info: { title: "CRM", version: "1" },
  host: "acme.example",
  basePath: "/v1",
  paths: {
    "/lead": { get: { operationId: "getLead", responses: RESPONSES } },
    "/query": { get: { operationId: "query", responses: RESPONSES } },
  },
  definitions: { Lead: { type: "object", properties: { name: { type: "string" } } } },
};
const PRODUCT = "aem65" as const;

type Json = Record<string, unknown>;

describe("the Swagger file in check", () => {
  let said: string[];
  let run: Run;

  beforeEach(() => {
    said = [];
    const hear = (kind: string) => async (text: string) => {
      said.push(`${kind}: ${text}`);
    };
    const surroundings = { environment: {}, config: () => undefined };
    run = new Run(surroundings, { warn: hear("warning"), note: hear("note") }, REPOSITORY);
  });

  async function checked(
    document: Json,
    olds: Json = {},
    args: Json = {},
    product: typeof PRODUCT | "aemcs" = PRODUCT,
  ) {
    const found: DataSourceError[] = [];
    const value = { swagger: { text: JSON.stringify(document) }, ...args };
    const result = await checkSwagger(run, "crm", value, olds, { place: "x", product }, found);
    return { ...result, lines: found.map((error) => error.text()) };
  }

  /** The old inputs of a data source that has this document. */
  async function oldInputs(document: Json = DOCUMENT): Promise<Json> {
    const { api, serviceEndPoint } = await checked(document);
    said.splice(0);
    return { api, serviceEndPoint, product: PRODUCT };
  }

  const without = (name: "/lead" | "/query"): Json => {
    const { [name]: _, ...paths } = DOCUMENT.paths;
    return { ...DOCUMENT, paths };
  };

  it("tells every problem of the file in one go, each with its place", async () => {
    const get = { operationId: "a", responses: { 200: { description: "ok", schema: { $ref: "#/definitions/None" } } } };
    const { lines } = await checked({ ...DOCUMENT, host: undefined, paths: { "/a": { get }, "/b": { get } } });
    assert.equal(lines.length, 4, lines.join("\n"));
    for (const line of lines) assert.match(line, /^Swagger file \(text in the program\).* \[swagger-not-accepted\]/);
    assert.match(
      String(lines[0]),
      /:1:\d+ \(#\/paths\/~1b\/get\/operationId\): operation id a belongs to GET \/a already/,
    );
  });

  it("tells the first errors where one cause has very many, how many more there are, and who tells them all", async () => {
    const get = { operationId: "a", responses: RESPONSES };
    const paths = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`/${index}`, { get }]));
    const { lines } = await checked({ ...DOCUMENT, paths });
    assert.equal(lines.length, 21);
    assert.equal(
      lines.at(-1),
      "Swagger file (text in the program): and 180 more errors [swagger-not-accepted]\n  See them all: npx aem-datasource swagger check",
    );
  });

  it("tells doubts in one warning, and once for all data sources that use the file", async () => {
    const get = { responses: RESPONSES };
    const doubtful = { ...DOCUMENT, basePath: undefined, paths: { "/a": { get } } };
    await checked(doubtful);
    await checked(doubtful);
    assert.equal(said.length, 1);
    assert.match(
      String(said),
      /^warning: crm: the Swagger file is doubtful in 2 places .* \[swagger-doubtful\]\n {2}\(text/,
    );
  });

  it("is not judged again while its meaning and the product are as before", async () => {
    const doubtful = { ...DOCUMENT, paths: { "/a": { get: { responses: RESPONSES } } } };
    const olds = await oldInputs(doubtful);
    run = new Run(run.surroundings, run.voice, REPOSITORY);
    await checked(JSON.parse(JSON.stringify(doubtful, null, 1)), olds);
    assert.deepEqual(said, []);
    await checked(doubtful, olds, {}, "aemcs");
    assert.equal(said.length, 1);
  });

  it("loads neither validator nor rules then, nor a YAML reader for JSON", async () => {
    const script = `
      const { checkSwagger } = require(${JSON.stringify(join(REPOSITORY, "dist/provider/checkSwagger.js"))});
      const { Run } = require(${JSON.stringify(join(REPOSITORY, "dist/provider/run.js"))});
      const voice = { warn: async () => {}, note: async () => {} };
      const run = new Run({ environment: {}, config: () => undefined }, voice, ".");
      const swagger = { text: ${JSON.stringify(JSON.stringify(DOCUMENT))} };
      const check = (olds) => checkSwagger(run, "crm", { swagger }, olds, { place: "x", product: "aem65" }, []);
      const loaded = () => ["swagger/validators", "node_modules/ajv", "js-yaml", "swagger/rules"].filter((name) =>
        Object.keys(require.cache).some((file) => file.includes(name)));
      run.documents.load(swagger).then(async ({ api }) => {
        await check({ api, product: "aem65" });
        console.log(JSON.stringify(loaded()));
        await check({});
        console.log(JSON.stringify(loaded()));
      });`;
    const output = await new Promise((resolve, reject) => {
      execFile(process.execPath, ["-e", script], { cwd: REPOSITORY }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
    });
    assert.equal(output, '[]\n["swagger/validators","swagger/rules"]\n');
  });

  describe("compared with the one before", () => {
    it("warns of what breaks form data models, and says nothing of what is added", async () => {
      const olds = await oldInputs();
      await checked(without("/query"), olds);
      assert.deepEqual(said, [
        "warning: crm: the new Swagger file breaks form data models that use these operations [swagger-breaking]\n  GET /query: removed",
      ]);
      said.splice(0);
      await checked(DOCUMENT, await oldInputs(without("/query")));
      assert.deepEqual(said, []);
    });

    it("stops the preview for it where the program says so, with the way on", async () => {
      const { lines } = await checked(without("/query"), await oldInputs(), { onBreakingSwagger: "fail" });
      assert.deepEqual(lines, [
        'the new Swagger file breaks form data models that use these operations [swagger-breaking]\n  GET /query: removed\n  If that is meant, set `onBreakingSwagger` to "warn".',
      ]);
      assert.deepEqual(said, []);
    });

    it("only warns while the program's word is not known", async () => {
      const { lines } = await checked(without("/query"), await oldInputs(), { onBreakingSwagger: UNKNOWN });
      assert.deepEqual([lines, said.length], [[], 1]);
    });

    it("does not call safe what the state can't tell, and names the command that can", async () => {
      const Lead = { type: "object", properties: { name: { type: "string" }, email: { type: "string" } } };
      const { lines } = await checked({ ...DOCUMENT, definitions: { Lead } }, await oldInputs(), {
        onBreakingSwagger: "fail",
      });
      assert.deepEqual(lines, []);
      assert.match(
        String(said),
        /^warning: crm: .* digests alone, so it may break .* \[swagger-doubtful\]\n {2}GET \/lead: response 200: changed inside\n {2}GET \/query: .*\n {2}Compare the files: npx aem-datasource swagger diff OLD NEW$/,
      );
    });

    it("notes a renamed operation id, to which nobody binds", async () => {
      const get = { operationId: "findLead", responses: RESPONSES };
      await checked({ ...DOCUMENT, paths: { ...DOCUMENT.paths, "/lead": { get } } }, await oldInputs());
      assert.deepEqual(said, [
        "note: crm: operation ids changed, to which no form data model binds\n  GET /lead: operation id getLead is now findLead",
      ]);
    });

    it("says nothing of other prose", async () => {
      const Lead = { ...DOCUMENT.definitions.Lead, description: "Somebody who may buy" };
      await checked({ ...DOCUMENT, info: { title: "CRM", version: "2" }, definitions: { Lead } }, await oldInputs());
      assert.deepEqual(said, []);
    });

    it("looks at what AEM holds where a refresh has found another file there", async () => {
      const { api, ...olds } = await oldInputs(without("/query"));
      const drifted = { ...Object(api), digest: `${Object(api).digest}, other bytes in AEM` };
      await checked(DOCUMENT, { ...olds, api: drifted });
      assert.deepEqual(said, []);
    });
  });

  describe("fills in the service end point", () => {
    it("from scheme, host and base path, as the wizard does", async () => {
      assert.equal((await checked(DOCUMENT)).serviceEndPoint, "https://acme.example/v1");
    });

    it("unless one is given, which wins; that the file names another is noted, and not again", async () => {
      const serviceEndPoint = "https://dev.acme.example/v1";
      const { api, ...result } = await checked(DOCUMENT, {}, { serviceEndPoint });
      assert.equal(result.serviceEndPoint, serviceEndPoint);
      assert.match(
        String(said),
        /^note: crm: `serviceEndPoint` https:\/\/dev\.acme\.example\/v1 counts; .* https:\/\/acme/,
      );
      said.splice(0);
      await checked(DOCUMENT, { api, serviceEndPoint, product: PRODUCT }, { serviceEndPoint });
      assert.deepEqual(said, []);
    });
  });

  it("of very many operations is kept by digests, and the user hears of it", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => {
        const parameters = Array.from({ length: 8 }, (_, at) => ({
          in: "query",
          name: `parameter${at}`,
          type: "string",
        }));
        return [`/objects/${index}`, { get: { operationId: `get${index}`, parameters, responses: RESPONSES } }];
      }),
    );
    const { api } = await checked({ ...DOCUMENT, paths });
    assert.ok(JSON.stringify(api).length < 100_000);
    assert.match(
      String(said),
      /^note: crm: the Swagger file is so large that the state keeps a digest of each operation/,
    );
    const { "/objects/7": _, ...fewer } = paths;
    said.splice(0);
    await checked({ ...DOCUMENT, paths: fewer }, { api, product: PRODUCT });
    assert.match(String(said[0]), /breaks form data models .*\n {2}GET \/objects\/7: removed$/);
  });
});
