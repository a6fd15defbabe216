import assert from "node:assert/strict";
import { judgeCsrfToken, judgeFile, judgeNode, judgeWrite } from "../../../provider/aem/answer";
import { DataSourceError, type ErrorCode } from "../../../provider/errors";
import type { HttpAnswer } from "../../../provider/http";
import { connectionTo } from "../../world/connections";

const PASSWORD = "p4ssword of the deployer";
const PAGE = "/conf/acme/emea/settings/cloudconfigs/fdm/crm";
const CSRF = "/libs/granite/csrf/token.json";
const CONNECTION = connectionTo("https://author.example.com", { username: "deployer", password: PASSWORD });

const NODE = { "jcr:primaryType": "cq:Page", "jcr:content": {} };
const LOGIN_PAGE = "<html><title>Sign in</title></html>";
const STATUS_PAGE = '<html><div id="Status">500</div><div id="Message">no rights</div></html>';
const CHANGES = [{ type: "modified", argument: `${PAGE}/jcr:content/jcr:title` }];

/** Text is HTML, everything else JSON, "" an empty answer without a type. */
type Body = string | object;
type Row<Expected> = readonly [
  what: string,
  status: number,
  body: Body,
  expected: Expected,
  headers?: HttpAnswer["headers"],
];

function answer(status: number, body: Body, headers: HttpAnswer["headers"] = {}): HttpAnswer {
  const contentType = typeof body === "object" ? "application/json" : body === "" ? "" : "text/html";
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  return { status, contentType, headers, body: Buffer.from(text) };
}

/** The error that `judge` throws, after a look for the password in everything that it prints. */
function refusal(judge: () => unknown): DataSourceError {
  try {
    judge();
  } catch (thrown) {
    assert.ok(thrown instanceof DataSourceError);
    assert.ok(!`${thrown.text()} ${JSON.stringify(thrown.fields)} ${thrown.stack}`.includes(PASSWORD));
    return thrown;
  }
  assert.fail("it was taken for a good answer");
}

