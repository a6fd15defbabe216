import assert from "node:assert/strict";
import { program, World } from "../world/world";

describe("the token check in a preview, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  beforeEach(async () => {
    await world.program();
    world.tokens.requests.length = 0;
  });

  afterEach(() => {
    assert.deepEqual(world.newWrites(), []);
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("stops at a wrong secret with status, OAuth code and remedy, once, without a stack, nothing written", async () => {
    await withWrongSecret(world, async () => {
      const { code, text } = await world.stack.try("preview");
      assert.notEqual(code, 0);
      const diagnostics = text.slice(text.indexOf("Diagnostics:"));
      assert.equal(diagnostics.match(/401 invalid_client/g)?.length, 1);
      assert.match(diagnostics, /copy the client secret again/);
      assert.doesNotMatch(text, /\n\s+at /);
    });
  });

  it("only warns of a wrong secret with tokenCheck warn, and is silent with off", async () => {
    await withWrongSecret(world, async () => {
      await world.program({ tokenCheck: '"warn"' });
      const warned = await world.stack.pulumi("preview");
      assert.match(warned.text, /warning: crm: token check failed: .*401 invalid_client/);
      assert.match(warned.text, /1 warning/);
      await world.program({ tokenCheck: '"off"' });
      const { text } = await world.stack.pulumi("preview");
      assert.doesNotMatch(text, /warning|token/);
      assert.equal(world.tokens.requests.length, 1);
    });
  });

  it("only warns when the token server can't be reached", async () => {
    await world.program({
      oauth2: '{ clientId: "key", clientSecret: process.env.CLIENT_SECRET, tokenUrl: "http://127.0.0.1:9/token" }',
    });
    const { text } = await world.stack.pulumi("preview");
    assert.match(text, /warning: crm: token check not made: 127\.0\.0\.1:9: the connection was refused/);
    assert.match(text, /2 to create/);
  });

  it("asks once for two data sources of one app", async () => {
    const second = 'new RestDataSource("second", { container: "acme", title: "Two", swagger: "api.json", oauth2 });';
    const oauth2 =
      "const oauth2 = { clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL };";
    await world.stack.write("index.js", program({ oauth2: "oauth2" }, `${oauth2}\n${second}`));
    const { text } = await world.stack.pulumi("preview");
    assert.match(text, /3 to create/);
    assert.equal(world.tokens.requests.length, 1);
  });

  it("is skipped with a line that says so while an input is not known yet, and nothing unknown is sent", async () => {
    const secrets = [
      'class Made extends pulumi.dynamic.Resource { constructor() { super({ create: async () => ({ id: "1", outs: { url: process.env.TOKEN_URL } }) }, "made", { url: undefined }); } }',
      "const made = new Made();",
    ].join("\n");
    await world.program(
      { oauth2: "{ clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: made.url }" },
      secrets,
    );
    const { text } = await world.stack.pulumi("preview", "--diff");
    assert.match(text, /crm: the token check was not made: `oauth2\.tokenUrl` not known yet/);
    assert.match(text, /tokenUrl +: \[unknown\]/);
    assert.equal(world.tokens.requests.length, 0);
  });
});

async function withWrongSecret(world: World, act: () => Promise<void>): Promise<void> {
  const right = world.stack.environment.CLIENT_SECRET;
  world.stack.environment.CLIENT_SECRET = "wrong+secret/of the app";
  world.secrets.push("wrong+secret/of the app");
  await act();
  world.stack.environment.CLIENT_SECRET = right;
}
