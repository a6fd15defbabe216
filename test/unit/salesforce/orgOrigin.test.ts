import assert from "node:assert/strict";
import { orgOrigin } from "../../../provider/salesforce/orgOrigin";

const TOKEN_URL = new URL("https://acme.my.salesforce.com/services/oauth2/token");

describe("where a token is sent", () => {
  it("is the host of the token URL, which is that of the My Domain", () => {
    const url = new URL("https://ACME.my.salesforce.com/");
    assert.equal(orgOrigin(TOKEN_URL, url), "https://acme.my.salesforce.com");
  });

  const foreign: [what: string, url: string | undefined, said: RegExp][] = [
    ["another org", "https://other.my.salesforce.com", /for other\.my\.salesforce\.com, which is another host/],
    ["an instance", "https://na1.salesforce.com", /na1\.salesforce\.com/],
    ["a host whose name begins alike", "https://acme.my.salesforce.com.evil.example", /evil\.example/],
    ["a host below it", "https://x.acme.my.salesforce.com", /x\.acme/],
    ["another port", "https://acme.my.salesforce.com:8443", /:8443/],
    ["plain http", "http://acme.my.salesforce.com", /http:\/\/acme/],
    ["nothing", undefined, /without saying where its API is/],
  ];
  for (const [what, url, said] of foreign) {
    it(`is not ${what}`, () => {
      assert.throws(() => orgOrigin(TOKEN_URL, url === undefined ? undefined : new URL(url)), {
        code: "org-host-foreign",
        message: said,
      });
    });
  }
});
