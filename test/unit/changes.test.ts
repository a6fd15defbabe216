import assert from "node:assert/strict";
import {
  beforeComma,
  changesClientOnly,
  differences,
  fileName,
  identityChanges,
  sameProperty,
  saysInAem,
  type View,
} from "../../provider/changes";
import { type PropertyValue, Secret, UNKNOWN } from "../../provider/values";

const OAUTH2 = {
  clientId: "key",
  clientSecret: new Secret("s3cret one"),
  tokenUrl: "https://acme.example/token",
  scope: "api",
};
const VIEW = {
  container: "global",
  name: "crm",
  path: "/conf/global/settings/cloudconfigs/fdm/crm",
  origin: "https://author.example.com",
  title: "Salesforce",
  swagger: { file: "contracts/crm.json" },
  serviceEndPoint: "https://acme.example/services",
  oauth2: OAUTH2,
  product: "aem65",
  extraProperties: { location: "query", list: ["a", "b"] },
  connection: "emea",
  tokenCheck: "warn",
  owner: "acme/shop/prod/crm",
  api: { digest: "d1", title: "CRM", version: "1", operations: { "GET /a": "a()" } },
  secretRevision: 3,
};

function fields(before: View, after: View): string[] {
  return differences(before, after).map(({ field }) => field);
}

describe("differences", () => {
  it("are none between a view and itself, nor between two that say the same", () => {
    assert.deepEqual(fields(VIEW, VIEW), []);
    assert.deepEqual(fields(VIEW, { ...VIEW, extraProperties: { list: ["a", "b"], location: "query" } }), []);
    assert.deepEqual(fields({}, {}), []);
  });

  const changes: [field: string, change: View][] = [
    ["path", { path: "/conf/acme/settings/cloudconfigs/fdm/crm" }],
    ["origin", { origin: "https://author2.example.com" }],
    ["title", { title: "CRM" }],
    ["title", { title: undefined }],
    ["serviceEndPoint", { serviceEndPoint: "https://acme.example/v2" }],
    ["product", { product: "aemcs" }],
    ["connection", { connection: undefined }],
    ["adopt", { adopt: true }],
    ["adopt", { adopt: "overwrite" }],
    ["tokenCheck", { tokenCheck: "off" }],
    ["tokenCheck", { tokenCheck: undefined }],
    ["tokenCheck", { tokenCheck: { mode: "off" } }],
    ["tokenCheck", { tokenCheck: { mode: "warn", onUnreachable: "fail" } }],
    ["swagger", { swagger: { file: "contracts/crm2.json" } }],
    ["swagger", { swagger: { inline: "swagger.json" } }],
    ["api.digest", { api: { ...VIEW.api, digest: "d2" } }],
    ["api.digest", { api: undefined }],
    ["oauth2.clientId", { oauth2: { ...OAUTH2, clientId: "other" } }],
    ["oauth2.clientSecret", { oauth2: { ...OAUTH2, clientSecret: new Secret("s3cret two") } }],
    ["oauth2.clientSecret", { oauth2: { ...OAUTH2, clientSecret: undefined } }],
    ["oauth2.tokenUrl", { oauth2: { ...OAUTH2, tokenUrl: "https://acme.example/token2" } }],
    ["oauth2.scope", { oauth2: { ...OAUTH2, scope: undefined } }],
    ["extraProperties.location", { extraProperties: { ...VIEW.extraProperties, location: "header" } }],
    ["extraProperties.retries", { extraProperties: { ...VIEW.extraProperties, retries: 3 } }],
    ["extraProperties.list", { extraProperties: { ...VIEW.extraProperties, list: ["b", "a"] } }],
    ["extraProperties.list", { extraProperties: { ...VIEW.extraProperties, list: ["a"] } }],
    ["secretRevision", { secretRevision: undefined }],
    ["secretRevision", { secretRevision: "3, saved again in AEM" }],
    ["marker", { marker: "removed in AEM" }],
  ];
  for (const [field, change] of changes) {
    it(`are ${field} alone when that becomes ${JSON.stringify(change)}`, () => {
      assert.deepEqual(fields(VIEW, { ...VIEW, ...change }), [field]);
      assert.deepEqual(fields({ ...VIEW, ...change }, VIEW), [field]);
    });
  }

  const same: [what: string, change: View][] = [
    [
      "the secret in another object, since secrets are compared by value",
      {
        oauth2: { ...OAUTH2, clientSecret: new Secret("s3cret one") },
      },
    ],
    ["a revision that is only another number", { secretRevision: 4 }],
    ["a Swagger file of the same name in another folder", { swagger: { file: "../apis\\crm.json" } }],
    ["another title of the API, when its digest is the same", { api: { ...VIEW.api, title: "other" } }],
    ["another owner, as after a renamed stack", { owner: "acme/shop/stage/crm" }],
    ["a token check that says the same in detail", { tokenCheck: { mode: "warn", onUnreachable: "warn" } }],
    ["an argument that is there but undefined", { marker: undefined }],
  ];
  for (const [what, change] of same) {
    it(`are none for ${what}`, () => assert.deepEqual(fields(VIEW, { ...VIEW, ...change }), []));
  }

  it("count an empty object of extra properties as none", () => {
    assert.deepEqual(fields({ ...VIEW, extraProperties: undefined }, { ...VIEW, extraProperties: {} }), []);
  });

  it("count a token check that says the default as none", () => {
    assert.deepEqual(fields({}, { tokenCheck: { mode: "enforce" } }), []);
  });

  it("count an `adopt` that says the default as none", () => {
    assert.deepEqual(fields({}, { adopt: false }), []);
  });

  it("say what was before and what comes after, and no secret when printed", () => {
    const after = { ...VIEW, title: "CRM", oauth2: { ...OAUTH2, clientSecret: new Secret("s3cret two") } };
    const found = differences(VIEW, after);
    assert.deepEqual(found[0], { field: "title", before: "Salesforce", after: "CRM" });
    assert.doesNotMatch(JSON.stringify(found), /s3cret/);
  });

  describe("of what is not known yet", () => {
    it("are there, even from unknown to unknown", () => {
      assert.deepEqual(fields(VIEW, { ...VIEW, title: UNKNOWN }), ["title"]);
      assert.deepEqual(fields({ ...VIEW, title: UNKNOWN }, { ...VIEW, title: UNKNOWN }), ["title"]);
    });

    it("are there at any depth, and in place of an object", () => {
      assert.deepEqual(fields(VIEW, { ...VIEW, oauth2: { ...OAUTH2, tokenUrl: UNKNOWN } }), ["oauth2.tokenUrl"]);
      assert.deepEqual(fields(VIEW, { ...VIEW, extraProperties: { location: "query", list: ["a", UNKNOWN] } }), [
        "extraProperties.list",
      ]);
      assert.deepEqual(fields(VIEW, { ...VIEW, api: UNKNOWN }), ["api.digest"]);
      assert.deepEqual(fields(VIEW, { ...VIEW, tokenCheck: { mode: UNKNOWN } }), ["tokenCheck"]);
      assert.ok(fields(VIEW, { ...VIEW, oauth2: UNKNOWN }).includes("oauth2"));
      assert.ok(fields(VIEW, { ...VIEW, swagger: { file: UNKNOWN } }).includes("swagger"));
    });
  });
});

