import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { startProxy } from "../world/proxy";
import { PAGE, World } from "../world/world";

const STRANGER = "acme/billing/prod/crm";

describe("taking over, further cases on the engine", () => {
  let world: World;

  /** An equal page without a marker of ours, which the stack does not know. */
  beforeEach(async () => {
    world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    await world.stack.pulumi("state", "delete", "--yes", String((await world.stack.dataSource())?.urn));
    world.aem.edit(PAGE, { managedBy: undefined, hand: "made" });
    world.newWrites();
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  shows("W10", "a page of another owner is refused by true and taken by overwrite, which names the owner", async () => {
    world.aem.edit(PAGE, { managedBy: `${STRANGER}#0123456789abcdef`, "jcr:title": "Theirs" });
    await world.program({ adopt: "true" });
    const { code, text } = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /is managed by acme\/billing\/prod\/crm; nothing was written \[data-source-foreign\]/);
    assert.deepEqual(world.newWrites(), []);

    await world.program({ adopt: '"overwrite"' });
    const taken = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(taken.text, /warning: crm: .* is taken over from acme\/billing\/prod\/crm, whose next update/);
    assert.match(taken.text, /title: "Theirs" in AEM, "Salesforce" wanted/);
    const { "jcr:title": title, hand, managedBy } = Object(world.aem.node(`${PAGE}/jcr:content`));
    assert.deepEqual([title, hand], ["Salesforce", "made"]);
    assert.match(managedBy, /^organization\/program\/test\/crm#(?!0123456789abcdef)/);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    return [text, taken.text].map(diagnostics).join("\n");
  });

  it("W10: a different page with a marker of our own is written without `adopt`", async () => {
    world.aem.edit(PAGE, { managedBy: "organization/program/test/crm#0123456789abcdef", "jcr:title": "Half done" });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /carries the marker of this very resource and is taken over/);
    assert.equal(Object(world.aem.node(`${PAGE}/jcr:content`))["jcr:title"], "Salesforce");
  });

  it("W5: killed between the save and its answer: the next up finds its own marker and goes on", async () => {
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    await world.program({ adopt: "true" });
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, () => world.stack.killProvider());
    assert.notEqual((await world.stack.try("up", "--yes", "--skip-preview")).code, 0);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /carries the marker of this very resource and is taken over/);
    const { managedBy, hand } = Object(world.aem.node(`${PAGE}/jcr:content`));
    assert.deepEqual([(await world.stack.dataSource())?.outputs?.managedBy, hand], [managedBy, "made"]);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    await proxy.stop();
  });

  it("an author that refuses the take-over leaves the page, and the stack, as they were; the next up does it", async () => {
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    await world.program({ adopt: "true" });
    const before = world.aem.list(PAGE);
    proxy.refuse("POST", `${PAGE}/jcr:content`, 403, 9);
    assert.notEqual((await world.stack.try("up", "--yes", "--skip-preview")).code, 0);
    assert.deepEqual(world.aem.list(PAGE), before);
    assert.equal(await world.stack.dataSource(), undefined);
    await proxy.stop();
    world.stack.environment.AEM_AUTHOR = world.aem.origin;
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
  });
});
