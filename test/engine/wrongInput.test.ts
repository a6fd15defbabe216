import assert from "node:assert/strict";
import { World } from "../world/world";

const OAUTH2 = "clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET";

/** What a user got wrong → the arguments, and the line that says so. */
const MISTAKES: Readonly<Record<string, readonly [args: Record<string, string | undefined>, line: RegExp]>> = {
  "no title": [{ title: undefined }, /`title` is missing \[input-invalid\]/],
  "a name with a dot": [{ name: '"crm.v2"' }, /`name` must be letters, digits, - and _/],
  "a name with a slash": [{ name: '"crm/v2"' }, /`name` must be letters, digits, - and _/],
  "a missing Swagger file": [
    { swagger: '"nowhere.json"' },
    /Swagger file nowhere\.json: not found \[swagger-unreadable\]/,
  ],
  "a missing Swagger file as asset": [
    { swagger: 'new pulumi.asset.FileAsset("nowhere.json")' },
    /Swagger file nowhere\.json: not found \[swagger-unreadable\]/,
  ],
  "a Swagger file that is neither JSON nor YAML": [{ swagger: '"broken.json"' }, /broken\.json: neither JSON nor YAML/],
  "OpenAPI 3 on aem65": [
    { swagger: '"openapi3.json"' },
    /openapi3\.json: OpenAPI 3\.0\.1, and product aem65 takes Swagger 2\.0/,
  ],
  "a token URL in plain http": [
    { oauth2: `{ ${OAUTH2}, tokenUrl: "http://idp.example.com/token" }` },
    /`oauth2\.tokenUrl` must be https/,
  ],
  "an argument that does not exist": [{ titel: '"Salesforce"' }, /`titel` is no argument of a data source/],
};

describe("wrong input, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.write("broken.json", '{ "swagger": "2.0", ');
    await world.stack.write(
      "openapi3.json",
      JSON.stringify({ openapi: "3.0.1", servers: [{ url: "https://x.example" }], paths: { "/a": { get: {} } } }),
    );
  });

  after(async () => {
    assert.deepEqual(world.aem.requests, []);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  for (const [mistake, [args, line]] of Object.entries(MISTAKES)) {
    it(`${mistake}: one clear line in the preview`, async () => {
      await world.program(args);
      const { code, text } = await world.stack.try("preview", "--diff");
      assert.notEqual(code, 0);
      assert.deepEqual(problems(text).length, 1, text);
      assert.match(text, line);
      assert.doesNotMatch(text, /\n\s+at /);
    });
  }

  it("half a login: one clear line that names both places", async () => {
    await world.program();
    const { AEM_PASSWORD } = world.stack.environment;
    world.stack.environment.AEM_PASSWORD = undefined;
    const { code, text } = await world.stack.try("preview", "--diff");
    world.stack.environment.AEM_PASSWORD = AEM_PASSWORD;
    assert.notEqual(code, 0);
    assert.match(text, /half a login: AEM_AUTHOR is set, AEM_PASSWORD is not \[connection-invalid\]/);
    assert.equal(problems(text).length, 1);
  });

  it("several mistakes: each has its line in one preview", async () => {
    await world.program({
      title: undefined,
      name: '"crm.v2"',
      swagger: '"nowhere.json"',
      oauth2: `{ ${OAUTH2}, tokenUrl: "http://idp.example.com/token" }`,
    });
    const { text } = await world.stack.try("preview", "--diff");
    assert.equal(problems(text).length, 4, text);
  });
});

function problems(text: string): string[] {
  return text.match(/has a problem: /g) ?? [];
}
