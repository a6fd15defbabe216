import assert from "node:assert/strict";
import { endPointOf } from "../../../provider/swagger/endPoint";
import { pointerOf } from "../../../provider/swagger/problem";
import { judge } from "../../../provider/swagger/rules";
import { PRODUCTS, type Product } from "../../../provider/values";

type Json = Record<string, unknown>;

const PATHS = { "/lead": { get: {} } };

function judged(content: Json, product: Product = "aem65") {
  const before = JSON.stringify(content);
  const findings = judge(content, product);
  assert.equal(JSON.stringify(content), before, "the document was changed");
  const of = (severity: string) => findings.filter((finding) => finding.severity === severity);
  return { errors: of("error"), warnings: of("warning") };
}

function errors(content: Json, product?: Product): string[] {
  return judged(content, product).errors.map(({ message, path }) => `${pointerOf(path)} ${message}`);
}

function warnings(content: Json, product?: Product): string[] {
  return judged(content, product).warnings.map(({ message, path }) => `${pointerOf(path)} ${message}`);
}

const OK = { 200: { description: "ok" } };
const INFO = { title: "CRM", version: "1" };

/** A document of which nothing is to be said. */
const SWAGGER: Json = {
  swagger: "2.0",
  info: INFO,
  host: "acme.example",
  basePath: "/",
  paths: { "/lead": { get: { operationId: "getLead", responses: OK } } },
};
const OPEN_API: Json = {
  openapi: "3.0.1",
  info: INFO,
  servers: [{ url: "https://acme.example" }],
  paths: { "/lead": { get: { operationId: "getLead", responses: OK } } },
};

