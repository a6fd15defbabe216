import assert from "node:assert/strict";
import { type Account, startAemEmulator } from "../world/aemEmulator";
import { startIms } from "../world/ims";
import { CLIENT_SECRET, PAGE, startStack, startTokens } from "../world/world";

describe("service credentials of the cloud service, on the engine", () => {
  it("are exchanged for one token a phase, and stand nowhere in clear", async () => {
    const account: Account = { user: "technical", password: "never used", rights: "write" };
    const ims = await startIms((token) => {
      account.token = token;
    });
    const [aem, tokens] = await Promise.all([startAemEmulator({ accounts: [account] }), startTokens()]);
    const stack = await startStack({ origin: aem.origin, username: "", password: "" }, tokens);
    await stack.write("service.json", ims.credentials);
    const login = { AEM_USERNAME: undefined, AEM_PASSWORD: undefined, AEM_SERVICE_CREDENTIALS_FILE: "service.json" };
    Object.assign(stack.environment, login);
    await stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(aem.plainSecret(PAGE), CLIENT_SECRET);
    assert.equal(ims.exchanges.length, 1);
    Object.assign(stack.environment, { AEM_AUTHOR: undefined, AEM_SERVICE_CREDENTIALS_FILE: undefined });
    await stack.pulumi("config", "set", "aem-datasource:author", aem.origin);
    await stack.setSecret("aem-datasource:serviceCredentials", ims.credentials);
    await stack.pulumi("destroy", "--yes", "--skip-preview", "--run-program");
    assert.equal(aem.node(PAGE), undefined);
    await stack.write("service.json", "");
    const lines = ims.privateKey.split("\n").filter((line) => line.length > 20 && !line.startsWith("-"));
    const secrets = [...lines, ims.clientSecret, ...ims.issuedTokens, ...ims.jwts, CLIENT_SECRET];
    assert.deepEqual(await stack.leaks(secrets), []);
    await Promise.all([aem.stop(), tokens.stop(), ims.stop(), stack.remove()]);
  });
});
