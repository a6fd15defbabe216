import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";
import { CLIENT_ID, CLIENT_SECRET, World } from "../world/world";

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
      assert.equal(diagnostics(text).match(/401 invalid_client/g)?.length, 1);
      assert.match(diagnostics(text), /copy the client secret again/);
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

  it("is made by the command line with what the stack's config holds", async () => {
    await world.stack.setSecret("consumerSecret", CLIENT_SECRET);
    const command = join(REPOSITORY, "dist", "provider", "cli", "index.js");
    const words = ["--client-id", CLIENT_ID, "--client-secret-config", "consumerSecret", "--token-url"];
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [command, "token", "--stack", "test", ...words, world.tokens.tokenUrl],
      { cwd: world.stack.project, env: world.stack.commandEnvironment() },
    );
    assert.match(stdout, /^token issued by /);
    assert.equal(stderr, "");
    await world.stack.pulumi("config", "rm", "consumerSecret");
  });
});

/** What is left on the screen: while it works, the engine prints each line once more. */
function diagnostics(text: string): string {
  return text.slice(text.indexOf("Diagnostics:"));
}

async function withWrongSecret(world: World, act: () => Promise<void>): Promise<void> {
  const right = world.stack.environment.CLIENT_SECRET;
  world.stack.environment.CLIENT_SECRET = "wrong+secret/of the app";
  world.secrets.push("wrong+secret/of the app");
  await act();
  world.stack.environment.CLIENT_SECRET = right;
}
