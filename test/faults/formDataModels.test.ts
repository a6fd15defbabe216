import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { addFormDataModel } from "../world/formDataModels";
import { PAGE, SWAGGER, World } from "../world/world";

describe("form data models that use a data source, on the engine", () => {
  let world: World;
  let model: string;

  before(async () => {
    world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    model = addFormDataModel(world.aem, "lead", { uses: ["crm"] });
    addFormDataModel(world.aem, "elsewhere", { uses: ["crm"], conf: "/conf/acme" });
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("S12: are named before a Swagger file is written that may break them", async () => {
    const { "/query": _, ...paths } = JSON.parse(SWAGGER).paths;
    await world.stack.write("api.json", JSON.stringify({ ...JSON.parse(SWAGGER), paths }));
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, new RegExp(`warning: ${PAGE} is used by 1 form data model, and its new .* them: ${model}\\n`));
  });

  shows("W13", "are named before the old page of a replacement is deleted, after the new one is made", async () => {
    await world.program({ name: '"customers"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, new RegExp(`warning: ${PAGE} is used by 1 form data model, and it is deleted now: ${model}\\n`));
    assert.equal(world.aem.node(PAGE), undefined);
    return diagnostics(text);
  });

  it("are not known to a login that may not read them: destroy says so and goes on", async () => {
    world.aem.remove(model.slice(0, model.lastIndexOf("/")));
    const { text } = await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.match(text, /customers: not checked which form data models use it: .* is not there, or deployer may not/);
    assert.equal(world.aem.node(PAGE.replace("/crm", "/customers")), undefined);
  });
});
