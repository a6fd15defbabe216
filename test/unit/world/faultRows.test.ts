import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PAGE, pageOf, placesOf, textsOf } from "../../world/faultRows/page";
import { GROUPS, ROWS } from "../../world/faultRows/rows";

describe("the fault table", () => {
  const page = readFileSync(PAGE, "utf8");
  const places = placesOf();

  it("is numbered through, group by group", () => {
    for (const [title, rows] of GROUPS) {
      const [letter] = Object.keys(rows)[0] ?? "";
      const numbers = Object.keys(rows).map((_, index) => `${letter}${index + 1}`);
      assert.deepEqual(Object.keys(rows), numbers, title);
    }
  });

  it("has one test that shows what the user sees for each row, or the reason why there can be none", () => {
    const wanted = [...ROWS].map(([number, { untested }]) => `${number}: ${untested === undefined ? 1 : 0}`);
    assert.deepEqual(
      [...ROWS.keys()].map((number) => `${number}: ${places.get(number)?.length ?? 0}`),
      wanted,
    );
    assert.deepEqual(
      [...places.keys()].filter((number) => !ROWS.has(number)),
      [],
    );
  });

  it("is told by docs/faults.md, row by row", () => {
    const texts = textsOf(page);
    const tested = [...ROWS].filter(([, { untested }]) => untested === undefined).map(([number]) => number);
    assert.deepEqual([...texts.keys()], tested);
    assert.deepEqual(page.split("\n"), pageOf(texts, places).split("\n"));
  });

  it("is told without what is of one run or one machine alone", () => {
    assert.doesNotMatch(page, /127\.0\.0\.1|localhost:|:\d{5}|\/tmp\//);
  });
});
