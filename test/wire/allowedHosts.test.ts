import assert from "node:assert/strict";
import { shows } from "../world/faultRows";
import { failureOf, WireWorld } from "./wireWorld";

const LIST = "AEM_DATASOURCE_ALLOWED_HOSTS";

describe("allowed hosts on the wire", () => {
  let world: WireWorld;

  before(async () => {
    world = await WireWorld.start();
  });

  after(async () => {
    assert.deepEqual(world.leaks(), []);
    await world.stop();
  });

  /** The next process, with such a list, and nothing sent so far. */
  async function phase(hosts: string): Promise<void> {
    await world.nextPhase({ environment: { [LIST]: hosts } });
    world.aem.requests.length = 0;
    world.tokens.requests.length = 0;
  }

  async function reasons(args: Parameters<WireWorld["args"]>[0] = {}): Promise<string[]> {
    const { failures } = await world.host.check({}, world.args(args));
    for (const { property } of failures) assert.equal(property, "");
    return failures.map(({ reason }) => reason);
  }

  it("let everything through that they name", async () => {
    await phase("127.0.0.1");
    const { id, outs } = await world.created();
    await world.host.delete(id, outs);
  });

  shows("C5", "without author and token server: both are named in one check, and nobody hears of it", async () => {
    await phase("*.example.com");
    const [author, token, ...more] = await reasons();
    assert.match(String(author), /^AEM_AUTHOR leads to 127\.0\.0\.1, .*\[host-not-allowed\]\n {2}Correct AEM_AUTHOR/);
    assert.match(String(token), /^`oauth2\.tokenUrl` leads to 127\.0\.0\.1, .*\[host-not-allowed\]\n/);
    assert.deepEqual([more, world.sent()], [[], []]);
    return [author, token].join("\n");
  });

  it("without the host that a token URL was changed to: the secret goes nowhere, by no mode", async () => {
    await phase("127.0.0.1");
    const oauth2 = world.oauth2({ tokenUrl: world.tokens.tokenUrl.replace("127.0.0.1", "localhost") });
    for (const tokenCheck of ["enforce", "warn", "off"]) {
      const [reason, ...more] = await reasons({ oauth2, tokenCheck });
      assert.match(String(reason), /^`oauth2\.tokenUrl` leads to localhost, which is not among the hosts of AEM_/);
      assert.deepEqual(more, []);
    }
    assert.deepEqual(world.sent(), []);
  });

  it("stop read, update and delete of what stands in a state, before anything is sent", async () => {
    await phase("127.0.0.1");
    const { id, inputs, outs } = await world.created();
    await phase("author.example.com");
    const { host } = world;
    const calls = [
      () => host.read(id, outs),
      () => host.update(id, outs, { ...inputs, title: "CRM" }),
      () => host.delete(id, outs),
      () => host.create(inputs),
    ];
    for (const call of calls) {
      assert.match((await failureOf(call())).message, /AEM_AUTHOR leads to 127\.0\.0\.1, .*\[host-not-allowed\]/);
    }
    assert.deepEqual(world.sent(), []);
  });

  it("of the stack can't be widened by the environment, nor the other way round", async () => {
    for (const [variable, stack] of [
      ["127.0.0.1, *.example.com", "*.example.com"],
      ["*.example.com", "127.0.0.1, *.example.com"],
    ] as const) {
      await phase(variable);
      await world.host.configure({ "aem-datasource:allowedHosts": stack });
      assert.equal((await reasons()).length, 2);
      assert.deepEqual(world.sent(), []);
    }
  });

  it("that can't be read allow nothing, which is said once", async () => {
    await phase("https://127.0.0.1");
    const [reason, ...more] = await reasons();
    assert.match(String(reason), /^AEM_DATASOURCE_ALLOWED_HOSTS holds "https:\/\/127\.0\.0\.1", which is no host name/);
    assert.deepEqual([more, world.sent()], [[], []]);
  });
});