describe("a Swagger file", () => {
  it("that keeps to the rules is accepted without a word", () => {
    assert.deepEqual(judge(SWAGGER, "aem65"), []);
    assert.deepEqual(judge(OPEN_API, "aemcs"), []);
  });

  const versions: [version: Json, verdicts: Record<Product, "accepted" | "doubted" | "refused">][] = [
    [{ swagger: "2.0" }, { aem65: "accepted", aem65lts: "accepted", aemcs: "accepted" }],
    [{ openapi: "3.0.0" }, { aem65: "refused", aem65lts: "doubted", aemcs: "accepted" }],
    [{ openapi: "3.0.3" }, { aem65: "refused", aem65lts: "doubted", aemcs: "accepted" }],
    [{ openapi: "3.1.0" }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{ openapi: "4.0.0" }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{ swagger: "1.2" }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{ swagger: 2 }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{}, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
  ];
  for (const [version, verdicts] of versions) {
    for (const product of PRODUCTS) {
      it(`with ${JSON.stringify(version)} is ${verdicts[product]} on ${product}`, () => {
        const { swagger: _, openapi: __, ...rest } = "openapi" in version ? OPEN_API : SWAGGER;
        const { errors, warnings } = judged({ ...version, ...rest }, product);
        const counts = { accepted: [0, 0], doubted: [0, 1], refused: [1, 0] };
        assert.deepEqual([errors.length, warnings.length], counts[verdicts[product]]);
      });
    }
  }

  it("is refused in words that name version, product, what it takes and what to do", () => {
    const [first] = judged({ openapi: "3.0.1", paths: PATHS }, "aem65").errors;
    assert.equal(first?.message, "OpenAPI 3.0.1, and product aem65 takes Swagger 2.0");
    assert.equal(first?.remedy, "Convert it to Swagger 2.0.");
    assert.deepEqual(errors({ openapi: "3.1.0", paths: PATHS }, "aemcs"), [
      "/openapi OpenAPI 3.1.0, and product aemcs takes Swagger 2.0 and OpenAPI 3.0",
    ]);
    assert.match(String(warnings({ ...OPEN_API }, "aem65lts")[0]), /3\.0\.1.*aem65lts/);
    assert.deepEqual(errors({ paths: PATHS }), [' no `swagger: "2.0"` at its top']);
  });

  it("is refused without repeating a version of any length", () => {
    const [first] = errors({ openapi: "9".repeat(1_000), paths: PATHS });
    assert.ok(String(first).length < 100);
  });

  it("is refused when it describes no operation", () => {
    for (const paths of [undefined, {}, { "/lead": {} }, { "/lead": null }, []]) {
      assert.match(String(errors({ ...SWAGGER, paths })), /it describes no operation$/);
    }
  });

  it("is refused when its base path does not begin with a slash, and doubted when it names none", () => {
    for (const basePath of ["v1", "", 1, null]) {
      assert.deepEqual(errors({ ...SWAGGER, basePath }), ['/basePath its `basePath` does not begin with "/"']);
    }
    const { basePath: _, ...without } = SWAGGER;
    assert.deepEqual(errors(without), []);
    assert.match(String(warnings(without)), /names no `basePath`/);
  });

  it("is refused with both problems when it has both", () => {
    assert.equal(errors({ openapi: "3.0.0" }, "aem65").length, 2);
  });

  it("is refused when two operations have one id, naming the other", () => {
    const get = { operationId: "getLead", responses: OK };
    const [line, ...more] = errors({ ...SWAGGER, paths: { "/lead": { get }, "/account": { get } } });
    assert.equal(line, "/paths/~1account/get/operationId operation id getLead belongs to GET /lead already");
    assert.deepEqual(more, []);
  });

  it("is doubted once when operations have no id, with the first of them", () => {
    const get = { responses: OK };
    const [line, ...more] = warnings({ ...SWAGGER, paths: { "/a": { get }, "/b": { get }, "/c": { get } } });
    assert.equal(line, "/paths/~1a/get GET /a has no operation id, and 2 more operations");
    assert.deepEqual(more, []);
  });

  it("is doubted when nothing fills a placeholder of a path; a parameter of the path, or behind a reference, does", () => {
    const id = { name: "id", in: "path", required: true, type: "string" };
    const get = { operationId: "get", responses: OK };
    assert.deepEqual(warnings({ ...SWAGGER, paths: { "/lead/{id}": { get } } }), [
      "/paths/~1lead~1{id}/get GET /lead/{id}: no path parameter fills {id}",
    ]);
    assert.deepEqual(warnings({ ...SWAGGER, paths: { "/lead/{id}": { get, parameters: [id] } } }), []);
    const parameters = [{ $ref: "#/parameters/id" }];
    const paths = { "/lead/{id}": { get: { ...get, parameters } } };
    assert.deepEqual(warnings({ ...SWAGGER, paths, parameters: { id } }), []);
  });

  it("is refused when a reference leads nowhere, and not for what an example holds", () => {
    const schema = { $ref: "#/definitions/Gone" };
    const get = { operationId: "get", responses: { 200: { description: "ok", schema } } };
    assert.deepEqual(errors({ ...SWAGGER, paths: { "/lead": { get } } }), [
      "/paths/~1lead/get/responses/200/schema/$ref nothing stands at #/definitions/Gone",
    ]);
    const Lead = { type: "object", example: { $ref: "#/definitions/Gone" } };
    assert.deepEqual(errors({ ...SWAGGER, definitions: { Lead } }), []);
  });

  describe("of OpenAPI 3 is refused with what AEM does not take", () => {
    const response = (schema: Json) => ({ description: "ok", content: { "application/json": { schema } } });
    const documents: [what: string, operation: Json, place: string][] = [
      [
        "oneOf",
        { responses: { 200: response({ oneOf: [{ type: "string" }] }) } },
        "/responses/200/content/application~1json/schema/oneOf",
      ],
      [
        "anyOf",
        { responses: { 200: response({ anyOf: [{ type: "string" }] }) } },
        "/responses/200/content/application~1json/schema/anyOf",
      ],
      ["callbacks", { callbacks: { on: { "{$request.body#/url}": {} } }, responses: OK }, "/callbacks"],
      [
        "links",
        { responses: { 200: { description: "ok", links: { next: { operationId: "get" } } } } },
        "/responses/200/links",
      ],
    ];
    for (const [what, operation, place] of documents) {
      it(what, () => {
        const paths = { "/lead": { get: { operationId: "get", ...operation } } };
        assert.deepEqual(errors({ ...OPEN_API, paths }, "aemcs"), [
          `/paths/~1lead/get${place} AEM does not take \`${what}\``,
        ]);
      });
    }

    it("another request body for each media type; the same for several is taken", () => {
      const schemas = (other: string) => ({
        "application/json": { schema: { type: "object", description: "JSON" } },
        "application/xml": { schema: { type: other } },
      });
      const paths = (other: string) => ({
        "/lead": { post: { operationId: "post", requestBody: { content: schemas(other) }, responses: OK } },
      });
      assert.match(
        String(errors({ ...OPEN_API, paths: paths("string") }, "aemcs")),
        /~1lead\/post\/requestBody .*media type/,
      );
      assert.deepEqual(errors({ ...OPEN_API, paths: paths("object") }, "aemcs"), []);
    });

    it("and not for a property of such a name", () => {
      const schemas = {
        Lead: { type: "object", properties: { links: { type: "string" }, oneOf: { type: "object" } } },
      };
      assert.deepEqual(errors({ ...OPEN_API, components: { schemas } }, "aemcs"), []);
    });
  });

  describe("is doubted where it breaks its specification", () => {
    const specific = async (changed: Json) =>
      warnings({ ...SWAGGER, ...changed }).map((line) => line.replace("not as its specification has it: ", ""));

    it("by a member that is not known, at its place", async () => {
      const definitions = { Lead: { type: "object", nullable: true } };
      assert.deepEqual(await specific({ definitions }), [
        "/definitions/Lead/nullable a member of this name is not known here",
      ]);
    });

    it("by a member that is missing", async () => {
      const paths = { "/lead": { get: { operationId: "get" } } };
      assert.deepEqual(await specific({ paths }), ["/paths/~1lead/get the member responses is missing"]);
    });

    it("by a form that is none of several, in one line", async () => {
      const parameters = [{ name: "q", in: "querry", type: "string" }];
      const paths = { "/lead": { get: { operationId: "get", parameters, responses: OK } } };
      const lines = await specific({ paths });
      assert.deepEqual(lines, ["/paths/~1lead/get/parameters/0 has none of the forms that are allowed here"]);
    });

    it("by having no title", () => {
      assert.match(String(warnings({ ...SWAGGER, info: undefined })), /has no `info`/);
    });

    it("through circles of references, which end", async () => {
      const definitions = {
        A: { properties: { b: { $ref: "#/definitions/B" } } },
        B: { properties: { a: { $ref: "#/definitions/A" } } },
      };
      assert.deepEqual(await specific({ definitions }), []);
    });
  });
});

describe("the end point of a Swagger file", () => {
  const found: [what: string, content: Json, endPoint: string | undefined][] = [
    [
      "is scheme, host and base path",
      { host: "acme.example", basePath: "/v1", schemes: ["http"] },
      "http://acme.example/v1",
    ],
    ["is https when the file names no scheme", { host: "acme.example", basePath: "/v1" }, "https://acme.example/v1"],
    ["is https when the file offers it", { host: "acme.example", schemes: ["http", "https"] }, "https://acme.example"],
    ["may have a port and no base path", { host: "acme.example:8443" }, "https://acme.example:8443"],
    ["is none without a host", { basePath: "/v1", schemes: ["https"] }, undefined],
    ["is none with an empty host", { host: "", basePath: "/v1" }, undefined],
    ["is none with a host that is no text", { host: { name: "acme.example" } }, undefined],
    [
      "is the first server of OpenAPI 3",
      { servers: [{ url: "https://a.example/v1" }, { url: "https://b.example" }] },
      "https://a.example/v1",
    ],
    ["is none with a server relative to nowhere", { servers: [{ url: "/v1" }] }, undefined],
    ["is as the file has it, good or bad", { servers: [{ url: "https://{org}.example" }] }, "https://{org}.example"],
    ["is none without a server", { servers: [] }, undefined],
    ["is none with a server that is none", { servers: ["https://a.example"] }, undefined],
  ];
  for (const [what, content, endPoint] of found) {
    it(what, () => assert.equal(endPointOf(content), endPoint));
  }
});
