import assert from "node:assert/strict";
import { compareWithTable, extraPropertiesOf, isAlike } from "../../../provider/aem/learn";
import { propertiesOf } from "../../../provider/aem/productTable";
import { PRODUCTS, type Product } from "../../../provider/values";

const CIPHERTEXT = `{${"0123456789abcdef".repeat(4)}}`;

/** What the provider writes for a product, as a wizard of the same opinion would have left it. */
function content(product: Product, more: Record<string, unknown> = {}): Record<string, unknown> {
  const fields = {
    name: "crm",
    title: "CRM",
    fileName: "crm.json",
    serviceEndPoint: "https://crm.example",
    clientId: "id",
    tokenUrl: "https://crm.example/token",
    scope: undefined,
  };
  const file = { "jcr:primaryType": "nt:file" };
  return {
    ...Object.fromEntries(propertiesOf(fields, product)),
    client_secret: CIPHERTEXT,
    swaggerFile: file,
    ...more,
  };
}

function compare(node: Record<string, unknown>, product: Product = "aem65", withFile = true) {
  return compareWithTable(node, product, { withFile });
}

describe("a configuration of the wizard beside the product table", () => {
  for (const product of PRODUCTS) {
    it(`is alike where it holds what the table writes for ${product}`, () => {
      assert.equal(isAlike(compare(content(product), product)), true);
      assert.equal(isAlike(compare(content(product, { authorization_scope: "api" }), product)), true);
    });
  }

  it("ignores what the server keeps for itself, and what is of a moment", () => {
    const own = {
      "jcr:primaryType": "cq:PageContent",
      "jcr:created": "now",
      "jcr:createdBy": "admin",
      "jcr:uuid": "1",
      "jcr:mixinTypes": ["a"],
      "cq:lastModified": "now",
      "cq:lastReplicated": "now",
      "cq:lastReplicationAction": "Activate",
      access_token: CIPHERTEXT,
      tokenExpiry: 1,
    };
    assert.equal(isAlike(compare(content("aem65", own))), true);
  });

  it("tells three unknown, two missing and a differing constant apart", () => {
    const { access_token_uri, selectHeader, ...rest } = content("aem65", {
      grant_type: "CLIENT_CREDENTIALS",
      accessTokenUri: "https://crm.example/token",
      enabled: true,
      apiKey: "k",
    });
    const found = compare(rest);
    assert.deepEqual(
      found.unknown.map(({ property, value }) => [property, value]),
      [
        ["accessTokenUri", "https://crm.example/token"],
        ["apiKey", undefined],
        ["enabled", true],
      ],
    );
    assert.deepEqual(
      found.differing.map(({ property, value, table }) => [property, value, table]),
      [["grant_type", "CLIENT_CREDENTIALS", "client_credentials"]],
    );
    assert.deepEqual(
      found.missing.map(({ property, holds, perhaps }) => [property, holds, perhaps]),
      [
        ["access_token_uri", "the token URL", ["accessTokenUri"]],
        ["selectHeader", '"Authorization Bearer"', []],
      ],
    );
    assert.deepEqual(extraPropertiesOf(found), [
      ["grant_type", "CLIENT_CREDENTIALS"],
      ["accessTokenUri", "https://crm.example/token"],
      ["enabled", true],
    ]);
  });

  it("finds what only another product's table has", () => {
    assert.deepEqual(extraPropertiesOf(compare(content("aemcs"), "aem65")), [["restfulService", "swagger"]]);
  });

  it("pastes nothing that a program may not give", () => {
    const found = compare(content("aem65", { "jcr:description": "text", "strange name": "text" }));
    assert.deepEqual(
      found.unknown.map(({ property, refused }) => [property, refused]),
      [
        ["jcr:description", "belongs to JCR"],
        ["strange name", "is no plain property name"],
      ],
    );
    assert.deepEqual(extraPropertiesOf(found), []);
  });

  it("misses the secret and, where it would show, the Swagger file", () => {
    const { client_secret, swaggerFile, ...rest } = content("aem65");
    const missing = (withFile: boolean) => compare(rest, "aem65", withFile).missing.map(({ property }) => property);
    assert.deepEqual(missing(true), ["client_secret", "swaggerFile"]);
    assert.deepEqual(missing(false), ["client_secret"]);
  });

  it("names nodes that the table does not know", () => {
    const found = compare(content("aem65", { headers: { "jcr:primaryType": "nt:unstructured" } }));
    assert.deepEqual([found.childNodes, isAlike(found)], [["headers"], false]);
  });

  it("warns of a secret in clear, which it does not repeat", () => {
    const found = compare(content("aem65", { client_secret: "s3cret-of-somebody" }));
    assert.match(String(found.doubts), /^client_secret stands there in clear/);
    assert.doesNotMatch(JSON.stringify(found), /s3cret-of-somebody/);
  });

  const kinds: [what: string, properties: Record<string, unknown>, says: RegExp][] = [
    ["OData", { dataSourceType: "ODATA_REST" }, /^dataSourceType is "ODATA_REST", not "REST"\. Make one in the wizard/],
    ["Basic authentication", { authenticationType: "Basic Authentication" }, /^authenticationType is "Basic/],
    ["the authorization code", { refresh_token: CIPHERTEXT }, /^it holds a refresh token/],
    ["this provider", { managedBy: "org/project/stack/crm#0123456789abcdef" }, /^this provider has written it/],
  ];
  for (const [what, properties, says] of kinds) {
    it(`is of another kind by ${what}, and nothing of it is pasted`, () => {
      const found = compare(content("aem65", { ...properties, unknown: "x" }));
      assert.match(String(found.otherKind), says);
      assert.deepEqual([extraPropertiesOf(found), isAlike(found)], [[], false]);
    });
  }

  it("asks for a second look at an authorization URL without a grant type", () => {
    const { grant_type, ...rest } = content("aem65", { oAuthUrl: "https://crm.example/authorize" });
    assert.match(String(compare(rest).doubts), /no grant_type: make sure/);
  });
});
