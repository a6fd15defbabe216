import assert from "node:assert/strict";
import { World } from "../world/world";

interface Program {
  readonly args: Readonly<Record<string, string | undefined>>;
  /** What the user got wrong → the line that says so. */
  readonly lines: Readonly<Record<string, RegExp>>;
}

/** Programs with everything wrong that can be wrong at the same time. */
const PROGRAMS: readonly Program[] = [
  {
    args: { name: '"crm/v2"', container: '"../etc"', swagger: 'new pulumi.asset.FileAsset("broken.json")' },
    lines: {
      "a name with a slash": /`name` must be letters, digits, - and _/,
      "a container that leads elsewhere": /`container` must be a folder below \/conf/,
      "a Swagger file that is neither JSON nor YAML": /broken\.json:1:21: not valid JSON \[swagger-unreadable\]/,
    },
  },
  {
    args: { swagger: '"openapi3.json"' },
    lines: {
      "OpenAPI 3 on aem65": /openapi3\.json:1:2 \(#\/openapi\): OpenAPI 3\.0\.1, and product aem65 takes Swagger 2\.0 /,
    },
  },
  {
    args: { swagger: 'new pulumi.asset.RemoteAsset("http://127.0.0.1:9/api.json")' },
    lines: { "a Swagger file from the network": /`swagger` must be a path, .*download a remote file and commit it/ },
  },
];

describe("wrong input, further mistakes", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.write("broken.json", '{ "swagger": "2.0", ');
    const openapi3 = { openapi: "3.0.1", servers: [{ url: "https://x.example" }], paths: { "/a": { get: {} } } };
    await world.stack.write("openapi3.json", JSON.stringify(openapi3));
  });

  after(async () => {
    assert.deepEqual(world.aem.requests, []);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  for (const { args, lines } of PROGRAMS) {
    const mistakes = Object.keys(lines);
    it(`one preview has one clear line each for: ${mistakes.join(", ")}`, async () => {
      await world.program(args);
      const { code, text } = await world.stack.try("preview", "--diff");
      assert.notEqual(code, 0);
      for (const line of Object.values(lines)) assert.match(text, line);
      assert.equal(text.match(/has a problem: /g)?.length, mistakes.length, text);
      assert.doesNotMatch(text, /\n\s+at /);
    });
  }
});
