import assert from "node:assert/strict";
import { type FaultProxy, startFaultProxy } from "../world/faultProxy";
import { heldAfter, heldBefore } from "../world/faults";
import { count } from "../world/tally";
import { PAGE, World } from "../world/world";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const NEXT = "the+next/S3cret of the app";

/** The request at which it happens: the save of the page, or its deletion. */
const SAVE = `POST ${PAGE}/jcr:content`;
const DELETION = `POST ${PAGE}`;

describe("killed in the middle of a command, on the engine", function () {
  this.timeout(300_000); // each of them is many commands
  let world: World;
  let proxy: FaultProxy;

  beforeEach(async () => {
    world = await World.start();
    proxy = await startFaultProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await proxy.stop();
    await world.stop();
  });

  /** Makes the page, then is killed while the command is at `request`. */
  async function killed(
    words: readonly string[],
    request: string,
    held: typeof heldAfter,
    kill: () => unknown = () => world.stack.killEngine(),
  ): Promise<void> {
    proxy.inject(({ line }) => line === request, held(kill));
    const { code } = await world.stack.try(...words, "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.equal(proxy.injected, 1);
    count("fault");
    proxy.pass();
  }

  /** What a user does then. */
  async function recover(): Promise<void> {
    await world.stack.pulumi("cancel", "--yes");
    await world.stack.pulumi("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
  }

  /** One page, with its secret, known to the state, and nothing left to do. */
  async function isRight(): Promise<void> {
    assert.deepEqual(pages(world), ["crm"]);
    assert.equal(world.aem.plainSecret(PAGE), world.stack.environment.CLIENT_SECRET);
    const { managedBy } = Object(world.aem.node(`${PAGE}/jcr:content`));
    assert.equal((await world.stack.dataSource())?.outputs?.managedBy, managedBy);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    world.newWrites();
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(world.newWrites(), []);
  }

  it("W5 engine and provider, when a create has reached the author: cancel, refresh and up take the page over", async () => {
    await killed(["up"], SAVE, heldAfter);
    assert.deepEqual(pages(world), ["crm"]);
    await recover();
    assert.equal(await world.stack.dataSource(), undefined);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /carries the marker of this very resource and is taken over/);
    await isRight();
  });

  it("engine and provider, before a create reaches the author: cancel, refresh and up make the page", async () => {
    await killed(["up"], SAVE, heldBefore);
    await recover();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    await isRight();
  });

  it("engine and provider, when a rotation has reached the author: the refresh sees it, and up sends it once more", async () => {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.rotate(NEXT);
    await killed(["up"], SAVE, heldAfter);
    await recover();
    assert.equal((await world.stack.dataSource())?.outputs?.secretRevision, "1, saved again in AEM");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    await isRight();
  });

  it("the provider alone, before an update reaches the author: nothing is lost, and up does it", async () => {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    await world.program({ title: '"Second"' });
    await killed(["up"], SAVE, heldBefore, () => world.stack.killProvider());
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(Object(world.aem.node(`${PAGE}/jcr:content`))["jcr:title"], "Second");
    await isRight();
  });

  for (const held of [heldBefore, heldAfter]) {
    it(`engine and provider, at the deletion (${held.name}): cancel and destroy leave neither page nor state`, async () => {
      await world.stack.pulumi("up", "--yes", "--skip-preview");
      await killed(["destroy"], DELETION, held);
      await recover();
      await world.stack.pulumi("destroy", "--yes", "--skip-preview");
      assert.deepEqual(pages(world), []);
      assert.equal(await world.stack.dataSource(), undefined);
    });
  }
});

function pages({ aem }: World): string[] {
  return Object.entries(Object(aem.node(FOLDER)))
    .filter(([, node]) => Object(node)["jcr:primaryType"] === "cq:Page")
    .map(([name]) => name);
}
