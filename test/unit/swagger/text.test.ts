import assert from "node:assert/strict";
import { jsonExtent, yamlExtent } from "../../../provider/swagger/text";

describe("the extent of a text, before it is parsed", () => {
  const json: [text: string, depth: number, values: number][] = [
    ["7", 0, 1],
    ["{}", 1, 2],
    ["[[1, 2], [3]]", 2, 6],
    ['{"a": {"b": [1]}, "c": {}}', 3, 6],
    ["[{}, {}]", 2, 5],
    ["[1]]][2]", 1, 3],
    ['"[{,,]}"', 0, 1],
    ['["[", "a\\"[,{", "\\\\"]', 1, 4],
    ['["\\\\", [1]]', 2, 4],
  ];
  for (const [text, depth, values] of json) {
    it(`of JSON counts what nests and what parts values, outside of strings: ${text}`, () => {
      assert.deepEqual(jsonExtent(text), { depth, values });
    });
  }

  const yaml: [text: string, values: number][] = [
    ["a", 1],
    ["a: 1\nb: 2\n", 3],
    ["a: [1, 2]", 3],
    ["a: {b: 1}", 2],
    ["plain: words - with ] and }", 1],
  ];
  for (const [text, values] of yaml) {
    it(`of YAML counts whatever can part two values: ${JSON.stringify(text)}`, () => {
      assert.equal(yamlExtent(text), values);
    });
  }
});
