import assert from "node:assert/strict";
import { FAILURES, failure } from "../../../provider/aem/failures";
import { type Act, look } from "../../../provider/aem/seen";
import type { Connection } from "../../../provider/connection";
import type { ErrorCode } from "../../../provider/errors";
import type { HttpAnswer } from "../../../provider/http";
import { Secret } from "../../../provider/values";
import { connectionTo } from "../../world/connections";

const PAGE = "/conf/acme/emea/settings/cloudconfigs/fdm/crm";
const BASIC = connectionTo("https://author.example.com", {
  username: "deployer",
  password: "p4ssword of the deployer",
});
const BEARER: Connection = { ...BASIC, login: { kind: "bearer", token: new Secret("b34rer-t0ken-of-a-test") } };
const SERVICE: Connection = {
  ...BASIC,
  login: {
    kind: "service",
    credentials: {
      imsOrigin: "https://ims.example.com",
      clientId: "cm-p1",
      clientSecret: new Secret("p8e-secret-of-a-test"),
      account: "5D7E@techacct.example",
      organisation: "ABC@AdobeOrg",
      metascopes: [],
      privateKey: new Secret("a key of a test"),
      route: {},
    },
  },
};
const FROM_CONFIG = {
  source: "stack config",
  fromConfig: true,
  called: (setting: string) => `aem-datasource:${setting}`,
};
const NAMED = {
  source: 'connection "emea" of stack config',
  fromConfig: true,
  named: true,
  called: (setting: string) => `aem-datasource:emea-${setting}`,
};

interface Case {
  /** The row of the table that must fit. */
  readonly situation: string;
  readonly status: number;
  /** An object is JSON, a text HTML, "" an empty answer without a type. */
  readonly body?: object | string;
  readonly headers?: HttpAnswer["headers"];
  readonly act?: Act;
  readonly connection?: Connection;
  readonly code: ErrorCode;
  /** What the person at the terminal reads: what happened, and what to do. */
  readonly says: RegExp;
}

const statusPage = (status: number, message: string) =>
  `<html><body><div id="Status">${status}</div><div id="Message">${message}</div></body></html>`;
const sling = (status: number, message = "", error?: object) => ({
  "status.code": status,
  "status.message": message,
  changes: [],
  ...(error && { error }),
});

