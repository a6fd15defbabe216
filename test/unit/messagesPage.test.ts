import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_CODES } from "../../provider/errorCodes";
import {
  alternatives,
  codeOf,
  everyText,
  firstLine,
  pageOf,
  pattern,
  remediesOf,
  rendered,
  type Told,
} from "../world/messages";
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
    const used = new Set<string | undefined>(told.map(codeOf));
    const unused = Object.keys(ERROR_CODES).filter((code) => !used.has(code));
    assert.deepEqual(unused, []);
  });

  for (const name of ["faults.md", "token-check.md"]) {
    it(`knows each text with a code that docs/${name} shows`, () => {
      const shown = readFileSync(docs(name), "utf8").matchAll(/^(.*?) \[([a-z]+(?:-[a-z]+)+)\]$/gm);
      const texts = new Map([...shown].map(([whole, line = "", code]) => [whole, { line, code }]));
      assert.ok(texts.size > 50);
      const unknown = [...texts].filter(([whole, { line, code }]) => {
        return !patternsOf(code).some((known) => known.test(line) || known.test(whole));
      });
      assert.deepEqual(
        unknown.map(([whole]) => whole),
        [],
      );
    });
  }

  it("has no message that ends like a sentence, so that its code can follow", () => {
    const messages = told.flatMap(({ message }) =>
      alternatives(message).map((text) => rendered(text).split("\n")[0] ?? ""),
    );
    assert.deepEqual(
      messages.filter((message) => message.endsWith(".")),
      [],
    );
  });

  it("has remedies that are whole sentences, or end with what is to be copied", () => {
    const copied = /(https?:\/\/\S+|\/\S+|: (pulumi|npx|--\w+) .+|=\w+|…)$/;
    const odd = told.flatMap(remediesOf).filter((remedy) => {
      return !(/^[A-Z‹`{(]/.test(remedy) && (/[.?]›?$/.test(remedy) || copied.test(remedy)));
    });
    assert.deepEqual(odd, []);
  });

  function patternsOf(code: string | undefined): RegExp[] {
    const own = told.filter((one) => codeOf(one) === code);
    return own.map(({ message }) => new RegExp(`${pattern(firstLine(message))}(, asked \\d+ times)?$`));
  }
});
