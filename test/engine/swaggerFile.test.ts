import assert from "node:assert/strict";
import { BREAKING, OPTIONAL, WARNING } from "../world/breakingFile";
import { diagnostics, shows } from "../world/faultRows";
import { World } from "../world/world";

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
});
