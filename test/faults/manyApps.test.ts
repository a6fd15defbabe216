import assert from "node:assert/strict";
import { startTokenServer } from "../world/tokenServer";
import { World } from "../world/world";

const SECRETS = ["fG4+of/app0", "hJ6+of/app1", "kL8+of/app2"];

describe("the token check of ten data sources over three apps, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  after(async () => {
    assert.deepEqual(world.newWrites(), []);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
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
