import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { World } from "../world/world";

describe("the token check, relaxed and tightened, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  beforeEach(async () => {
    await world.program();
    world.tokens.requests.length = 0;
  });

  after(async () => {
    assert.deepEqual(world.newWrites(), []);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("is relaxed for a run by the environment, and for a stack by its config, and says by which", async () => {
    world.stack.environment.CLIENT_SECRET = "wrong+secret/of the app";
    world.secrets.push("wrong+secret/of the app");
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

  shows("N2", "stops where no token server answers, if the program wants it to, and says how to go on", async () => {
    const oauth2 = '{ clientId: "key", clientSecret: process.env.CLIENT_SECRET, tokenUrl: "http://127.0.0.1:9/token" }';
    await world.program({ oauth2, tokenCheck: '{ onUnreachable: "fail" }' });
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0);
    assert.match(
      text,
      /error: .* token check not made: 127\.0\.0\.1:9: the connection was refused.*\[token-not-judged\]\n/,
    );
    assert.match(text, /\n +To go on all the same: AEM_DATASOURCE_TOKEN_CHECK=warn\n/);
    return diagnostics(text);
  });
});
