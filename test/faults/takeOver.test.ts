import assert from "node:assert/strict";
import { makeEqual } from "../world/handMade";
import { startProxy } from "../world/proxy";
import { PAGE, World } from "../world/world";

const THEIRS = "an older s3cret of the wizard";
const STRANGER = "acme/billing/prod/crm#0123456789abcdef";

describe("a create that finds a page, on the engine", () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start();
    world.secrets.push(THEIRS);
    await makeEqual(world, THEIRS);
    world.newWrites();
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("W9 equal, without `adopt`: refused, with `adopt` as the way, which then takes it over", async () => {
    assert.match(await refused(), /exists already on .*\[data-source-exists\]\s+To take it over, set `adopt` to true/);
    await world.program({ adopt: "true" });
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
  });

  it("W10 different, with `adopt: true`: refused with each difference, which `overwrite` then writes", async () => {
    world.aem.edit(PAGE, { "jcr:title": "By hand", wizard: "2019" });
    await world.program({ adopt: "true" });
    const text = await refused();
    assert.match(text, /is not as it is wanted; nothing was written \[data-source-exists\]/);
    assert.match(text, /title: "By hand" in AEM, "Salesforce" wanted\s+oauth2\.clientSecret: not verified/);
    await world.program({ adopt: '"overwrite"' });
    const { text: taken } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(taken, /warning: crm: .*left as they are: wizard; written over:\s+title: "By hand" in AEM/);
    const { "jcr:title": title, wizard } = Object(world.aem.node(`${PAGE}/jcr:content`));
    assert.deepEqual([title, wizard], ["Salesforce", "2019"]);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
  });

  it("W10 of another owner: refused with `adopt: true`, taken over by `overwrite`, which names that owner", async () => {
    world.aem.edit(PAGE, { managedBy: STRANGER });
    await world.program({ adopt: "true" });
    assert.match(
      await refused(),
      /is managed by acme\/billing\/prod\/crm; nothing was written \[data-source-foreign\]/,
    );
    await world.program({ adopt: '"overwrite"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: .* is taken over from acme\/billing\/prod\/crm \(remove it from that stack/);
    await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
  });

  it("W5 and is killed between save and answer: the next up finds its own marker, and nothing is left to do", async () => {
    const proxy = await startProxy(world.aem.origin);
    world.stack.environment.AEM_AUTHOR = proxy.origin;
    await world.program({ adopt: "true" });
    proxy.onAnswer("POST", `${PAGE}/jcr:content`, () => world.stack.killProvider());
    assert.notEqual((await world.stack.try("up", "--yes", "--skip-preview")).code, 0);
    assert.equal(await world.stack.dataSource(), undefined);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: .* carries the marker of this very resource and is taken over/);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    await proxy.stop();
  });

  async function refused(): Promise<string> {
    const before = JSON.stringify(world.aem.node(PAGE));
    const { code, text } = await world.stack.try("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0, text);
    assert.doesNotMatch(text, /\n\s+at /);
    assert.deepEqual([world.newWrites(), JSON.stringify(world.aem.node(PAGE))], [[], before]);
    assert.equal(await world.stack.dataSource(), undefined);
    return text;
  }
});
