import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { table } from "../../../provider/cli/table";
import { terminal, withNoWordAboutColours } from "../../world/terminal";

const HEADINGS = ["PATH", "TITLE", "HOST"];

describe("a table for a terminal", () => {
  withNoWordAboutColours();

  const lines = (rows: string[][], isTTY = false) => table(HEADINGS, rows, terminal(isTTY)).split("\n");

  it("has aligned columns and nothing behind the last one", () => {
    assert.deepEqual(
      lines([
        ["/conf/a", "A longer title", "h"],
        ["/conf/longer", "B", ""],
      ]),
      ["PATH          TITLE           HOST", "/conf/a       A longer title  h", "/conf/longer  B"],
    );
  });

  it("is aligned by the columns that characters take, not by their number", () => {
    assert.deepEqual(
      lines([
        ["/conf/a", "顧客", "h"],
        ["/conf/b", "Cafe\u0301", "h"],
      ]),
      ["PATH     TITLE  HOST", "/conf/a  顧客   h", "/conf/b  Cafe\u0301   h"],
    );
  });

  it("cuts a long title, and never the first column, which is there to be copied", () => {
    const path = `/conf/${"acme/".repeat(40)}crm`;
    const [, row = ""] = lines([[path, "x".repeat(200), "h"]]);
    assert.equal(row, `${path}  ${"x".repeat(60)}…  h`);
  });

  it("lets no text of others reach the terminal's own language", () => {
    const [, row = ""] = lines([["/conf/a\u001b]0;x\u0007", "\u009b31mred\u202e", "h\nnew line"]]);
    assert.equal(row, "/conf/a ]0;x  31mred  h new line");
  });

  it("dims its headings in a terminal alone, unless somebody wants no colours", () => {
    const rows = [["/conf/a", "A", "h"]];
    const [first = "", ...rest] = lines(rows, true);
    assert.equal(first, `\u001b[2m${stripVTControlCharacters(first)}\u001b[22m`);
    assert.deepEqual([stripVTControlCharacters(first), ...rest], lines(rows));
    process.env.NO_COLOR = "1";
    assert.deepEqual(lines(rows, true), lines(rows));
  });
});