describe("the judgement of an author's answers", () => {
  describe("about a node", () => {
    const good: Row<unknown>[] = [
      ["a node", 200, NODE, NODE],
      ["404 as HTML", 404, "<html>No resource found</html>", "absent"],
      ["404 as JSON", 404, { status: 404 }, "absent"],
    ];
    for (const [what, status, body, expected] of good) {
      it(`${what} is ${expected === "absent" ? "absent" : "that node"}`, () => {
        assert.deepEqual(judgeNode(answer(status, body), PAGE, CONNECTION), expected);
      });
    }

    const bad: Row<ErrorCode>[] = [
      ["401 without a body", 401, "", "author-login-refused"],
      ["401 as HTML", 401, LOGIN_PAGE, "author-login-refused"],
      ["302 to the login page", 302, "", "author-login-refused", { location: "/libs/granite/core/content/login.html" }],
      ["302 to another host", 302, "", "author-login-refused", { location: "https://ims-na1.adobelogin.com/" }],
      ["403", 403, { title: "forbidden" }, "author-no-rights"],
      ["200 with a login page", 200, LOGIN_PAGE, "author-not-aem"],
      ["200 with nothing", 200, "", "author-answer-unexpected"],
      ["200 with JSON of another shape", 200, { data: [] }, "author-answer-unexpected"],
      ["200 with a list", 200, [`${PAGE}.1.json`], "author-answer-unexpected"],
      ["300 with a list of smaller depths", 300, [`${PAGE}.1.json`], "data-source-unreadable"],
      ["429", 429, "", "author-busy"],
      ["500", 500, { status: 500 }, "author-answer-unexpected"],
      ["502 of a gateway", 502, "<html>Bad Gateway</html>", "author-busy"],
      ["503 while starting", 503, "<html>Startup</html>", "author-busy"],
      ["504 of a gateway", 504, "<html>Gateway Timeout</html>", "author-busy"],
    ];
    for (const [what, status, body, code, headers] of bad) {
      it(`${what} is ${code}, never absent`, () => {
        const error = refusal(() => judgeNode(answer(status, body, headers), PAGE, CONNECTION));
        assert.equal(error.code, code);
        assert.ok(error.message.includes(CONNECTION.origin));
        assert.match(error.message, new RegExp(String(status === 200 ? "author" : status)));
      });
    }

    it("JSON that is cut short is no answer of an author", () => {
      const cut = { ...answer(200, NODE), body: Buffer.from('{"jcr:primaryType":"cq:Pa') };
      assert.equal(refusal(() => judgeNode(cut, PAGE, CONNECTION)).code, "author-answer-unexpected");
    });
  });

  describe("about a file", () => {
    it("200 is its bytes, whatever its type", () => {
      const bytes = Buffer.from([0, 255, 13, 10]);
      for (const contentType of ["application/json", "application/yaml", "application/octet-stream", ""]) {
        assert.equal(judgeFile({ ...answer(200, ""), contentType, body: bytes }, PAGE, CONNECTION), bytes);
      }
    });

    const bad: Row<ErrorCode>[] = [
      ["401", 401, "", "author-login-refused"],
      ["302 to the login page", 302, "", "author-login-refused", { location: "/libs/granite/core/content/login.html" }],
      ["403", 403, "", "author-no-rights"],
      ["200 with a login page", 200, LOGIN_PAGE, "author-not-aem"],
      ["404, though the node was seen a moment before", 404, { status: 404 }, "author-answer-unexpected"],
      ["500", 500, "", "author-answer-unexpected"],
      ["502 of a gateway", 502, "<html>Bad Gateway</html>", "author-busy"],
    ];
    for (const [what, status, body, code, headers] of bad) {
      it(`${what} is ${code}`, () => {
        assert.equal(refusal(() => judgeFile(answer(status, body, headers), PAGE, CONNECTION)).code, code);
      });
    }
  });

  describe("about a CSRF token", () => {
    it("a token is that token", () => {
      assert.equal(judgeCsrfToken(answer(200, { token: "eyJ0" }), CSRF, CONNECTION), "eyJ0");
    });

    const bad: Row<ErrorCode>[] = [
      ["no token in it, as for somebody without a login", 200, {}, "author-login-refused"],
      ["an empty token", 200, { token: "" }, "author-login-refused"],
      ["HTML", 200, LOGIN_PAGE, "author-not-aem"],
      ["nothing", 200, "", "author-not-aem"],
      ["404 as HTML", 404, "<html>Not Found</html>", "author-not-aem"],
      ["404 as JSON", 404, { token: "eyJ0" }, "author-not-aem"],
      ["401", 401, "", "author-login-refused"],
      ["503 while starting", 503, "", "author-busy"],
    ];
    for (const [what, status, body, code] of bad) {
      it(`${what} is ${code}`, () => {
        assert.equal(refusal(() => judgeCsrfToken(answer(status, body), CSRF, CONNECTION)).code, code);
      });
    }
  });

  describe("about a write", () => {
    it("201 with isCreate has created the page, 200 has changed one", () => {
      const created = { "status.code": 201, isCreate: true, changes: CHANGES };
      assert.deepEqual(judgeWrite(answer(201, created), PAGE, CONNECTION), { created: true });
      const changed = { "status.code": 200, changes: [] };
      assert.deepEqual(judgeWrite(answer(200, changed), PAGE, CONNECTION), { created: false });
    });

    const bad: Row<ErrorCode>[] = [
      ["401", 401, "", "author-login-refused"],
      ["302 to the login page", 302, "", "author-login-refused", { location: "/libs/granite/core/content/login.html" }],
      ["403 as HTML", 403, "<html>Forbidden</html>", "author-no-rights"],
      ["409", 409, { "status.code": 409, changes: [] }, "author-refused-write"],
      ["422", 422, { "status.code": 422, changes: [] }, "author-refused-write"],
      ["500", 500, { "status.code": 500, changes: [] }, "author-refused-write"],
      ["200 with the status 500 inside", 200, { "status.code": 500, changes: CHANGES }, "author-refused-write"],
      ["200 with the status 403 inside", 200, { "status.code": 403, changes: CHANGES }, "author-no-rights"],
      ["200 with an HTML status document that says 500", 200, STATUS_PAGE, "author-refused-write"],
      ["200 with a login page", 200, LOGIN_PAGE, "author-not-aem"],
      ["200 with JSON that lists no changes", 200, { "status.code": 200 }, "author-answer-unexpected"],
      ["200 with nothing", 200, "", "author-answer-unexpected"],
      ["404 as the POST servlet's", 404, { "status.code": 404, changes: [] }, "author-refused-write"],
      ["405 of a dispatcher", 405, "<html>", "author-not-aem"],
      ["429", 429, "", "author-busy"],
      ["503", 503, "<html>Startup</html>", "author-busy"],
      ["504 of a gateway", 504, "<html>Gateway Timeout</html>", "author-busy"],
    ];
    for (const [what, status, body, code, headers] of bad) {
      it(`${what} is ${code}`, () => {
        assert.equal(refusal(() => judgeWrite(answer(status, body, headers), PAGE, CONNECTION)).code, code);
      });
    }

    it("a refusal names the container that rights are missing on before a conflict", () => {
      const { remedy } = refusal(() => judgeWrite(answer(409, { changes: [] }), PAGE, CONNECTION));
      assert.match(String(remedy), /^Give deployer the right .* below \/conf\/acme\/emea\. .* same moment/);
    });

    it("Sling's reason is in the message, without a secret that it repeats", () => {
      const body = { "status.code": 500, "status.message": `Failure: ${PASSWORD}`, changes: [] };
      const error = refusal(() => judgeWrite(answer(500, body), PAGE, CONNECTION));
      assert.match(error.message, /\(500: Failure: \[secret\]\)/);
    });
  });

  it("a refused login says where the login was read and what to correct", () => {
    const error = refusal(() => judgeNode(answer(401, ""), PAGE, CONNECTION));
    assert.match(
      error.text(),
      /refused the login of deployer from the environment .*\n.*AEM_USERNAME and AEM_PASSWORD/,
    );
  });

  it("a refused login of stack config names --run-program, since a destroy sees the config of the last up", () => {
    const connection = { ...CONNECTION, source: "stack config", fromConfig: true };
    const error = refusal(() => judgeNode(answer(401, ""), PAGE, connection));
    assert.match(error.text(), /from stack config .*\n.*config of the last up: run it with --run-program/);
  });
});
