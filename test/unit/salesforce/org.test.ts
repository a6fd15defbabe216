import assert from "node:assert/strict";
import type { DataSourceError } from "../../../provider/errors";
import { Org, type OrgLimits } from "../../../provider/salesforce/org";
import { Secret } from "../../../provider/values";
import { type OrgAnswer, type SalesforceOrg, startSalesforceOrg } from "../../world/salesforceOrg";
import { objectsOfTheOrg } from "../../world/salesforceOrg/objects";

const LEAD = "/services/data/v61.0/sobjects/Lead/describe";
const VERSIONS = "/services/data/";
const refusal = (status: number, errorCode: string): OrgAnswer => ({ status, body: [{ message: "", errorCode }] });
const HTML: OrgAnswer = { status: 503, body: "<html>back at noon</html>" };

describe("an org's own API", () => {
  let replayed: SalesforceOrg;
  before(async () => {
    replayed = await startSalesforceOrg();
    replayed.tokens.push("00Dtoken!of-the-test");
  });
  beforeEach(() => void replayed.requests.splice(0));
  after(() => replayed.stop());

  async function asking<T>(ask: (org: Org) => Promise<T>, limits: OrgLimits = {}): Promise<T> {
    const token = new Secret(replayed.tokens[0] ?? "");
    const org = new Org(replayed.origin, token, {}, { pauseMs: 1, ...limits });
    try {
      return await ask(org);
    } finally {
      await org.close();
    }
  }
  const describeLead = (limits?: OrgLimits) => asking((org) => org.describe("61.0", "Lead"), limits);

  it("describes an object to whoever has a token, which stands in the header alone", async () => {
    assert.equal((await describeLead())?.label, "Lead");
    const [{ url, authorization } = { url: "", authorization: "" }] = replayed.requests;
    assert.deepEqual([url, authorization], [LEAD, "Bearer 00Dtoken!of-the-test"]);
  });

  it("speaks the version that is wanted, or its newest", async () => {
    assert.equal(await asking((org) => org.version(undefined)), "61.0");
    assert.equal(await asking((org) => org.version("59.0")), "59.0");
    await assert.rejects(
      asking((org) => org.version("62.0")),
      {
        code: "input-invalid",
        message: /does not speak v62\.0/,
        remedy: "Give --api-version between v59.0 and v61.0.",
      },
    );
  });

  it("says nothing of an object that is not there", async () => {
    assert.equal(await asking((org) => org.describe("61.0", "Nothing__c")), undefined);
  });

  it("is asked again where it had no time, and then answers", async () => {
    replayed.instead(LEAD, HTML, HTML);
    assert.equal((await describeLead())?.name, "Lead");
    assert.equal(replayed.requests.length, 3);
  });

  it("is left alone as long as it says, and asked once more", async () => {
    replayed.instead(LEAD, { status: 429, headers: { "retry-after": "0" } });
    assert.equal((await describeLead())?.name, "Lead");
    assert.equal(replayed.requests.length, 2);
  });

  it("is not asked again when the time for all of it is over", async () => {
    replayed.instead(LEAD, HTML);
    await assert.rejects(describeLead({ totalMs: 0 }), { code: "org-busy" });
    assert.equal(replayed.requests.length, 1);
  });

  /** What is told, and how often was asked. */
  const rows: [what: string, answers: OrgAnswer[], code: string, said: RegExp, asked: number][] = [
    ["maintenance", [HTML, HTML, HTML], "org-busy", /answered 503, asked 3 times/, 3],
    ["too many requests", [{ status: 429 }], "org-busy", /answered 429/, 1],
    [
      "too many requests, for long",
      [{ status: 429, headers: { "retry-after": "3600" } }],
      "org-busy",
      /answered 429/,
      1,
    ],
    ["the calls of a day used up", [refusal(403, "REQUEST_LIMIT_EXCEEDED")], "org-busy", /REQUEST_LIMIT_EXCEEDED/, 1],
    ["a token that opens nothing", [refusal(401, "INVALID_SESSION_ID")], "org-refused", /401 INVALID_SESSION_ID/, 1],
    ["a user without the API", [refusal(403, "API_DISABLED_FOR_ORG")], "org-refused", /403 API_DISABLED_FOR_ORG/, 1],
    [
      "a redirect",
      [{ status: 302, headers: { location: "https://evil.example/" } }],
      "org-answer-unexpected",
      /answered 302/,
      1,
    ],
    ["a page", [{ status: 200, body: "<html>" }], "org-answer-unexpected", /no JSON/, 1],
    ["another shape", [{ status: 200, body: { name: "Lead" } }], "org-answer-unexpected", /Salesforce documents/, 1],
    [
      "a name that would need an escape",
      [{ status: 200, body: { ...objectsOfTheOrg().get("Lead"), name: "Lead/../x" } }],
      "org-answer-unexpected",
      /: name\)/,
      1,
    ],
    ["an unheard-of refusal", [refusal(418, "<script>")], "org-answer-unexpected", /answered 418$/, 1],
  ];
  for (const [what, answers, code, said, asked] of rows) {
    it(`${what}: ${code}`, async () => {
      replayed.instead(LEAD, ...answers);
      await assert.rejects(describeLead(), (error: DataSourceError) => {
        assert.equal(error.code, code);
        assert.match(error.message, said);
        assert.ok(error.remedy);
        assert.doesNotMatch(error.text(), /html|script|evil/);
        return true;
      });
      assert.equal(replayed.requests.length, asked);
    });
  }

  it("is read up to a limit", async () => {
    await assert.rejects(describeLead({ maxBytes: 1024 }), { code: "answer-too-large" });
  });

  it("is none where the versions are not to be found", async () => {
    replayed.instead(VERSIONS, { status: 404 });
    await assert.rejects(
      asking((org) => org.version(undefined)),
      { code: "org-answer-unexpected" },
    );
  });

  it("that nobody answers for is asked three times", async () => {
    const org = new Org("http://127.0.0.1:9", new Secret("00Dtoken"), {}, { pauseMs: 1 });
    await assert.rejects(org.version(undefined), { code: "network-unreachable", message: /asked 3 times$/ });
    await org.close();
  });
});
