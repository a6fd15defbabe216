import { deflateRawSync, gzipSync } from "node:zlib";

/** Swagger files for benchmarks and tests: large honest ones, and such as mean harm. */

type Json = Record<string, unknown>;

const OK = { 200: { description: "ok" } };
const GET = { operationId: "get", responses: OK };

export const SMALL: Json = {
  swagger: "2.0",
  info: { title: "CRM", version: "1" },
  host: "acme.example",
  basePath: "/",
  paths: { "/lead": { get: GET } },
};

function many<T>(count: number, make: (index: number) => readonly [string, T]): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)));
}

function to(name: string): Json {
  return { $ref: `#/definitions/${name}` };
}

function answering(schema: Json, index = 0): Json {
  return { operationId: `get${index}`, responses: { 200: { description: "ok", schema } } };
}

/** An API as an honest one looks: objects that refer to each other in circles, and operations on each. */
export function honestDocument(operations: number, propertiesEach: number): Json {
  const paths = many(operations, (index) => {
    const parameters = [
      { in: "path", name: "id", type: "string", required: true },
      { in: "query", name: "fields", type: "array", items: { type: "string" } },
    ];
    return [`/objects/Object${index}/{id}`, { get: { ...answering(to(`Object${index}`), index), parameters } }];
  });
  const definitions = many(operations, (index) => {
    const properties = many(propertiesEach, (at) => [
      `field${at}`,
      { type: "string", description: `What people know about field ${at} of object ${index}`, maxLength: 80 },
    ]);
    const next = to(`Object${(index + 1) % operations}`);
    return [`Object${index}`, { type: "object", properties: { ...properties, next, parent: to(`Object${index}`) } }];
  });
  return { ...SMALL, paths, definitions };
}

/** An honest document of about so many bytes of JSON. */
export function honestDocumentOf(bytes: number): Json {
  const each = JSON.stringify(honestDocument(10, 40)).length / 10;
  return honestDocument(Math.ceil(bytes / each), 40);
}

/** Definitions that all refer to each other, and an operation on each. */
export function entangledDocument(count: number): Json {
  const definitions = many(count, (index) => {
    const properties = many(count, (at) => [`p${at}`, to(`D${at}`)]);
    return [`D${index}`, { type: "object", properties: { ...properties, name: { type: "string" } } }];
  });
  return {
    ...SMALL,
    paths: many(count, (index) => [`/d${index}`, { get: answering(to(`D${index}`), index) }]),
    definitions,
  };
}

/**
 * Small documents that are taken, and cost without measure whoever follows each of their references anew, or looks at
 * the whole text for each fault. `size` says how often a thing is repeated.
 */
export function amplifiers(size: number): Readonly<Record<string, Json>> {
  const withDefinitions = (definitions: Json, schema: Json = {}) => {
    return { ...SMALL, paths: { "/a": { get: answering(schema) } }, definitions };
  };
  const listed = Array.from({ length: size }, (_, index) => index);
  const parameter = (index: number, place = "query") => ({ name: `p${index}`, in: place, type: "string" });
  const fields = many(size, (index) => [`f${index}`, { type: "string" }]);
  return {
    "references to nothing": withDefinitions(many(size, (index) => [`D${index}`, { items: to(`None${index}`) }])),
    "one id for all operations": { ...SMALL, paths: many(size, (index) => [`/p${index}`, { get: GET }]) },
    credentials: { ...SMALL, "x-keys": listed.map((index) => `Bearer abcdefghijklmnopqrstuvwxyz${index}`) },
    "beginnings of tokens": { ...SMALL, "x-art": "eyJ-".repeat(size * 100) },
    "almost placeholders": { ...SMALL, "x-art": listed.map(() => ({ password: `${"<".repeat(900)}\n` })) },
    "violations of the specification": {
      ...SMALL,
      paths: { "/a": { get: { ...GET, parameters: listed.map((index) => parameter(index, "querry")) } } },
    },
    "a chain of references": {
      ...SMALL,
      paths: many(size, (index) => {
        return [`/p${index}`, { get: { ...answering({}, index), parameters: [{ $ref: "#/parameters/P0" }] } }];
      }),
      parameters: many(size, (index) => {
        return [`P${index}`, index === size - 1 ? parameter(0) : { $ref: `#/parameters/P${index + 1}` }];
      }),
    },
    "one large body for all operations": {
      ...SMALL,
      paths: many(size, (index) => {
        return [`/p${index}`, { post: { ...answering({}, index), parameters: [{ $ref: "#/parameters/P" }] } }];
      }),
      parameters: { P: { in: "body", name: "b", schema: { type: "object", properties: fields } } },
    },
    "allOf that doubles at each step": withDefinitions(
      many(50, (index) => {
        const next = to(`D${index + 1}`);
        return [`D${index}`, index === 49 ? { type: "object", properties: fields } : { allOf: [next, next] }];
      }),
      { type: "array", items: { allOf: [to("D0")] } },
    ),
    "allOf of many parts": withDefinitions(
      {},
      { allOf: listed.map((index) => ({ properties: { [`f${index}`]: { type: "string" } } })) },
    ),
    "allOf in a circle": withDefinitions(
      { A: { type: "object", properties: { ...fields, child: { description: "again", allOf: [to("A")] } } } },
      { allOf: [to("A")] },
    ),
    "a ring of definitions": ring(size),
    "a long chain of definitions": withDefinitions(
      many(size, (index) => [`D${index}`, { properties: { next: to(`D${index + 1}`), name: { type: "string" } } }]),
      to("D0"),
    ),
  };
}

