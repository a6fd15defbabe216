import assert from "node:assert/strict";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { addFormDataModel, MODELS } from "../../world/formDataModels";
import { Client, record } from "./aemClient";

const CRM = `${MODELS}/lead/jcr:content/sources/source1`;

describe("AEM emulator: query builder", () => {
  let aem: AemEmulator;
  let deployer: Client;

  before(async () => {
    aem = await startAemEmulator();
    deployer = new Client(aem, "aem-deployer");
    addFormDataModel(aem, "lead", { uses: ["crm", "erp"], conf: "/conf/global" });
    addFormDataModel(aem, "acme/order", { uses: ["erp"] });
    addFormDataModel(aem, "acme/odata", { uses: ["crm"], type: "ODATA" });
  });
  after(() => aem.stop());

  async function ask(query: Record<string, string>, client = deployer): Promise<Record<string, unknown>> {
    const all = { "p.hits": "selective", "p.properties": "jcr:path", "p.limit": "-1", ...query };
    const { status, json } = await client.get(`/bin/querybuilder.json?${new URLSearchParams(all)}`);
    assert.equal(status, 200);
    return record(json);
  }

  async function paths(query: Record<string, string>, client = deployer): Promise<unknown[]> {
    const { hits } = await ask(query, client);
    assert.ok(Array.isArray(hits));
    return hits.map((hit) => record(hit)["jcr:path"]);
  }

  const CRM_OF = { property: "configurationPath", "property.value": "crm" };

  it("finds nodes by a property, all conditions together", async () => {
    assert.deepEqual(await paths({ path: MODELS, ...CRM_OF }), [
      CRM,
      `${MODELS}/acme/odata/jcr:content/sources/source1`,
    ]);
    const rest = { "2_property": "dataSourceType", "2_property.value": "REST" };
    assert.deepEqual(await paths({ path: MODELS, ...CRM_OF, ...rest }), [CRM]);
  });

  it("finds what lies below a path, and the path itself only with path.self", async () => {
    const order = `${MODELS}/acme/order`;
    assert.deepEqual(await paths({ path: `${order}/jcr:content/sources` }), [`${order}/jcr:content/sources/source1`]);
    const all = await paths({ path: order, "path.self": "true" });
    assert.deepEqual(all.slice(0, 2), [order, `${order}/jcr:content`]);
    assert.deepEqual(await paths({ path: `${MODELS}/ac` }), []);
  });

  it("finds what has a property at all, and what has a name, with wildcards", async () => {
    const exists = { path: MODELS, property: "cq:conf", "property.operation": "exists" };
    assert.deepEqual(await paths(exists), [`${MODELS}/lead/jcr:content`]);
    assert.deepEqual(await paths({ path: MODELS, nodename: "o?der?" }), []);
    assert.deepEqual(await paths({ path: MODELS, nodename: "o?d*" }), [`${MODELS}/acme/order`]);
  });

  it("takes groups: one of their members, or all", async () => {
    const either = {
      path: MODELS,
      "group.p.or": "true",
      "group.1_group.1_property": "configurationPath",
      "group.1_group.1_property.value": "erp",
      "group.1_group.2_property": "dataSourceType",
      "group.1_group.2_property.value": "REST",
      "group.2_nodename": "odata",
    };
    assert.deepEqual(await paths(either), [
      `${MODELS}/lead/jcr:content/sources/source2`,
      `${MODELS}/acme/order/jcr:content/sources/source1`,
      `${MODELS}/acme/odata`,
    ]);
  });

  it("gives ten hits unless told otherwise, and says how many there are", async () => {
    const ten = await ask({ path: "/", "p.limit": "10" });
    assert.deepEqual([ten.success, ten.results, ten.more, ten.offset], [true, 10, true, 0]);
    const { total } = ten;
    const last = await ask({ path: "/", "p.offset": String(Number(total) - 1) });
    assert.deepEqual([last.results, last.total, last.more], [1, total, false]);
  });

  it("gives the properties that were asked for, where a node has them", async () => {
    const asked = { path: MODELS, nodename: "source1", ...CRM_OF, "p.properties": "jcr:path configurationPath title" };
    const { hits } = await ask(asked);
    assert.ok(Array.isArray(hits));
    assert.deepEqual(hits[0], { "jcr:path": CRM, configurationPath: "crm" });
  });

  it("finds nothing that the login may not read", async () => {
    assert.deepEqual(await paths({ path: MODELS, ...CRM_OF }, new Client(aem, "aem-nobody")), []);
  });

  it("says aloud what it does not emulate", async () => {
    for (const query of ["type=dam:Asset", "property=a/b&property.value=c", "path.flat=true", "p.hits=full"]) {
      const { status } = await deployer.get(`/bin/querybuilder.json?p.hits=selective&path=/&${query}`);
      assert.equal(status, 501, query);
    }
  });

  it("is not there in the mode that answers as Apache Sling", async () => {
    const sling = await startAemEmulator({ queryBuilder: "none" });
    const { status } = await new Client(sling, "aem-deployer").get("/bin/querybuilder.json?path=/");
    assert.equal(status, 404);
    await sling.stop();
  });
});
