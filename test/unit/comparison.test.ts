import assert from "node:assert/strict";
import { type Comparison, compareStacks } from "../../provider/comparison";
import { readStackState } from "../../provider/stackState";
import { dataSource, ENCRYPTED, exported, recorded } from "../world/stackExports";

/** Stages from the outputs of their one data source. */
function compare(stages: readonly unknown[], expected: readonly string[] = []): Comparison {
  const names = ["dev", "stage", "prod"];
  const states = stages.map((outputs, at) => {
    return readStackState(names[at] ?? "", exported(outputs === undefined ? [] : [dataSource("crm", outputs)]));
  });
  return compareStacks(states, expected);
}

function api(operations: Record<string, string>, digest = Object.keys(operations).join()) {
  return { api: { digest, title: "CRM", version: "1", operations } };
}

/** The fields that differ from the first stage to the second. */
function changes(...stages: readonly unknown[]): string[] {
  const [promotion] = compare(stages).promotions;
  return (promotion?.steps ?? []).flatMap(({ fields }) => {
    return fields.map(({ field, before, after }) => `${field}: ${before?.text} → ${after?.text}`);
  });
}

describe("the comparison of stages", () => {
  const FULL = {
    path: "/conf/global/settings/cloudconfigs/fdm/crm",
    origin: "https://author.example",
    title: "Salesforce",
    serviceEndPoint: "https://acme.example/v1",
    oauth2: { clientId: "key", tokenUrl: "https://t.example/t", scope: "api" },
    publish: true,
    extraProperties: { retries: 3 },
  };

  it("finds no difference between equals", () => {
    const { same, promotions } = compare([FULL, FULL, FULL]);
    assert.deepEqual([same, promotions.map((one) => one.same)], [true, [true, true]]);
  });

  const carried: Record<string, [outputs: unknown, change: string]> = {
    "the container": [{ ...FULL, path: "/conf/a" }, "path: /conf/a → /conf/global/settings/cloudconfigs/fdm/crm"],
    "the title": [{ ...FULL, title: "Old" }, "title: Old → Salesforce"],
    "the path of the end point": [
      { ...FULL, serviceEndPoint: "https://acme.example/v0" },
      "serviceEndPoint.path: /v0 → /v1",
    ],
    "the scope": [{ ...FULL, oauth2: { ...FULL.oauth2, scope: "full" } }, "oauth2.scope: full → api"],
    "the scope, which one lacks": [
      { ...FULL, oauth2: { ...FULL.oauth2, scope: undefined } },
      "oauth2.scope: undefined → api",
    ],
    publish: [{ ...FULL, publish: undefined }, "publish: no → yes"],
    "an extra property": [{ ...FULL, extraProperties: { retries: 4 } }, "extraProperties.retries: 4 → 3"],
    "the product, given or by the author's host": [{ ...FULL, product: "aem65lts" }, "product: aem65lts → aem65"],
    "the token check": [{ ...FULL, tokenCheck: { mode: "off" } }, "tokenCheck: off → enforce"],
    adopt: [{ ...FULL, adopt: "overwrite" }, "adopt: overwrite → no"],
  };
  for (const [what, [outputs, change]] of Object.entries(carried)) {
    it(`counts ${what}, as what a promotion would change in the second stage`, () => {
      assert.deepEqual(changes(FULL, outputs), [change]);
      assert.equal(compare([FULL, outputs]).same, false);
    });
  }

  it("shows and does not count what differs by nature or tells of the last write", () => {
    const other = {
      ...FULL,
      origin: "https://author-prod.example",
      serviceEndPoint: "https://acme-prod.example/v1",
      oauth2: { ...FULL.oauth2, clientId: "key-of-prod", tokenUrl: "https://t-prod.example/t" },
      published: "2026-11-28T20:03:04.000Z",
      secretRevision: 7,
      tokenVerdict: "off: by AEM_DATASOURCE_TOKEN_CHECK",
      packageVersion: "0.0.9",
    };
    const { same, dataSources } = compare([FULL, other]);
    const different = dataSources[0]?.rows.filter((row) => !row.same).map(({ field }) => field);
    assert.deepEqual(different, [
      "origin",
      "serviceEndPoint.host",
      "oauth2.tokenUrl",
      "oauth2.clientId",
      "published",
      "secretRevision",
      "tokenVerdict",
      "packageVersion",
    ]);
    assert.equal(same, true);
  });

  it("takes defaults for what they are", () => {
    const spelled = { ...FULL, tokenCheck: "enforce", onBreakingSwagger: "warn", adopt: false, product: "aem65" };
    assert.deepEqual(changes(FULL, spelled), []);
  });

  it("shows what is expected to differ, and does not count it; all extra properties are meant by one word", () => {
    const other = { ...FULL, publish: false, extraProperties: { retries: 4, team: "x" } };
    assert.equal(compare([FULL, other], ["publish"]).same, false);
    const { same, promotions } = compare([FULL, other], ["publish", "extraProperties"]);
    const step = promotions[0]?.steps[0];
    assert.deepEqual(
      [same, step?.kind, step?.fields.map(({ field, expected }) => [field, expected])],
      [
        true,
        "same",
        [
          ["publish", true],
          ["extraProperties.retries", true],
          ["extraProperties.team", true],
        ],
      ],
    );
  });

  it("tells the operations that a promotion adds, removes and changes, and which of it breaks forms there", () => {
    const dev = api({ "GET /a": "a(query q* string) -> 200", "GET /new": "b() -> 200" });
    const stage = api({ "GET /a": "a() -> 200", "GET /gone": "c() -> 200" });
    const { promotions } = compare([dev, stage]);
    assert.deepEqual(
      promotions[0]?.steps[0]?.operations.map((change) => `${change.class} ${change.operation}: ${change.detail}`),
      [
        "breaking GET /a: query parameter q added, and required",
        "breaking GET /gone: removed",
        "compatible GET /new: added",
      ],
    );
  });

  it("counts a Swagger file that differs elsewhere than in its operations", () => {
    const operations = { "GET /a": "a() -> 200" };
    assert.deepEqual(changes(api(operations, "1"), api(operations, "2")), ["api.digest: 2 → 1"]);
  });

  it("says of a data source that only one stage has that a promotion creates or deletes it", () => {
    const { promotions, same, dataSources } = compare([undefined, FULL, undefined]);
    assert.deepEqual(
      promotions.map(({ steps }) => steps.map(({ kind }) => kind)),
      [["deleted"], ["created"]],
    );
    assert.deepEqual([same, dataSources[0]?.there], [false, [false, true, false]]);
  });

  it("goes on from stage to stage where one in the middle lacks it", () => {
    const { dataSources } = compare([FULL, undefined, { ...FULL, title: "Other" }]);
    const title = dataSources[0]?.rows.find(({ field }) => field === "title");
    assert.deepEqual([title?.same, title?.changed], [false, [false, false, true]]);
  });

  describe("never calls the same", () => {
    const open: Record<string, unknown> = {
      "what is encrypted": { title: ENCRYPTED },
      "the members of what is encrypted": { oauth2: ENCRYPTED },
      "extra properties that are encrypted": { extraProperties: ENCRYPTED },
      "a Swagger file of other bytes in AEM": api({}, "1, other bytes in AEM"),
      "a publication that failed": { publish: "not published in AEM" },
      "an extra property that somebody removed": { extraProperties: { team: "removed in AEM" } },
    };
    for (const [what, outputs] of Object.entries(open)) {
      it(`${what}, though both states say so`, () => {
        assert.equal(compare([outputs, outputs]).same, false);
      });
    }
  });

  it("takes a title that ends as a note of drift does for a title", () => {
    assert.equal(compare([{ title: "Customers in AEM" }, { title: "Customers in AEM" }]).same, true);
  });

  it("shows no login or query of a URL, nor what looks like a secret, and compares it all the same", () => {
    const stage = (secret: string) => ({
      serviceEndPoint: `https://svc:${secret}@acme.example/v1?key=${secret}`,
      oauth2: { tokenUrl: `https://u:${secret}@t.example/t?key=${secret}` },
      origin: `https://u:${secret}@author.example`,
      extraProperties: { apiKey: secret, plain: "text" },
    });
    const comparison = compare([stage("s3cret-one"), stage("s3cret-two")]);
    assert.doesNotMatch(
      JSON.stringify(
        comparison.dataSources.map(({ rows }) => rows.map(({ cells }) => cells.map((cell) => cell?.text))),
      ),
      /s3cret/,
    );
    assert.deepEqual(
      comparison.promotions[0]?.steps[0]?.fields.map(({ field, before, after }) => [field, before?.text, after?.text]),
      [["extraProperties.apiKey", "[secret]", "[secret]"]],
    );
  });

  it("takes a state in which values are no URLs", () => {
    const odd = { origin: "nowhere", serviceEndPoint: "no", oauth2: { tokenUrl: "" } };
    const { dataSources } = compare([odd, odd]);
    const texts = dataSources[0]?.rows.flatMap(({ field, cells }) =>
      /origin|host|Url/.test(field) ? [cells[0]?.text] : [],
    );
    assert.deepEqual(texts, ["not a URL", "not a URL", "not a URL"]);
  });

  it("tells of recorded stages what was done to them", () => {
    const names = ["dev", "stage", "prod"] as const;
    const { promotions } = compareStacks(
      names.map((name) => readStackState(name, recorded(name))),
      [],
    );
    const told = promotions.map(({ steps }) =>
      steps.map(({ dataSource, kind, fields, operations }) => {
        return [dataSource, kind, fields.map(({ field }) => field).join(" "), operations.length].join(" | ");
      }),
    );
    assert.deepEqual(told, [
      [
        "crm | changed | title api.digest api.version api.operations | 2",
        "erp | changed | api.digest api.version api.operations | 2",
      ],
      ["crm | changed | extraProperties.retries | 0", "erp | created |  | 0"],
    ]);
  });
});