/** Two rings without a common divisor are as many pairs as their product, for whoever compares each with each. */
export function ring(size: number): Json {
  const definitions = many(size, (index) => {
    return [`R${index}`, { type: "object", properties: { next: to(`R${(index + 1) % size}`) } }];
  });
  return { ...SMALL, paths: { "/a": { get: answering(to("R0")) } }, definitions };
}

/** A path's item with many parameters, which each of many paths refers to. */
export function multipliedDocument(size: number): Json {
  const parameters = Array.from({ length: size }, (_, index) => ({ name: `p${index}`, in: "query", type: "string" }));
  const paths = many(size, (index) => [`/p${index}`, { $ref: "#/x-item" }]);
  return { ...SMALL, paths, "x-item": { parameters, get: GET } };
}

/** What is refused, by the rows of the fault table. */
export function refusedDocuments(): Readonly<Record<string, () => Buffer>> {
  const json = (document: unknown) => () => Buffer.from(JSON.stringify(document));
  const text = (content: string) => () => Buffer.from(content);
  const bomb = Array.from(
    { length: 30 },
    (_, at) => `l${at}: &l${at} [${at === 0 ? "x, x" : `*l${at - 1}, *l${at - 1}`}]`,
  );
  return {
    "S1 reference to a file": json({ ...SMALL, definitions: { A: { $ref: "file:///etc/passwd" } } }),
    "S2 reference to a host": json({ ...SMALL, definitions: { A: { $ref: "http://169.254.169.254/" } } }),
    "S3 reference in an example": json({ ...SMALL, definitions: { A: { example: { $ref: "other.json" } } } }),
    "S4 alias bomb": text(bomb.join("\n")),
    "S4 deep JSON": text(`{"a":${"[".repeat(9_000_000)}`),
    "S4 deep YAML": text(`a: ${"[".repeat(9_000_000)}`),
    "S4 long key": json({ ...SMALL, ["k".repeat(9_000_000)]: 1 }),
    "S4 huge list, JSON": text(`{"a": [${"1,".repeat(4_500_000)}1]}`),
    "S4 huge list, YAML": text(`a: [${"1,".repeat(4_500_000)}1]`),
    "S4 references that multiply": json(multipliedDocument(5_000)),
    "S5 50 MB": () => Buffer.alloc(50 * 1024 * 1024, "{"),
    "S5 no text": () => Buffer.alloc(9 * 1024 * 1024, 0xff),
    "S5 UTF-16": () => Buffer.from(JSON.stringify(SMALL), "utf16le"),
    "S6 __proto__": text('{"swagger": "2.0", "definitions": {"__proto__": {"polluted": true}}}'),
    "S7 a key twice, a million times": text(`{${'"a":1,'.repeat(900_000)}"a":1}`),
    "S7 tags": text("- !a b\n".repeat(500_000)),
    "S13 gzip": () => gzipSync(JSON.stringify(SMALL)),
    "S13 zip": () => Buffer.concat([Buffer.from("PK\u0003\u0004\u0014\0\0"), deflateRawSync(JSON.stringify(SMALL))]),
  };
}

/** What is taken, or refused by the rules of a product only. */
export function takenDocuments(): Readonly<Record<string, () => Json>> {
  const { swagger: _, host: __, basePath: ___, ...rest } = SMALL;
  return {
    "S8 definitions that all refer to each other": () => entangledDocument(100),
    "S9 OpenAPI 3": () => ({ openapi: "3.0.1", servers: [{ url: "https://acme.example" }], ...rest }),
    "S10 no host": () => ({ swagger: "2.0", ...rest }),
    "S11 reordered": () => Object.fromEntries(Object.entries(SMALL).reverse()),
    "S12 an operation less": () => ({ ...SMALL, paths: { "/account": { get: GET } } }),
    "S14 a secret in each example": () => amplifiers(10_000).credentials ?? {},
  };
}
