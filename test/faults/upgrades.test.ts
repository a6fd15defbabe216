import assert from "node:assert/strict";
import { CLIENT_SECRET, PAGE, type World } from "../world/world";
import { releasedProgram, releasedWorld, releases } from "./releasedStack";

describe("stacks of released versions, on the engine", () => {
  it("are there", () => {
    assert.notDeepEqual(releases(), []);
  });

  for (const version of releases()) {
    describe(version, () => {
      let world: World;

      before(async () => {
        world = await releasedWorld(version);
        world.newWrites();
      });

      after(async () => {
        assert.deepEqual(await world.leaks(), []);
        await world.stop();
      });

      it("has no drift, and no change in a preview", async () => {
        await world.stack.pulumi("refresh", "--preview-only", "--expect-no-changes");
        await world.stack.pulumi("preview", "--expect-no-changes");
        assert.deepEqual(world.newWrites(), []);
      });

      it("is updated by one write of what changed, the secret left as it is", async () => {
        await world.stack.write("index.js", releasedProgram('"Second"'));
        await world.stack.pulumi("up", "--yes", "--skip-preview");
        const [write, ...more] = world.newWrites();
        assert.deepEqual(more, []);
        const names = write?.fields.map(({ name }) => name) ?? [];
        assert.ok(names.includes("./jcr:title"), names.join(", "));
        assert.ok(!names.some((name) => name.includes("client_secret")), names.join(", "));
        assert.equal(world.aem.plainSecret(PAGE), CLIENT_SECRET);
      });

      it("is destroyed without a trace", async () => {
        await world.stack.pulumi("destroy", "--yes", "--skip-preview");
        assert.equal(world.aem.node(PAGE), undefined);
      });
    });
  }
});
