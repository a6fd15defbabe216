import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { World } from "../world/world";

const SECRET_KEY = "consumerSecret";

describe("examples/salesforce with the repository's Pulumi.yaml, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    for (const path of ["Pulumi.yaml", "examples/salesforce"]) await world.stack.copy(path);
    const { CLIENT_ID = "", AEM_PASSWORD = "" } = world.stack.environment;
    for (const key of Object.keys(world.stack.environment)) world.stack.environment[key] = undefined;
    const plain = {
      consumerKey: CLIENT_ID,
      myDomain: world.tokens.origin,
      "aem-datasource:author": world.aem.origin,
      "aem-datasource:username": "deployer",
    };
    await world.stack.pulumi("stack", "init", "example");
    await world.stack.pulumi(
      "config",
      "set-all",
      ...Object.entries(plain).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]),
    );
    password = AEM_PASSWORD;
  });
  let password: string;

  after(async () => {
    await world.stop();
  });

  it("is not previewed while the consumer secret stands in clear in the stack's config", async () => {
    const clear = "a secret in clear";
    await world.stack.pulumi("config", "set", "--plaintext", SECRET_KEY, clear);
    await world.stack.setSecret("aem-datasource:password", password);
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0);
    assert.match(text, /'consumerSecret' must be encrypted as it's secret/);
    assert.deepEqual(world.aem.requests, []);
  });

  shows("E13", "is not previewed while the AEM password stands in clear there", async () => {
    await world.stack.setSecret(SECRET_KEY, world.secrets[0] ?? "");
    await world.stack.pulumi("config", "set", "--plaintext", "aem-datasource:password", "a password in clear");
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0);
    assert.match(text, /aem-datasource:password stands in the stack's config in clear/);
    assert.match(text, /Run: pulumi config set --secret aem-datasource:password/);
    assert.doesNotMatch(text, /\n\s+at /);
    assert.deepEqual(world.aem.requests, []);
    return diagnostics(text);
  });

  it("goes up with both encrypted, its connection from stack config, in TypeScript", async () => {
    await world.stack.setSecret("aem-datasource:password", password);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /path: "\/conf\/global\/settings\/cloudconfigs\/fdm\/salesforce"/);
    assert.equal(world.aem.plainSecret("/conf/global/settings/cloudconfigs/fdm/salesforce"), world.secrets[0]);
    assert.deepEqual(
      (await world.leaks()).filter((leak) => !leak.includes("config set")),
      [],
    );
    await world.stack.pulumi("destroy", "--yes", "--skip-preview");
  });
});
