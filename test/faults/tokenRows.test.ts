import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY } from "../world/stack";
import { CLIENT_ID, CLIENT_SECRET, isTrouble, onCase, TOKEN, TOKEN_CASES, type TokenCase } from "../world/tokenCases";
import { normalised } from "../world/tokenCases/page";
import { program, World } from "../world/world";

/** One row of each kind. What none of them needs: a CA, a proxy, or the name lookup of another process. */
const ROWS = [
  "connection-refused",
  "closed",
  "not-http",
  "maintenance",
  "redirect",
  "invalid-client",
  "salesforce-no-run-as",
  "entra-wrong-secret",
  "html",
  "type-missing",
];
const OAUTH2 =
  "{ clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL }";

describe("the token check in pulumi preview", () => {
  let world: World;
  let page: string;

  before(async () => {
    page = await readFile(join(REPOSITORY, "docs", "token-check.md"), "utf8");
    world = await World.start(program({ oauth2: OAUTH2 }));
    world.stack.environment.CLIENT_ID = CLIENT_ID;
    world.stack.environment.CLIENT_SECRET = CLIENT_SECRET;
    world.secrets.push(CLIENT_SECRET, TOKEN);
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  for (const row of ROWS) {
    it(`prints what docs/token-check.md says: ${row}`, async () => {
      const tokenCase = TOKEN_CASES.find((each) => each.row === row && each.request === undefined);
      assert.ok(tokenCase);
      const told = textOf(page, row);
      const { code, text } = await previewed(tokenCase);
      const stops = told.startsWith("token check failed");
      assert.equal(code === 0, !stops, text);
      assert.ok(text.includes(`${stops ? "has a problem: " : "warning: crm: "}${told.split("\n", 1)}`), text);
      for (const line of told.split("\n")) assert.ok(text.includes(line.trim()), `${line} in ${text}`);
    });
  }

  async function previewed(tokenCase: TokenCase): Promise<{ code: number; text: string }> {
    assert.ok(isTrouble(tokenCase.behaviour) || tokenCase.behaviour.host === undefined);
    return onCase(tokenCase, async ({ tokenUrl }) => {
      world.stack.environment.TOKEN_URL = tokenUrl;
      const { code, text } = await world.stack.try("preview");
      return { code, text: normalised(text) };
    });
  }
});

/** The text of a row on the page. */
function textOf(page: string, row: string): string {
  const [, entry] = page.split(`· \`${row}\`\n\n\`\`\`\n`);
  const text = entry?.split("\n```\n", 1)[0];
  assert.ok(text, `${row} is not on the page`);
  return text;
}
