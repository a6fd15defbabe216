import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import type { Finding } from "../../../provider/aem/examination";
import { allRight, findingLines, findingsJson } from "../../../provider/cli/findings";
import { terminal, withNoWordAboutColours } from "../../world/terminal";

const FINDINGS: readonly Finding[] = [
  { check: "author", state: "ok", message: "it answers" },
  {
    check: "rights",
    state: "wrong",
    message: "none below `container`",
    code: "author-no-rights",
    remedy: "Give some.",
  },
  { check: "token URL", state: "not checked", message: "--token-url names it" },
];

describe("the lines of a doctor", () => {
  withNoWordAboutColours();

  const PLAIN = [
    "ok           author     it answers",
    "wrong        rights     none below --container [author-no-rights]",
    "                        Give some.",
    "not checked  token URL  --token-url names it",
  ];

  it("are aligned, and plain where nobody looks", () => {
    assert.deepEqual(findingLines(FINDINGS, terminal(false)).split("\n"), PLAIN);
  });

  it("are coloured in a terminal, by nothing but their states", () => {
    const lines = findingLines(FINDINGS, terminal(true)).split("\n");
    assert.equal(lines[0], "\u001b[32mok         \u001b[39m  author     it answers");
    assert.ok(lines[1]?.startsWith("\u001b[31mwrong      \u001b[39m  rights"));
    assert.deepEqual(
      lines.map((line) => stripVTControlCharacters(line)),
      PLAIN,
    );
  });

  it("are plain in a terminal whose user wants no colours", () => {
    process.env.NO_COLOR = "1";
    assert.deepEqual(findingLines(FINDINGS, terminal(true)).split("\n"), PLAIN);
  });

  it("are not all right with one that is wrong", () => {
    assert.equal(allRight(FINDINGS), false);
    assert.equal(allRight(FINDINGS.filter(({ state }) => state !== "wrong")), true);
    assert.equal(JSON.parse(findingsJson("http://a", FINDINGS)).ok, false);
  });
});
