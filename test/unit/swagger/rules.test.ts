import assert from "node:assert/strict";
import { endPointOf, judge } from "../../../provider/swagger/rules";
import { PRODUCTS, type Product } from "../../../provider/values";

type Json = Record<string, unknown>;

const PATHS = { "/lead": { get: {} } };

function judged(content: Json, product: Product = "aem65") {
  const { problems, doubts } = judge(content, product, "api.json");
  for (const { code } of problems) assert.equal(code, "swagger-not-accepted");
  return { problems: problems.map(({ message }) => message), doubts };
}

describe("a Swagger file", () => {
  const versions: [version: Json, verdicts: Record<Product, "accepted" | "doubted" | "refused">][] = [
    [{ swagger: "2.0" }, { aem65: "accepted", aem65lts: "accepted", aemcs: "accepted" }],
    [{ openapi: "3.0.0" }, { aem65: "refused", aem65lts: "doubted", aemcs: "accepted" }],
    [{ openapi: "3.0.3" }, { aem65: "refused", aem65lts: "doubted", aemcs: "accepted" }],
    [{ openapi: "3.1.0" }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{ openapi: "4.0.0" }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{ swagger: "1.2" }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{ swagger: 2 }, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
    [{}, { aem65: "refused", aem65lts: "refused", aemcs: "refused" }],
  ];
  for (const [version, verdicts] of versions) {
    for (const product of PRODUCTS) {
      it(`with ${JSON.stringify(version)} is ${verdicts[product]} on ${product}`, () => {
        const { problems, doubts } = judged({ ...version, paths: PATHS }, product);
        const counts = { accepted: [0, 0], doubted: [0, 1], refused: [1, 0] };
        assert.deepEqual([problems.length, doubts.length], counts[verdicts[product]]);
      });
    }
  }

  it("is refused in words that name file, version, product and what it takes", () => {
    assert.deepEqual(judged({ openapi: "3.0.1", paths: PATHS }, "aem65").problems, [
      "Swagger file api.json: OpenAPI 3.0.1, and product aem65 takes Swagger 2.0",
    ]);
    assert.deepEqual(judged({ openapi: "3.1.0", paths: PATHS }, "aemcs").problems, [
      "Swagger file api.json: OpenAPI 3.1.0, and product aemcs takes Swagger 2.0 and OpenAPI 3.0",
    ]);
    assert.match(
      String(judged({ openapi: "3.1.0", paths: PATHS }, "aem65lts").problems[0]),
      /aem65lts takes Swagger 2\.0$/,
    );
    assert.match(
      String(judged({ openapi: "3.0.1", paths: PATHS }, "aem65lts").doubts[0]),
      /api\.json.*3\.0\.1.*aem65lts/,
    );
    assert.deepEqual(judged({ paths: PATHS }).problems, ['Swagger file api.json: no `swagger: "2.0"` at its top']);
  });

  it("is refused with a word on what to do", () => {
    const remedies = (content: Json) => judge(content, "aem65", "api.json").problems.map(({ remedy }) => remedy);
    assert.deepEqual(remedies({ openapi: "3.0.0", paths: PATHS }), ["Convert it to Swagger 2.0."]);
    assert.deepEqual(remedies({ paths: PATHS }), ["Check that it is a Swagger 2.0 file."]);
    assert.match(String(remedies({ swagger: "2.0" })), /of no use to a form data model/);
  });

  it("is refused without repeating a version of any length", () => {
    const { problems } = judged({ openapi: "9".repeat(1_000), paths: PATHS });
    assert.ok(String(problems[0]).length < 100);
  });

  it("is refused when it describes no operation", () => {
    for (const paths of [undefined, {}, { "/lead": {} }, { "/lead": null }, []]) {
      assert.deepEqual(judged({ swagger: "2.0", paths }).problems, [
        "Swagger file api.json: it describes no operation",
      ]);
    }
  });

  it("is refused when its base path does not begin with a slash", () => {
    for (const basePath of ["v1", "", 1, null]) {
      const line = 'Swagger file api.json: its `basePath` does not begin with "/"';
      assert.deepEqual(judged({ swagger: "2.0", paths: PATHS, basePath }).problems, [line]);
    }
    for (const basePath of ["/", "/v1", undefined]) {
      assert.deepEqual(judged({ swagger: "2.0", paths: PATHS, basePath }).problems, []);
    }
  });

  it("is refused with both problems when it has both", () => {
    assert.equal(judged({ openapi: "3.0.0" }, "aem65").problems.length, 2);
  });
});

describe("the end point of a Swagger file", () => {
  const found: [what: string, content: Json, endPoint: string | undefined][] = [
    [
      "is scheme, host and base path",
      { host: "acme.example", basePath: "/v1", schemes: ["http"] },
      "http://acme.example/v1",
    ],
    ["is https when the file names no scheme", { host: "acme.example", basePath: "/v1" }, "https://acme.example/v1"],
    ["is https when the file offers it", { host: "acme.example", schemes: ["http", "https"] }, "https://acme.example"],
    ["may have a port and no base path", { host: "acme.example:8443" }, "https://acme.example:8443"],
    ["is none without a host", { basePath: "/v1", schemes: ["https"] }, undefined],
    ["is none with an empty host", { host: "", basePath: "/v1" }, undefined],
    ["is none with a host that is no text", { host: { name: "acme.example" } }, undefined],
    [
      "is the first server of OpenAPI 3",
      { servers: [{ url: "https://a.example/v1" }, { url: "https://b.example" }] },
      "https://a.example/v1",
    ],
    ["is none with a server relative to nowhere", { servers: [{ url: "/v1" }] }, undefined],
    ["is as the file has it, good or bad", { servers: [{ url: "https://{org}.example" }] }, "https://{org}.example"],
    ["is none without a server", { servers: [] }, undefined],
    ["is none with a server that is none", { servers: ["https://a.example"] }, undefined],
  ];
  for (const [what, content, endPoint] of found) {
    it(what, () => assert.equal(endPointOf(content), endPoint));
  }
});
