import { escaped } from "./markup";

/**
 * What a terminal shows, as a picture: the text with its colours (ANSI), on a ground of its own, so that it can be read on
 * a light page and on a dark one. No script, no style sheet, no font that isn't there.
 */

export const GROUND = "#161b22";

/** The colours that `pulumi` uses, by their numbers among the terminal's 256. */
export const COLOURS: Readonly<Record<string, string>> = {
  "1": "#ff7b72",
  "2": "#56d364",
  "3": "#e3b341",
  "12": "#79c0ff",
  "13": "#d2a8ff",
};
export const PLAIN = "#e6edf3";

/** Characters in a line; what is longer goes on in the next one, as in a terminal of this width. */
const COLUMNS = 112;
const SIZE = 13;
const WIDE = 7.8;
const HIGH = 19;
const MARGIN = 16;

interface Look {
  readonly colour: string;
  readonly bold: boolean;
}

interface Cell extends Look {
  readonly character: string;
}

const ESCAPE = "\u001b[";
const USUAL: Look = { colour: PLAIN, bold: false };

/** `title` is what is read out in the place of the picture. Throws where the text has a colour that isn't known here. */
export function terminalPicture(title: string, ansi: string): string {
  const lines = cellsOf(ansi).flatMap(wrapped);
  const [width, height] = [Math.ceil(COLUMNS * WIDE) + 2 * MARGIN, lines.length * HIGH + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${GROUND}"/>`,
    ...lines.flatMap((cells, row) => runsOf(cells).map((run) => runText(run, MARGIN + row * HIGH + 0.75 * HIGH))),
    "</svg>\n",
  ].join("\n");
}

/** Line by line, each character with its look. */
function cellsOf(ansi: string): Cell[][] {
  let look = USUAL;
  const lines: Cell[][] = [[]];
  const [first = "", ...others] = ansi.trimEnd().split(ESCAPE);
  const write = (text: string) => {
    for (const character of text) {
      if (character === "\n") lines.push([]);
      else lines.at(-1)?.push({ character, ...look });
    }
  };
  write(first);
  for (const other of others) {
    const [, sequence, text = ""] = /^([\d;]*m)?(.*)$/s.exec(other) ?? [];
    look = changed(look, sequence ?? other.slice(0, 8));
    write(text);
  }
  return lines;
}

function changed(look: Look, sequence: string): Look {
  if (["m", "0m"].includes(sequence)) return USUAL;
  if (sequence === "1m") return { ...look, bold: true };
  const colour = COLOURS[/^38;5;(\d+)m$/.exec(sequence)?.[1] ?? ""];
  if (colour === undefined) throw new Error(`the picture knows no ${JSON.stringify(sequence)}`);
  return { ...look, colour };
}

/** Broken at blanks where it can be, and what goes on stands two further in: people read it, no program does. */
function wrapped(line: readonly Cell[]): Cell[][] {
  const indent = line.findIndex(({ character }) => character !== " ");
  const margin = Array.from({ length: indent + 2 }, () => ({ character: " ", ...USUAL }));
  const lines: Cell[][] = [];
  let rest = [...line];
  while (rest.length > COLUMNS) {
    const blank = rest.slice(0, COLUMNS + 1).findLastIndex(({ character }) => character === " ");
    const at = blank > margin.length ? blank + 1 : COLUMNS;
    lines.push(rest.slice(0, at));
    rest = [...margin, ...rest.slice(at)];
  }
  return [...lines, rest];
}

interface Run extends Look {
  readonly column: number;
  readonly text: string;
}

/** Neighbours of one look, and no two blanks in a row: not every reader of SVG keeps those. */
function runsOf(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  cells.forEach(({ character, colour, bold }, column) => {
    const last = runs.at(-1);
    if (last?.colour === colour && last.bold === bold) runs.splice(-1, 1, { ...last, text: last.text + character });
    else runs.push({ column, text: character, colour, bold });
  });
  return runs.flatMap(({ column, text, ...look }) =>
    [...text.matchAll(/\S+( \S+)*/g)].map((words) => ({ column: column + words.index, text: words[0], ...look })),
  );
}

/** In the place and of the length that it has in a terminal, whatever the reader's font is. */
function runText({ column, text, colour, bold }: Run, y: number): string {
  const place = `x="${round(MARGIN + column * WIDE)}" y="${round(y)}" textLength="${round(text.length * WIDE)}"`;
  return `<text ${place} fill="${colour}"${bold ? ' font-weight="bold"' : ""}>${escaped(text)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