describe("what only this client does", () => {
  it("is recognised, however the token check is said", () => {
    for (const change of [
      { adopt: "overwrite" },
      { tokenCheck: "off" },
      { tokenCheck: { mode: "warn", onUnreachable: "fail" } },
      { tokenCheck: { mode: UNKNOWN } },
      { connection: "apac", tokenCheck: undefined },
    ]) {
      assert.equal(changesClientOnly(VIEW, { ...VIEW, ...change }), true, JSON.stringify(change));
      assert.equal(changesClientOnly(VIEW, { ...VIEW, ...change, title: "CRM" }), false);
    }
    assert.equal(changesClientOnly(VIEW, { ...VIEW, tokenCheck: { mode: "warn" } }), false, "nothing changes at all");
  });
});

describe("changes of identity", () => {
  it("are none while the path is the same, however the container is written", () => {
    assert.deepEqual(identityChanges(VIEW, { ...VIEW, title: "CRM", container: "/conf/global" }), []);
  });

  it("name the inputs that make it another page", () => {
    const named = { ...VIEW, name: "crm2", path: "/conf/global/settings/cloudconfigs/fdm/crm2" };
    assert.deepEqual(identityChanges(VIEW, named), ["name", "path"]);
    const moved = { ...VIEW, container: "acme", path: "/conf/acme/settings/cloudconfigs/fdm/crm" };
    assert.deepEqual(identityChanges(VIEW, moved), ["container", "path"]);
  });

  it("are not claimed of a path that is not known yet", () => {
    assert.deepEqual(identityChanges(VIEW, { ...VIEW, name: UNKNOWN, path: UNKNOWN }), []);
  });
});

describe("a property in AEM", () => {
  const equal: [PropertyValue | undefined, PropertyValue | undefined][] = [
    ["a", "a"],
    ["3", 3],
    ["true", true],
    ["a", ["a"]],
    [
      ["1", "2"],
      ["1", "2"],
    ],
    [undefined, undefined],
    [undefined, []],
  ];
  for (const [live, wanted] of equal) {
    it(`A10: is as wanted: ${JSON.stringify(live)} for ${JSON.stringify(wanted)}`, () => {
      assert.equal(sameProperty(live, wanted), true);
      assert.equal(sameProperty(wanted, live), true);
    });
  }

  const different: [PropertyValue | undefined, PropertyValue | undefined][] = [
    ["a", "b"],
    ["a", "A"],
    ["a", "a "],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [["a", "b"], "a,b"],
    ["", undefined],
    ["false", undefined],
  ];
  for (const [live, wanted] of different) {
    it(`A10: is another: ${JSON.stringify(live)} for ${JSON.stringify(wanted)}`, () => {
      assert.equal(sameProperty(live, wanted), false);
    });
  }
});

describe("a text that tells how AEM differs", () => {
  it("ends in these words, whatever its value", () => {
    assert.equal(saysInAem("3, saved again in AEM"), true);
    for (const value of ["3", 3, "in AEM, really", undefined, { digest: "removed in AEM" }]) {
      assert.equal(saysInAem(value), false);
    }
  });

  it("begins with the value itself", () => {
    assert.equal(beforeComma("3, saved again in AEM"), "3");
    assert.equal(beforeComma(3), "3");
  });
});

describe("the name of a Swagger file in AEM", () => {
  it("has no folder of this machine, Windows or not", () => {
    assert.equal(fileName({ file: "../contracts/crm.json" }), "crm.json");
    assert.equal(fileName({ file: "C:\\contracts\\crm.yaml" }), "crm.yaml");
    assert.equal(fileName({ inline: "swagger.json" }), "swagger.json");
  });
});
