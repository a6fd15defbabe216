import assert from "node:assert/strict";
import { dump } from "js-yaml";
import { PAGE, SWAGGER, World } from "../world/world";

/** The same API, written otherwise: other bytes, no change of meaning. */
const REFORMATTED = JSON.stringify(JSON.parse(SWAGGER), null, 4);

describe("the Swagger file, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
  });

  beforeEach(async () => {
    await world.stack.write("api.json", SWAGGER);
    await world.program();
    world.newWrites();
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("with an operation less: that operation alone is shown, and the file uploaded once", async () => {
    const { "/query": _, ...paths } = JSON.parse(SWAGGER).paths;
    const changed = JSON.stringify({ ...JSON.parse(SWAGGER), paths });
    await world.stack.write("api.json", changed);
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview", "--diff");
    assert.match(text, /- GET \/query +: "queryRecords/);
    const uploads = world.newWrites().flatMap(({ fields }) => fields.flatMap(({ file }) => file ?? []));
    assert.deepEqual(
      uploads.map(({ bytes }) => bytes.toString()),
      [changed],
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
