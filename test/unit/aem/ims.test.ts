import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Author } from "../../../provider/aem/author";
import { ImsTokens } from "../../../provider/aem/ims";
import { redact } from "../../../provider/errors";
import { readServiceCredentials, type ServiceCredentials } from "../../../provider/serviceCredentials";
import { Secret } from "../../../provider/values";
import { type Account, type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";
import { type Ims, startIms } from "../../world/ims";

describe("a token of IMS for service credentials", () => {
  let ims: Ims;
  let credentials: ServiceCredentials;
  let tokens: ImsTokens;

  beforeEach(async () => {
    ims = await startIms();
    credentials = readServiceCredentials(ims.credentials, "the file", () => ({}));
    tokens = new ImsTokens(credentials);
  });
  afterEach(async () => {
    await tokens.close();
    await ims.stop();
  });

  it("is given for a JWT whose signature, audience, end and metascope IMS verifies", async () => {
    const token = await tokens.token();
    assert.equal(token.reveal(), ims.issuedTokens[0]);
    assert.deepEqual(ims.exchanges, [{ status: 200, error: undefined }]);
  });

  it("is asked for once, however many requests want it at once", async () => {
    await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    await tokens.token();
    assert.equal(ims.exchanges.length, 1);
  });

  it("is renewed shortly before it ends", async () => {
    ims.lifetimeMs = 1_000_001; // in milliseconds, as IMS counts: a quarter of an hour
    await tokens.token();
    await tokens.token();
    assert.equal(ims.exchanges.length, 1);
    const short = new ImsTokens(credentials);
    ims.lifetimeMs = 1; // in seconds, as RFC 6749 counts
    await short.token();
    await short.token();
    assert.equal(ims.exchanges.length, 2);
    await pause(600);
    await short.token();
    assert.equal(ims.exchanges.length, 3);
    await short.close();
  });

  const refusals: [what: string, change: (given: ServiceCredentials) => ServiceCredentials, message: RegExp][] = [
    [
      "another key",
      (given) => ({ ...given, privateKey: otherKey() }),
      /refused the service credentials \(400 invalid_token: Could not match JWT signature/,
    ],
    ["no metascope", (given) => ({ ...given, metascopes: [] }), /invalid_token: The metascope is missing/],
    [
      "another organisation",
      (given) => ({ ...given, organisation: "x" }),
      /invalid_token: The JWT is not of this account/,
    ],
    ["another client id", (given) => ({ ...given, clientId: "x" }), /invalid_client: invalid client_secret parameter/],
  ];
  for (const [what, change, message] of refusals) {
    it(`is refused with ${what}, in IMS's own words and with what to do`, async () => {
      const other = new ImsTokens(change(credentials));
      await assert.rejects(other.token(), { code: "ims-refused", message });
      await assert.rejects(other.token(), { remedy: /Developer Console/ });
      assert.equal(ims.exchanges.length, 1); // a refusal is kept: another one would bring a lockout nearer
      await other.close();
    });
  }

  const answers: [what: string, status: number, body: string, code: string, message: RegExp][] = [
    ["asked too often", 429, "{}", "ims-busy", /^IMS \(127\.0\.0\.1:\d+\) is asked too often \(429\)$/],
    ["down", 503, "<html>", "ims-busy", /is not ready \(503\)$/],
    ["no IMS", 200, "<html>Log in</html>", "ims-answer-unexpected", /does not answer like IMS \(200\)/],
    ["an IMS that redirects", 302, "", "ims-answer-unexpected", /does not answer like IMS \(302\)/],
    ["without a token in its answer", 200, '{"token_type":"bearer"}', "ims-answer-unexpected", /no token/],
    ["with something that is no token", 200, '{"access_token":"a b"}', "ims-answer-unexpected", /no token/],
  ];
  for (const [what, status, body, code, message] of answers) {
    it(`can't be had of a server that is ${what}, and is asked for again the next time`, async () => {
      ims.next.push({ status, body });
      await assert.rejects(tokens.token(), { code, message, remedy: /./ });
      assert.equal((await tokens.token()).reveal(), ims.issuedTokens[0]);
    });
  }

  it("in the place of a refused one is asked for once, however many requests met the refusal", async () => {
    const refused = await tokens.token();
    const others = await Promise.all([1, 2, 3, 4].map(() => tokens.insteadOf(refused)));
    for (const other of others) assert.equal(other?.reveal(), ims.issuedTokens[1]);
    assert.equal(ims.exchanges.length, 2);
  });

  it("in the place of a second refused one is not asked for", async () => {
    const other = await tokens.insteadOf(await tokens.token());
    assert.ok(other);
    assert.equal(await tokens.insteadOf(other), undefined);
    assert.equal(ims.exchanges.length, 2);
  });

  it("can't be had of nobody, which says whom it asked", async () => {
    await ims.stop();
    await assert.rejects(tokens.token(), {
      code: "network-unreachable",
      message: /^IMS can't be asked for a token: 127\.0\.0\.1:/,
      remedy: /^Check integration\.imsEndpoint, .*HTTPS_PROXY/,
    });
    ims = await startIms();
  });

  it("is known to the redactor, and so are JWT, key and client secret", async () => {
    const token = (await tokens.token()).reveal();
    const line = ims.privateKey.split("\n")[5] ?? "";
    for (const secret of [token, ims.jwts[0] ?? "", ims.clientSecret, line]) {
      assert.ok(secret.length > 10);
      assert.ok(!redact(`see ${secret} there`).includes(secret), secret);
    }
  });
});

describe("an author with service credentials", () => {
  let ims: Ims;
  let aem: AemEmulator;
  let account: Account;
  let author: Author;

  beforeEach(async () => {
    account = { user: "technical", password: "unused-of-technical", rights: "read" };
    ims = await startIms((token) => {
      account.token = token;
    });
    aem = await startAemEmulator({ accounts: [account] });
    const credentials = readServiceCredentials(ims.credentials, "the file", () => ({}));
    const connection = connectionTo(aem.origin, { username: "technical", password: "unused-of-technical" });
    author = new Author({ ...connection, login: { kind: "service", credentials } });
  });
  afterEach(async () => {
    await author.close();
    await Promise.all([ims.stop(), aem.stop()]);
  });

  it("is asked with one token of IMS for the whole phase", async () => {
    await author.logIn();
    await author.node("/conf/global");
    assert.deepEqual([ims.exchanges.length, aem.requests.map(({ status }) => status)], [1, [200, 200]]);
  });

  it("gets a new token once when it refuses the one that it had", async () => {
    await author.logIn();
    account.token = "somebody revoked the other one";
    assert.notEqual(await author.node("/conf/global"), "absent");
    assert.deepEqual([ims.exchanges.length, aem.requests.map(({ status }) => status)], [2, [200, 401, 200]]);
  });

  it("gets one new token for all requests that it refuses side by side", async () => {
    await author.logIn();
    account.token = "somebody revoked the other one";
    const nodes = await Promise.all([1, 2, 3, 4, 5].map(() => author.node("/conf/global")));
    assert.ok(nodes.every((node) => node !== "absent"));
    assert.equal(ims.exchanges.length, 2);
  });

  it("that knows no such account is asked twice, and never in a loop", async () => {
    Object.defineProperty(account, "token", { get: () => "never the one of IMS", set: () => undefined });
    await assert.rejects(author.logIn(), {
      code: "author-login-refused",
      message: /refused the technical account .*@techacct\.example .*fresh token of IMS/,
    });
    assert.deepEqual([ims.exchanges.length, aem.requests.length], [2, 2]);
    await assert.rejects(author.logIn(), { code: "author-login-refused" });
    assert.equal(ims.exchanges.length, 2); // nor once more for each data source
  });
});

function otherKey(): Secret {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return new Secret(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}
