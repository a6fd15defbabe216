import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DynamicHost, type Wire } from "../world/dynamicHost";
import { EACH_TIME } from "../world/proxy";
import { CLIENT_ID, failureOf, SECRET, WireWorld } from "./wireWorld";

const NAMES = ["one", "two", "three", "four", "five"];

describe("one process for several data sources", () => {
  let world: WireWorld;
  let inputs: readonly Wire[];

  before(async () => {
    world = await WireWorld.start();
  });

  after(async () => {
    assert.deepEqual(world.leaks(), []);
    await world.stop();
  });

  it("asks for one token per app, however many checks run side by side", async () => {
    inputs = await Promise.all(NAMES.map((name) => world.checked({ name })));
    assert.equal(world.tokens.requests.length, 1);
  });

  it("asks again for another app, and keeps a refusal as well: no account is locked out by us", async () => {
    world.tokens.requests.length = 0;
    const oauth2 = world.oauth2({ clientId: "unknown-key" });
    const answers = await Promise.all(
      NAMES.map((name) => world.host.check({}, world.args({ name: `${name}-refused`, oauth2 }))),
    );
    assert.deepEqual(
      answers.map(({ failures }) => failures.length),
      NAMES.map(() => 1),
    );
    assert.deepEqual(
      world.tokens.requests.map(({ clientId }) => clientId),
      ["unknown-key"],
    );
    world.tokens.requests.length = 0;
  });

  it("asks the author for one CSRF token and one proof of encryption, however many creates run side by side; nobody for a token again", async () => {
    assert.equal(world.aem.requests.length, 0);
    await Promise.all(inputs.map((wanted) => world.host.create(wanted)));
    const { requests } = world.aem;
    assert.equal(requests.filter(({ path }) => path.startsWith("/libs/granite/csrf/token.json")).length, 1);
    const proofs = requests.filter(({ method, path }) => method === "POST" && path.includes("aem-datasource-probe"));
    assert.equal(new Set(proofs.map(({ path }) => path.replace("/jcr:content", ""))).size, 1);
    for (const name of NAMES) assert.equal(world.aem.plainSecret(pageOf(name)), SECRET);
    assert.deepEqual(world.tokens.requests, []);
  });

  it("refuses two data sources of one page", async () => {
    const { failures } = await world.host.check({}, world.args({ name: "one", owner: "acme/shop/prod/twin" }));
    assert.match(String(failures[0]?.reason), /one is made by another resource of this program as well: one/);
  });

  it("forgets all of it with the process: the next phase asks once more", async () => {
    world.tokens.requests.length = 0;
    world.aem.requests.length = 0;
    await world.nextPhase();
    await Promise.all(NAMES.map((name) => world.checked({ name: `${name}-more` })));
    assert.deepEqual(
      world.tokens.requests.map(({ clientId }) => clientId),
      [CLIENT_ID],
    );
  });

  it("recovers from an author that was not there for a moment", async () => {
    const [first, second] = await Promise.all(["early", "late"].map((name) => world.checked({ name })));
    assert.ok(first && second);
    world.proxy.refuse("GET", "/libs/granite/csrf/token.json", 503, EACH_TIME);
    await failureOf(world.host.create(first));
    await world.host.create(second);
    await world.host.create(first);
    assert.equal(world.aem.plainSecret(pageOf("early")), SECRET);
  });
});

describe("the dynamic host of these tests", () => {
  it("leaves nothing behind", async () => {
    const host = await DynamicHost.start({ files: { "a.json": "{}" } });
    const { folder, pid } = host;
    assert.ok(pid !== undefined && existsSync(folder));
    await host.stop();
    assert.equal(existsSync(folder), false);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
});

function pageOf(name: string): string {
  return `/conf/global/settings/cloudconfigs/fdm/${name}`;
}
