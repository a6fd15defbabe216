import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../world/commandLine";
import { REPOSITORY } from "../world/stack";

const PAGE = join(REPOSITORY, "docs", "commands.md");
const INTRODUCTION = `# Commands

What \`aem-datasource\` says of itself, command by command, by \`--help\`; a test fails when the two differ
(\`RECORD=1 npm test -- commandsPage\` writes this page anew). In a program's folder it is \`npx aem-datasource\`.
`;

describe("docs/commands.md", () => {
  it("is what --help prints, command by command (RECORD=1 writes it anew)", async () => {
    const page = [INTRODUCTION, ...(await sectionsOf([]))].join("\n");
    if (process.env.RECORD === "1") await writeFile(PAGE, page);
    const saved = await readFile(PAGE, "utf8");
    assert.deepEqual(page.split("\n"), saved.split("\n"));
  });
});

/** A command, and those below it. */
async function sectionsOf(words: readonly string[]): Promise<string[]> {
  const { code, stdout } = await commandLine([...words, "--help"]);
  assert.equal(code, 0, stdout);
  const [, list = ""] = /^Commands:\n((?: .*\n)+)/m.exec(stdout) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name);
  const below: string[] = [];
  for (const name of names) below.push(...(await sectionsOf([...words, name])));
  const title = ["aem-datasource", ...words].join(" ");
  return [`## ${title}\n\n\`\`\`\n${stdout.trimEnd()}\n\`\`\`\n`, ...below];
}
