import assert from "node:assert/strict";
import { isOfNobody, isSecret } from "../../../provider/aem/masking";
import { Secret } from "../../../provider/values";

const HEX = "0123456789abcdef".repeat(4);

describe("a value of an unknown property", () => {
  const secrets: [property: string, value: string | number | string[]][] = [
    ["password", "short"],
    ["apiKey", "abc"],
    ["api_key_value", "abc"],
    ["sharedSecret", "x y"],
    ["refreshToken", "abc"],
    ["other", `{${HEX}}`],
    ["other", HEX],
    ["other", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln"],
    ["other", "Bearer abcdefgh"],
    ["other", "-----BEGIN PRIVATE KEY-----"],
    ["other", "https://somebody:word@crm.example/path"],
    ["other", "https://crm.example/path?code=abc"],
    ["other", "3MVG9lKcPoNINVBIPJjdw1J9LLM82Hn"],
    ["other", "k3j5h2q8w1z0"],
    ["other", ["plain", "k3j5h2q8w1z0"]],
    ["other", "ApiKey k3j5h2q8w1z0Qq"],
    ["other", "X-Api-Key: k3j5h2q8w1z0Qq"],
    ["other", ["X-Api-Key: k3j5h2q8w1z0Qq"]],
    ["other", "svc:k3j5h2q8w1z0Qq"],
    ["other", 'Digest username="x", response="6629fae49393a05397450978507c4ef1"'],
    ["other", "QK7AIOSFODNN7EXAMPLE"],
    ["authorization", "Token abcdef"],
    ["sessionCookie", "id=abc"],
    ["apiKey", 12345678],
    ["pin", 4829],
  ];
  for (const [property, value] of secrets) {
    it(`is masked as ${property}: ${JSON.stringify(value)}`, () => assert.equal(isSecret(property, value), true));
  }

  const shown: [property: string, value: string | number | boolean | string[]][] = [
    ["grant_type", "client_credentials"],
    ["oauthStyle", "OAuth2ClientCredentials"],
    ["access_token_uri", "https://acme.my.salesforce.com/services/oauth2/token"],
    ["sling:resourceType", "fd/fdm/gui/components/admin/fdmcloudservice/rest2"],
    ["selectHeader", "Authorization Bearer"],
    ["jcr:description", "The CRM, since 2019: for leads, by hand"],
    ["nodeType", "sling:OrderedFolder"],
    ["spinner", "on"],
    ["keyAlias", "client-certificate"],
    ["apiKeyName", "x-api-key"],
    ["enabled", true],
    ["count", 3],
    ["headers", ["Accept", "X-Request-Id"]],
    ["password", ""],
  ];
  for (const [property, value] of shown) {
    it(`is shown as ${property}: ${JSON.stringify(value)}`, () => assert.equal(isSecret(property, value), false));
  }

  it("is masked where it is a secret of this very run", () => {
    assert.equal(isSecret("greeting", "moonlight sonata"), false);
    new Secret("moonlight");
    assert.equal(isSecret("greeting", "moonlight sonata"), true);
  });

  const leaving: [property: string, value: string | boolean | string[], leaves: boolean][] = [
    ["grant", "CLIENT_CREDENTIALS", true],
    ["auth", "OAuth 2.0", true],
    ["sling:resourceType", "fd/fdm/gui/rest", true],
    ["flag", false, true],
    ["list", ["Accept", "Header"], true],
    ["list", ["Accept", "crm.acme.example"], false],
    ["words", "w".repeat(80), true],
    ["words", "w".repeat(81), false],
    ["nothing", "", true],
    ["url", "https://acme.example", false],
    ["place", "crm.acme.example", false],
    ["owner", "acme", false],
    ["userName", "jane", false],
    ["mail", "jane@acme.example", false],
    ["path", "/content/dam/acme", false],
  ];
  for (const [property, value, leaves] of leaving) {
    it(`${leaves ? "may leave" : "stays in"} the house as ${property}: ${JSON.stringify(value)}`, () => {
      assert.equal(isOfNobody(property, value), leaves);
    });
  }
});
