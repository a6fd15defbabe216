import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { REPOSITORY } from "../stack";
import { type FaultRow, GROUPS } from "./rows";

/** docs/faults.md: each fault, what the user reads when it happens, and the test that shows it. */

const INTRODUCTION = `# What goes wrong, and what you read then

Each row is a fault that tests bring about, with what is promised, the file of the test that shows it, and what the person at the terminal reads. The
text is what the provider, or \`pulumi\`, really said: a test fails when it says something else. The quick rows run with \`npm test\`, those of
\`test/faults/\` with \`npm run test:all\`. \`server.example\` and \`tokens.example\` stand for the host that was asked. What ran is an AEM
emulator, Apache Sling and \`pulumi\`; no row has been shown on a real AEM.

A row *holds* when its test passed as this page was written. \`RECORD=faults npm run test:all\` writes the texts anew; \`RECORD=faults npm test -- save\`
only those of the tests with that word in their path. What the token check says is in [token-check.md](token-check.md).
`;

export const PAGE = join(REPOSITORY, "docs", "faults.md");

const NOTHING = "Nothing: the run goes on, or nothing is to be done.";

/** `texts`: what the user saw, by the row's number, empty for nothing; `places`: the files of the tests. */
export function pageOf(texts: ReadonlyMap<string, string>, places: ReadonlyMap<string, readonly string[]>): string {
  const parts = GROUPS.map(([title, rows]) => {
    const entries = Object.entries(rows).map(([number, row]) => entry(number, row, texts.get(number), places));
    return `## ${title}\n\n${entries.join("\n")}`;
  });
  return [INTRODUCTION, ...parts].join("\n");
}

function entry(
  number: string,
  { fault, expected, untested }: FaultRow,
  text: string | undefined,
  places: ReadonlyMap<string, readonly string[]>,
): string {
  const place = places.get(number)?.join(", ");
  const verdict = text === undefined ? "not shown" : `holds: \`${place}\``;
  const head = `**${number}** ${fault} · ${expected} · *${untested === undefined ? verdict : `not tested: ${untested}`}*`;
  if (text === undefined) return `${head}\n`;
  return `${head}\n\n${text === "" ? NOTHING : `\`\`\`\n${text}\n\`\`\``}\n`;
}

const ENTRY = /^\*\*([A-Z]\d+)\*\* .*\n\n(?:```\n([\s\S]*?)\n```|Nothing: .*)$/gm;

/** The texts that stand on a page. */
export function textsOf(page: string): Map<string, string> {
  return new Map([...page.matchAll(ENTRY)].map(([, number = "", text = ""]) => [number, text]));
}

/** The files in which rows are shown, by their numbers. */
export function placesOf(): Map<string, string[]> {
  const places = new Map<string, string[]>();
  const folder = join(REPOSITORY, "test");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) =>
    name.endsWith(".ts"),
  );
  for (const { parentPath, name } of files.sort((a, b) => a.name.localeCompare(b.name))) {
    const path = join(parentPath, name);
    for (const [, number = ""] of readFileSync(path, "utf8").matchAll(/\bshows\(\s*"([A-Z]\d+)",/g)) {
      places.set(number, [...(places.get(number) ?? []), relative(REPOSITORY, path)]);
    }
  }
  return places;
}
