import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Judge,
  judgeCiphertext,
  judgeCsrfToken,
  judgeFile,
  judgeNode,
  judgeReplication,
  judgeReplicationThere,
  judgeWrite,
} from "../../../provider/aem/answer";
import { DataSourceError, rememberSecret } from "../../../provider/errors";
import { connectionTo } from "../../world/connections";
import { searchText } from "../../world/leaks";
import { holds } from "../../world/property";

const SECRET = "s3cret/of=any answer";
const JUDGES: Readonly<Record<string, Judge<unknown>>> = {
  node: judgeNode,
  file: judgeFile,
  "CSRF token": judgeCsrfToken,
  write: judgeWrite,
  replication: judgeReplication,
  "whether there is replication": judgeReplicationThere,
  ciphertext: judgeCiphertext,
};

describe("any answer of an author", () => {
  before(() => rememberSecret(SECRET));

  const status = fc.oneof(
    fc.integer({ min: 100, max: 599 }),
    fc.constantFrom(200, 201, 302, 401, 403, 404, 409, 500, 503),
  );
  const contentType = fc.constantFrom("application/json", "text/html", "text/plain", "application/xml", "");
  const value = fc.oneof(fc.constantFrom<unknown>(SECRET, 200, 500, "500", "cq:Page", "__proto__"), fc.jsonValue());
  const key = fc.oneof(
    fc.constantFrom(
      "status.code",
      "status.message",
      "title",
      "error",
      "changes",
      "isCreate",
      "jcr:primaryType",
      "token",
    ),
    fc.string(),
  );
  const page = fc
    .tuple(fc.string(), fc.nat(999))
    .map(([words, code]) => `<html><div id="Status">${code}</div><div id="Message">${words} ${SECRET}</div>`);
  const body = fc.oneof(
    fc.dictionary(key, value).map((content) => Buffer.from(JSON.stringify(content))),
    page.map((text) => Buffer.from(text)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const headers = fc.dictionary(fc.constantFrom("location", "retry-after", "server"), fc.string());
  const answer = fc.record({ status, contentType, headers, body });
  const connection = connectionTo("https://author.example");

  for (const [what, judge] of Object.entries(JUDGES)) {
    it(`is what was asked for (${what}), or a problem that can be read and holds no secret`, () => {
      holds(
        fc.property(answer, (given) => {
          try {
            judge(given, "/conf/global/settings/cloudconfigs/fdm/crm", connection);
          } catch (thrown) {
            assert.ok(thrown instanceof DataSourceError, String(thrown));
            const text = thrown.text();
            assert.deepEqual(searchText("the problem", text, [SECRET]), []);
            assert.notEqual(thrown.code, "internal");
            assert.ok(text.length < 1_500, text);
            assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          }
        }),
        300,
      );
    });
  }
});
