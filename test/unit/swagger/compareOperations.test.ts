import assert from "node:assert/strict";
import { changeLines } from "../../../provider/swagger/changeReport";
import { compareApis } from "../../../provider/swagger/compareApis";
import { compareDocuments } from "../../../provider/swagger/compareSchemas";
import { lineDigest, summarise } from "../../../provider/swagger/summary";

type Json = Record<string, unknown>;

const OK = { 200: { description: "ok", schema: { type: "string" } } };
const query = (name: string, more: Json = {}): Json => ({ in: "query", name, type: "string", ...more });
const operation = (more: Json = {}): Json => ({ operationId: "get", responses: OK, ...more });
const paths = (items: Record<string, Json>): Json => {
  return { swagger: "2.0", paths: Object.fromEntries(Object.entries(items).map(([path, get]) => [path, { get }])) };
};
const one = (more: Json) => paths({ "/lead": operation(more) });

describe("an operation that changes", () => {
  /** What both documents tell, and what the state's lines tell where that is less. */
  const rows: [what: string, before: Json, after: Json, told: string[], byLines?: string[]][] = [
    ["nothing", one({}), one({}), []],
    ["it is new", paths({}), one({}), ["compatible GET /lead: added"]],
    ["it is gone", one({}), paths({}), ["breaking GET /lead: removed"]],
    [
      "it moved, though its id stays",
      one({}),
      paths({ "/leads": operation() }),
      ["breaking GET /lead: moved to GET /leads"],
    ],
    [
      "it has another id, to which nobody binds",
      one({}),
      one({ operationId: "find" }),
      ["compatible GET /lead: operation id get is now find"],
    ],
    [
      "it lost its id",
      one({}),
      one({ operationId: undefined }),
      ["compatible GET /lead: operation id get is now none"],
    ],
    ["a parameter more", one({}), one({ parameters: [query("q")] }), ["compatible GET /lead: query parameter q added"]],
    [
      "a required parameter more",
      one({}),
      one({ parameters: [query("q", { required: true })] }),
      ["breaking GET /lead: query parameter q added, and required"],
    ],
    ["a parameter less", one({ parameters: [query("q")] }), one({}), ["breaking GET /lead: query parameter q removed"]],
    [
      "a parameter in another place",
      one({ parameters: [query("q")] }),
      one({ parameters: [query("q", { in: "header" })] }),
      ["breaking GET /lead: query parameter q removed", "compatible GET /lead: header parameter q added"],
    ],
    [
      "a parameter became required",
      one({ parameters: [query("q")] }),
      one({ parameters: [query("q", { required: true })] }),
      ["breaking GET /lead: query parameter q became required"],
    ],
    [
      "a parameter became optional",
      one({ parameters: [query("q", { required: true })] }),
      one({ parameters: [query("q")] }),
      ["compatible GET /lead: query parameter q became optional"],
    ],
    [
      "a parameter of another type",
      one({ parameters: [query("q")] }),
      one({ parameters: [query("q", { type: "integer" })] }),
      ["breaking GET /lead: query parameter q: has type integer, had string"],
      ["breaking GET /lead: query parameter q: type string is now integer"],
    ],
    [
      "a parameter of other constraints",
      one({ parameters: [query("q", { maxLength: 9 })] }),
      one({ parameters: [query("q", { maxLength: 10 })] }),
      ["compatible GET /lead: query parameter q: has maxLength 10, had 9"],
      ["unclear GET /lead: query parameter q: changed inside"],
    ],
    [
      "the parameters of the path, which are its own",
      { paths: { "/lead": { get: operation(), parameters: [query("q")] } } },
      one({ parameters: [query("q")] }),
      [],
    ],
    [
      "a response more",
      one({}),
      one({ responses: { ...OK, 201: { description: "made" } } }),
      ["compatible GET /lead: response 201 added"],
    ],
    [
      "another response",
      one({}),
      one({ responses: { 201: OK[200] } }),
      ["breaking GET /lead: response 200 removed", "compatible GET /lead: response 201 added"],
    ],
    [
      "a response that became empty",
      one({}),
      one({ responses: { 200: { description: "ok" } } }),
      ["breaking GET /lead: response 200 has no content any more"],
    ],
    [
      "another error, which no form works with",
      one({}),
      one({ responses: { ...OK, 404: { schema: { type: "integer" } } } }),
      [],
    ],
    [
      "a response of another schema",
      one({}),
      one({ responses: { 200: { schema: { type: "integer" } } } }),
      ["breaking GET /lead: response 200: has type integer, had string"],
      ["unclear GET /lead: response 200: changed inside"],
    ],
    [
      "its prose",
      one({ summary: "a", parameters: [query("q", { description: "x" })] }),
      one({ summary: "b", parameters: [query("q")] }),
      [],
    ],
  ];
  for (const [what, before, after, told, byLines = told] of rows) {
    it(what, () => {
      const lines = (changes: ReturnType<typeof compareDocuments>) =>
        changes.map((change) => `${change.class} ${change.operation}: ${change.detail}`);
      assert.deepEqual(lines(compareDocuments(before, after)), told);
      assert.deepEqual(lines(compareApis(summarise(before), summarise(after))), byLines);
    });
  }

  it("is told as changed, and not how, where the state holds a digest of its line", () => {
    const [before, after] = [summarise(one({})), summarise(one({ parameters: [query("q")] }))];
    const digested = (api: typeof before) => ({
      ...api,
      operations: Object.fromEntries(Object.entries(api.operations).map(([name, line]) => [name, lineDigest(line)])),
    });
    for (const [old, now] of [
      [digested(before), after],
      [before, digested(after)],
      [digested(before), digested(after)],
    ] as const) {
      assert.deepEqual(compareApis(old, now), [
        { operation: "GET /lead", kind: "operation-changed", class: "unclear", detail: "changed" },
      ]);
    }
    assert.deepEqual(compareApis(digested(before), before), []);
    assert.deepEqual(compareApis(before, digested(before)), []);
  });
});

describe("the report of changes", () => {
  const removed = (count: number) =>
    Array.from(
      { length: count },
      (_, at) =>
        ({ operation: `GET /${at}`, kind: "operation-removed", class: "breaking", detail: "removed" }) as const,
    );
  const added = { operation: "GET /a", kind: "operation-added", class: "compatible", detail: "added" } as const;

  it("has a line for each", () => {
    assert.deepEqual(changeLines([...removed(2), added], 10), ["GET /0: removed", "GET /1: removed", "GET /a: added"]);
  });

  it("has one line where one kind of change hits many operations", () => {
    assert.deepEqual(changeLines([...removed(240), added], 10), [
      "240 operations (GET /0, GET /1, GET /2, …): removed",
      "GET /a: added",
    ]);
  });

  it("is cut where there is too much, and says how many changes it leaves out", () => {
    const different = removed(20).map((change, at) => ({ ...change, detail: `removed ${at}` }));
    const lines = changeLines(different, 5);
    assert.deepEqual([lines.length, lines.at(-1)], [5, "and 16 more changes"]);
  });
});
