import assert from "node:assert/strict";
import type { Server } from "node:http";
import { diagnostics, shows } from "../world/faultRows";
import { close, forward, listen, originOf } from "../world/loopback";
import { PAGE, SWAGGER, World } from "../world/world";

/** Every this many writes at once, at most: the engine's own measure, `--parallel`. */
const PARALLEL = 6;
const MANY = 100;

describe("much of it, on the engine", function () {
  this.timeout(300_000);

  let world: World;

  beforeEach(async () => {
    world = await World.start();
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  shows("E16", "a Swagger file of several MB is stored as it is, and the state holds no copy of it", async () => {
    const document = JSON.parse(SWAGGER);
    const note = "an account as it stands in the customer's own books. ".repeat(20);
    for (let index = 0; index < 4_000; index += 1) {
      document.definitions[`Filler${index}`] = { type: "object", description: `${index}: ${note}` };
    }
    const text = JSON.stringify(document);
    assert.ok(text.length > 4 * 1024 * 1024);
    await world.stack.write("api.json", text);
    const up = await world.stack.pulumi("up", "--yes", "--skip-preview");
    const uploads = world.newWrites().flatMap(({ fields }) => fields.flatMap(({ file }) => file ?? []));
    assert.deepEqual(
      uploads.map(({ bytes }) => bytes.toString() === text),
      [true],
    );
    const state = (await world.stack.pulumi("stack", "export")).stdout;
    assert.ok(state.length < 100_000, `${state.length} characters`);
    await world.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    return diagnostics(up.text);
  });

  shows("E17", "a hundred data sources of one app ask for one token, and write side by side as told", async () => {
    let [atOnce, most] = [0, 0];
    const counting: Server = await listen((incoming, response) => {
      if (incoming.method === "POST") {
        atOnce += 1;
        most = Math.max(most, atOnce);
        response.on("close", () => {
          atOnce -= 1;
        });
      }
      forward(incoming, response, world.aem.origin);
    });
    world.stack.environment.AEM_AUTHOR = originOf(counting);
    const lines = [
      'const { RestDataSource } = require("pulumi-aem-datasource");',
      "const { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, TOKEN_URL: tokenUrl } = process.env;",
      `for (let i = 0; i < ${MANY}; i++)`,
      '  new RestDataSource("crm" + i, { container: "global", title: "CRM " + i, swagger: "api.json", oauth2: { clientId, clientSecret, tokenUrl } });',
    ];
    await world.stack.write("index.js", lines.join("\n"));
    const up = await world.stack.pulumi("up", "--yes", "--skip-preview", "--parallel", String(PARALLEL));
    assert.match(up.text, new RegExp(`${MANY + 1} created`));
    assert.equal(world.tokens.requests.length, 1);
    assert.ok(most > 1 && most <= PARALLEL, `${most} writes at once`);
    for (const index of [0, MANY - 1]) assert.equal(world.aem.plainSecret(`${PAGE}${index}`), world.secrets[0]);
    await world.stack.pulumi("destroy", "--yes", "--skip-preview", "--parallel", String(PARALLEL));
    assert.equal(world.tokens.requests.length, 1);
    await close(counting);
    return diagnostics(up.text);
  });
});
