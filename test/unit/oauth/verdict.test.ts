import assert from "node:assert/strict";
import { inspect } from "node:util";
import { DataSourceError, type ErrorCode, rememberSecret } from "../../../provider/errors";
import type { HttpAnswer } from "../../../provider/http";
import { judgeAnswer, judgeSilence, type Verdict } from "../../../provider/oauth/verdict";

const HOST = "acme.example";
const TOKEN = "00Dxx!AQEAQ-token";

/** An answer with `body` as JSON, or as it is when it is text. */
function answer(status: number, body: unknown): HttpAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, contentType: "application/json", headers: {}, body: Buffer.from(text) };
}

const judge = (status: number, body: unknown) => judgeAnswer(answer(status, body), HOST);

function errorOf(verdict: Verdict): DataSourceError {
  assert.ok(verdict.kind !== "issued");
  return verdict.error;
}

describe("a token is issued", () => {
  const rows: [by: string, body: unknown][] = [
    ["a Bearer token", { access_token: TOKEN, token_type: "Bearer" }],
    ["a bearer token, in small letters", { access_token: TOKEN, token_type: "bearer" }],
    ["a token of no named type", { access_token: TOKEN }],
    [
      "the answer that Salesforce documents (replay)",
      {
        access_token: TOKEN,
        signature: "c2ln",
        scope: "api",
        instance_url: "https://acme.my.salesforce.com",
        id: "https://login.salesforce.com/id/00Dxx/005xx",
        token_type: "Bearer",
        issued_at: "1690000000000",
      },
    ],
  ];
  for (const [by, body] of rows) {
    it(`by ${by}, and dropped at once`, () => assert.deepEqual(judge(200, body), { kind: "issued" }));
  }
});

describe("a token is refused", () => {
  /** Descriptions of vendors are replayed from their documentation and public reports (oauth.md §1.4, §4, §5.3). */
  const rows: [by: string, status: number, body: Record<string, string>, remedy: RegExp][] = [
    ["a wrong client", 401, { error: "invalid_client", error_description: "client authentication failed" }, /clientId/],
    ["a wrong client, without a description", 400, { error: "invalid_client" }, /clientId/],
    [
      "Salesforce: a wrong secret",
      400,
      { error: "invalid_client", error_description: "invalid client credentials" },
      /Manage Consumer Details/,
    ],
    [
      "Salesforce: an unknown key",
      400,
      { error: "invalid_client_id", error_description: "client identifier invalid" },
      /sandbox/,
    ],
    ["a server that names the wrong secret", 401, { error: "invalid_client_credentials" }, /client secret/],
    [
      "Salesforce: no Run As user",
      400,
      { error: "invalid_grant", error_description: "no client credentials user enabled" },
      /Run As user/,
    ],
    [
      "Salesforce: the flow is off",
      400,
      { error: "invalid_grant", error_description: "client credentials flow not enabled" },
      /Enable Client Credentials Flow/,
    ],
    [
      "Salesforce: a common host",
      400,
      { error: "invalid_grant", error_description: "request not supported on this domain" },
      /My Domain/,
    ],
    ["any other grant problem", 400, { error: "invalid_grant" }, /Allow the client-credentials grant/],
    ["a client without the grant", 400, { error: "unauthorized_client" }, /Allow the client-credentials grant/],
    ["a server without the grant", 400, { error: "unsupported_grant_type" }, /oauth2\.tokenUrl/],
    ["an unknown scope", 400, { error: "invalid_scope" }, /oauth2\.scope/],
    ["Auth0: a wrong secret", 401, { error: "access_denied", error_description: "Unauthorized" }, /client secret/],
    ["a right that is missing", 403, { error: "invalid_app_access" }, /permission set/],
    ["a server that does not know the client", 400, { error: "invalid_client_id" }, /`oauth2\.clientId`.*not know/],
    ["a code that nobody knows", 400, { error: "vendor.code-7" }, /documentation/],
    ["a code of one letter", 400, { error: "E" }, /documentation/],
    ["an error in an answer of success", 200, { error: "invalid_client" }, /clientId/],
    ["an error beside a token", 200, { error: "invalid_scope", access_token: TOKEN }, /oauth2\.scope/],
  ];
  for (const [by, status, body, remedy] of rows) {
    it(`by ${by}`, () => {
      const verdict = judge(status, body);
      const { code, message, remedy: said, fields } = errorOf(verdict);
      assert.deepEqual([verdict.kind, code], ["refused", "token-refused"]);
      const words = [String(status), `${body.error}${body.error_description ? `: ${body.error_description}` : ""}`];
      assert.equal(message, `token check failed: ${HOST} refused the client credentials (${words.join(" ")})`);
      assert.match(String(said), remedy);
      assert.deepEqual(fields, { status, cause: body.error });
    });
  }
});

