import assert from "node:assert/strict";
import { formsOf } from "../../provider/secretForms";

/** The text with what any form of the secret matches left out. */
function without(secret: string, text: string): string {
  return [...formsOf(secret).values()].reduce((left, { pattern }) => left.replace(pattern, "·"), text);
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

describe("the forms of a secret", () => {
  /** Of a base64 text, the characters whose six bits are all the secret's. */
  for (const secret of ["s3cret-0", "s3cret-of", "s3cret-of1"]) {
    for (const before of ["", "u", "u:", "us:", "usr:"]) {
      it(`hold all of ${secret} in base64 that no byte beside it changes, behind ${before.length} bytes`, () => {
        const base64 = Buffer.from(`${before}${secret}?more`).toString("base64");
        const first = Math.ceil((before.length * 8) / 6);
        const end = Math.floor(((before.length + secret.length) * 8) / 6);
        assert.equal(without(secret, base64), `${base64.slice(0, first)}·${base64.slice(end)}`);
      });
    }
  }

  it("hold its whole base64, with the characters that fill it up", () => {
    for (const secret of ["s3cret-0", "s3cret-of", "s3cret-of1"]) {
      assert.equal(without(secret, `<${Buffer.from(secret).toString("base64")}>`), "<·>");
    }
  });

  it("hold one whose base64 differs in URLs", () => {
    assert.equal(Buffer.from("s3?>~~?").toString("base64url"), "czM_Pn5-Pw");
    assert.equal(without("s3?>~~?", "<czM_Pn5-Pw>"), "<·w>");
  });

  const cores: [secret: string, core: string | undefined, why: string][] = [
    ["ab-cdef-gh", "cdef", "the longest run of letters and digits"],
    ["abc-def", "abc", "the first of two as long"],
    ["ab-cd\\efghi", "fghi", "without a letter behind a backslash, which may be part of an escape"],
    ["+/=&", "", "nothing, where it has neither letter nor digit"],
  ];
  for (const [secret, core, why] of cores) {
    it(`hold as they are: ${why}`, () => {
      assert.equal(formsOf(secret).get(secret)?.core, core);
    });
  }

  it("go four levels of JSON deep, where each doubles the backslashes", () => {
    const secret = "s3\\cret";
    let text = secret;
    for (let level = 1; level <= 4; level += 1) {
      text = inJson(text);
      assert.equal(without(secret, `<${text}>`), "<·>", `level ${level}`);
    }
  });

  it("hold a secret that ends with a backslash, as it is, in JSON and in a URL", () => {
    for (const form of ["s3cret\\", "s3cret\\\\", "s3cret%5C", "s3cret%255c", "s3cret\\u005c", "s3cret&#92;"]) {
      assert.equal(without("s3cret\\", `<${form}>`), "<·>", form);
    }
  });

  it("hold the letters that JSON has for control characters, and their numbers", () => {
    for (const form of ["s3\\t\\ncret", "s3\\u0009\\u000Acret", "s3\t\ncret"]) {
      assert.equal(without("s3\t\ncret", `<${form}>`), "<·>", form);
    }
  });

  it("hold nothing of another case", () => {
    assert.equal(without("s3cret", "S3cret s3Cret"), "S3cret s3Cret");
  });
});
