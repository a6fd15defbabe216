import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "../../provider/errorCodes";
import { codeOf, everyText, pageOf, pattern, type Told } from "../world/messages";
import { REPOSITORY } from "../world/stack";

const docs = (name: string) => join(REPOSITORY, "docs", name);
const PAGE = docs("messages.md");

describe("the page of every message", function () {
  this.timeout(60_000);
  let told: readonly Told[] = [];

  before(() => {
    told = everyText();
  });

  it("is what docs/messages.md tells, word by word (RECORD=1 writes it anew)", () => {
    const page = pageOf(told);
    if (process.env.RECORD === "1") writeFileSync(PAGE, page);
    assert.deepEqual(page.split("\n"), readFileSync(PAGE, "utf8").split("\n"));
  });

  it("has a text for each code", () => {
    const used = new Set(told.map(codeOf));
    assert.deepEqual(
      Object.keys(ERROR_CODES).filter((code) => !used.has(code as never)),
      [],
    );
  });

  for (const name of ["faults.md", "token-check.md"]) {
    it(`knows each text with a code that docs/${name} shows`, () => {
      const shown = [...readFileSync(docs(name), "utf8").matchAll(/^(.*) \[([a-z]+(?:-[a-z]+)+)\]/gm)];
      assert.ok(shown.length > 50);
      const unknown = shown.filter(([, line = "", code]) => !patternsOf(code).some((one) => one.test(line)));
      assert.deepEqual(
        unknown.map(([whole]) => whole),
        [],
      );
    });
  }

  function patternsOf(code: string | undefined): RegExp[] {
    return told.filter((one) => codeOf(one) === code).map(({ message }) => new RegExp(`${pattern(message)}(, asked \\d+ times)?$`));
  }
});