describe("a token endpoint is found to be none", () => {
  const invalid = { error: "invalid_request" };
  const rows: [by: string, status: number, body: unknown, words: RegExp][] = [
    ["several choices", 300, "", /answered a redirect \(300\)$/],
    ["a redirect", 302, "", /it answered a redirect \(302\)$/],
    ["a redirect that keeps the method", 307, "", /redirect \(307\)$/],
    ["a wrong path", 404, "<html>Not Found</html>", /answered 404 without an OAuth error$/],
    ["a wrong path that answers like OAuth", 404, invalid, /answered 404 without an OAuth error$/],
    ["a method that it does not take", 405, invalid, /answered 405 without an OAuth error$/],
    ["a refusal in HTML", 403, "<html>Forbidden</html>", /answered 403 without an OAuth error$/],
    ["a refusal in JSON of its own", 400, { message: "no" }, /answered 400 without an OAuth error$/],
    ["an error that is no OAuth code", 400, { error: "Realm does not exist" }, /answered 400 without/],
    ["an error that is no text", 400, { error: { code: "invalid_client" } }, /answered 400 without/],
    ["an error code longer than any", 400, { error: "x".repeat(65) }, /answered 400 without/],
    ["a login page", 200, "<html>Log in</html>", /answered 200 without a token$/],
    ["nothing", 200, "", /answered 200 without a token$/],
    ["an answer that breaks off", 200, '{"access_token": "00D', /answered 200 without a token$/],
    ["another object", 200, {}, /answered 200 without a token$/],
    ["a list", 200, [{ access_token: TOKEN }], /answered 200 without a token$/],
    ["an empty token", 200, { access_token: "" }, /answered 200 without a token$/],
    ["a token that is no text", 200, { access_token: 7 }, /answered 200 without a token$/],
    ["a token of another type", 200, { access_token: TOKEN, token_type: "mac" }, /not a Bearer token$/],
  ];
  for (const [by, status, body, words] of rows) {
    it(`by ${by}`, () => {
      const verdict = judge(status, body);
      const { code, message } = errorOf(verdict);
      assert.deepEqual([verdict.kind, code], ["refused", "token-endpoint-wrong"]);
      assert.match(message, /^token check failed: acme\.example is no token endpoint: /);
      assert.match(message, words);
    });
  }

  it("with a word on what to look at", () => {
    const path = /the path of `oauth2\.tokenUrl`/;
    assert.match(String(errorOf(judge(302, "")).remedy), /never followed: put the final URL into `oauth2\.tokenUrl`\./);
    assert.match(String(errorOf(judge(404, "")).remedy), path);
    assert.match(String(errorOf(judge(200, "<html>Log in</html>")).remedy), path);
    assert.match(String(errorOf(judge(200, { access_token: TOKEN, token_type: "mac" })).remedy), /Bearer tokens only/);
  });
});

