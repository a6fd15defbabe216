import assert from "node:assert/strict";
import { judgeOrgAnswer } from "../../../provider/salesforce/orgAnswer";

const refusal = (errorCode: unknown) => JSON.stringify([{ message: "", errorCode }]);

function judge(status: number, body = "", headers: Readonly<Record<string, string>> = {}) {
  const answer = { status, contentType: "application/json", headers, body: Buffer.from(body) };
  return judgeOrgAnswer(answer, "acme.my.salesforce.com");
}

/** What is wrong, what is said, what to do, and whether the org is asked again. */
function failure(...said: Parameters<typeof judge>) {
  const judged = judge(...said);
  if (!("error" in judged)) return assert.fail("it is no failure");
  const { error, retry, waitSeconds } = judged;
  return { code: error.code, message: error.message, remedy: error.remedy, fields: error.fields, retry, waitSeconds };
}

describe("what an answer of an org says", () => {
  it("JSON with 200 is content, and 404 is nothing", () => {
    assert.deepEqual(judge(200, '{"name":"Lead"}'), { content: { name: "Lead" } });
    assert.deepEqual(judge(404, refusal("NOT_FOUND")), { absent: true });
  });

  const rows: [status: number, body: string, code: string, remedy: RegExp, retry?: string][] = [
    [200, "<html>", "org-answer-unexpected", /^Something else than Salesforce's API/],
    [201, "{}", "org-answer-unexpected", /^Something else than Salesforce's API/],
    [299, "{}", "org-answer-unexpected", /^Something else than Salesforce's API/],
    [300, "", "org-answer-unexpected", /^Redirects are never followed/],
    [302, "", "org-answer-unexpected", /^Redirects are never followed/],
    [399, "", "org-answer-unexpected", /^Redirects are never followed/],
    [400, "", "org-answer-unexpected", /^Something else than Salesforce's API/],
    [401, refusal("INVALID_SESSION_ID"), "org-refused", /scope/],
    [401, refusal("REQUEST_LIMIT_EXCEEDED"), "org-refused", /scope/],
    [403, refusal("REQUEST_LIMIT_EXCEEDED"), "org-busy", /24 hours/],
    [403, refusal("API_DISABLED_FOR_ORG"), "org-refused", /"API Enabled"/],
    [403, "", "org-refused", /"API Enabled"/],
    [429, "", "org-busy", /try again later/, "when told"],
    [499, "", "org-answer-unexpected", /^Something else than Salesforce's API/],
    [500, "", "org-busy", /try again later/, "twice"],
    [503, "<html>", "org-busy", /try again later/, "twice"],
  ];
  for (const [status, body, code, remedy, retry] of rows) {
    it(`${status} with ${body.slice(0, 60) || "nothing"}: ${code}${retry ? `, asked again ${retry}` : ""}`, () => {
      const told = failure(status, body);
      assert.deepEqual([told.code, told.retry], [code, retry]);
      assert.match(told.remedy ?? "", remedy);
      assert.match(told.message, new RegExp(`^acme\\.my\\.salesforce\\.com answered ${status}\\b`));
    });
  }

  it("waits as long as it was told, and keeps that with the status", () => {
    const { waitSeconds, fields } = failure(429, "", { "retry-after": "7" });
    assert.equal(waitSeconds, 7);
    assert.deepEqual(fields, { status: 429, waitSeconds: 7 });
    assert.deepEqual(failure(429).fields, { status: 429 });
  });

  it("repeats of the body a code as Salesforce writes it, and nothing else", () => {
    assert.match(failure(400, refusal("MALFORMED_QUERY")).message, / answered 400 MALFORMED_QUERY$/);
    for (const code of ["<SCRIPT>", "say CODE", "CODE say", 7, null, "A".repeat(61)]) {
      assert.match(failure(400, refusal(code)).message, / answered 400$/);
    }
    assert.match(failure(400, JSON.stringify({ errorCode: "CODE" })).message, / answered 400$/);
  });
});
