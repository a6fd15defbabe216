import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, SWAGGER, World } from "../world/world";

const NEW_SECRET = "the+next/S3cret of the app";

describe("a rotation by a saved plan, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    world.secrets.push(NEW_SECRET);
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.newWrites();
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("goes through a saved plan, counts the revision and the time of the write", async () => {
    const before = (await world.stack.dataSource())?.outputs;
    world.rotate(NEW_SECRET);
    await world.stack.pulumi("preview", "--save-plan", "plan.json");
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--plan", "plan.json");
    const after = (await world.stack.dataSource())?.outputs;
    assert.equal(world.aem.plainSecret(PAGE), NEW_SECRET);
    assert.deepEqual([before?.secretRevision, after?.secretRevision], [1, 2]);
    assert.ok(String(after?.secretWrittenAt) > String(before?.secretWrittenAt));
    assert.notEqual(after?.secretWitness, before?.secretWitness);
  });

  shows("P7", "by a plan is refused where the Swagger file's meaning changed since", async () => {
    world.rotate(world.secrets[0] ?? "");
    await world.stack.pulumi("preview", "--save-plan", "plan.json");
    await world.stack.write("api.json", SWAGGER.replace('"/query"', '"/queryAll"'));
    world.newWrites();
    const { code, text } = await world.stack.try("up", "--yes", "--skip-preview", "--plan", "plan.json");
    assert.notEqual(code, 0);
    assert.match(text, /violates plan: properties changed: .*api/);
    assert.deepEqual(world.newWrites(), []);
    return diagnostics(text).replace(/api\[.*\]/, "api[…]");
  });
});
