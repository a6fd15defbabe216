import assert from "node:assert/strict";
import type { LiveDataSource } from "../../../provider/aem/dataSource";
import { kindOf, notManageable } from "../../../provider/aem/kind";

const OURS = { dataSourceType: "REST", authenticationType: "OAuth 2.0", grant_type: "client_credentials" };

function live(properties: Record<string, string>, hasFile = true): LiveDataSource {
  const all = new Map(Object.entries(properties));
  return { properties: all, secret: "absent", marker: undefined, hasFile, lastChange: undefined };
}

describe("the kind of a data source", () => {
  it("is told by the wizard's own properties, and by a question mark where it says nothing", () => {
    assert.deepEqual(kindOf(live(OURS)), { type: "REST", authentication: "OAuth 2.0", grant: "client_credentials" });
    assert.deepEqual(kindOf(live({})), { type: "?", authentication: "?", grant: "-" });
  });

  const rows: [what: string, properties: Record<string, string>, hasFile: boolean, why: string | undefined][] = [
    ["a RESTful service with client credentials and a Swagger file", OURS, true, undefined],
    ["OData", { ...OURS, dataSourceType: "ODATA_REST" }, true, "its type is ODATA_REST, not REST"],
    [
      "Basic authentication",
      { ...OURS, authenticationType: "Basic Authentication" },
      true,
      "its authentication is Basic Authentication, not OAuth 2.0",
    ],
    [
      "the older flow, which names no grant",
      { dataSourceType: "REST", authenticationType: "OAuth 2.0" },
      true,
      "its grant is not client_credentials",
    ],
    ["no Swagger file", OURS, false, "it has no Swagger file"],
  ];
  for (const [what, properties, hasFile, why] of rows) {
    it(`can${why === undefined ? "" : "not"} be owned: ${what}`, () => {
      assert.equal(notManageable(live(properties, hasFile)), why);
    });
  }
});
