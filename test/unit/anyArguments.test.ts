import assert from "node:assert/strict";
import fc from "fast-check";
import { differences } from "../../provider/changes";
import { parseArguments } from "../../provider/inputs";
import { Secret, UNKNOWN } from "../../provider/values";
import { searchText } from "../world/leaks";
import { holds } from "../world/property";

const SECRET = "s3cret/of=any argument";

const secret = fc.constantFrom<unknown>(new Secret(SECRET), UNKNOWN, SECRET);
const anything = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(undefined, UNKNOWN, null, "", "__proto__"), secret);
const oauth2 = fc.record(
  {
    clientId: fc.oneof(fc.string(), anything),
    clientSecret: secret,
    tokenUrl: fc.oneof(fc.webUrl(), anything),
    scope: anything,
  },
  { requiredKeys: [] },
);
const given = fc.record(
  {
    container: fc.oneof(fc.constantFrom("global", "acme/emea", "/conf/acme", "../x"), anything),
    name: fc.oneof(fc.constantFrom("crm", "jcr:content", "a.b"), anything),
    title: fc.oneof(fc.string(), anything),
    swagger: fc.oneof(fc.record({ file: fc.string() }), anything),
    serviceEndPoint: fc.oneof(fc.webUrl(), anything),
    oauth2: fc.oneof(oauth2, anything),
    product: fc.oneof(fc.constantFrom("aem65", "aemcs"), anything),
    extraProperties: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), anything),
    publish: fc.oneof(fc.boolean(), anything),
    tokenCheck: fc.oneof(fc.constantFrom("enforce", "warn", "off"), anything),
    adopt: fc.oneof(fc.boolean(), anything),
    secretRevision: fc.oneof(fc.nat(), anything),
    owner: fc.constant("acme/shop/prod/crm"),
    other: anything,
  },
  { requiredKeys: ["owner"] },
);

describe("any arguments", () => {
  it("are read, or bring problems that can be shown: never a failure, never the secret", () => {
    holds(
      fc.property(given, (args) => {
        const { value, problems } = parseArguments(args);
        for (const problem of problems) {
          assert.deepEqual(searchText("the problem", problem.text(), [SECRET]), []);
          assert.equal(problem.code, "input-invalid");
          assert.ok(problem.message.length < 1_000, problem.message);
        }
        const required = ["container", "title", "swagger", "oauth2"].filter((key) => !(key in value));
        if (required.length > 0) assert.notDeepEqual(problems, [], required.join());
      }),
      300,
    );
  });

  it("differ in nothing from themselves but in what is unknown, and from others by the same fields both ways", () => {
    holds(
      fc.property(given, given, (one, other) => {
        for (const { before } of differences(one, one)) assert.equal(before, UNKNOWN);
        const fields = (some: ReturnType<typeof differences>) => some.map(({ field }) => field).sort();
        assert.deepEqual(fields(differences(one, other)), fields(differences(other, one)));
      }),
      300,
    );
  });
});
