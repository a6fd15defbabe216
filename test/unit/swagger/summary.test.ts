import assert from "node:assert/strict";
import { readSwagger } from "../../../provider/swagger/read";
import { type Api, summarise } from "../../../provider/swagger/summary";

type Json = Record<string, unknown>;

const of = (text: string): Api => summarise(readSwagger(Buffer.from(text), "api").content);

/** The signature of the one operation of a document: `operation` at `GET /lead`, with `more` beside the paths. */
function signature(operation: Json, more: Json = {}): string {
  const { operations } = summarise({ swagger: "2.0", paths: { "/lead": { get: operation } }, ...more });
  assert.deepEqual(Object.keys(operations), ["GET /lead"]);
  return String(operations["GET /lead"]);
}

const answering = (schema: Json): Json => ({ operationId: "get", responses: { 200: { schema } } });
const to = (name: string): Json => ({ $ref: `#/definitions/${name}` });

describe("the digest of a Swagger file", () => {
  const { digest } = of('{"swagger": "2.0", "info": {"title": "CRM", "version": "1"}, "paths": {"/a": {"get": {}}}}');

  it("does not depend on the order of keys, at any depth", () => {
    const turned = '{"paths": {"/a": {"get": {}}}, "info": {"version": "1", "title": "CRM"}, "swagger": "2.0"}';
    assert.equal(of(turned).digest, digest);
  });

  it("does not depend on blanks, nor on the format, its quotes and comments", () => {
    const yaml = `# of the CRM\nswagger: "2.0"\ninfo: {title: 'CRM', version: "1"} # so far\npaths:\n  /a:\n    get: {}\n`;
    assert.equal(of(yaml).digest, digest);
  });

  const changes: [what: string, text: string][] = [
    ["a value", '{"swagger": "2.0", "info": {"title": "ERP", "version": "1"}, "paths": {"/a": {"get": {}}}}'],
    ["a type", '{"swagger": "2.0", "info": {"title": "CRM", "version": 1}, "paths": {"/a": {"get": {}}}}'],
    ["a key", '{"swagger": "2.0", "info": {"title": "CRM", "version": "1"}, "paths": {"/b": {"get": {}}}}'],
    ["what is there", '{"swagger": "2.0", "info": {"title": "CRM", "version": "1"}, "paths": {"/a": {}}}'],
  ];
  for (const [what, text] of changes) {
    it(`depends on ${what}`, () => assert.notEqual(of(text).digest, digest));
  }

  it("depends on the order of a list", () => {
    const [a, b] = [{ schemes: ["http", "https"] }, { schemes: ["https", "http"] }];
    assert.notEqual(summarise(a).digest, summarise(b).digest);
  });

  it("is a SHA-256", () => assert.match(digest, /^[0-9a-f]{64}$/));
});

describe("the title and version of a Swagger file", () => {
  it("are those of its info", () => {
    const { title, version } = summarise({ info: { title: "CRM", version: "61.0" } });
    assert.deepEqual([title, version], ["CRM", "61.0"]);
  });

  it("are empty when it names none", () => {
    for (const content of [{}, { info: "CRM" }, { info: {} }]) {
      const { title, version } = summarise(content);
      assert.deepEqual([title, version], ["", ""]);
    }
  });
});

describe("the operations of a Swagger file", () => {
  it("are named by method and path, and nothing else on a path is one", () => {
    const methods = { get: {}, put: {}, post: {}, delete: {}, options: {}, head: {}, patch: {} };
    const { operations } = summarise({ paths: { "/lead/{id}": { ...methods, parameters: [], "x-owner": {} } } });
    assert.deepEqual(
      Object.keys(operations).sort(),
      ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"].map((method) => `${method} /lead/{id}`),
    );
  });

  it("are none in a document that is none", () => {
    for (const paths of [undefined, [], "paths", { "/a": "get" }, { "/a": { get: "x" } }]) {
      assert.deepEqual(summarise({ paths }).operations, {});
    }
  });
});

