import assert from "node:assert/strict";
import { dump } from "js-yaml";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, SWAGGER, World } from "../world/world";

/** The same API, written otherwise: other bytes, no change of meaning. */
const REFORMATTED = JSON.stringify(JSON.parse(SWAGGER), null, 4);

/** With a parameter that may be left out. */
const OPTIONAL = withFields({ required: false });
/** An operation less, and that parameter has to be given. */
const BREAKING = withFields({ required: true }, "/query");
const WARNING =
  /warning: crm: the new Swagger file breaks form data models that use these operations \[swagger-breaking\]\n +GET \/query: removed\n +GET \/sobjects\/Lead\/\{id\}: query parameter fields became required\n/;

function withFields(fields: { required: boolean }, without?: string): string {
  const document = JSON.parse(SWAGGER);
  document.paths["/sobjects/Lead/{id}"].get.parameters.push({ name: "fields", in: "query", type: "string", ...fields });
  if (without !== undefined) delete document.paths[without];
  return JSON.stringify(document, null, 2);
}

describe("the Swagger file, on the engine", () => {
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

  shows("S12", "that breaks form data models: a warning says so in the preview, one line a change", async () => {
    await world.stack.write("api.json", BREAKING);
    const { text } = await world.stack.pulumi("preview", "--diff");
    assert.match(text, WARNING);
    assert.match(text, /- GET \/query +: "queryRecords/);
    assert.match(text, /~ GET \/sobjects\/Lead\/\{id\} +: .* => "getLead\(path id\* .*, query fields\* string\)/);
    assert.equal(text.match(/^ +[-+~] [A-Z]+ \//gm)?.length, 2, text);
    return diagnostics(text);
  });

  it("that breaks form data models: stops the preview where the program wants it so", async () => {
    await world.stack.write("api.json", BREAKING);
    await world.program({ onBreakingSwagger: '"fail"' });
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0);
    assert.match(
      text,
      /error: .*resource 'crm' has a problem: the new Swagger file breaks .* \[swagger-breaking\]\n +GET \/query: removed\n/,
    );
    assert.match(text, /If that is meant, set `onBreakingSwagger` to "warn"/);
    assert.deepEqual(world.newWrites(), []);
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
