import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, program, SWAGGER, World } from "../world/world";

/** How a file can be handed over. */
const WAYS: readonly string[] = [
  'new pulumi.asset.FileAsset("api.json")',
  'pulumi.output(new pulumi.asset.FileAsset("api.json"))',
  'pulumi.output("api.json")',
];

describe("the Swagger file, handed over in every way", () => {
  shows("P10", "given as path or asset: reformatted, refreshed and previewed again, it stays quiet", async () => {
    const world = await World.start();
    const oauth2 =
      "{ clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL }";
    const others = WAYS.map(
      (swagger, index) =>
        `new RestDataSource("way${index}", { container: "acme", title: "T", swagger: ${swagger}, oauth2: ${oauth2} });`,
    );
    await world.stack.write("index.js", program({}, others.join("\n")));
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.newWrites();
    await world.stack.write("api.json", JSON.stringify(JSON.parse(SWAGGER), null, 4));
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    const { text } = await world.stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await world.stack.pulumi("preview", "--expect-no-changes");
    assert.deepEqual(world.newWrites(), []);
    const { deployment } = await world.stack.state();
    const kept = deployment.resources
      ?.filter(({ id }) => id?.startsWith("/conf/"))
      .map(({ outputs }) => outputs?.swagger);
    assert.deepEqual(kept, [{ file: "api.json" }, { file: "api.json" }, { file: "api.json" }, { file: "api.json" }]);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
    return diagnostics(text);
  });

  it("changed in AEM: the drift says what forms notice, into the schemas where the file on disk is the one of the state", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const document = JSON.parse(SWAGGER);
    delete document.paths["/query"];
    delete document.definitions.Lead.properties.Email;
    world.aem.editFile(PAGE, Buffer.from(JSON.stringify(document)));
    const drift = ["refresh", "--preview-only", "--expect-no-changes"];
    const { code, text } = await world.stack.try(...drift);
    assert.notEqual(code, 0);
    assert.match(text, /warning: crm: changed in AEM since the last run.*\n +GET \/query: removed\n/);
    assert.match(text, /GET \/sobjects\/Lead\/\{id\}: response 200: Lead has no property Email any more\n/);
    await world.stack.write("api.json", JSON.stringify({ ...document, host: "another.example" }));
    assert.match(
      (await world.stack.try(...drift)).text,
      /GET \/sobjects\/Lead\/\{id\}: response 200: changed inside\n/,
    );
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });
});
