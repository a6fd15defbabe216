import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remove } from "../../provider/lifecycle";
import { type AemEmulator, type AemEmulatorOptions, startAemEmulator } from "../world/aemEmulator";
import { CRM, Deployment } from "../world/deployment";
import { addFormDataModel, MODELS } from "../world/formDataModels";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const PAGE = `${FOLDER}/crm`;

const MORE = { ...CRM, paths: { ...CRM.paths, "/case": { get: { operationId: "getCase", responses: {} } } } };
const MOVED = { ...CRM, paths: { "/case": CRM.paths["/lead"] } };

describe("who uses a data source", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "used-by-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => start());
  afterEach(() => aem.stop());

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator(options);
    crm = deployment("crm");
    await crm.swagger();
    await crm.up();
  }

  function deployment(name: string): Deployment {
    const place = { origin: aem.origin, username: "aem-deployer", password: "deployer-secret" };
    return new Deployment(place, folder, name);
  }

  function queries(): number {
    return aem.log.filter((line) => line.startsWith("GET /bin/querybuilder.json ")).length;
  }

  it("is named before a delete, which goes on; one request", async () => {
    const models = ["acme/lead", "order"].map((name) => addFormDataModel(aem, name, { uses: ["crm"] }));
    await crm.destroy();
    assert.deepEqual(crm.said, [
      `warning: ${PAGE} is used by 2 form data models, and it is deleted now: ${models.join(", ")}`,
    ]);
    assert.deepEqual(
      aem.log.slice(-3).map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["GET /bin/querybuilder.json", "GET /libs/granite/csrf/token.json", `POST ${PAGE}`],
    );
    assert.deepEqual([queries(), aem.node(PAGE)], [1, undefined]);
  });

  it("is one model, or the first five and how many more", async () => {
    addFormDataModel(aem, "m0", { uses: ["crm"] });
    await crm.destroy();
    assert.match(String(crm.said[0]), /used by 1 form data model, and/);
    await crm.up();
    for (let index = 1; index < 12; index += 1) addFormDataModel(aem, `m${index}`, { uses: ["crm"] });
    await crm.destroy();
    const named = ["m0", "m1", "m10", "m11", "m2"].map((name) => `${MODELS}/${name}`).join(", ");
    assert.deepEqual(crm.said, [
      `warning: ${PAGE} is used by 12 form data models, and it is deleted now: ${named} and 7 more`,
    ]);
  });

  it("is nobody: then nothing is said", async () => {
    addFormDataModel(aem, "lead", { uses: ["crm"], conf: "/conf/acme" });
    await crm.destroy();
    assert.deepEqual([crm.said, queries()], [[], 1]);
  });

  it("is not asked for where nothing is deleted: the page is gone, or another's", async () => {
    aem.edit(PAGE, { managedBy: "acme/billing/prod/crm#0123456789abcdef" });
    await crm.destroy();
    const erp = deployment("erp");
    await erp.up();
    aem.remove(`${FOLDER}/erp`);
    await erp.destroy();
    assert.equal(queries(), 0);
  });

  it("is not asked for by a create, a read, or an update that breaks nothing", async () => {
    addFormDataModel(aem, "lead", { uses: ["crm"] });
    await crm.up({ title: "CRM" });
    await crm.refresh();
    await crm.swagger(MORE);
    await crm.up({ title: "CRM" });
    assert.equal(queries(), 0);
  });

  it("is named before a Swagger file is written that may break them", async () => {
    const model = addFormDataModel(aem, "lead", { uses: ["crm"] });
    await crm.swagger(MOVED);
    await crm.up();
    assert.deepEqual(
      crm.said.filter((line) => line.includes("is used by")),
      [`warning: ${PAGE} is used by 1 form data model, and its new Swagger file may break them: ${model}`],
    );
    assert.equal(queries(), 1);
    const [asked, wrote] = [/querybuilder/, /^POST .*crm\/jcr:content 200/].map((what) =>
      aem.log.findLastIndex((line) => what.test(line)),
    );
    assert.ok(Number(asked) < Number(wrote));
  });

  it("is named before somebody's page with another Swagger file is written over", async () => {
    const model = addFormDataModel(aem, "lead", { uses: ["crm"] });
    aem.edit(PAGE, { managedBy: undefined });
    await crm.swagger(MOVED);
    const other = deployment("crm");
    await other.up({ adopt: "overwrite" });
    assert.match(
      other.said.join("\n"),
      new RegExp(`used by 1 form data model, and its new Swagger file .*: ${model}$`),
    );
  });

  const blind: [what: string, options: AemEmulatorOptions, edit: () => void, says: RegExp][] = [
    ["has no query builder", { queryBuilder: "none" }, () => {}, /http.* has no query builder \(404\)$/],
    ["does not let it be read", {}, () => aem.remove(MODELS), /-fdm on http.* is not there, or aem-deployer may not/],
  ];
  for (const [what, options, edit, says] of blind) {
    it(`is not checked where the author ${what}: said once, and the delete goes on`, async () => {
      await aem.stop();
      await start(options);
      const erp = deployment("erp");
      await erp.up();
      edit();
      await crm.phase(async (run) => {
        for (const { path, outputs } of [crm, erp]) await remove(run, path, outputs);
      });
      assert.equal(crm.said.length, 1);
      assert.match(String(crm.said[0]), /^note: .*\/crm: not checked which form data models use it: /);
      assert.match(String(crm.said[0]), says);
      assert.deepEqual([aem.node(PAGE), aem.node(`${FOLDER}/erp`)], [undefined, undefined]);
    });
  }
});
