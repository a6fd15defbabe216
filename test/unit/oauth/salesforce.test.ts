import assert from "node:assert/strict";
import {
  doubtSalesforceHosts,
  doubtSalesforceUrl,
  judgeSalesforceUrl,
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

describe("a token URL of Salesforce that is probably wrong", () => {
  const PATH = "/services/oauth2/token";
  const rows: [url: string, doubt: RegExp][] = [
    [`https://acme.lightning.force.com${PATH}`, /acme\.lightning\.force\.com shows pages to people/],
    [`https://acme.my.salesforce-setup.com${PATH}`, /salesforce-setup\.com serves Salesforce's Setup/],
    [`https://acme.my.salesforce-sites.com${PATH}`, /salesforce-sites\.com serves a site/],
    [`https://acme.my.site.com${PATH}`, /acme\.my\.site\.com serves a site/],
    [
      `https://acme.my.salesforce.com${PATH}/`,
      /ends in a slash.*https:\/\/acme\.my\.salesforce\.com\/services\/oauth2\/token$/,
    ],
    ["https://acme--uat.sandbox.my.salesforce.com/services/oauth2/authorize", /where users log in.*acme--uat\.sandbox/],
    ["https://acme.my.salesforce.com", /its path is not Salesforce's/],
    ["https://acme.my.salesforce.com/oauth/token", /its path is not Salesforce's/],
  ];
  for (const [url, doubt] of rows) {
    it(`is doubted, and never refused: ${url}`, () => {
      const [words, ...more] = doubtSalesforceUrl(new URL(url));
      assert.match(
        String(words),
        /^`oauth2\.tokenUrl`: .*https:\/\/\S+\.my\.salesforce\.com\/services\/oauth2\/token$/,
      );
      assert.match(String(words), doubt);
      assert.deepEqual(more, []);
      assert.equal(judgeSalesforceUrl(new URL(url)), undefined);
    });
  }

  const others = [
    `https://acme.my.salesforce.com${PATH}`,
    `https://acme.my.salesforce.com${PATH}?x=1`,
    `https://acme.develop.my.salesforce.com${PATH}`,
    "https://gateway.example/salesforce/token/",
    "https://my.site.com.example/token",
    "https://acme.my.salesforce.mil/token",
  ];
  for (const url of others) {
    it(`is nobody's business: ${url}`, () => assert.deepEqual(doubtSalesforceUrl(new URL(url)), []));
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
