import { styleText } from "node:util";
import { excerpt } from "../errors";

/** Longer cells are cut, so that one title does not push everything aside. */
const LONGEST_CELL = 60;

/**
 * Columns for a terminal; the headings are dimmed only where `stream` is a terminal that takes it. The first column is
 * never cut: it is what somebody copies into the next command.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  stream: NodeJS.WriteStream,
): string {
  const cells = rows.map((row) =>
    row.map((cell, column) => excerpt(cell, column === 0 ? Number.POSITIVE_INFINITY : LONGEST_CELL)),
  );
  const widths = headings.map((heading, column) => {
    return Math.max(...[heading, ...cells.map((row) => row[column] ?? "")].map(width));
  });
  const line = (row: readonly string[]) => {
    return row
      .map((cell, column) => cell + " ".repeat(Math.max((widths[column] ?? 0) - width(cell), 0)))
      .join("  ")
      .trimEnd();
  };
  return [styleText("dim", line(headings), { stream }), ...cells.map(line)].join("\n");
}

/** Characters that terminals draw two columns wide (Unicode's annex 11), and those that stand on the one before. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{Mn}|\p{Me}/u;

function width(text: string): number {
  return [...text].reduce((columns, character) => {
    if (MARK.test(character)) return columns;
    return columns + (WIDE.test(character) ? 2 : 1);
  }, 0);
}
