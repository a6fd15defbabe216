import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import { redact } from "../../provider/errors";
import { isRecord, isUnknown, Secret, sha256, UNKNOWN } from "../../provider/values";

const VALUE = "mP4wZ7kQ9";
const secret = new Secret(VALUE);

describe("a secret", () => {
  const prints: [way: string, print: (secret: Secret) => string][] = [
    ["String", (secret) => String(secret)],
    ["a template", (secret) => `${secret}`],
    [
      "a concatenation",
      (secret) => {
        let line = "";
        line += secret;
        return line;
      },
    ],
    ["a list joined", (secret) => [secret].join()],
    ["util.inspect", (secret) => inspect(secret)],
    ["util.inspect of everything hidden", (secret) => inspect(secret, { showHidden: true, depth: null })],
    ["console.log's %s", (secret) => format("%s", secret)],
    ["console.log's %o", (secret) => format("%o", secret)],
  ];
  for (const [way, print] of prints) {
    it(`prints as [secret] by ${way}`, () => assert.equal(print(secret), "[secret]"));
  }

  it("prints as [secret] by JSON", () => {
    assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
  });

  it("prints as [secret] deep in an object", () => {
    assert.equal(inspect({ oauth2: [secret] }), "{ oauth2: [ [secret] ] }");
  });

  it("has nothing to be found by a look at its keys, a spread or a clone", () => {
    const views = [Reflect.ownKeys(secret), { ...secret }, structuredClone(secret)];
    for (const view of views) assert.ok(!inspect(view, { showHidden: true }).includes(VALUE));
  });

  it("reveals its value to the request that needs it", () => {
    assert.equal(secret.reveal(), VALUE);
  });

  it("is known to the redactor as soon as it is made", () => {
    const made = new Secret("oY6hN1sA3");
    assert.equal(redact(`token ${made.reveal()}`), "token [secret]");
  });

  it("equals one of the same value, and nothing else", () => {
    assert.equal(secret.equals(new Secret(VALUE)), true);
    assert.equal(secret.equals(new Secret(`${VALUE}x`)), false);
    assert.equal(secret.equals(undefined), false);
  });
});

describe("an unknown", () => {
  it("is told from everything that only looks like it", () => {
    assert.equal(isUnknown(UNKNOWN), true);
    for (const other of [undefined, null, "", Symbol(UNKNOWN.description), { UNKNOWN }]) {
      assert.equal(isUnknown(other), false);
    }
  });
});

describe("SHA-256", () => {
  it("is told in hex digits, the same for a text and its bytes", () => {
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4, appendix
    assert.deepEqual([sha256("abc"), sha256(Buffer.from("abc"))], [digest, digest]);
  });
});

describe("a record", () => {
  it("is an object, no list and no null", () => {
    assert.equal(isRecord({}), true);
    for (const other of [[], null, undefined, "text", 1]) assert.equal(isRecord(other), false);
  });
});
