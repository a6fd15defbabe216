import assert from "node:assert/strict";
import { DataSourceError } from "../../provider/errors";
import { spelledTokenCheck, type TokenCheck, tokenRule } from "../../provider/tokenModes";
import { UNKNOWN } from "../../provider/values";

const VARIABLE = "AEM_DATASOURCE_TOKEN_CHECK";
const KEY = "aem-datasource:tokenCheck";

/** The rule as one line: mode, what an unreachable server does, who relaxed it. */
function rule(program: TokenCheck | undefined, stack?: string, variable?: string): string {
  const surroundings = {
    environment: { [VARIABLE]: variable },
    config: (key: string) => (key === KEY ? stack : undefined),
  };
  const { mode, onUnreachable, relaxedBy } = tokenRule(program, surroundings);
  return [mode, onUnreachable, ...(relaxedBy === undefined ? [] : [relaxedBy])].join(" ");
}

function refusal(program: TokenCheck | undefined, stack?: string, variable?: string): string {
  try {
    return `no refusal: ${rule(program, stack, variable)}`;
  } catch (thrown) {
    assert.ok(thrown instanceof DataSourceError);
    return thrown.text();
  }
}

describe("the mode of the token check", () => {
  it("is the program's, as a word or in detail, strict against refusals and lenient where nobody answers", () => {
    assert.equal(rule(undefined), "enforce warn");
    assert.equal(rule("enforce"), "enforce warn");
    assert.equal(rule("off"), "off warn");
    assert.equal(rule({}), "enforce warn");
    assert.equal(rule({ mode: "warn" }), "warn warn");
    assert.equal(rule({ onUnreachable: "fail" }), "enforce fail");
    assert.equal(rule({ mode: "warn", onUnreachable: "fail" }), "warn fail");
  });

  it("is relaxed by the stack, and by the environment for a run", () => {
    assert.equal(rule(undefined, "warn"), `warn warn ${KEY}`);
    assert.equal(rule("enforce", "off"), `off warn ${KEY}`);
    assert.equal(rule(undefined, undefined, "warn"), `warn warn ${VARIABLE}`);
    assert.equal(rule("warn", undefined, "off"), `off warn ${VARIABLE}`);
    assert.equal(rule(undefined, "warn", "off"), `off warn ${VARIABLE}`);
  });

  it("is the most relaxed that anybody asks for, by whom it was relaxed first", () => {
    assert.equal(rule("off", "warn", "warn"), "off warn");
    assert.equal(rule("warn", "warn", "warn"), "warn warn");
    assert.equal(rule(undefined, "off", "warn"), `off warn ${KEY}`);
    assert.equal(rule(undefined, "warn", "warn"), `warn warn ${KEY}`);
  });

  it("lets a relaxed run go on where no token server answers, too", () => {
    assert.equal(rule({ onUnreachable: "fail" }, undefined, "warn"), `warn warn ${VARIABLE}`);
    assert.equal(rule({ mode: "warn", onUnreachable: "fail" }, "warn"), `warn warn ${KEY}`);
    assert.equal(rule({ mode: "off", onUnreachable: "fail" }, "warn"), "off fail");
  });

  it("may be said to be the default by stack and environment, and an empty word says nothing", () => {
    assert.equal(rule({ onUnreachable: "fail" }, "enforce", "enforce"), "enforce fail");
    assert.equal(rule("warn", "", ""), "warn warn");
  });

  it("is not tightened from outside the program: the word that tries is refused by its place", () => {
    assert.equal(
      refusal("warn", "enforce"),
      `${KEY} says "enforce", but \`tokenCheck\` in the program says "warn": ${KEY} can only relax the token check [input-invalid]\n` +
        `  Unset ${KEY}, or change \`tokenCheck\` in the program.`,
    );
    const line = `${VARIABLE} says "enforce", but ${KEY} says "off"`;
    assert.ok(refusal(undefined, "off", "enforce").startsWith(line));
    assert.match(refusal("off", undefined, "enforce"), /^AEM_DATASOURCE_TOKEN_CHECK says "enforce"/);
  });

  it("is refused by its place where a word is none, without repeating it", () => {
    for (const word of ["Warn", "true", " off", "0"]) {
      const text = (place: string) =>
        `${place} must be "warn" or "off" [input-invalid]\n  Correct ${place}, or unset it.`;
      assert.equal(refusal(undefined, word), text(KEY));
      assert.equal(refusal("off", undefined, word), text(VARIABLE));
    }
  });
});

describe("two ways to say the same of the token check", () => {
  it("are spelled alike", () => {
    for (const given of [undefined, "enforce", {}, { mode: "enforce", onUnreachable: "warn" }]) {
      assert.equal(spelledTokenCheck(given), undefined);
    }
    assert.equal(spelledTokenCheck("warn"), spelledTokenCheck({ mode: "warn" }));
    assert.notEqual(spelledTokenCheck("warn"), spelledTokenCheck({ mode: "warn", onUnreachable: "fail" }));
    assert.notEqual(spelledTokenCheck("warn"), spelledTokenCheck({ mode: "off" }));
  });

  it("are told apart from what is no word at all, whatever it is", () => {
    for (const given of [5, null, [{ toString: 0 }], { mode: { toString: 0 } }, { onUnreachable: [{ valueOf: 1 }] }]) {
      const spelled = spelledTokenCheck(given);
      assert.equal(typeof spelled, "string");
      assert.equal(spelled, spelledTokenCheck(structuredClone(given)));
    }
  });

  it("are not known while a part is not", () => {
    for (const given of [UNKNOWN, { mode: UNKNOWN }, { mode: "warn", onUnreachable: UNKNOWN }]) {
      assert.equal(spelledTokenCheck(given), UNKNOWN);
    }
  });
});
