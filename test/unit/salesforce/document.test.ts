import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DescribedObject } from "../../../provider/salesforce/describe";
import { swaggerOf } from "../../../provider/salesforce/document";
import { Documents } from "../../../provider/swagger/documents";
import { objectsOfTheOrg, textField } from "../../world/salesforceOrg/objects";
import { REPOSITORY } from "../../world/stack";

const ORIGIN = "https://acme.my.salesforce.com";
/** The file of one object, whole; `RECORD=1 npm test -- salesforce/document` writes it. */
const INVOICE = join(REPOSITORY, "test", "world", "salesforceOrg", "invoice.swagger.json");
const NAMES = ["Case", "Contact", "Invoice__c", "Lead"];

function generate(objects: readonly DescribedObject[]) {
  const { document, notes } = swaggerOf({ origin: ORIGIN, version: "61.0", objects });
  return { text: JSON.stringify(document, undefined, 2), document: JSON.parse(JSON.stringify(document)), notes };
}

function only(name: string, extra: Partial<DescribedObject> = {}) {
  const object = objectsOfTheOrg().get(name);
  assert.ok(object);
  return generate([{ ...object, ...extra }]).document;
}

const methods = (document: { paths: object }) => {
  return Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((verb) => `${verb} ${path}`));
};

describe("the Swagger file of an org's objects", () => {
  it("passes AEM's rules and the specification without a doubt, for each object and for all", () => {
    const all = [...objectsOfTheOrg().values()];
    for (const objects of [all, ...all.map((object) => [object])]) {
      const documents = new Documents("/");
      const { document } = documents.parse(Buffer.from(generate(objects).text), "file");
      for (const product of ["aem65", "aem65lts", "aemcs"] as const) {
        assert.deepEqual(documents.judge(document, product), []);
      }
    }
  });

  it("has for one object, word for word, what forms were built on", () => {
    const document = only("Invoice__c");
    if (process.env.RECORD) writeFileSync(INVOICE, `${JSON.stringify(document, undefined, 2)}\n`);
    assert.deepEqual(document, JSON.parse(readFileSync(INVOICE, "utf8")));
  });

  it("names its objects in order, and shows a query of one that takes queries", () => {
    const [contact, lead] = ["Contact", "Lead"].flatMap((name) => objectsOfTheOrg().get(name) ?? []);
    assert.ok(contact && lead);
    const { document } = generate([lead, { ...contact, queryable: false }]);
    assert.equal(document.info.title, "Salesforce: Contact, Lead");
    assert.match(document.paths["/query"].get.parameters[0].description, /SELECT Id FROM Lead$/);
    const { DueDate__c, Company } = document.definitions.QueryRecord.properties;
    assert.deepEqual([DueDate__c, typeof Company], [undefined, "object"]);
  });

  it("requires an id of what is read only where the object has one", () => {
    const lead = objectsOfTheOrg().get("Lead");
    const fields = lead?.fields.filter(({ name }) => name !== "Id");
    assert.deepEqual(only("Lead").definitions.Lead.required, ["Id"]);
    assert.equal(only("Lead", { fields }).definitions.Lead.required, undefined);
  });

  it("has no way to write an object none of whose fields takes a value, nor a path for nothing", () => {
    const lead = objectsOfTheOrg().get("Lead");
    const fields = lead?.fields.map((field) => ({ ...field, createable: false, updateable: false }));
    const { definitions } = only("Lead", { fields });
    assert.deepEqual([definitions.LeadCreate, definitions.LeadUpdate], [undefined, undefined]);
    const may = { retrieveable: false, updateable: false, deletable: false };
    assert.deepEqual(methods(only("Lead", may)), ["get /query", "post /sobjects/Lead"]);
  });

  it("says of a field whose type it does not know what it made of it", () => {
    const lead = objectsOfTheOrg().get("Lead");
    assert.ok(lead);
    const { notes } = generate([
      { ...lead, fields: [...lead.fields, { ...textField("Odd__c", "Odd"), type: "novel" }] },
    ]);
    assert.deepEqual(notes.filter((note) => note.includes("Odd__c")).length, 1);
    assert.match(notes.join("\n"), /^Lead\.Odd__c is of the type/m);
    assert.deepEqual(generate([lead]).notes, []);
  });

  it("is the same in whatever order objects and fields come", () => {
    const all = [...objectsOfTheOrg().values()];
    const turned = [...all].reverse().map((object) => ({ ...object, fields: [...object.fields].reverse() }));
    assert.equal(generate(turned).text, generate(all).text);
  });

  it("has host, base path and scheme of the org", () => {
    const { host, basePath, schemes, swagger } = only("Lead");
    assert.deepEqual(
      [swagger, host, basePath, schemes],
      ["2.0", "acme.my.salesforce.com", "/services/data/v61.0", ["https"]],
    );
  });

  it("has one way to query, and four operations an object, with ids that stay", () => {
    const { document } = generate([...objectsOfTheOrg().values()]);
    const ids = Object.values(document.paths).flatMap((item) => {
      return Object.values(Object(item)).map((operation) => Object(operation).operationId);
    });
    const four = NAMES.flatMap((name) => [`create${name}`, `get${name}`, `update${name}`, `delete${name}`]);
    assert.deepEqual(ids, ["queryRecords", ...four]);
  });

  it("leaves out what the Run As user may not", () => {
    const may = (extra: Partial<DescribedObject>) => methods(only("Case", extra));
    const all = ["get /query", "post /sobjects/Case", "get /sobjects/Case/{id}", "patch /sobjects/Case/{id}"];
    assert.deepEqual(may({ deletable: false }), all);
    assert.deepEqual(may({ createable: false, updateable: false, deletable: false, queryable: false }), [
      "get /sobjects/Case/{id}",
    ]);
    assert.deepEqual(may({ retrieveable: false, createable: false, updateable: false, deletable: false }), [
      "get /query",
    ]);
  });

  it("requires on create what Salesforce neither fills nor leaves empty, and nothing on update", () => {
    const { definitions } = only("Lead");
    assert.deepEqual(definitions.LeadCreate.required, ["Company", "LastName"]);
    assert.equal(definitions.LeadUpdate.required, undefined);
    assert.deepEqual(only("Invoice__c").definitions.Invoice__cCreate.required, ["Amount__c", "Lead__c", "State__c"]);
  });

  it("writes no read-only field, and to a changed record none that only a new one takes", () => {
    const { definitions } = only("Invoice__c");
    const [made, changed] = ["Create", "Update"].map((end) => Object.keys(definitions[`Invoice__c${end}`].properties));
    for (const name of ["Id", "Name", "CreatedDate", "Place__c"]) {
      assert.ok(definitions.Invoice__c.properties[name], name);
      assert.ok(!made?.includes(name) && !changed?.includes(name), name);
    }
    assert.deepEqual([made?.includes("Lead__c"), changed?.includes("Lead__c")], [true, false]);
  });

  it("forgets fields that Salesforce has withdrawn", () => {
    assert.equal(only("Invoice__c").definitions.Invoice__c.properties.Gone__c, undefined);
  });

  it("answers a query with the fields of all objects, and says which have no one type", () => {
    const [lead, contact] = NAMES.slice(1).flatMap((name) => objectsOfTheOrg().get(name) ?? []);
    assert.ok(lead && contact);
    const clash = { ...textField("Score__c", "Score"), type: "double", length: 0 };
    const longer = { ...textField("Nick__c", "Nickname"), length: 200 };
    const { document, notes } = generate([
      { ...lead, fields: [...lead.fields, textField("Score__c", "Score"), textField("Nick__c", "Short name")] },
      { ...contact, fields: [...contact.fields, clash, longer] },
    ]);
    const { properties } = document.definitions.QueryRecord;
    assert.equal(properties.Score__c, undefined);
    assert.ok(notes.some((note) => note.startsWith("Score__c is left out")));
    assert.deepEqual(properties.Nick__c, { type: "string", maxLength: 200, description: "Short name / Nickname" });
    assert.ok(properties.Email && properties.DueDate__c);
  });
});
