import assert from "node:assert/strict";
import { startProxy } from "../world/proxy";
import { PAGE, World } from "../world/world";

describe("a run that breaks in the middle, further cases", () => {
  it("whose read-back disagrees: a partial failure, which survives a refresh and is repaired by the next up", async () => {
    const world = await World.start();
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, () => world.aem.edit(PAGE, { "jcr:title": "Not what was sent" }));
    const { code, text } = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /AEM does not hold what was written: title \[read-back-differs\]/);
    assert.equal((await world.stack.dataSource())?.id, PAGE);
    await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(Object(world.aem.node(`${PAGE}/jcr:content`))["jcr:title"], "Salesforce");
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
  });

  it("tainted in the state: the page lives on through the replacement, complete, and nothing is left to do", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const { deployment } = await world.stack.state();
    await world.stack.pulumi(
      "state",
      "taint",
      "--yes",
      String(deployment.resources?.find(({ id }) => id === PAGE)?.urn),
    );
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /1 replaced/);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });
});
