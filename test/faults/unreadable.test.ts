import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { World } from "../world/world";

describe("what looks like drift, and is none, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("is no drift but a failure when the account sees nothing, where a page that is gone would look the same", async () => {
    const before = JSON.stringify(await world.stack.dataSource());
    world.stack.environment.AEM_USERNAME = "nobody";
    const { code, text } = await world.stack.try("refresh", "--yes");
    world.stack.environment.AEM_USERNAME = "deployer";
    assert.notEqual(code, 0);
    assert.match(text, /it may be there or not \[data-source-unreadable\]/);
    assert.equal(JSON.stringify(await world.stack.dataSource()), before);
  });

  it("is no drift but a failure when the answer is not AEM's", async () => {
    const { AEM_AUTHOR } = world.stack.environment;
    const before = JSON.stringify(await world.stack.dataSource());
    const { port } = new URL(world.aem.origin);
    await world.aem.stop();
    const impostor = createServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    );
    await new Promise<void>((resolve) => impostor.listen(Number(port), "127.0.0.1", resolve));
    const { code, text } = await world.stack.try("refresh", "--yes");
    await new Promise((resolve) => impostor.close(resolve));
    assert.equal(AEM_AUTHOR, `http://127.0.0.1:${(impostor.address() as AddressInfo | null)?.port ?? port}`);
    assert.notEqual(code, 0);
    assert.match(text, /does not answer like an AEM author \(200 text\/html/);
    assert.equal(JSON.stringify(await world.stack.dataSource()), before);
  });
});
