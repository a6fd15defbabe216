import assert from "node:assert/strict";
import { stringify } from "yaml";
import { PAGE, SWAGGER, World } from "../world/world";

/** The same API, written otherwise: other bytes, no change of meaning. */
const REFORMATTED = JSON.stringify(JSON.parse(SWAGGER), null, 4);

describe("the Swagger file, on the engine", () => {
  for (const swagger of [
    '"api.json"',
    'new pulumi.asset.FileAsset("api.json")',
    "pulumi.output(new pulumi.asset.FileAsset('api.json'))",
  ]) {
    it(`given as ${swagger}: reformatted, refreshed and previewed again, it stays quiet`, async () => {
      const world = await World.start();
      await world.program({ swagger });
      await world.stack.pulumi("up", "--yes", "--skip-preview");
      world.newWrites();
      await world.stack.write("api.json", REFORMATTED);
      await world.stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
      await world.stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await world.stack.pulumi("preview", "--expect-no-changes");
      assert.deepEqual(world.newWrites(), []);
      assert.deepEqual((await world.stack.dataSource())?.outputs?.swagger, { file: "api.json" });
      assert.deepEqual(await world.leaks(), []);
      await world.stop();
    });
  }

  it("given as text of the program: stored byte for byte, and not kept in the state", async () => {
    const world = await World.start();
    await world.program({ swagger: `new pulumi.asset.StringAsset(${JSON.stringify(SWAGGER)})` });
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const [upload] = world.newWrites().flatMap(({ fields }) => fields.flatMap(({ file }) => file ?? []));
    assert.equal(upload?.bytes.toString(), SWAGGER);
    assert.deepEqual((await world.stack.dataSource())?.outputs?.swagger, { inline: "swagger.json" });
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await world.stop();
  });

  it("written in YAML: stored as it is, and shown with the same operations", async () => {
    const world = await World.start();
    const yaml = `# The API\n${stringify(JSON.parse(SWAGGER))}`;
    await world.stack.write("api.yaml", yaml);
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    await world.program({ swagger: '"api.yaml"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--diff");
    assert.match(text, /~ file: "api\.json" => "api\.yaml"/);
    assert.doesNotMatch(text, /~ digest/);
    assert.equal(JSON.stringify(world.aem.node(`${PAGE}/jcr:content`)).includes('"filename":"api.yaml"'), true);
    await world.stop();
  });

  it("with an operation less: the preview shows that operation alone, and it is uploaded once", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.newWrites();
    const changed = JSON.parse(SWAGGER);
    delete changed.paths["/query"];
    await world.stack.write("api.json", JSON.stringify(changed));
    const { text } = await world.stack.pulumi("up", "--yes", "--diff");
    assert.match(text, /- GET \/query +: "queryRecords/);
    const uploads = world.newWrites().flatMap(({ fields }) => fields.flatMap(({ file }) => file ?? []));
    assert.deepEqual(
      uploads.map(({ bytes }) => bytes.toString()),
      [JSON.stringify(changed)],
    );
    await world.stop();
  });
});
