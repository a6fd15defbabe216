import assert from "node:assert/strict";
import sinon from "sinon";
import { withProgress } from "../../../provider/cli/progress";
import { terminal } from "../../world/terminal";

describe("progress", () => {
  let clock: sinon.SinonFakeTimers;
  const usual = process.env.TERM;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
    process.env.TERM = "xterm-256color";
  });
  afterEach(() => {
    clock.restore();
    if (usual === undefined) delete process.env.TERM;
    else process.env.TERM = usual;
  });

  /** Three objects of 2.4 s each. */
  async function seen(isTTY: boolean, given: { json?: true } = {}, failing = false): Promise<string[]> {
    const written: string[] = [];
    const stream = Object.assign(terminal(isTTY), { write: (text: string) => written.push(text) > 0 });
    const work = withProgress(
      given,
      async (tell) => {
        for (const done of [0, 1, 2]) {
          tell(`${done} of 3 objects`);
          await new Promise((resolve) => setTimeout(resolve, 2_400));
        }
        if (failing) throw new Error("it failed");
        return "done";
      },
      stream,
    );
    const ended = failing
      ? assert.rejects(work, /^Error: it failed$/)
      : work.then((text) => assert.equal(text, "done"));
    await clock.tickAsync(10_000);
    await ended;
    return written;
  }

  it("says what, how far and how long in one line, of which nothing stays", async () => {
    const written = await seen(true);
    const lines = [...new Set(written.map((text) => text.trim()))];
    assert.deepEqual(lines.slice(0, 3), ["0 of 3 objects, 1 s", "0 of 3 objects, 2 s", "1 of 3 objects, 3 s"]);
    assert.equal(screen(written), "");
    for (const never of ["\n", "\u001b"]) assert.ok(!written.join("").includes(never));
    assert.equal(clock.countTimers(), 0);
  });

  it("leaves nothing on the screen when the work fails either", async () => {
    assert.equal(screen(await seen(true, {}, true)), "");
    assert.equal(clock.countTimers(), 0);
  });

  it("says nothing where no terminal is, with --json, and on a terminal that can't go back", async () => {
    assert.deepEqual(await seen(false), []);
    assert.deepEqual(await seen(true, { json: true }), []);
    process.env.TERM = "dumb";
    assert.deepEqual(await seen(true), []);
  });
});

/** What is left in the line after all carriage returns. */
function screen(written: readonly string[]): string {
  let line = "";
  for (const part of written.join("").split("\r")) line = part + line.slice(part.length);
  return line.trimEnd();
}
