import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";
import { startTokenServer } from "../world/tokenServer";
import { CLIENT_ID, CLIENT_SECRET, World } from "../world/world";

const SECRETS = ["fG4+of/app0", "hJ6+of/app1", "kL8+of/app2"];

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

  it("needs no network: ten data sources bring one warning per app, and the preview goes on", async () => {
    await tenDataSources(world, SECRETS, ["http://127.0.0.1:7/t", "http://127.0.0.1:8/t", "http://127.0.0.1:9/t"]);
    const { text } = await world.stack.pulumi("preview");
    const unreachable = /warning: crm\d: token check not made: 127\.0\.0\.1:\d: the connection was refused/g;
    const warnings = diagnostics(text).match(unreachable);
    assert.equal(warnings?.length, 3, text);
    assert.match(text, /3 warnings/);
    assert.match(text, /11 to create/);
  });

  it("finds the one wrong secret among ten data sources of three apps: one error, one request per app", async () => {
    const clients = SECRETS.map((clientSecret, i) => ({ clientId: `app${i}`, clientSecret }));
    const tokens = await startTokenServer({ clients });
    await tenDataSources(world, [SECRETS[0], SECRETS[1], "mistyped+of/app2"], [tokens.tokenUrl]);
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0);
    assert.equal(diagnostics(text).match(/error: .*has a problem/g)?.length, 1);
    assert.match(text, /resource 'crm[258]' has a problem: token check failed: .*401 invalid_client/);
    // The engine stops at it, wherever it stands: the apps after it are not asked for.
    const asked = tokens.requests.map(({ clientId }) => clientId);
    assert.ok(asked.includes("app2"));
    assert.equal(new Set(asked).size, asked.length);
    world.secrets.push(...tokens.issuedTokens);
    await tokens.stop();
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

/** A program with ten data sources over three apps. */
async function tenDataSources(
  world: World,
  secrets: readonly (string | undefined)[],
  tokenUrls: readonly string[],
): Promise<void> {
  const apps = secrets.map((clientSecret, i) => {
    return { clientId: `app${i}`, clientSecret, tokenUrl: tokenUrls[i] ?? tokenUrls[0] };
  });
  world.stack.environment.APPS = JSON.stringify(apps);
  world.secrets.push(...secrets.filter((secret) => secret !== undefined));
  const lines = [
    'const { RestDataSource } = require("pulumi-aem-datasource");',
    "const apps = JSON.parse(process.env.APPS);",
    "for (let i = 0; i < 10; i++)",
    '  new RestDataSource("crm" + i, { container: "global", title: "CRM", swagger: "api.json", oauth2: apps[i % 3] });',
  ];
  await world.stack.write("index.js", lines.join("\n"));
}

async function withWrongSecret(world: World, act: () => Promise<void>): Promise<void> {
  const right = world.stack.environment.CLIENT_SECRET;
  world.stack.environment.CLIENT_SECRET = "wrong+secret/of the app";
  world.secrets.push("wrong+secret/of the app");
  await act();
  world.stack.environment.CLIENT_SECRET = right;
}
