import assert from "node:assert/strict";
import { type FaultProxy, startFaultProxy } from "../world/faultProxy";
import { heldBefore } from "../world/faults";
import type { Stack } from "../world/stack";
import { count } from "../world/tally";
import { PAGE, program, startStack, World } from "../world/world";

const SAVE = `POST ${PAGE}/jcr:content`;
const UP = ["up", "--yes", "--skip-preview"];

describe("two writers of one data source, on the engine", function () {
  this.timeout(300_000); // each of them is many commands
  let world: World;
  let proxy: FaultProxy;

  beforeEach(async () => {
    world = await World.start();
    proxy = await startFaultProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    // A save is held for as long as another command takes.
    world.stack.environment.AEM_TIMEOUT_SECONDS = "120";
  });

  afterEach(async () => {
    count("fault"); // each of them brings one about
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
  });

  /** What AEM holds of the page. */
  function content(): Readonly<Record<string, unknown>> {
    return Object(world.aem.node(`${PAGE}/jcr:content`));
  }

  /** Another program, in another project, that makes the same page on the same author. */
  async function anotherStack(title: string): Promise<Stack> {
    const { AEM_USERNAME: username = "", AEM_PASSWORD: password = "" } = world.stack.environment;
    const place = { origin: world.aem.origin, username, password };
    const stack = await startStack(place, world.tokens, program({ title: JSON.stringify(title) }));
    await stack.write("Pulumi.yaml", "name: billing\nruntime: { name: nodejs, options: { typescript: false } }\n");
    await stack.pulumi("stack", "init", "test");
    return stack;
  }

  describe("another stack", () => {
    let other: Stack;

    beforeEach(async () => {
      other = await anotherStack("Theirs");
    });

    afterEach(async () => {
      assert.deepEqual(await other.leaks(world.secrets), []);
      await other.remove();
    });

    it("E10 that comes later is refused by the marker, and writes nothing; its destroy leaves the page", async () => {
      await world.stack.pulumi(...UP);
      const before = world.aem.list(PAGE);
      const { code, text } = await other.try(...UP);
      assert.notEqual(code, 0);
      assert.match(text, /is managed by organization\/program\/test\/crm; nothing was written \[data-source-foreign\]/);
      await other.pulumi("destroy", "--yes", "--skip-preview");
      assert.deepEqual(world.aem.list(PAGE), before);
    });

    it("E11 whose create comes in between a create's look and its save: one of the two is told, and the other one's next up", async () => {
      proxy.inject(
        ({ line }) => line === SAVE,
        heldBefore(async () => void (await other.pulumi(...UP))),
      );
      const { code, text } = await world.stack.try(...UP);
      assert.notEqual(code, 0);
      assert.match(
        text,
        /crm was made by somebody else at the same moment, and is written over \[data-source-exists\]/,
      );
      assert.equal(content()["jcr:title"], "Salesforce");

      await other.write("index.js", program({ title: '"Theirs, changed"' }));
      const next = await other.try(...UP);
      assert.notEqual(next.code, 0);
      assert.match(next.text, /is managed by organization\/program\/test\/crm; nothing was written/);
      await other.pulumi("destroy", "--yes", "--skip-preview");
      await world.stack.pulumi(...UP);
      assert.equal(world.aem.plainSecret(PAGE), world.stack.environment.CLIENT_SECRET);
      await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    });
  });

  it("E11 two `up`s of one stack at once: the engine lets one of them in, and the page is that one's", async () => {
    let second: { code: number; text: string } | undefined;
    const meanwhile = async () => {
      second = await world.stack.try(...UP);
    };
    proxy.inject(({ line }) => line === SAVE, heldBefore(meanwhile));
    await world.stack.pulumi(...UP);
    assert.notEqual(second?.code, 0);
    assert.match(String(second?.text), /the stack is currently locked by 1 lock/);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
  });

  describe("somebody in AEM's own pages, in between an update's look and its save,", () => {
    beforeEach(async () => {
      await world.stack.pulumi(...UP);
      await world.program({ title: '"Second"' });
    });

    async function upWhile(act: () => unknown) {
      proxy.inject(({ line }) => line === SAVE, heldBefore(act));
      const output = await world.stack.try(...UP);
      assert.equal(proxy.injected, 1);
      return output;
    }

    it("E12 who changes another field: the run fails and names it, and the next up writes it over and says so", async () => {
      const { code, text } = await upWhile(() => world.aem.edit(PAGE, { client_id: "theirs" }));
      assert.notEqual(code, 0);
      assert.match(text, /AEM does not hold what was written: oauth2\.clientId \[read-back-differs\]/);
      assert.deepEqual([content()["jcr:title"], content().client_id], ["Second", "theirs"]);
      await world.stack.pulumi(...UP);
      assert.equal(content().client_id, world.stack.environment.CLIENT_ID);
      await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    });

    it("who saves the secret again: the secret of the program is sent by the next up", async () => {
      world.secrets.push("an 0ther s3cret of theirs");
      await upWhile(() => world.aem.saveSecretAgain(PAGE, "an 0ther s3cret of theirs"));
      await world.stack.pulumi(...UP, "--refresh");
      assert.equal(world.aem.plainSecret(PAGE), world.stack.environment.CLIENT_SECRET);
      await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    });

    it("who adds a property of their own: it stays", async () => {
      await upWhile(() => world.aem.edit(PAGE, { hand: "made" }));
      assert.deepEqual([content()["jcr:title"], content().hand], ["Second", "made"]);
      await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    });

    it("who deletes the page: the run fails and says what is missing, and the next up writes the whole of it", async () => {
      const { code, text } = await upWhile(() => world.aem.remove(PAGE));
      assert.notEqual(code, 0);
      assert.match(text, /\[read-back-differs\]/);
      await world.stack.pulumi(...UP);
      assert.equal(world.aem.plainSecret(PAGE), world.stack.environment.CLIENT_SECRET);
      assert.equal(content()["jcr:title"], "Second");
      await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    });
  });
});
