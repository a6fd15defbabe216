import assert from "node:assert/strict";
import { asDataSourceError, DataSourceError, excerpt, redact, rememberSecret } from "../../provider/errors";

const SECRET = 'q7/K+"x z';

describe("the redactor", () => {
  before(() => rememberSecret(SECRET));

  const forms: [how: string, form: string][] = [
    ["as it is", 'q7/K+"x z'],
    ["url-encoded", "q7%2FK%2B%22x%20z"],
    ["as a form field", "q7%2FK%2B%22x+z"],
    ["escaped in JSON", 'q7/K+\\"x z'],
    ["in base64", "cTcvSysieCB6"],
  ];
  for (const [how, form] of forms) {
    it(`masks a secret ${how}`, () => {
      assert.equal(redact(`before ${form} after`), "before [secret] after");
    });
  }

  it("masks every place at which a secret stands", () => {
    assert.equal(redact(`${SECRET},${SECRET}`), "[secret],[secret]");
  });

  it("masks the longest secret first, so that nothing of it is left", () => {
    rememberSecret("vTr9");
    rememberSecret("vTr9-and-a-tail");
    assert.equal(redact("vTr9-and-a-tail vTr9"), "[secret] [secret]");
  });

  it("leaves text alone that holds a secret too short to be one", () => {
    rememberSecret("qzx");
    assert.equal(redact("qzx"), "qzx");
  });
});

describe("an excerpt of foreign text", () => {
  it("holds no control characters, so that no terminal obeys it", () => {
    assert.equal(excerpt("a\u001b[2Jb\u0000c\u009bd"), "a [2Jb c d");
  });

  it("holds no direction marks, zero-width characters and line separators", () => {
    assert.equal(excerpt("a\u202eb\u2066c\u200bd\u2028e\u2029f\ufeffg"), "a b c d e f g");
  });

  it("is one line, with single blanks and none at the ends", () => {
    assert.equal(excerpt("\n AADSTS7000215:\r\n  Trace\t\tID \n"), "AADSTS7000215: Trace ID");
  });

  it("is cut at its limit, 300 characters when none is given", () => {
    assert.equal(excerpt("abcdef", 6), "abcdef");
    assert.equal(excerpt("abcdefg", 6), "abcdef…");
    assert.equal(excerpt("x".repeat(301)), `${"x".repeat(300)}…`);
  });

  it("is redacted before it is cut, so that no half of a secret is left", () => {
    rememberSecret("wL5mD2uR8");
    assert.equal(excerpt(`${"x".repeat(8)}wL5mD2uR8`, 12), "xxxxxxxx[sec…");
  });
});

describe("an error of a data source", () => {
  it("is told in one line with its code, and the remedy on a second one", () => {
    assert.equal(new DataSourceError("input-invalid", "it is wrong").text(), "it is wrong [input-invalid]");
    assert.equal(
      new DataSourceError("internal", "it is wrong", "Mend it.").text(),
      "it is wrong [internal]\n  Mend it.",
    );
  });

  it("is told without the secrets of the run", () => {
    rememberSecret("hB3nK6tY1");
    assert.equal(
      new DataSourceError("internal", "got hB3nK6tY1", "Take hB3nK6tY1 away.").text(),
      "got [secret] [internal]\n  Take [secret] away.",
    );
  });

  it("has a code for scripts, and fields that may be printed", () => {
    const { name, code, fields } = new DataSourceError("token-refused", "no", undefined, { status: 401 });
    assert.deepEqual([name, code, fields], ["DataSourceError", "token-refused", { status: 401 }]);
  });

  it("has no stack, which would tell a user nothing", () => {
    assert.equal(new DataSourceError("internal", "it is wrong").stack, "");
  });
});

describe("anything thrown", () => {
  it("stays what it is when it is an error of ours", () => {
    const ours = new DataSourceError("input-invalid", "it is wrong");
    assert.equal(asDataSourceError(ours), ours);
  });

  it("keeps its class and words, and is called a defect", () => {
    const error = asDataSourceError(new RangeError("out of range"));
    assert.equal(error.code, "internal");
    assert.equal(error.message, "unforeseen failure: RangeError: out of range");
    assert.match(String(error.remedy), /report it/);
  });

  it("need not be an Error", () => {
    assert.equal(asDataSourceError("just a text").message, "unforeseen failure: just a text");
  });

  it("is redacted and folded like any foreign text", () => {
    rememberSecret("xC4vJ8pE2");
    assert.equal(asDataSourceError(new Error("a\nxC4vJ8pE2")).message, "unforeseen failure: Error: a [secret]");
  });
});
