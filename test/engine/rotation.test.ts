import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, World } from "../world/world";

const NEW_SECRET = "the+next/S3cret of the app";

describe("a rotation of the client secret, on the engine", () => {
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

  shows("W15", "writes nothing when the token server refuses the new secret", async () => {
    world.stack.environment.CLIENT_SECRET = NEW_SECRET;
    const { code, text } = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /401 invalid_client/);
    assert.deepEqual(world.newWrites(), []);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    return diagnostics(text);
  });
});
