import assert from "node:assert/strict";
import { type DescribedField, describedObject } from "../../../provider/salesforce/describe";
import { noteOn, type Schema, schemaOf, type Way } from "../../../provider/salesforce/fieldTypes";

function field(extra: Partial<DescribedField> & { type: string }): DescribedField {
  const may = { nillable: true, createable: true, updateable: true, defaultedOnCreate: false };
  const object = {
    name: "X",
    label: "X",
    ...{ createable: true, updateable: true, deletable: true, queryable: true, retrieveable: true },
    fields: [{ name: "F", label: "", ...may, ...extra }],
  };
  const [parsed] = describedObject.parse(object).fields;
  assert.ok(parsed);
  return parsed;
}

const entries = (...values: string[]) => values.map((value) => ({ value, active: !value.startsWith("old ") }));

describe("a field's type", () => {
  const ID = { type: "string", minLength: 15, maxLength: 18 };
  const DOUBLE = { type: "number", format: "double" };
  const TEXT = { type: "string", maxLength: 40 };
  /** Every type that Salesforce documents. */
  const plain: [type: string, is: Schema][] = [
    ["id", ID],
    ["reference", ID],
    ["masterrecord", ID],
    ["string", TEXT],
    ["textarea", TEXT],
    ["email", TEXT],
    ["phone", TEXT],
    ["url", TEXT],
    ["picklist", TEXT],
    ["multipicklist", TEXT],
    ["combobox", TEXT],
    ["encryptedstring", TEXT],
    ["DataCategoryGroupReference", TEXT],
    ["boolean", { type: "boolean" }],
    ["int", { type: "integer", format: "int32" }],
    ["long", { type: "integer", format: "int64" }],
    ["double", DOUBLE],
    ["currency", DOUBLE],
    ["percent", DOUBLE],
    ["date", { type: "string", format: "date" }],
    ["datetime", { type: "string", format: "date-time" }],
    ["time", { type: "string" }],
    ["byte", { type: "string" }],
    ["json", { type: "string" }],
    ["anyType", { type: "string" }],
    ["complexvalue", { type: "object" }],
    ["junctionIdList", { type: "array", items: ID }],
  ];
  for (const [type, is] of plain) {
    it(`${type} is the same both ways`, () => {
      for (const way of ["read", "write"] as const) assert.deepEqual(schemaOf(field({ type, length: 40 }), way), is);
    });
  }

  it("address and location are objects with their parts", () => {
    const parts = (type: string) => Object.keys(Object(schemaOf(field({ type }), "read").properties));
    assert.deepEqual(parts("location"), ["latitude", "longitude"]);
    assert.deepEqual(parts("address"), [
      ...["city", "country", "countryCode", "geocodeAccuracy", "latitude", "longitude"],
      ...["postalCode", "state", "stateCode", "street"],
    ]);
  });

  const byWay: [what: string, field: DescribedField, way: Way, is: Schema][] = [
    ["base64 is sent as content", field({ type: "base64" }), "write", { type: "string", format: "byte" }],
    ["base64 is read as a path", field({ type: "base64" }), "read", { type: "string" }],
    [
      "a restricted picklist takes its active values, in one order",
      field({ type: "picklist", restrictedPicklist: true, picklistValues: entries("b", "a", "old c") }),
      "write",
      { type: "string", enum: ["a", "b"] },
    ],
    [
      "a restricted picklist may still answer a value that was taken off",
      field({ type: "picklist", restrictedPicklist: true, picklistValues: entries("b", "a", "old c") }),
      "read",
      { type: "string", description: "known values: a, b" },
    ],
    [
      "an open picklist takes any value",
      field({ type: "picklist", label: "Size", picklistValues: entries("a") }),
      "write",
      { type: "string", description: "Size; known values: a" },
    ],
    [
      "several values in one text are none of the single ones",
      field({ type: "multipicklist", restrictedPicklist: true, picklistValues: entries("a", "b") }),
      "write",
      { type: "string", description: "known values: a, b" },
    ],
    [
      "digits bound a whole number",
      field({ type: "int", digits: 3 }),
      "write",
      { type: "integer", format: "int32", minimum: -999, maximum: 999 },
    ],
    [
      "ten digits are no bound for an int32",
      field({ type: "int", digits: 10 }),
      "write",
      {
        type: "integer",
        format: "int32",
      },
    ],
  ];
  for (const [what, given, way, is] of byWay) it(what, () => assert.deepEqual(schemaOf(given, way), is));

  it("that nobody knows is a text, and is told", () => {
    const odd = field({ type: "quantum\u001bstate" });
    assert.deepEqual(schemaOf(odd, "write"), { type: "string" });
    assert.match(String(noteOn(odd)), /^is of the type quantum state, which is not known here/);
    assert.equal(noteOn(field({ type: "string" })), undefined);
  });

  it("is described by its label, and by its help where it has one; in one line", () => {
    const described = (label: string, inlineHelpText: string | null) => {
      return schemaOf(field({ type: "date", label, inlineHelpText }), "read").description;
    };
    assert.equal(described("Due Date", null), "Due Date");
    assert.equal(described("Due\nDate", "Last day\u202e to pay"), "Due Date: Last day to pay");
    assert.equal(described("", null), undefined);
  });
});
