import assert from "node:assert/strict";
import {
  doubtSalesforceHosts,
  judgeSalesforceUrl,
  salesforceRemedy,
  tokenUrl,
} from "../../../provider/oauth/salesforce";

describe("the token URL of a Salesforce org", () => {
  const rows: [myDomain: string, host: string][] = [
    ["acme", "acme.my.salesforce.com"],
    [" acme ", "acme.my.salesforce.com"],
    ["acme--uat.sandbox", "acme--uat.sandbox.my.salesforce.com"],
    ["acme-dev-ed.develop", "acme-dev-ed.develop.my.salesforce.com"],
    ["acme.my.salesforce.com", "acme.my.salesforce.com"],
    ["acme--uat.sandbox.my.salesforce.com/", "acme--uat.sandbox.my.salesforce.com"],
    ["https://acme.my.salesforce.com", "acme.my.salesforce.com"],
    ["https://acme.my.salesforce.com//", "acme.my.salesforce.com"],
    ["https://gateway.example:8443", "gateway.example:8443"],
  ];
  for (const [myDomain, host] of rows) {
    it(`is on ${host} for ${JSON.stringify(myDomain)}`, () => {
      assert.equal(tokenUrl(myDomain), `https://${host}/services/oauth2/token`);
    });
  }

  it("keeps http, so that it is refused and not mended in silence", () => {
    assert.equal(tokenUrl("http://acme.example"), "http://acme.example/services/oauth2/token");
  });
});

describe("a token URL of Salesforce, without asking anybody,", () => {
  for (const host of ["login.salesforce.com", "test.salesforce.com", "LOGIN.salesforce.com"]) {
    it(`is refused on ${host}, with the host to take instead`, () => {
      const problem = judgeSalesforceUrl(new URL(`https://${host}/services/oauth2/token`));
      assert.equal(problem?.code, "input-invalid");
      assert.match(problem.message, /^`oauth2\.tokenUrl`: (login|test)\.salesforce\.com does not serve/);
      assert.match(String(problem.remedy), /https:\/\/MyDomainName\.my\.salesforce\.com\/services\/oauth2\/token/);
    });
  }

  const others = ["acme.my.salesforce.com", "login.salesforce.com.example", "mylogin.salesforce.com", "acme.example"];
  for (const host of others) {
    it(`is left to the token check on ${host}`, () => {
      assert.equal(judgeSalesforceUrl(new URL(`https://${host}/services/oauth2/token`)), undefined);
    });
  }
});

describe("a token from one host for calls to another", () => {
  const doubt = (tokens: string, calls: string) =>
    doubtSalesforceHosts(new URL(`https://${tokens}/token`), new URL(`https://${calls}/services`));
  const acme = "acme.my.salesforce.com";

  it("is doubted between two orgs of Salesforce, with both of them named", () => {
    const words = String(doubt(acme, "copied.my.salesforce.com"));
    assert.match(words, /tokens come from acme\.my\.salesforce\.com, but the calls go to copied\.my\.salesforce\.com/);
  });

  it("is no matter within one org, nor where one of them is no org", () => {
    const pairs: [tokens: string, calls: string][] = [
      [acme, acme],
      [acme, "gateway.example"],
      ["tokens.example", acme],
      ["tokens.example", "gateway.example"],
    ];
    for (const [tokens, calls] of pairs) assert.equal(doubt(tokens, calls), undefined);
  });
});

describe("the remedy for a refusal by Salesforce", () => {
  const rows: [code: string, description: string, remedy: RegExp][] = [
    ["invalid_client_id", "client identifier invalid", /does not know the consumer key.*10 minutes/],
    ["invalid_client", "invalid client credentials", /secret is not: copy it again/],
    ["invalid_grant", "no client credentials user enabled", /Set a Run As user.*the username, not the e-mail/],
    ["invalid_grant", "client credentials flow not enabled", /Tick Enable Client Credentials Flow/],
    ["invalid_grant", "request not supported on this domain", /My Domain host.*`oauth2\.tokenUrl`/],
    ["invalid_grant", "authentication failure", /Login History/],
    ["invalid_app_access", "user is not admin approved to access this app", /permission set/],
    ["unsupported_grant_type", "grant type not supported", /Tick Enable Client Credentials Flow/],
  ];
  for (const [code, description, remedy] of rows) {
    it(`is known for ${code}: ${description}`, () => {
      assert.match(String(salesforceRemedy(code, description)), remedy);
    });
  }

  it("does not depend on capitals, nor on what stands after the words", () => {
    const description = "No Client Credentials User Enabled (005xx)";
    assert.match(String(salesforceRemedy("invalid_grant", description)), /Run As user/);
  });

  it("is none for other words, and for those words under another code", () => {
    assert.equal(salesforceRemedy("invalid_grant", "the moon is full"), undefined);
    assert.equal(salesforceRemedy("invalid_scope", "no client credentials user enabled"), undefined);
  });
});
