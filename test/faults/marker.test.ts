import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, World } from "../world/world";

const FOREIGN = "acme/other/prod/crm#0123456789abcdef";

describe("the marker on the node, on the engine", () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start();
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("keeps the page through a forced replace by up --replace: complete, and nothing left to do", async () => {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const before = markerOf(world);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview", "--replace", "**RestDataSource::crm");
    assert.match(text, /1 replaced/);
    assert.match(text, /warning: .* was left in AEM: its successor stands there/);
    assert.notEqual(markerOf(world), before);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
  });

  shows("E10", "of another owner stops create and update, and destroy leaves that page", async () => {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.aem.edit(PAGE, { managedBy: FOREIGN });
    world.newWrites();
    await world.program({ title: '"New"' });
    const update = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(update.code, 0);
    assert.match(update.text, /is managed by acme\/other\/prod\/crm; nothing was written \[data-source-foreign\]/);
    const destroy = await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.match(destroy.text, /warning: .* was left in AEM: it belongs to acme\/other\/prod\/crm/);
    const create = await world.stack.try("up", "--yes", "--skip-preview");
    assert.match(create.text, /is managed by acme\/other\/prod\/crm; nothing was written \[data-source-foreign\]/);
    assert.deepEqual(world.newWrites(), []);
    return [update, destroy, create].map(({ text }) => diagnostics(text)).join("\n");
  });
});

function markerOf(world: World): unknown {
  return Object(world.aem.node(`${PAGE}/jcr:content`)).managedBy;
}
