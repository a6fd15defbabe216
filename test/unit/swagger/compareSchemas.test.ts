import assert from "node:assert/strict";
import { compareDocuments } from "../../../provider/swagger/compareSchemas";

type Json = Record<string, unknown>;

/** What a form author notices of a change inside a schema, row by row: what goes to the API, and what comes from it. */

const changesOf = (before: Json, after: Json) => {
  return compareDocuments(before, after).map(({ class: of, kind, detail }) => `${of} ${kind}: ${detail}`);
};

const responding = (schema: unknown, definitions: Json = {}): Json => {
  const get = { operationId: "get", responses: { 200: { description: "ok", schema } } };
  return { swagger: "2.0", paths: { "/lead": { get } }, definitions };
};
const requesting = (schema: unknown, definitions: Json = {}): Json => {
  const post = { operationId: "post", parameters: [{ in: "body", name: "lead", schema }], responses: { 204: {} } };
  return { swagger: "2.0", paths: { "/lead": { post } }, definitions };
};
const object = (properties: Json, required: string[] = []): Json => ({ type: "object", properties, required });
const text = (more: Json = {}): Json => ({ type: "string", ...more });
const to = (name: string) => ({ $ref: `#/definitions/${name}` });

describe("a schema that changes", () => {
  const rows: [what: string, before: Json, after: Json, response: string[], request: string[]][] = [
    [
      "loses a property",
      object({ a: text(), b: text() }),
      object({ a: text() }),
      ["breaking property-removed: has no property b any more"],
      ["breaking property-removed: has no property b any more"],
    ],
    [
      "gains a property",
      object({ a: text() }),
      object({ a: text(), b: text() }),
      ["compatible property-added: has property b now"],
      ["compatible property-added: has property b now"],
    ],
    [
      "gains a required property",
      object({ a: text() }),
      object({ a: text(), b: text() }, ["b"]),
      ["compatible property-added: has property b now"],
      ["breaking property-added: has property b now, and it is required"],
    ],
    [
      "requires what it had",
      object({ a: text() }),
      object({ a: text() }, ["a"]),
      ["compatible property-required: requires property a now"],
      ["breaking property-required: requires property a now"],
    ],
    [
      "requires it no more",
      object({ a: text() }, ["a"]),
      object({ a: text() }),
      ["breaking property-optional: does not promise property a any more"],
      ["compatible property-optional: does not promise property a any more"],
    ],
    [
      "has another type",
      text(),
      { type: "integer" },
      ["breaking type-changed: has type integer, had string"],
      ["breaking type-changed: has type integer, had string"],
    ],
    [
      "has another type far below",
      object({ a: object({ b: text() }) }),
      object({ a: object({ b: { type: "integer" } }) }),
      ["breaking type-changed: a.b has type integer, had string"],
      ["breaking type-changed: a.b has type integer, had string"],
    ],
    [
      "has another type in a list",
      { type: "array", items: text() },
      { type: "array", items: { type: "number" } },
      ["breaking type-changed: [] has type number, had string"],
      ["breaking type-changed: [] has type number, had string"],
    ],
    [
      "has another format",
      text({ format: "date" }),
      text({ format: "date-time" }),
      ["breaking format-changed: has format date-time, had date"],
      ["breaking format-changed: has format date-time, had date"],
    ],
    [
      "loses a value of its enum",
      text({ enum: ["a", "b"] }),
      text({ enum: ["a"] }),
      ['breaking enum-narrowed: has no value "b" any more'],
      ['breaking enum-narrowed: has no value "b" any more'],
    ],
    [
      "gains a value of its enum",
      text({ enum: ["a"] }),
      text({ enum: ["b", "a"] }),
      ['compatible enum-widened: has value "b" now'],
      ['compatible enum-widened: has value "b" now'],
    ],
    [
      "gets an enum",
      text(),
      text({ enum: ["a"] }),
      ["breaking enum-narrowed: takes only listed values now"],
      ["breaking enum-narrowed: takes only listed values now"],
    ],
    [
      "takes less",
      text({ maxLength: 9 }),
      text({ maxLength: 8 }),
      ["compatible constraint-tightened: has maxLength 8, had 9"],
      ["breaking constraint-tightened: has maxLength 8, had 9"],
    ],
    [
      "gets a least length",
      text(),
      text({ minLength: 1 }),
      ["compatible constraint-tightened: has minLength 1, had none"],
      ["breaking constraint-tightened: has minLength 1, had none"],
    ],
    [
      "takes more",
      text({ maxLength: 8 }),
      text(),
      ["compatible constraint-loosened: has maxLength none, had 8"],
      ["compatible constraint-loosened: has maxLength none, had 8"],
    ],
    [
      "has another pattern, which nobody can judge",
      text({ pattern: "^a" }),
      text({ pattern: "^b" }),
      ["breaking schema-changed: has another pattern"],
      ["breaking schema-changed: has another pattern"],
    ],
    [
      "has another choice, which nobody can judge",
      { oneOf: [text()] },
      { oneOf: [text(), { type: "integer" }] },
      ["breaking schema-changed: has another oneOf"],
      ["breaking schema-changed: has another oneOf"],
    ],
    [
      "takes no further properties",
      object({}),
      { ...object({}), additionalProperties: false },
      ["breaking schema-changed: has another additionalProperties"],
      ["breaking schema-changed: has another additionalProperties"],
    ],
    ["has other prose alone", text({ description: "x", example: "y", "x-z": 1 }), text({ title: "t" }), [], []],
    [
      "lists its required properties in another order",
      object({ a: text(), b: text() }, ["a", "b"]),
      object({ b: text(), a: text() }, ["b", "a"]),
      [],
      [],
    ],
    ["says the type that its properties say", { properties: { a: text() } }, object({ a: text() }), [], []],
    [
      "is put together from parts",
      object({ a: text(), b: text() }, ["b"]),
      { allOf: [object({ a: text() }), object({ b: text() }, ["b"])] },
      [],
      [],
    ],
  ];
  for (const [what, before, after, response, request] of rows) {
    it(what, () => {
      const placed = (place: string, lines: string[]) => lines.map((line) => line.replace(": ", `: ${place}: `));
      assert.deepEqual(changesOf(responding(before), responding(after)), placed("response 200", response));
      assert.deepEqual(changesOf(requesting(before), requesting(after)), placed("request body", request));
    });
  }

  it("is found through references, and named by its definition", () => {
    const definitions = (type: string) => ({
      Lead: object({ company: to("Company") }),
      Company: object({ zip: { type } }),
    });
    assert.deepEqual(
      changesOf(responding(to("Lead"), definitions("string")), responding(to("Lead"), definitions("integer"))),
      ["breaking type-changed: response 200: Company.zip has type integer, had string"],
    );
  });

  it("is found in circles, once", () => {
    const definitions = (more: Json) => ({
      Lead: object({ parent: to("Lead"), account: to("Account") }),
      Account: object({ leads: { type: "array", items: to("Lead") }, ...more }),
    });
    assert.deepEqual(
      changesOf(responding(to("Lead"), definitions({ name: text() })), responding(to("Lead"), definitions({}))),
      ["breaking property-removed: response 200: Account has no property name any more"],
    );
  });

  it("is not told where only the name of a definition is another", () => {
    const Lead = object({ name: text() });
    assert.deepEqual(changesOf(responding(to("Lead"), { Lead }), responding(to("Person"), { Person: Lead })), []);
  });

  it("is not told where a definition is written out in its place", () => {
    const Lead = object({ name: text() });
    assert.deepEqual(changesOf(responding(to("Lead"), { Lead }), responding(Lead)), []);
    assert.deepEqual(changesOf(responding(Lead), responding(to("Lead"), { Lead: object({}) })), [
      "breaking property-removed: response 200: has no property name any more",
    ]);
  });

  it("tells of a definition only where an operation reaches it", () => {
    assert.deepEqual(
      changesOf(responding(text(), { Lead: text() }), responding(text(), { Lead: { type: "integer" } })),
      [],
    );
  });

  it("means the same in Swagger 2.0 and in OpenAPI 3", () => {
    const Lead = object({ name: text() });
    const post = {
      operationId: "post",
      parameters: [{ in: "query", name: "q", schema: text() }],
      requestBody: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/Lead" } } },
      },
      responses: {
        200: { description: "ok", content: { "application/json": { schema: { $ref: "#/components/schemas/Lead" } } } },
      },
    };
    const openApi = { openapi: "3.0.1", paths: { "/lead": { post } }, components: { schemas: { Lead } } };
    const parameters = [
      { in: "query", name: "q", type: "string" },
      { in: "body", name: "lead", required: true, schema: to("Lead") },
    ];
    const swagger = {
      swagger: "2.0",
      paths: { "/lead": { post: { operationId: "post", parameters, responses: { 200: { schema: to("Lead") } } } } },
      definitions: { Lead },
    };
    assert.deepEqual(changesOf(swagger, openApi), []);
  });

  it("never brings control characters or escapes of a terminal into a line", () => {
    const [line] = changesOf(responding(object({ "\u001b[31mred\u0007\n": text() })), responding(object({})));
    assert.equal(line, "breaking property-removed: response 200: has no property [31mred any more");
  });

  it("of hundreds of definitions is cut, the breaking changes first, and says so", () => {
    const many = (type: string) =>
      Object.fromEntries(
        Array.from({ length: 300 }, (_, at) => [`D${at}`, object({ next: to(`D${(at + 1) % 300}`), own: { type } })]),
      );
    const lines = changesOf(responding(to("D0"), many("string")), responding(to("D0"), many("integer")));
    assert.equal(lines.length, 101);
    assert.equal(lines.at(-1), "breaking schema-changed: response 200: and more breaking changes");
  });
});
