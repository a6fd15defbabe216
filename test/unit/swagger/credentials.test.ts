import assert from "node:assert/strict";
import { credentialFindings } from "../../../provider/swagger/credentials";

/** The places that are told of. */
const placesIn = (content: unknown) => credentialFindings(content).map(({ path }) => path);

describe("a credential in a Swagger file", () => {
  const credentials: Record<string, string> = {
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
    "a key without its kind": "-----BEGIN PRIVATE KEY-----",
    "a bearer token": `Authorization: Bearer ${"q7".repeat(10)}`,
    "a Basic header": `Basic ${"dXNl".repeat(4)}`,
    "a session id of Salesforce": `00D5g000004Kz1Q!${"AQ.x".repeat(5)}`,
    "a JSON web token": `eyJ${"a1".repeat(5)}.eyJ${"b2".repeat(5)}.${"c3".repeat(5)}`,
    "an access key of AWS": `AKIA${"Q7".repeat(8)}`,
    "a passing access key of AWS": `key ASIA${"Q7".repeat(8)}, since May`,
  };
  for (const [what, text] of Object.entries(credentials)) {
    it(`is seen wherever it stands: ${what}`, () => {
      assert.deepEqual(placesIn({ info: { description: `Use ${text} here` } }), [["info", "description"]]);
      assert.deepEqual(placesIn({ tags: ["none", [text]] }), [["tags", 1, 0]]);
    });
  }

  const harmless = [
    "The bearer of this token is the user",
    "Bearer short",
    "Basic authentication",
    "-----BEGIN CERTIFICATE-----",
    "00D5g000004Kz1",
    "eyJhbGciOiJub25lIn0",
    `xeyJ${"a1".repeat(5)}.eyJ${"b2".repeat(5)}.${"c3".repeat(5)}`,
    "AKIA12345",
    `XAKIA${"Q7".repeat(8)}`,
  ];
  for (const text of harmless) {
    it(`is not seen in: ${text.slice(0, 40)}`, () => assert.deepEqual(placesIn({ description: text }), []));
  }

  for (const name of [
    "clientSecret",
    "client_secret",
    "password",
    "passwd",
    "apiKey",
    "api-key",
    "API_KEY",
    "accessToken",
    "refresh_token",
    "private-key",
  ]) {
    it(`is seen in the example of ${name}, at the property`, () => {
      assert.deepEqual(placesIn({ properties: { [name]: { example: "hunter2-hunter2" } } }), [["properties", name]]);
    });
  }

  it("is seen in examples with a name each, in defaults and in what vendors add", () => {
    assert.deepEqual(placesIn({ examples: { password: "hunter2-hunter2" } }), [["examples", "password"]]);
    assert.deepEqual(placesIn({ default: { nested: { apiKey: "hunter2-hunter2" } } }), [
      ["default", "nested", "apiKey"],
    ]);
    assert.deepEqual(placesIn({ password: { default: "hunter2-hunter2" } }), [["password"]]);
    assert.deepEqual(placesIn({ "x-gateway": { apiKey: "hunter2-hunter2" } }), [["x-gateway", "apiKey"]]);
    assert.deepEqual(placesIn({ example: [{ password: "hunter2-hunter2" }] }), [["example", 0, "password"]]);
  });

  it("is not seen where the file only describes one", () => {
    assert.deepEqual(placesIn({ properties: { password: "hunter2-hunter2" } }), []);
    assert.deepEqual(placesIn({ "pre-x-": { apiKey: "hunter2-hunter2" } }), []);
    assert.deepEqual(placesIn({ passwordHint: { example: "hunter2-hunter2" } }), []);
    assert.deepEqual(placesIn({ password: { example: 12345678 } }), []);
    assert.deepEqual(placesIn("hunter2-hunter2"), []);
  });

  it("is not seen in what is too short for one, too long, or there to be replaced", () => {
    const example = (value: string) => placesIn({ password: { example: value } }).length;
    assert.deepEqual(
      [example("hunter2"), example("hunter22"), example("h".repeat(999)), example("h".repeat(1_000))],
      [0, 1, 1, 0],
    );
    for (const value of [
      "password",
      "<password>",
      "{{password}}",
      "********",
      "xxxxxxxx",
      "your-password",
      "an example",
      "a placeholder",
      "secret...",
      "--------",
    ]) {
      assert.equal(example(value), 0, value);
    }
  });

  it("is told without being repeated, with what to do", () => {
    const [finding] = credentialFindings({ password: { example: "hunter2-hunter2" } });
    assert.match(String(finding?.message), /looks like a credential/);
    assert.equal(finding?.remedy, "Take it out, and rotate it.");
    assert.doesNotMatch(JSON.stringify(finding), /hunter2/);
  });
});
