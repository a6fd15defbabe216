import assert from "node:assert/strict";
import { endPointFinding, endPointOf } from "../../../provider/swagger/endPoint";

describe("the end point that a Swagger file names", () => {
  const named: [document: Record<string, unknown>, endPoint: string | undefined][] = [
    [{ swagger: "2.0", host: "crm.example", basePath: "/v1", schemes: ["http", "https"] }, "https://crm.example/v1"],
    [{ swagger: "2.0", host: "crm.example", basePath: "/v1", schemes: ["http"] }, "http://crm.example/v1"],
    [{ swagger: "2.0", host: "crm.example", schemes: [7, "http"] }, "http://crm.example"],
    [{ swagger: "2.0", host: "crm.example", schemes: [] }, "https://crm.example"],
    [{ swagger: "2.0", host: "crm.example", schemes: "http", basePath: 1 }, "https://crm.example"],
    [{ swagger: "2.0", basePath: "/v1" }, undefined],
    [{ swagger: "2.0", host: "" }, undefined],
    [
      { openapi: "3.0.1", servers: [{ url: "https://crm.example/v1" }, { url: "https://other.example" }] },
      "https://crm.example/v1",
    ],
    [{ openapi: "3.0.1", servers: [{ url: "/v1" }], host: "crm.example" }, undefined],
    [{ openapi: "3.0.1", servers: [{ url: 7 }] }, undefined],
    [{ openapi: "3.0.1", servers: [] }, undefined],
    [{ openapi: "3.0.1", servers: ["https://crm.example"] }, undefined],
  ];
  for (const [document, endPoint] of named) {
    it(`is ${endPoint ?? "none"}: ${JSON.stringify(document).slice(0, 90)}`, () => {
      assert.equal(endPointOf(document), endPoint);
    });
  }

  it("is taken where it can be used", () => {
    assert.equal(endPointFinding({ swagger: "2.0", host: "crm.example", basePath: "/v1" }), undefined);
    assert.equal(endPointFinding({ openapi: "3.0.1", servers: [{ url: "https://crm.example/v1" }] }), undefined);
  });

  const refused: [document: Record<string, unknown>, message: RegExp, place: string[], remedy: RegExp][] = [
    [{ swagger: "2.0" }, /^names no host$/, [], /^Correct `host` and `basePath` in it, or give `serviceEndPoint`\.$/],
    [{ swagger: "2.0", host: "" }, /^names no host$/, ["host"], /^Correct `host` and `basePath` in it/],
    [{ openapi: "3.0.1" }, /^names no host$/, [], /^Correct an absolute URL in `servers`/],
    [
      { openapi: "3.0.1", servers: [{ url: "/v1" }] },
      /^names no host$/,
      ["servers"],
      /^Correct an absolute URL in `servers`/,
    ],
    [{ swagger: "2.0", host: "a b" }, /^its scheme, host and base path make an end point that /, ["host"], /`host`/],
  ];
  for (const [document, message, place, remedy] of refused) {
    it(`is refused with a remedy: ${JSON.stringify(document)}`, () => {
      const finding = endPointFinding(document);
      assert.match(String(finding?.message), message);
      assert.deepEqual([finding?.code, finding?.severity, finding?.path], ["swagger-not-accepted", "error", place]);
      assert.match(String(finding?.remedy), remedy);
    });
  }
});
