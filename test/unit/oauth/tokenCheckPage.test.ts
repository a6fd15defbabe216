import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { redact } from "../../../provider/errors";
import { TABLE } from "../../../provider/oauth/table";
import { shows } from "../../world/faultRows";
import { searchText } from "../../world/leaks";
import { REPOSITORY } from "../../world/stack";
import {
  CLIENT_SECRET,
  isTrouble,
  type Judgement,
  judgeCase,
  TOKEN,
  TOKEN_CASES,
  type Trouble,
} from "../../world/tokenCases";
import { normalised, pageOf } from "../../world/tokenCases/page";

const PAGE = join(REPOSITORY, "docs", "token-check.md");
const ROWS = TABLE.flatMap(({ rows }) => rows);

describe("the decision table of the token check", function () {
  this.timeout(20_000);

  /** What the first case of each row said. */
  const texts = new Map<string, string>();

  it("has a name of its own for each row, and a case for each", () => {
    const names = ROWS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const cases = new Set(TOKEN_CASES.map(({ row }) => row));
    assert.deepEqual(
      names.filter((name) => !cases.has(name)),
      [],
    );
    assert.deepEqual(
      [...cases].filter((row) => row !== "issued" && !names.includes(row)),
      [],
    );
  });

  for (const tokenCase of TOKEN_CASES) {
    it(`${tokenCase.row}: ${tokenCase.what}`, async () => {
      const judged = await judgeCase(tokenCase);
      assertFits(tokenCase.row, judged);
      assert.equal(judged.attempts, tokenCase.attempts ?? 1);
      if (!texts.has(tokenCase.row)) texts.set(tokenCase.row, normalised(judged.texts.join("\n")));
    });
  }

  const A7 = ["JSON without a token", "200 with HTML", "a MAC token", "a token whose type is null"];
  shows("A7", "answers with 200 that are no token, or not for long", async () => {
    const told: string[] = [];
    for (const what of A7) {
      const found = TOKEN_CASES.find((one) => one.what === what);
      assert.ok(found, what);
      told.push(...(await judgeCase(found)).texts);
    }
    assert.equal(told.length, A7.length);
    return normalised(told.join("\n"));
  });

  shows("C2", "a redirect from https to http, which is not followed", async () => {
    const found = TOKEN_CASES.find(({ row }) => row === "redirect-plain-http");
    assert.ok(found && isTrouble(found.behaviour));
    const { behaviour } = found;
    let connections = 0;
    const counted: Trouble = (ground) => {
      const listen: typeof ground.listen = (server) => ground.listen(server.on("connection", () => (connections += 1)));
      return behaviour({ ...ground, listen });
    };
    const { kind, attempts, texts } = await judgeCase({ ...found, behaviour: counted });
    assert.deepEqual([kind, attempts, connections], ["refused", 1, 1]);
    return normalised(texts.join("\n"));
  });

  it("is what docs/token-check.md tells, word by word (RECORD=1 writes it anew)", async () => {
    const page = pageOf(texts);
    assert.deepEqual(searchText("the page", page, [TOKEN, CLIENT_SECRET]), []);
    assert.doesNotMatch(page, /127\.0\.0\.1|:\d{5}/);
    if (process.env.RECORD === "1") await writeFile(PAGE, page);
    const saved = await readFile(PAGE, "utf8");
    assert.deepEqual(page.split("\n"), saved.split("\n"));
  });
});

function assertFits(name: string, judged: Judgement): void {
  const row = ROWS.find((each) => each.name === name);
  const text = judged.texts.join("\n");
  assert.deepEqual(searchText("the verdict", text, [TOKEN, CLIENT_SECRET, "p4ss-kR8", "p4ss-wX3"]), []);
  assert.equal(redact(text), text);
  if (row === undefined || row.outcome === "doubtful") {
    assert.deepEqual([judged.kind, judged.codes], ["issued", row === undefined ? [] : [row.code]], text);
    return;
  }
  const kind = row.outcome === "refused" ? "refused" : "not judged";
  assert.deepEqual([judged.row, judged.kind, judged.codes], [name, kind, [row.code]], text);
  assert.equal(judged.unreachable, row.outcome === "unreachable");
}
