import assert from "node:assert/strict";
import { overlay } from "../../../provider/salesforce/overlay";

describe("an overlay over a generated document", () => {
  const document = { info: { title: "CRM", version: "1" }, tags: ["a", "b"], host: "acme.example" };

  const cases: [what: string, patch: Record<string, unknown>, is: unknown][] = [
    [
      "adds below what is there",
      { info: { contact: { name: "CRM team" } } },
      {
        ...document,
        info: { ...document.info, contact: { name: "CRM team" } },
      },
    ],
    ["replaces a list whole", { tags: ["c"] }, { ...document, tags: ["c"] }],
    ["removes by null", { info: { version: null } }, { ...document, info: { title: "CRM" } }],
    ["puts an object in the place of a text", { host: { a: 1 } }, { ...document, host: { a: 1 } }],
    ["leaves no null in what it adds", { extra: { a: null, b: 1 } }, { ...document, extra: { b: 1 } }],
    ["changes nothing when empty", {}, document],
  ];
  for (const [what, patch, is] of cases) {
    it(what, () => {
      const before = structuredClone(document);
      assert.deepEqual(overlay(document, patch).document, is);
      assert.deepEqual(document, before);
    });
  }

  it("keeps the order of what is there, and puts what is new behind it", () => {
    const { document: merged } = overlay(document, { zone: 1, info: { title: "New" } });
    assert.deepEqual(Object.keys(merged), ["info", "tags", "host", "zone"]);
  });

  it("says by pointer what it removes that is not there", () => {
    const { removedNothing } = overlay(document, { paths: { "/a~b": { get: null } }, host: null });
    assert.deepEqual(removedNothing, ["/paths/~1a~0b/get"]);
  });
});
