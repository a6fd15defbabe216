import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { CLIENT_SECRET, program, World } from "../world/world";

/** As users hand it over: the engine masks in its own log what is secret in the stack's config, and nothing else. */
const FROM_CONFIG = {
  oauth2: [
    '{ clientId: "consumer-key", clientSecret: new pulumi.Config().requireSecret("consumerSecret"),',
    "tokenUrl: process.env.TOKEN_URL }",
  ].join(" "),
};

describe("what a run leaves behind, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    // The engine writes down everything that it does, but for what SECURITY.md names.
    world.stack.environment.PULUMI_DEBUG_COMMANDS = "1";
  });

  after(async () => {
    await world.stop();
  });

  shows("C11", "holds no secret and no token, in any file and on any screen", async () => {
    const { stack } = world;
    const next = "the+next/S3cret of the app";
    await stack.write("index.js", program(FROM_CONFIG));
    await stack.setSecret("consumerSecret", CLIENT_SECRET);
    await stack.pulumi("preview", "--json", "--save-plan", "plan.json", "--event-log", "preview-events.json");
    const { text } = await stack.pulumi(
      "up",
      "--yes",
      "--plan",
      "plan.json",
      "--event-log",
      "up-events.json",
      "--diff",
    );
    world.rotate(next);
    await stack.setSecret("consumerSecret", next);
    await stack.pulumi("preview", "--json", "--diff");
    await stack.pulumi("up", "--yes", "--event-log", "rotation-events.json", "--logtostderr", "-v=3");
    await stack.pulumi("refresh", "--yes", "--diff", "--json");
    await stack.pulumi("stack", "export", "--file", "export.json");
    await stack.pulumi("stack", "history", "--json");
    for (const file of ["plan.json", "up-events.json", "rotation-events.json", "export.json"]) {
      assert.ok((await stack.read(file)).includes("RestDataSource"), file);
    }
    assert.ok(world.tokens.issuedTokens.length > 0);
    assert.deepEqual(await world.leaks(), []);
    return diagnostics(text);
  });

  shows("C12", "holds none in an output that is the whole resource", async () => {
    const { stack } = world;
    await stack.write("index.js", `${program(FROM_CONFIG)}\nexports.all = crm;`);
    const { text } = await stack.pulumi("up", "--yes", "--skip-preview");
    const { stdout } = await stack.pulumi("stack", "output", "--json");
    assert.equal(JSON.parse(stdout).all.oauth2, "[secret]");
    assert.deepEqual(await world.leaks(), []);
    return diagnostics(text);
  });
});
