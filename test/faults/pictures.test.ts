import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CONSUMER_SECRET, Guide } from "../world/guide";
import { REPOSITORY } from "../world/stack";
import { terminalPicture } from "../world/terminalPicture";

const LEFT_OUT = "\u001b[0m…";

/** RECORD=1 makes them anew. */
describe("the pictures of README.md, of what pulumi prints in colours", function () {
  this.timeout(300_000);
  let guide: Guide;
  before(async () => {
    guide = await Guide.start();
    await guide.follow("First data source", "pulumi preview --diff");
  });

  after(async () => {
    assert.deepEqual(await guide.leaks(), []);
    await guide.stop();
  });

  it("show a refused preview", async () => {
    await guide.stack.setSecret("consumerSecret", CONSUMER_SECRET.slice(0, -1));
    // Above the diagnostics stand the same words, as events that a terminal draws over.
    const counts = /^(\S|$)|^ {2}pulumi-nodejs:| {4}error: | {6}\S|^ {4}[+\d]/;
    await assertPictured("refused-preview", "pulumi preview", counts);
  });

  it("show a first preview, whole", async () => {
    await guide.stack.setSecret("consumerSecret", CONSUMER_SECRET);
    await assertPictured("first-preview", "pulumi preview --diff", /^/);
  });

  it("show drift, what differs and where", async () => {
    await guide.stack.pulumi("up", "--yes", "--skip-preview");
    await guide.edited();
    const gate = "pulumi refresh --preview-only --diff --expect-no-changes";
    await assertPictured("drift", gate, /^(\S|$)|^ *[-+~] (?!digest|sha256)|^ +\[id=|^ {4}\d|^ {2}[A-Z]+ \//);
  });

  /** Runs the command, and compares the picture of the lines that count; lines between them are left out as "…". */
  async function assertPictured(name: string, command: string, counts: RegExp): Promise<void> {
    const { text } = await guide.stack.try(...command.split(" ").slice(1), "--color", "always");
    const shown: string[] = [];
    for (const line of withOneTime(text).trimEnd().split("\n")) {
      if (counts.test(stripVTControlCharacters(line))) shown.push(line);
      else if (shown.at(-1) !== LEFT_OUT) shown.push(LEFT_OUT);
    }
    const path = `docs/images/${name}.svg`;
    const [, title] = new RegExp(`!\\[([^\\]]+)\\]\\(${path}\\)`).exec(guide.page) ?? [];
    assert.ok(title, `README.md does not show ${path}`);
    const picture = terminalPicture(title, [`\u001b[1m$ ${command}\u001b[0m`, ...shown].join("\n"));
    if (process.env.RECORD === "1") await writeFile(join(REPOSITORY, path), picture);
    const saved = await readFile(join(REPOSITORY, path), "utf8");
    assert.deepEqual(picture.split("\n"), saved.split("\n"));
  }
});

/** The time of the edit is another one in each run. */
function withOneTime(text: string): string {
  return text.replace(/\w{3} \w{3} \d\d \d{4} [\d:]{8} GMT[+-]\d{4}/g, "Mon Mar 02 2026 09:41:00 GMT+0000");
}
