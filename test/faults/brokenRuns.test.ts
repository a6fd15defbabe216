import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { EACH_TIME, startProxy } from "../world/proxy";
import { PAGE, program, World } from "../world/world";

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

  shows("P8", "tainted in the state: the page lives on, complete, and nothing is left to do", async () => {
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
    return diagnostics(text);
  });

  shows("W16", "that lost the secret on the way: it is sent again, and destroy works on what is left", async () => {
    const world = await World.start();
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, () => world.aem.edit(PAGE, { client_secret: undefined }));
    const { text } = await world.stack.try("up", "--yes", "--skip-preview");
    assert.match(text, /AEM does not hold what was written: secretRevision/);
    await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);

    world.rotate("the+next/S3cret of the app");
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, () => world.aem.edit(PAGE, { client_secret: undefined }));
    assert.notEqual((await world.stack.try("up", "--yes", "--skip-preview")).code, 0);
    await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
    return diagnostics(text);
  });

  shows("N3", "with the token server down: refresh and destroy ask for no token, up warns and goes on", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const asked = world.tokens.requests.length;
    await world.tokens.stop();
    const refresh = await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    assert.doesNotMatch(refresh.text, /warning|token/);
    for (const words of [["up"], ["up", "--refresh"]]) {
      const { text } = await world.stack.pulumi(...words, "--yes", "--skip-preview");
      assert.match(text, /warning: crm: token check not made: .* the connection was refused/);
    }
    const destroy = await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.doesNotMatch(destroy.text, /warning|token/);
    assert.equal(world.tokens.requests.length, asked);
    await world.stop();
    return [refresh, destroy].map(({ text }) => diagnostics(text)).join("");
  });

  it("under another name of its resource: an alias keeps page and name, and writes nothing", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.newWrites();
    const renamed = program()
      .replace('("crm", {', '("customers", {')
      .replace("\n});", '\n}, { aliases: [{ name: "crm" }] });');
    await world.stack.write("index.js", renamed);
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await world.stack.pulumi("refresh", "--preview-only", "--expect-no-changes");
    assert.deepEqual(world.newWrites(), []);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("whose rotation never reached the author: fails, keeps the old state, and the next up sends it", async () => {
    const world = await World.start();
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.rotate("the+next/S3cret of the app");
    proxy.refuse("POST", `${PAGE}/jcr:content`, 503, EACH_TIME);
    const { code, text } = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /is not ready \(503\)/);
    assert.equal((await world.stack.dataSource())?.outputs?.secretRevision, 1);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(world.aem.plainSecret(PAGE), "the+next/S3cret of the app");
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
  });
});
