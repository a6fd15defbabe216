import assert from "node:assert/strict";
import { World } from "../world/world";

const OAUTH2 = "clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET";

/** What the user got wrong → the line that says so. */
const MISTAKES: Readonly<Record<string, RegExp>> = {
  "no title": /`title` is missing \[input-invalid\]/,
  "a name with a dot": /`name` must be letters, digits, - and _ .*\[input-invalid\]/,
  "a missing Swagger file": /Swagger file nowhere\.json: not found \[swagger-unreadable\]/,
  "a token URL in plain http": /`oauth2\.tokenUrl` must be https: .*\[input-invalid\]/,
  "an argument that does not exist": /`titel` is no argument of a data source \[input-invalid\]/,
  "half a login": /half a login: AEM_AUTHOR is set, AEM_PASSWORD is not \[connection-invalid\]/,
};

describe("wrong input, on the engine", () => {
  it("brings one clear line for each mistake, all in one preview, and nothing is sent", async () => {
    const world = await World.start();
    await world.program({
      title: undefined,
      name: '"crm.v2"',
      swagger: '"nowhere.json"',
      oauth2: `{ ${OAUTH2}, tokenUrl: "http://idp.example.com/token" }`,
      titel: '"Salesforce"',
    });
    delete world.stack.environment.AEM_PASSWORD;
    const { code, text } = await world.stack.try("preview", "--diff");
    assert.notEqual(code, 0);
    for (const line of Object.values(MISTAKES)) assert.match(text, line);
    assert.equal(text.match(/has a problem: /g)?.length, Object.keys(MISTAKES).length, text);
    assert.doesNotMatch(text, /\n\s+at /);
    assert.deepEqual(world.aem.requests, []);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });
});
