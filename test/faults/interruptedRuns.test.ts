import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { diagnostics, shows } from "../world/faultRows";
import { startProxy } from "../world/proxy";
import { PAGE, World } from "../world/world";

describe("a run that breaks in the middle, on the engine", () => {
  shows("W5", "killed between save and answer: the next up takes its own page over, without a flag", async () => {
    const world = await World.start();
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, () => world.stack.killProvider());
    const killed = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(killed.code, 0);
    assert.notEqual(world.aem.node(PAGE), undefined);
    assert.equal(await world.stack.dataSource(), undefined);

    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: .* carries the marker of this very resource and is taken over/);
    await world.stack.pulumi("refresh", "--preview-only", "--expect-no-changes");
    const pages = Object.keys(Object(world.aem.node("/conf/global/settings/cloudconfigs/fdm")));
    assert.deepEqual(
      pages.filter((name) => !name.startsWith("jcr:")),
      ["crm"],
    );
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
    return diagnostics(text);
  });

  shows("E15", "stopped by Ctrl-C while the author saves: the call ends, and the state knows its page", async () => {
    const world = await World.start();
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, async () => {
      world.stack.interrupt();
      await pause(1_000);
    });
    const stopped = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(stopped.code, 0);
    assert.equal((await world.stack.dataSource())?.id, PAGE);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    world.newWrites();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.deepEqual(world.newWrites(), []);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
    return diagnostics(stopped.text);
  });
});