const CASES: readonly Case[] = [
  {
    situation: "no login, or a wrong one",
    status: 401,
    code: "author-login-refused",
    says: /refused the login of deployer from the environment \(401\).*\n.*Correct AEM_USERNAME and AEM_PASSWORD/,
  },
  {
    situation: "no login, or a wrong one",
    status: 401,
    connection: { ...BASIC, ...FROM_CONFIG },
    code: "author-login-refused",
    says: /from stack config \(401\).*\n.*config of the last up: run it with --run-program, or give AEM_AUTHOR/,
  },
  {
    situation: "no login, or a wrong one",
    status: 401,
    connection: { ...BASIC, ...NAMED },
    code: "author-login-refused",
    says: /from connection "emea".*\n.*Correct aem-datasource:emea-username and aem-datasource:emea-password\. .*--run-program\.$/,
  },
  {
    situation: "a technical account that the author does not know",
    status: 401,
    connection: SERVICE,
    code: "author-login-refused",
    says: /refused the technical account 5D7E@techacct\.example from.*fresh token of IMS.*\n.*one environment.*AEM_SERVICE_CREDENTIALS_FILE/,
  },
  {
    situation: "a technical account that the author does not know",
    status: 401,
    connection: { ...SERVICE, ...FROM_CONFIG },
    code: "author-login-refused",
    says: /\n.*aem-datasource:serviceCredentials.*--run-program, or give AEM_AUTHOR and AEM_SERVICE_CREDENTIALS_FILE/,
  },
  {
    situation: "a refused bearer token",
    status: 401,
    connection: BEARER,
    code: "author-login-refused",
    says: /refused the bearer token from.*\n.*new token.*24 hours.*AEM_TOKEN/,
  },
  {
    situation: "a refused bearer token",
    status: 401,
    connection: { ...BEARER, ...FROM_CONFIG },
    code: "author-login-refused",
    says: /\n.*new token.*--run-program, or give AEM_AUTHOR and AEM_TOKEN/,
  },
  {
    situation: "a redirect to a login page",
    status: 302,
    headers: { location: "/libs/granite/core/content/login.html" },
    code: "author-login-refused",
    says: /\(302, a redirect to another page\)/,
  },
  {
    situation: "a redirect to a login page",
    status: 307,
    headers: { location: "https://ims.example/authorize" },
    connection: BEARER,
    code: "author-login-refused",
    says: /\(307, a redirect to another page\).*\n.*Correct AEM_TOKEN/,
  },
  {
    situation: "a token without the scopes that AEM wants",
    status: 403,
    body: { type: "https://aem.example/errors/forbidden", title: "The access token is missing required scopes." },
    connection: BEARER,
    act: "write",
    code: "author-login-refused",
    says: /lacks scopes.*\n.*OAuth Server-to-Server tokens are not enough/,
  },
  {
    situation: "a right that is missing, or a filter",
    status: 403,
    code: "author-no-rights",
    says: /does not let \/conf\/acme.* be read \(403\).*\n.*Give deployer the right to read below \/conf\/acme\/emea\./,
  },
  {
    situation: "a right that is missing, or a filter",
    status: 403,
    body: "<html>Forbidden</html>",
    act: "write",
    code: "author-no-rights",
    says: /be written \(403\).*\n.*read and write below .*header CSRF-Token/,
  },
  {
    situation: "a right that is missing, or a filter",
    status: 200,
    body: sling(403, "not allowed"),
    act: "publish",
    code: "author-no-rights",
    says: /refused the replication \(403: not allowed\).*\n.*crx:replicate/,
  },
  ...[429, 502, 503, 504].map((status): Case => {
    return {
      situation: "an author that is starting, busy or in maintenance",
      status,
      body: "<html>",
      act: "write",
      code: "author-busy",
      says: new RegExp(`is not ready \\(${status}\\).*\n.*again later`),
    };
  }),
  {
    situation: "a file that is too large for something on the way",
    status: 413,
    body: "<html>",
    act: "write",
    code: "author-refused-write",
    says: /\(413\).*\n.*Shorten the Swagger file/,
  },
  {
    situation: "more nodes than one answer holds",
    status: 300,
    body: [`${PAGE}.1.json`],
    code: "data-source-unreadable",
    says: /more nodes than a data source has/,
  },
  {
    situation: "a write that lacks a right, by AEM's own words",
    status: 500,
    body: sling(500, "javax.jcr.AccessDeniedException: OakAccess0000: Access denied"),
    act: "write",
    code: "author-no-rights",
    says: /be written \(500: .*OakAccess0000.*\n.*Give deployer the right to read and write below \/conf\/acme\/emea\.$/,
  },
  {
    situation: "a write that conflicts, or lacks a right",
    status: 409,
    body: sling(409, "repository state conflicting with request"),
    act: "write",
    code: "author-refused-write",
    says: /\(409: repository state conflicting.*\n.*Give deployer the right .* same moment: run pulumi up again/,
  },
  {
    situation: "a write that conflicts, or lacks a right",
    status: 500,
    body: sling(500, "org.apache.sling.api.resource.PersistenceException: Unable to commit changes to session."),
    act: "write",
    code: "author-refused-write",
    says: /\(500: .*Unable to commit.*\n.*same moment/,
  },
  {
    situation: "a write that conflicts, or lacks a right",
    status: 200,
    body: statusPage(500, "OakState0001"),
    act: "write",
    code: "author-refused-write",
    says: /\(500: OakState0001\)/,
  },
  {
    situation: "a replication that the author refuses, with whatever status",
    status: 200,
    body: statusPage(500, "Replication agent is blocked"),
    act: "publish",
    code: "author-refused-write",
    says: /refused the replication \(500: Replication agent is blocked\).*\n.*replication agents.*crx:replicate/,
  },
  {
    situation: "a write that breaks a rule of the repository, or lacks a right",
    status: 422,
    body: sling(422, "invalid payload"),
    act: "write",
    code: "author-refused-write",
    says: /\(422: invalid payload\).*\n.*right .*`extraProperties`/,
  },
  {
    situation: "a page instead of data: a login page, a dispatcher or another server",
    status: 200,
    body: "<html>Sign in</html>",
    code: "author-not-aem",
    says: /does not answer like an AEM author \(200 text\/html.*\n.*not a dispatcher/,
  },
  {
    situation: "a page instead of data: a login page, a dispatcher or another server",
    status: 405,
    act: "write",
    code: "author-not-aem",
    says: /\(405 without a type/,
  },
];

describe("the failures of an author, by the shape of its answer", () => {
  for (const { situation, status, body = "", headers = {}, act = "read", connection = BASIC, code, says } of CASES) {
    const how = `${connection.login.kind}, ${connection.source}`;
    it(`${situation}: ${status} to ${act} (${how})`, () => {
      const contentType = typeof body === "object" ? "application/json" : body === "" ? "" : "text/html";
      const text = typeof body === "object" ? JSON.stringify(body) : body;
      const seen = look({ status, contentType, headers, body: Buffer.from(text) }, act, PAGE, connection);
      assert.equal(FAILURES.find(({ when }) => when(seen))?.situation, situation);
      const error = failure(seen);
      assert.equal(error.code, code);
      assert.match(error.text(), says);
      assert.match(error.message, /https:\/\/author\.example\.com/);
    });
  }

  for (const { situation } of FAILURES) {
    it(`${situation}: has a case here`, () => {
      assert.ok(CASES.some((tried) => tried.situation === situation));
    });
  }

  it("what fits no row is no answer of an author", () => {
    const answer = { status: 418, contentType: "text/plain", headers: {}, body: Buffer.from("a teapot") };
    const error = failure(look(answer, "read", PAGE, BASIC));
    assert.equal(error.code, "author-answer-unexpected");
    assert.doesNotMatch(error.text(), /teapot/);
  });

  it("a busy author's Retry-After is kept in seconds; a date, or nonsense, is not", () => {
    const wait = (value: string) => {
      const answer = { status: 503, contentType: "", headers: { "retry-after": value }, body: Buffer.from("") };
      return failure(look(answer, "read", PAGE, BASIC)).fields.waitSeconds;
    };
    assert.deepEqual(["120", "Fri, 27 Nov 2026 10:00:00 GMT", "-1", "soon"].map(wait), [
      120,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("AEM's words go out as one short line, without a secret that they repeat", () => {
    const body = JSON.stringify(sling(500, `p4ssword of the deployer\u0007\n${"x".repeat(2_000)}`));
    const answer = { status: 500, contentType: "application/json", headers: {}, body: Buffer.from(body) };
    const { message } = failure(look(answer, "write", PAGE, BASIC));
    assert.match(message, /\[secret\] x+…/);
    assert.ok(message.length < 600);
    assert.doesNotMatch(message, /p4ssword|\p{Cc}/u);
  });
});
