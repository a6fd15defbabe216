import assert from "node:assert/strict";
import { dump } from "js-yaml";
import { BREAKING, OPTIONAL, WARNING } from "../world/breakingFile";
import { PAGE, SWAGGER, World } from "../world/world";

/** The same API, written otherwise: other bytes, no change of meaning. */
const REFORMATTED = JSON.stringify(JSON.parse(SWAGGER), null, 4);

describe("a Swagger file that is uploaded, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.write("api.json", OPTIONAL);
    await world.stack.pulumi("up", "--yes", "--skip-preview");
  });

  beforeEach(async () => {
    await world.stack.write("api.json", OPTIONAL);
    await world.program();
    world.newWrites();
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("that breaks form data models: is uploaded once where it is meant", async () => {
    await world.stack.write("api.json", BREAKING);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, WARNING);
    const uploads = world.newWrites().flatMap(({ fields }) => fields.flatMap(({ file }) => file ?? []));
    assert.deepEqual(
      uploads.map(({ bytes }) => bytes.toString()),
      [BREAKING],
    );
  });

  it("given as text of the program: stored byte for byte, and not kept in the state", async () => {
    await world.program({ swagger: `new pulumi.asset.StringAsset(${JSON.stringify(REFORMATTED)})` });
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.deepEqual((await world.stack.dataSource())?.outputs?.swagger, { inline: "swagger.json" });
    assert.equal(Object(world.aem.node(`${PAGE}/jcr:content`)).filename, "swagger.json");
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("rewritten in YAML: the same meaning, uploaded under its new name", async () => {
    const yaml = `# The API\n${dump(JSON.parse(SWAGGER))}`;
    await world.stack.write("api.yaml", yaml);
    await world.program({ swagger: '"api.yaml"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview", "--diff");
    assert.match(text, /[+~] file +: .*"api\.yaml"/);
    assert.doesNotMatch(text, /~ digest/);
    const uploads = world.newWrites().flatMap(({ fields }) => fields.flatMap(({ file }) => file ?? []));
    assert.deepEqual(
      uploads.map(({ filename, contentType, bytes }) => [filename, contentType, bytes.toString()]),
      [["api.yaml", "application/yaml", yaml]],
    );
  });
});
