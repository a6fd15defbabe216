import assert from "node:assert/strict";
import { COLOURS, GROUND, PLAIN, terminalPicture } from "../../world/terminalPicture";

describe("the picture of a terminal", () => {
  it("holds each text in its colour, and nothing of the escapes", () => {
    const picture = terminalPicture("a <title>", "plain \u001b[38;5;1merror: \u001b[0m\u001b[1mwhy & where\u001b[0m\n");
    assert.match(picture, /<title>a &lt;title&gt;<\/title>/);
    const texts = [...picture.matchAll(/fill="(#\w+)"( font-weight="bold")?>(.*)<\/text>/g)];
    assert.deepEqual(
      texts.map(([, colour, bold, text]) => [colour, bold !== undefined, text]),
      [
        [PLAIN, false, "plain"],
        [COLOURS[1], false, "error:"],
        [PLAIN, true, "why &amp; where"],
      ],
    );
    assert.ok(!picture.includes("\u001b"));
  });

  it("keeps columns where they are, without two blanks in a row, which readers of SVG may take for one", () => {
    const picture = terminalPicture("columns", "api    : {\n       : }");
    const places = [...picture.matchAll(/x="([\d.]+)" y="[\d.]+" .*>(.*)<\/text>/g)].map(([, x, text]) => [x, text]);
    assert.deepEqual(places, [
      ["16", "api"],
      ["70.6", ": {"],
      ["70.6", ": }"],
    ]);
  });

  it("breaks a long line at blanks, and loses nothing of it", () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    const texts = textsOf(terminalPicture("long", `    ${words.join(" ")}\n${"x".repeat(300)}`));
    assert.ok(texts.every((text) => text.length <= 112));
    assert.deepEqual(texts.join(" ").match(/word\d+/g), words);
    assert.equal(texts.join("").match(/x/g)?.length, 300);
  });

  it("refuses a colour that it does not know, rather than losing it", () => {
    assert.throws(() => terminalPicture("odd", "\u001b[38;5;200mpink"), /knows no "38;5;200m"/);
    assert.throws(() => terminalPicture("odd", "\u001b[4munderlined"), /knows no "4m"/);
    assert.throws(() => terminalPicture("odd", "\u001b[2Jwiped"), /knows no "2Jwiped"/);
  });

  it("can be read: each colour against its ground by the contrast that WCAG asks of text", () => {
    for (const colour of [PLAIN, ...Object.values(COLOURS)]) assert.ok(contrast(colour, GROUND) >= 4.5, colour);
  });
});

function textsOf(picture: string): string[] {
  return [...picture.matchAll(/>(.*)<\/text>/g)].map(([, text = ""]) => text);
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