describe("the signature of an operation", () => {
  it("names id, parameters with type and required mark, and what it answers", () => {
    const parameters = [
      { in: "query", name: "q", type: "string", required: true },
      { in: "path", name: "id", type: "integer", required: true },
      { in: "query", name: "fields", type: "array", items: { type: "string" } },
      { in: "query", name: "limit", type: "integer" },
    ];
    const operation = { operationId: "getLead", parameters, responses: { 204: {} } };
    const line = "getLead(path id* integer, query fields string[], query limit integer, query q* string) -> 204";
    assert.equal(signature(operation), line);
  });

  it("does not depend on the order of its parameters and answers", () => {
    const [a, b] = [
      { in: "query", name: "a", type: "string" },
      { in: "query", name: "b", type: "string" },
    ];
    const answers = [
      { 200: {}, 201: {} },
      { 201: {}, 200: {} },
    ];
    assert.equal(
      signature({ parameters: [a, b], responses: answers[0] }),
      signature({ parameters: [b, a], responses: answers[1] }),
    );
  });

  it("has the path's parameters too, unless the operation replaces them", () => {
    const shared = [
      { in: "path", name: "id", type: "string", required: true },
      { in: "query", name: "q", type: "string" },
    ];
    const own = [{ in: "query", name: "q", type: "integer", required: true }];
    const { operations } = summarise({ paths: { "/a/{id}": { parameters: shared, get: { parameters: own } } } });
    assert.match(String(operations["GET /a/{id}"]), /^\(path id\* string, query q\* integer\) ->/);
  });

  it("follows references to parameters and answers", () => {
    const operation = {
      parameters: [{ $ref: "#/parameters/limit" }],
      responses: { 200: { $ref: "#/responses/Lead" } },
    };
    const direct = {
      parameters: [{ in: "query", name: "limit", type: "integer" }],
      responses: { 200: { schema: { type: "string" } } },
    };
    const more = { parameters: { limit: direct.parameters[0] }, responses: { Lead: direct.responses[200] } };
    assert.equal(signature(operation, more), signature(direct));
  });

  it("follows references with slashes and tildes in them", () => {
    const direct = { parameters: [{ in: "query", name: "limit", type: "integer" }] };
    const more = { "x/y": { "a~b": direct.parameters[0] } };
    assert.equal(signature({ parameters: [{ $ref: "#/x~1y/a~0b" }] }, more), signature(direct));
  });

  it("takes a reference to nothing or into the prototype for no parameter", () => {
    for (const $ref of [
      "#/parameters/none",
      "#/none/at/all",
      "#/constructor",
      "#/__proto__",
      "#/parameters/__proto__",
    ]) {
      assert.match(signature({ parameters: [{ $ref }] }, { parameters: {} }), /^\(\) ->/);
    }
  });

  it("has the body of Swagger 2.0 and of OpenAPI 3, required or not", () => {
    const schema = { type: "object", properties: { name: { type: "string" } } };
    const inBody = { parameters: [{ in: "body", name: "lead", required: true, schema }] };
    assert.match(signature(inBody), /^\(body\* [0-9a-f]{8}\) ->/);
    const requestBody = { content: { "application/json": { schema } } };
    assert.match(signature({ requestBody }), /^\(body [0-9a-f]{8}\) ->/);
    assert.match(signature({ requestBody: { ...requestBody, required: true } }), /^\(body\* [0-9a-f]{8}\) ->/);
  });

  it("has the types of OpenAPI 3, which stand in a schema", () => {
    const parameters = [
      { in: "query", name: "limit", schema: { type: "integer" } },
      { in: "query", name: "tags", schema: { type: "array", items: { type: "string" } } },
      { in: "query", name: "table", schema: { type: "array", items: { $ref: "#/components/schemas/Row" } } },
    ];
    assert.match(
      signature({ parameters }),
      /^\(query limit integer, query table [0-9a-f]{8}, query tags string\[\]\) ->/,
    );
  });

  it("changes with the definition that a parameter refers to", () => {
    const parameters = [{ in: "query", name: "state", schema: to("State") }];
    const line = (type: string) => signature({ parameters }, { definitions: { State: { type } } });
    assert.match(line("string"), /^\(query state [0-9a-f]{8}\) ->/);
    assert.notEqual(line("string"), line("integer"));
  });

  it("answers with what succeeds; with the default where nothing else does", () => {
    const schema = { type: "string" };
    const [ok, fault] = [{ schema }, { schema: { type: "integer" } }];
    const alone = signature({ responses: { 200: ok } });
    assert.match(alone, /-> 200 [0-9a-f]{8}$/);
    assert.equal(signature({ responses: { 200: ok, 404: fault, default: fault } }), alone);
    assert.match(signature({ responses: { default: ok, 404: fault } }), /-> default [0-9a-f]{8}$/);
  });

  it("changes with a schema, and not with the order of its keys", () => {
    const schema = { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } } };
    const turned = { properties: { age: { type: "integer" }, name: { type: "string" } }, type: "object" };
    const other = { ...schema, required: ["name"] };
    assert.equal(signature(answering(turned)), signature(answering(schema)));
    assert.notEqual(signature(answering(other)), signature(answering(schema)));
  });

  it("changes with a change deep below a referenced definition", () => {
    const definitions = (type: string): Json => ({
      Lead: { properties: { company: to("Company") } },
      Company: { properties: { addresses: { type: "array", items: to("Address") } } },
      Address: { allOf: [{ description: "one of many" }, to("Place")] },
      Place: { properties: { zip: { type } } },
      Unrelated: { type },
    });
    const line = (type: string, name: string) => signature(answering(to(name)), { definitions: definitions(type) });
    assert.notEqual(line("string", "Lead"), line("integer", "Lead"));
    assert.notEqual(line("string", "Address"), line("integer", "Address"));
  });

  it("does not depend on the order in which definitions are reached", () => {
    const definitions = { A: { type: "string" }, B: { type: "integer" } };
    const [a, b] = [
      { a: to("A"), b: to("B") },
      { b: to("B"), a: to("A") },
    ];
    const line = (properties: Json) => signature(answering({ properties }), { definitions });
    assert.equal(line(a), line(b));
  });

  it("does not change with a definition that it never reaches", () => {
    const line = (type: string) =>
      signature(answering(to("Lead")), { definitions: { Lead: { type: "object" }, Unrelated: { type } } });
    assert.equal(line("string"), line("integer"));
  });

  it("ends on definitions that contain themselves, and still sees a change in them", () => {
    const line = (type: string) =>
      signature(answering(to("Lead")), {
        definitions: {
          Lead: { properties: { parent: to("Lead"), account: to("Account") } },
          Account: { properties: { leads: { type: "array", items: to("Lead") }, name: { type } } },
        },
      });
    assert.match(line("string"), /^get\(\) -> 200 [0-9a-f]{8}$/);
    assert.notEqual(line("string"), line("integer"));
  });

  it("leaves the document as it was", () => {
    const content = { paths: { "/a": { get: answering(to("Lead")) } }, definitions: { Lead: { b: 1, a: 2 } } };
    const before = JSON.stringify(content);
    summarise(content);
    assert.equal(JSON.stringify(content), before);
  });
});
