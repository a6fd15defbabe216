import assert from "node:assert/strict";
import { content, gate } from "../world/driftEdits";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, World } from "../world/world";

describe("a page that somebody deleted, on the engine", () => {
  shows("E4", "fails the gate, is made again by up --refresh, and written whole by an update", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.aem.remove(PAGE);
    assert.match(await gate(world, 7), /- pulumi-nodejs:dynamic\/aem-datasource:RestDataSource: \(delete\)/);
    const made = await world.stack.pulumi("up", "--yes", "--skip-preview", "--refresh");
    assert.match(made.text, /1 created/);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);

    world.aem.remove(PAGE);
    await world.program({ title: '"New"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: .* was gone in AEM; it is written again, secret included/);
    assert.equal(content(world)["jcr:title"], "New");
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await gate(world, 0);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
    return diagnostics(text);
  });
});
