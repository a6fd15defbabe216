import assert from "node:assert/strict";
import { changedLines, content, EDITS, edit, gate, startDriftWorld } from "../world/driftEdits";
import { SWAGGER, World } from "../world/world";

describe("drift field by field, on the engine", () => {
  let world: World;
  let undo = () => {};

  before(async () => {
    world = await startDriftWorld(() => World.start());
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  afterEach(() => {
    undo();
    undo = () => {};
  });

  for (const [what, [change, shown]] of Object.entries(EDITS)) {
    it(`of ${what}: that alone is shown, old and new, and the gate fails`, async () => {
      const before = content(world);
      const old = Buffer.isBuffer(change)
        ? Buffer.from(SWAGGER)
        : Object.fromEntries(Object.keys(change).map((name) => [name, before[name]]));
      undo = () => edit(world, old);
      edit(world, change);
      const text = await gate(world, 7);
      const lines = changedLines(text);
      assert.equal(lines.length, shown.length, text);
      for (const [index, line] of shown.entries()) assert.match(lines[index] ?? "", line);
      assert.match(text, /crm: changed in AEM since the last run, last by somebody, /);
    });
  }
});
