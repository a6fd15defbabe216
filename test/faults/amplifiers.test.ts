import assert from "node:assert/strict";
import { compareDocuments } from "../../provider/swagger/compareSchemas";
import { Documents } from "../../provider/swagger/documents";
import { SwaggerRefused } from "../../provider/swagger/problem";
import { readSwagger } from "../../provider/swagger/read";
import { amplifiers, multipliedDocument, ring } from "../world/swaggerDocuments";

describe("a small Swagger file that means much work", () => {
  for (const [what, content] of Object.entries(amplifiers(2_000))) {
    it(`costs no more than its own size: ${what}`, async () => {
      const documents = new Documents(".");
      const { document } = await documents.load({ text: JSON.stringify(content) });
      const problems = documents.judge(document, "aem65");
      for (const { line, column } of problems) assert.ok(line === 1 && column > 1);
      const other = JSON.parse(JSON.stringify(content).replaceAll('"string"', '"integer"'));
      const changes = compareDocuments(document.content, other);
      const differs = JSON.stringify(other) !== JSON.stringify(content);
      const breaking = changes.some((change) => change.class === "breaking");
      // Where only definitions differ that no operation reaches, or the type of what is no parameter, nothing breaks.
      if (differs && !what.includes("nothing")) assert.ok(breaking);
    });
  }

  it("is refused where the references of its paths stand for more than can be read", async () => {
    const text = JSON.stringify(multipliedDocument(2_000));
    await assert.rejects(new Documents(".").load({ text }), (thrown) => {
      assert.ok(thrown instanceof SwaggerRefused);
      assert.match(thrown.message, /: its references stand for more than can be read$/);
      return true;
    });
  });

  it("is refused with the first faults where it has hundreds of thousands", () => {
    for (const text of ["- !a b\n".repeat(300_000), "a: 1\n".repeat(300_000), `{${'"a":1,'.repeat(300_000)}"a":1}`]) {
      assert.throws(
        () => readSwagger(Buffer.from(text), "api"),
        (thrown) => thrown instanceof SwaggerRefused && thrown.problems.length === 20,
      );
    }
  });

  it("is not compared to its end where that is beyond measure, and is not called safe then", () => {
    assert.deepEqual(
      compareDocuments(ring(2_000), ring(2_001)).map((change) => `${change.class}: ${change.detail}`),
      ["breaking: response 200: too much to be compared to its end"],
    );
    assert.deepEqual(compareDocuments(ring(20), ring(21)), []);
  });
});