describe("nothing is judged", () => {
  const rows: [by: string, status: number, body: unknown, words: string][] = [
    ["a server that has had enough", 429, { error: "invalid_client" }, "answered 429"],
    ["a server with a fault", 500, { error: "invalid_client" }, "answered 500"],
    ["a gateway", 502, "<html>Bad Gateway</html>", "answered 502"],
    ["maintenance", 503, "<html>Down for maintenance</html>", "answered 503"],
    ["a gateway that waited in vain", 504, "", "answered 504"],
    ["a fault told in OAuth", 400, { error: "server_error" }, "answered 400 server_error"],
    ["a pause told in OAuth", 400, { error: "temporarily_unavailable" }, "answered 400 temporarily_unavailable"],
    ["Salesforce: too many logins", 400, { error: "rate_limit_exceeded" }, "answered 400 rate_limit_exceeded"],
    [
      "Salesforce: a fault that it can't name",
      400,
      { error: "unknown_error", error_description: "retry your request" },
      "answered 400 unknown_error: retry your request",
    ],
  ];
  for (const [by, status, body, words] of rows) {
    it(`by ${by}`, () => {
      const verdict = judge(status, body);
      const { code, message, remedy } = errorOf(verdict);
      assert.deepEqual([verdict.kind, code], ["not judged", "token-not-judged"]);
      assert.equal(message, `token check not made: ${HOST} ${words}`);
      assert.equal(remedy, "Try again later.");
    });
  }
});

describe("a request without an answer", () => {
  const url = /^Check `oauth2\.tokenUrl`\.$/;
  const silent = /not judged\. Check `oauth2\.tokenUrl` if AEM can't reach it either/;
  const rows: [code: ErrorCode, kind: Verdict["kind"], remedy: RegExp][] = [
    ["network-tls", "refused", /NODE_EXTRA_CA_CERTS; AEM has a trust store of its own/],
    ["network-not-http", "refused", url],
    ["answer-too-large", "refused", url],
    ["network-unreachable", "not judged", silent],
    ["network-timeout", "not judged", silent],
    ["internal", "not judged", silent],
  ];
  for (const [code, kind, remedy] of rows) {
    it(`is ${kind} when it fails with ${code}`, () => {
      const verdict = judgeSilence(new DataSourceError(code, "acme.example: it failed"));
      const error = errorOf(verdict);
      assert.equal(verdict.kind, kind);
      assert.equal(error.code, kind === "refused" ? code : "token-not-judged");
      assert.match(error.message, /^token check (failed|not made): acme\.example: it failed$/);
      assert.match(String(error.remedy), remedy);
    });
  }
});

describe("a token server that asks for a client certificate", () => {
  it("is not judged: it may know AEM's", () => {
    const cause = "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED";
    const verdict = judgeSilence(new DataSourceError("network-tls", "acme.example: it asks", undefined, { cause }));
    assert.deepEqual([verdict.kind, errorOf(verdict).code], ["not judged", "token-not-judged"]);
  });
});

describe("what a token server says", () => {
  const refused = (error_description: unknown) =>
    errorOf(judge(400, { error: "invalid_client", error_description })).message;

  it("is told on one line, without characters that a terminal obeys", () => {
    const message = refused("AADSTS7000215: wrong\r\nTrace ID: 1\u001b[2J\u202e");
    assert.match(message, /\(400 invalid_client: AADSTS7000215: wrong Trace ID: 1 \[2J\)$/);
  });

  it("is cut after 300 characters", () => {
    assert.ok(refused("x".repeat(10_000)).length < 400);
  });

  it("is told without the secret that it repeats", () => {
    rememberSecret("yN2-eL9-oP5");
    assert.match(refused("wrong secret yN2-eL9-oP5"), /wrong secret \[secret\]\)$/);
  });

  it("is left out when it is no text", () => {
    assert.match(refused({ a: 1 }), /\(400 invalid_client\)$/);
  });

  it("is nowhere in the verdict when it is no OAuth error", () => {
    for (const status of [200, 302, 404, 500]) {
      const verdict = judge(status, `<html>${TOKEN}</html>`);
      assert.ok(!inspect(verdict, { depth: null, showHidden: true }).includes(TOKEN));
    }
    for (const token_type of ["Bearer", "mac"]) {
      const verdict = judge(200, { access_token: TOKEN, token_type });
      assert.ok(!inspect(verdict, { depth: null, showHidden: true }).includes(TOKEN));
    }
  });
});
