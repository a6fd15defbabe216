import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArguments } from "../../provider/inputs";
import { referencePage } from "../world/reference/page";
import { REPOSITORY } from "../world/stack";

const PAGE = join(REPOSITORY, "docs", "reference.md");

describe("docs/reference.md", function () {
  this.timeout(30_000); // the compiler takes about a second, more on a busy machine
  let page: string;
  before(() => {
    page = referencePage();
  });

  it("is what the docstrings say, word by word (RECORD=1 writes it anew)", async () => {
    if (process.env.RECORD === "1") await writeFile(PAGE, page);
    const saved = await readFile(PAGE, "utf8");
    assert.deepEqual(page.split("\n"), saved.split("\n"));
  });

  it("names arguments that a program can give, and no other", () => {
    const [, rows = ""] = /## Arguments\n(.*?)\n### /s.exec(page) ?? [];
    const names = [...rows.matchAll(/^\| `(\w+)` \| `/gm)].map(([, name = ""]) => name);
    assert.equal(names.length, 13);
    const refused = (name: string) => {
      return parseArguments({ [name]: {} }).problems.some(({ message }) => message.includes("is no argument"));
    };
    assert.deepEqual([...names.filter(refused), refused("titel")], [true]);
  });
});
