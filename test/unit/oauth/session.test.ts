import assert from "node:assert/strict";
import { inspect } from "node:util";
import { openSession } from "../../../provider/oauth/session";
import { Secret } from "../../../provider/values";
import { ORG_CLIENT, type SalesforceOrg, startSalesforceOrg } from "../../world/salesforceOrg";

const TOKEN_PATH = "/services/oauth2/token";

describe("a session", () => {
  let org: SalesforceOrg;
  before(async () => {
    org = await startSalesforceOrg();
  });
  after(() => org.stop());

  function open(secret: string = ORG_CLIENT.clientSecret) {
    const request = { clientId: ORG_CLIENT.clientId, clientSecret: new Secret(secret), tokenUrl: org.tokenUrl };
    return openSession(request, { environment: {}, pauseMs: 1 });
  }

  it("holds the token as a secret, and where the API is", async () => {
    const opened = await open();
    assert.ok(opened.kind === "issued");
    const { token, instanceUrl } = opened.session;
    assert.equal(token.reveal(), org.tokens.at(-1));
    assert.equal(instanceUrl?.origin, org.origin);
    for (const shown of [inspect(opened, { depth: 9 }), JSON.stringify(opened)]) {
      assert.ok(!shown.includes(token.reveal()));
    }
  });

  it("is not there when the credentials are refused: the token check's own verdict is", async () => {
    const opened = await open("Wr0ng secret of the app");
    assert.ok(opened.kind === "refused");
    assert.equal(opened.error.code, "token-refused");
  });

  it("comes after the repeats of the token check", async () => {
    org.instead(TOKEN_PATH, { status: 503, body: "<html>" });
    assert.equal((await open()).kind, "issued");
  });

  it("has no place of the API where the answer names none", async () => {
    org.instanceUrl = "somewhere";
    const opened = await open();
    assert.deepEqual(opened.kind === "issued" && opened.session.instanceUrl, undefined);
  });

  it("is refused with a token that no header can carry, and the token is not told", async () => {
    const body = { access_token: "00D two\r\nlines", token_type: "Bearer", instance_url: org.origin };
    org.instead(TOKEN_PATH, { status: 200, body });
    await assert.rejects(open(), (error: Error) => !error.message.includes("two") && /no header/.test(error.message));
  });
});
