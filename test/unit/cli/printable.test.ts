import assert from "node:assert/strict";
import fc from "fast-check";
import { printable } from "../../../provider/cli/printable";
import { holds } from "../../world/property";

describe("foreign text inside quotes", () => {
  it("shows what a terminal would obey or hide, and leaves all else", () => {
    assert.equal(
      printable("a\u001b[31mb\u009bc\u202ed\u200be\u2028f é 日本"),
      "a\\u001b[31mb\\u009bc\\u202ed\\u200be\\u2028f é 日本",
    );
  });

  it("means the same when it is read back, beyond the first plane too", () => {
    const unit = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\u{e0041}", "\u{1d173}", "\u0007", "\u2066"));
    holds(
      fc.property(fc.array(unit), (parts) => {
        const text = parts.join("");
        const shown = printable(JSON.stringify(text));
        assert.equal(JSON.parse(shown), text);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      100,
    );
  });
});
