import assert from "node:assert/strict";
import { startSling } from "../world/sling";
import type { Stack } from "../world/stack";
import type { TestAuthor } from "../world/testAuthor";
import type { TokenServer } from "../world/tokenServer";
import { CLIENT_ID, CLIENT_SECRET, PAGE, program, startStack, startTokens } from "../world/world";

describe("a data source through its life, on the engine and on Apache Sling", () => {
  const rotated = "an0ther secret of the app";
  let aem: TestAuthor;
  let tokens: TokenServer;
  let stack: Stack;
  let empty: Record<string, unknown>;

  before(async () => {
    [aem, tokens] = await Promise.all([startSling(), startTokens()]);
    empty = await aem.list();
    stack = await startStack({ origin: aem.origin, ...aem.logins.deployer }, tokens, program({ publish: "true" }));
  });

  after(async () => {
    assert.deepEqual(await stack.leaks([CLIENT_SECRET, rotated, aem.logins.deployer.password]), []);
    await Promise.all([aem.stop(), tokens.stop(), stack.remove()]);
  });

  async function content(): Promise<Record<string, unknown>> {
    return Object(await aem.node(`${PAGE}/jcr:content`));
  }

  it("is created as a page with properties, file and encrypted secret, by an account with a deployer's rights", async () => {
    await stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(Object(await aem.node(PAGE))["jcr:primaryType"], "cq:Page");
    const { "jcr:title": title, client_id, swaggerFile, "cq:lastReplicationAction": action } = await content();
    assert.deepEqual([title, client_id, action], ["Salesforce", CLIENT_ID, "Activate"]);
    assert.equal(Object(swaggerFile)["jcr:primaryType"], "nt:file");
    assert.equal(await aem.plainSecret(PAGE), CLIENT_SECRET);
  });

  it("is left alone by a second up, and quiet under refresh", async () => {
    const listing = await aem.list();
    const { text } = await stack.pulumi("up", "--yes", "--skip-preview", "--refresh");
    assert.match(text, /2 unchanged/);
    assert.deepEqual(await aem.list(), listing);
  });

  it("is rotated, and what somebody changed meanwhile is named and put right, by one up", async () => {
    tokens.setSecret(CLIENT_ID, rotated);
    stack.environment.CLIENT_SECRET = rotated;
    await aem.edit(PAGE, { "jcr:title": "By hand" });
    const { text } = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: changed in AEM since the last run.*overwritten now: title "By hand"/);
    assert.equal((await content())["jcr:title"], "Salesforce");
    assert.equal(await aem.plainSecret(PAGE), rotated);
  });

  it("is destroyed without a trace in the repository", async () => {
    await stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await aem.list(), empty);
  });
});
