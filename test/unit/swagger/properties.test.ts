import assert from "node:assert/strict";
import fc from "fast-check";
import { dump } from "js-yaml";
import { compareApis } from "../../../provider/swagger/compareApis";
import { compareDocuments } from "../../../provider/swagger/compareSchemas";
import { SwaggerRefused } from "../../../provider/swagger/problem";
import { readSwagger } from "../../../provider/swagger/read";
import { SchemaDigests } from "../../../provider/swagger/shape";
import { formatSignature, parseSignature } from "../../../provider/swagger/signature";
import { summarise } from "../../../provider/swagger/summary";
import { isRecord } from "../../../provider/values";
import { holds } from "../../world/property";

type Json = Record<string, unknown>;

const name = fc.constantFrom("Lead", "Account", "a b", "ünï", "x,y", "p->q", '"q"', "200", "(", "*");
const reference = name.map((to) => ({ $ref: `#/definitions/${encodeURIComponent(to)}` }));
const schema: fc.Arbitrary<Json> = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    reference,
    fc.record(
      { type: fc.constantFrom("string", "integer", "boolean"), maxLength: fc.nat(9) },
      { requiredKeys: ["type"] },
    ),
    fc.record({ type: fc.constant("array"), items: tie("schema") }),
    fc.record({
      type: fc.constant("object"),
      properties: fc.dictionary(name, tie("schema"), { maxKeys: 4 }),
      required: fc.array(name, { maxLength: 2 }),
    }),
    fc.record({ allOf: fc.array(tie("schema"), { maxLength: 2 }) }),
    fc.record({ type: fc.constant("string"), enum: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }) }),
  ),
})).schema;
const parameter = fc.record({
  name,
  in: fc.constantFrom("query", "path", "header"),
  required: fc.boolean(),
  type: fc.constantFrom("string", "integer"),
});
const operation = fc.record(
  {
    operationId: fc.string(),
    parameters: fc.array(parameter, { maxLength: 4 }),
    responses: fc.dictionary(fc.constantFrom("200", "201", "default"), fc.record({ schema }), { maxKeys: 2 }),
  },
  { requiredKeys: ["responses"] },
);
const document: fc.Arbitrary<Json> = fc.record({
  swagger: fc.constant("2.0"),
  info: fc.record({ title: fc.string(), version: fc.string() }),
  paths: fc.dictionary(
    name.map((path) => `/${path}`),
    fc.dictionary(fc.constantFrom("get", "post"), operation, { maxKeys: 2 }),
    { maxKeys: 4 },
  ),
  definitions: fc.dictionary(name, schema, { maxKeys: 5 }),
});

const api = (text: string) => summarise(readSwagger(Buffer.from(text), "api").content);
const RUNS = 40;

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reversed(child)]),
  );
}

describe("every Swagger file", () => {
  it("means the same in another order, another layout and as YAML", () => {
    holds(
      fc.property(document, (content) => {
        const expected = api(JSON.stringify(content));
        assert.deepEqual(api(JSON.stringify(reversed(content), null, 3)), expected);
        assert.deepEqual(api(dump(content, { noRefs: true })), expected);
        assert.deepEqual(api(dump(reversed(content), { flowLevel: 2, noRefs: true })), expected);
      }),
      RUNS,
    );
  });

  it("differs in nothing from itself, by the state's lines and by the document", () => {
    holds(
      fc.property(document, (content) => {
        assert.deepEqual(compareApis(summarise(content), summarise(content)), []);
        assert.deepEqual(compareDocuments(content, structuredClone(content)), []);
      }),
      RUNS,
    );
  });

  it("can be compared with any other; what one way is added is removed the other", () => {
    holds(
      fc.property(document, document, (one, other) => {
        const there = compareDocuments(one, other).filter(({ kind }) => kind === "operation-added").length;
        const back = compareDocuments(other, one).filter(({ kind }) => kind === "operation-removed").length;
        assert.equal(there, back);
        // What a digest can't tell is unclear, and never left out.
        const told = new Set(compareApis(summarise(one), summarise(other)).map((change) => change.operation));
        for (const change of compareDocuments(one, other))
          assert.ok(told.has(change.operation), JSON.stringify(change));
      }),
      RUNS,
    );
  });

  it("has lines that can be read back", () => {
    const text = fc.string({ unit: "binary" });
    const named = fc.record({
      operationId: text,
      parameters: fc.array(
        fc.record({ name: text, in: fc.constant("query"), required: fc.boolean(), type: fc.constant("string") }),
      ),
      responses: fc.dictionary(text, fc.constant({})),
    });
    holds(
      fc.property(named, ({ operationId, parameters, responses }) => {
        const described = new Map(
          parameters.map(({ name, required }) => [`query ${name}`, { required, schema: { type: "string" } }] as const),
        );
        const given = {
          id: operationId,
          parameters: described,
          responses: new Map(Object.keys(responses).map((status) => [status, undefined])),
        };
        const line = formatSignature(given, new SchemaDigests({}));
        const read = parseSignature(line);
        assert.equal(read?.id, operationId, line);
        assert.deepEqual(new Set(read.parameters.keys()), new Set(described.keys()), line);
        for (const [key, { required }] of described) assert.equal(read.parameters.get(key)?.required, required, line);
        assert.deepEqual(new Set(read.responses.keys()), new Set(Object.keys(responses)), line);
      }),
      60,
    );
  });

  it("is read or refused, whatever bytes it has", () => {
    const mutated = fc.tuple(document, fc.nat(), fc.string()).map(([content, at, text]) => {
      const whole = JSON.stringify(content);
      const place = at % (whole.length + 1);
      return Buffer.from(whole.slice(0, place) + text + whole.slice(place + text.length));
    });
    const yaml = fc
      .tuple(document, fc.nat(), fc.constantFrom("&a ", "*a", "!x ", "<<: ", "- ", "? ", "\t", "|", ">", "#", "%"))
      .map(([content, at, text]) => {
        const whole = dump(content, { noRefs: true });
        const place = at % (whole.length + 1);
        return Buffer.from(whole.slice(0, place) + text + whole.slice(place));
      });
    holds(
      fc.property(
        fc.oneof(
          mutated,
          yaml,
          fc.uint8Array().map(Buffer.from),
          fc.string().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            summarise(readSwagger(Buffer.from(bytes), "api").content);
          } catch (thrown) {
            if (!(thrown instanceof SwaggerRefused)) throw thrown;
            for (const { line, column } of thrown.problems) assert.ok(line >= 1 && column >= 1);
          }
        },
      ),
      300,
    );
  });

  it("is compared without a failure, though it be any JSON", () => {
    holds(
      fc.property(
        fc.dictionary(fc.constantFrom("paths", "definitions", "info", "parameters"), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (one, other) => {
          compareDocuments(one, { ...one, ...other });
          compareApis(summarise(one), summarise(other));
        },
      ),
      RUNS,
    );
  });
});
