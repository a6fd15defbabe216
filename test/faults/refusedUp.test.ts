import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { World } from "../world/world";

describe("an author that does not take the data source, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  afterEach(async () => {
    world.stack.environment.AEM_USERNAME = "deployer";
    world.stack.environment.AEM_AUTHOR = world.aem.origin;
    await world.program();
    assert.equal((await world.stack.dataSource()) === undefined, true);
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("refuses the login: said before the first write", async () => {
    world.stack.environment.AEM_USERNAME = "unknown-user";
    const text = await refused(world);
    assert.match(text, /refused the login of unknown-user from the environment \(401\) \[author-login-refused\]/);
    assert.match(text, /Correct AEM_USERNAME and AEM_PASSWORD/);
    assert.deepEqual(world.newWrites(), []);
  });

  it("has no such container: said before the first write", async () => {
    await world.program({ container: '"nowhere"' });
    assert.match(
      await refused(world),
      /\/conf\/nowhere does not exist on .*, or deployer may not read it \[container-missing\]/,
    );
    assert.deepEqual(world.newWrites(), []);
  });

  it("gives the account no right to write: said in words of rights", async () => {
    world.stack.environment.AEM_USERNAME = "reader";
    assert.match(await refused(world), /Give reader the right to read and write below \/conf\/global/);
    assert.deepEqual(
      world.newWrites().map(({ status }) => status),
      [409],
    );
  });

  it("is another web server: said before the first write", async () => {
    const server = createServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    world.stack.environment.AEM_AUTHOR = `http://127.0.0.1:${port}`;
    assert.match(await refused(world), /does not answer like an AEM author \(200 text\/html/);
    server.close();
  });

  it("holds a page of that name already, made by hand: left as it is", async () => {
    const page = "/conf/global/settings/cloudconfigs/fdm/crm";
    world.aem.addPage(page, { "jcr:title": "Made by hand" });
    const before = JSON.stringify(world.aem.node(page));
    assert.match(await refused(world), /exists already on .*nothing was written \[data-source-exists\]/);
    assert.equal(JSON.stringify(world.aem.node(page)), before);
    world.aem.remove(page);
  });
});

async function refused(world: World): Promise<string> {
  world.newWrites();
  const { code, text } = await world.stack.try("up", "--yes", "--skip-preview");
  assert.notEqual(code, 0, text);
  assert.doesNotMatch(text, /\n\s+at /);
  return text;
}
