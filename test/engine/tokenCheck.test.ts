import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY } from "../world/stack";
import { startTokenServer } from "../world/tokenServer";
import { CLIENT_ID, CLIENT_SECRET, program, World } from "../world/world";

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

  it("is relaxed for a run by the environment, and for a stack by its config, and says by which", async () => {
    await withWrongSecret(world, async () => {
      world.stack.environment.AEM_DATASOURCE_TOKEN_CHECK = "warn";
      const warned = await world.stack.pulumi("preview");
      assert.match(warned.text, /warning: the token check is relaxed to warn by AEM_DATASOURCE_TOKEN_CHECK\n/);
      assert.match(warned.text, /warning: crm: token check failed: .*401 invalid_client/);
      assert.match(warned.text, /2 warnings/);
      delete world.stack.environment.AEM_DATASOURCE_TOKEN_CHECK;
      await world.stack.pulumi("config", "set", "aem-datasource:tokenCheck", "off");
      const { text } = await world.stack.pulumi("preview");
      assert.match(text, /warning: the token check is relaxed to off by aem-datasource:tokenCheck\n/);
      assert.match(text, /1 warning\n/);
      assert.equal(world.tokens.requests.length, 1);
      await world.stack.pulumi("config", "rm", "aem-datasource:tokenCheck");
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

  it("stops where no token server answers, if the program wants it to, and says how to go on", async () => {
    const oauth2 = '{ clientId: "key", clientSecret: process.env.CLIENT_SECRET, tokenUrl: "http://127.0.0.1:9/token" }';
    await world.program({ oauth2, tokenCheck: '{ onUnreachable: "fail" }' });
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0);
    assert.match(
      text,
      /error: .* token check not made: 127\.0\.0\.1:9: the connection was refused.*\[token-not-judged\]\n/,
    );
    assert.match(text, /\n +To go on all the same: AEM_DATASOURCE_TOKEN_CHECK=warn\n/);
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

  it("asks once for two data sources of one app", async () => {
    const second = 'new RestDataSource("second", { container: "acme", title: "Two", swagger: "api.json", oauth2 });';
    const oauth2 =
      "const oauth2 = { clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL };";
    await world.stack.write("index.js", program({ oauth2: "oauth2" }, `${oauth2}\n${second}`));
    const { text } = await world.stack.pulumi("preview");
    assert.match(text, /3 to create/);
    assert.equal(world.tokens.requests.length, 1);
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
