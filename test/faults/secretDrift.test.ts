import assert from "node:assert/strict";
import { shows } from "../world/faultRows";
import { PAGE, World } from "../world/world";

describe("a secret that somebody saved again in AEM, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    world.secrets.push("a secret by hand");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
  });

  beforeEach(() => {
    world.aem.saveSecretAgain(PAGE, "a secret by hand");
    world.newWrites();
  });

  /** Repaired: the program's secret is back, sent once, and nothing is left to do. */
  afterEach(async () => {
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    const sent = world.newWrites().flatMap(({ path, fields }) => (path.startsWith(PAGE) ? fields : []));
    assert.equal(sent.filter(({ name }) => name === "./client_secret").length, 1);
    await world.stack.pulumi("refresh", "--preview-only", "--expect-no-changes");
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  shows("E5", "is found by refresh and repaired by the up that follows", async () => {
    const { text } = await world.stack.pulumi("refresh", "--yes", "--skip-preview", "--diff");
    assert.match(text, /~ secretRevision : 1 => "1, saved again in AEM"/);
    const { text: up } = await world.stack.pulumi("up", "--yes", "--skip-preview", "--diff");
    assert.match(up, /~ secretRevision : "1, saved again in AEM" => 2/);
    return [text, up].map((shown) => shown.match(/~ secretRevision.*/)?.[0]).join("\n");
  });

  it("is found and repaired by up --refresh", async () => {
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview", "--refresh", "--diff");
    assert.match(text, /~ secretRevision : "2, saved again in AEM" => 3/);
  });

  it("is shown by preview --refresh, which repairs nothing", async () => {
    const { text } = await world.stack.pulumi("preview", "--refresh", "--diff");
    assert.match(text, /~ secretRevision : "3, saved again in AEM" => 4/);
    assert.equal(world.aem.plainSecret(PAGE), "a secret by hand");
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--refresh");
  });

  it("is repaired by an update that comes for another reason, without a refresh", async () => {
    await world.program({ title: '"New"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: changed in AEM .* secretRevision "4, saved again in AEM"/);
  });
});
