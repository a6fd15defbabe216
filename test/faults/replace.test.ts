import assert from "node:assert/strict";
import { PAGE, World } from "../world/world";

describe("a change of identity, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.newWrites();
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("by name is shown as a replacement that names it", async () => {
    await world.program({ name: '"crm2"' });
    const { text } = await world.stack.pulumi("preview", "--diff");
    assert.match(text, /~ name +: "crm" => "crm2"/);
    assert.match(text, /1 to replace/);
  });

  it("by name makes the new page first and removes the old one after", async () => {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const renamed = PAGE.replace(/crm$/, "crm2");
    const order = world
      .newWrites()
      .map(({ path }) => path)
      .filter((path) => !path.includes("probe"));
    assert.deepEqual(order, [`${renamed}/jcr:content`, PAGE]);
    assert.equal(world.aem.node(PAGE), undefined);
    assert.notEqual(world.aem.node(renamed), undefined);
  });

  it("by container does the same", async () => {
    await world.program({ name: '"crm2"', container: '"/conf/acme"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /1 replaced/);
    assert.equal(world.aem.node(PAGE.replace(/crm$/, "crm2")), undefined);
    assert.notEqual(world.aem.node("/conf/acme/settings/cloudconfigs/fdm/crm2"), undefined);
  });

  it("is not seen where the same container is only spelt otherwise", async () => {
    await world.program({ name: '"crm2"', container: '"acme"' });
    const { text } = await world.stack.pulumi("preview", "--expect-no-changes");
    assert.match(text, /2 unchanged/);
  });
});
