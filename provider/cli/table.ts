import { excerpt } from "../errors";

/** Columns for a terminal. Colour is only for somebody who looks at one, and who did not say no (NO_COLOR). */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => excerpt(cell, 100)));
  const widths = headings.map((heading, column) => {
    return Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0));
  });
  const line = (row: readonly string[]) => {
    return row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  };
  return [dim(line(headings)), ...cells.map(line)].join("\n");
}

function dim(text: string): string {
  const coloured = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
  return coloured ? `\u001b[2m${text}\u001b[22m` : text;
}
