import assert from "node:assert/strict";
import { askForToken } from "../../../provider/oauth/askForToken";
import { Secret } from "../../../provider/values";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  isTrouble,
  LIMITS,
  onCase,
  TOKEN_CASES,
  type TokenCase,
} from "../../world/tokenCases";

/** Where we take a token that the library does not, and why. */
const MORE_LENIENT: Readonly<Record<string, string>> = {
  "a token without a type": "issued, with a doubt: it is the server's fault and AEM may not mind",
  "a token whose type is null": "issued, with a doubt: it is the server's fault and AEM may not mind",
  "a token with 201": "issued, with a doubt: it is the server's fault and AEM may not mind",
};
/** Where we refuse what the library takes. */
const STRICTER: Readonly<Record<string, string>> = {
  "an error beside a token": "an error says that something was refused, and nothing else says what the token is worth",
};

describe("the token check beside oauth4webapi, a certified library", function () {
  this.timeout(10_000);

  // Both ask the same server; those that never answer, and those that need a proxy or a CA, are left to our own tests.
  const comparable = TOKEN_CASES.filter(
    ({ behaviour, what }) =>
      what.startsWith("oidc-provider") || (!isTrouble(behaviour) && behaviour.host === undefined),
  );

  it("is compared on real answers and on every replayed one, exceptions included", () => {
    assert.ok(comparable.length > 80, String(comparable.length));
    const known = new Set(comparable.map(({ what }) => what));
    for (const what of [...Object.keys(MORE_LENIENT), ...Object.keys(STRICTER)]) assert.ok(known.has(what), what);
  });

  for (const tokenCase of comparable) {
    const { row, what } = tokenCase;
    const exception = MORE_LENIENT[what] ?? STRICTER[what];
    it(`${exception === undefined ? "agrees" : `differs (${exception})`}: ${row}: ${what}`, async () => {
      const { ours, theirs } = await both(tokenCase);
      const expected = what in MORE_LENIENT ? [true, false] : what in STRICTER ? [false, true] : [theirs, theirs];
      assert.deepEqual([ours, theirs], expected);
    });
  }
});

function both(tokenCase: TokenCase): Promise<{ ours: boolean; theirs: boolean }> {
  const { request = {} } = tokenCase;
  return onCase(tokenCase, async ({ tokenUrl }) => {
    const ourRequest = { clientId: CLIENT_ID, clientSecret: new Secret(CLIENT_SECRET), ...request, tokenUrl };
    const { verdict } = await askForToken(ourRequest, { environment: {}, ...LIMITS });
    return { ours: verdict.kind === "issued", theirs: await issuedByLibrary(tokenUrl, request) };
  });
}

async function issuedByLibrary(tokenUrl: string, { scope, clientAuth }: NonNullable<TokenCase["request"]>) {
  // ESM only, and the project compiles to CommonJS.
  const oauth = await import("oauth4webapi");
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client = { client_id: CLIENT_ID };
  const authenticate = clientAuth === "basic" ? oauth.ClientSecretBasic : oauth.ClientSecretPost;
  const parameters = new URLSearchParams(scope === undefined ? [] : [["scope", scope]]);
  const response = await oauth.clientCredentialsGrantRequest(server, client, authenticate(CLIENT_SECRET), parameters, {
    [oauth.allowInsecureRequests]: true,
    signal: AbortSignal.timeout(2_000),
  });
  try {
    const { access_token } = await oauth.processClientCredentialsResponse(server, client, response);
    return access_token !== "";
  } catch (thrown) {
    // Its own errors; anything else is a defect of this test.
    if (thrown instanceof Error && /^OAUTH_/.test("code" in thrown ? String(thrown.code) : "")) return false;
    throw thrown;
  }
}
