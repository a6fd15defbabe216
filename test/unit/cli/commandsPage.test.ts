import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeProgram, withAllBelow } from "../../../provider/cli/program";
import { helpOf, pathTo } from "../../world/commandHelp";
import { REPOSITORY } from "../../world/stack";

const PAGE = join(REPOSITORY, "docs", "commands.md");
const INTRODUCTION = `# Commands

What \`aem-datasource\` says of itself by \`--help\`, command by command; a test fails when the two differ (\`RECORD=1 npm test -- commandsPage\` writes this
page anew). In a program's folder it is \`npx aem-datasource\`.
`;

describe("docs/commands.md", () => {
  it("is what --help prints, command by command (RECORD=1 writes it anew)", async () => {
    const all = withAllBelow(makeProgram(() => undefined));
    const sections = all.map((command) => `## ${pathTo(command)}\n\n\`\`\`\n${helpOf(command).trimEnd()}\n\`\`\`\n`);
    const page = [INTRODUCTION, ...sections].join("\n");
    if (process.env.RECORD === "1") await writeFile(PAGE, page);
    const saved = await readFile(PAGE, "utf8");
    assert.deepEqual(page.split("\n"), saved.split("\n"));
  });
});
