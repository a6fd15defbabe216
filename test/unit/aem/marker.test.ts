import assert from "node:assert/strict";
import { formatMarker, newMarker, parseMarker } from "../../../provider/aem/marker";

const ID = "0123456789abcdef";

describe("marker", () => {
  it("comes back from its text as it was", () => {
    const marker = newMarker("acme/shop/prod/crm");
    assert.deepEqual(parseMarker(formatMarker(marker)), marker);
  });

  it("has another id for each create of the same owner", () => {
    const ids = [1, 2, 3].map(() => newMarker("acme/shop/prod/crm").id);
    assert.equal(new Set(ids).size, 3);
  });

  it("may have an owner with a # in its name: the last one counts", () => {
    assert.deepEqual(parseMarker(`acme/shop/prod/crm#2#${ID}`), { owner: "acme/shop/prod/crm#2", id: ID });
  });

  const foreign: unknown[] = ["", "managed by hand", `#${ID}`, "acme#", "acme#0123", `acme#${ID}0`, `${ID}`];
  for (const text of [...foreign, `acme#${ID.toUpperCase()}`, undefined, 7, [`acme#${ID}`]]) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      assert.equal(parseMarker(text), undefined);
    });
  }
});
