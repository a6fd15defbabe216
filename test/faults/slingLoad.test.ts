import assert from "node:assert/strict";
import { type BusyProxy, startBusyProxy } from "../world/busyProxy";
import { startSling } from "../world/sling";
import type { Stack } from "../world/stack";
import { count } from "../world/tally";
import type { TestAuthor } from "../world/testAuthor";
import type { TokenServer } from "../world/tokenServer";
import { CLIENT_SECRET, startStack, startTokens } from "../world/world";

const COUNT = 300;
const WRITES = 3;
const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const PROGRAM = `
const { RestDataSource } = require("pulumi-aem-datasource");
const { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, TOKEN_URL: tokenUrl, TITLE: title } = process.env;
const oauth2 = { clientId, clientSecret, tokenUrl };
for (let i = 0; i < ${COUNT}; i += 1) new RestDataSource("crm-" + i, { container: "global", title, swagger: "api.json", oauth2 });
`;

describe(`${COUNT} data sources on a busy author, on the engine and on Apache Sling`, function () {
  this.timeout(600_000);
  let aem: TestAuthor;
  let busy: BusyProxy;
  let tokens: TokenServer;
  let stack: Stack;
  let empty: Record<string, unknown>;

  before(async () => {
    [aem, tokens] = await Promise.all([startSling(), startTokens()]);
    empty = await aem.list();
    busy = await startBusyProxy(aem.origin);
    stack = await startStack({ origin: busy.origin, ...aem.logins.deployer }, tokens, PROGRAM);
    stack.environment.AEM_PARALLEL_WRITES = String(WRITES);
    stack.environment.TITLE = "Salesforce";
    // Else the engine writes the whole state after each step: most of the time, and not what this is about.
    stack.environment.PULUMI_SKIP_CHECKPOINTS = "true";
  });

  after(async () => {
    count("fault", busy.failures);
    assert.deepEqual(await stack.leaks([CLIENT_SECRET, aem.logins.deployer.password]), []);
    await Promise.all([aem.stop(), busy.stop(), tokens.stop(), stack.remove()]);
  });

  /** Runs `pulumi`, and tells what the provider's process took. */
  async function watched(...words: string[]): Promise<string> {
    const [requests, failures, begun] = [busy.requests, busy.failures, Date.now()];
    let peak = 0;
    const timer = setInterval(async () => {
      peak = Math.max(peak, await stack.providerKibibytes());
    }, 500);
    const { text } = await stack.pulumi(...words, "--yes", "--skip-preview").finally(() => clearInterval(timer));
    const seconds = Math.round((Date.now() - begun) / 1000);
    console.log(
      `      pulumi ${words.join(" ")}: ${seconds} s, ${busy.requests - requests} requests, ${busy.failures - failures} of them failed; provider's peak memory ${Math.round(peak / 1024)} MiB`,
    );
    return text;
  }

  async function pages(): Promise<number> {
    const listing = Object.keys(await aem.list(FOLDER));
    return listing.filter((path) => path.endsWith("/jcr:content/client_secret")).length;
  }

  it("go up, though one answer in nineteen fails", async () => {
    const text = await watched("up");
    assert.match(text, new RegExp(`\\+ ${COUNT + 1} created`));
    assert.equal(await pages(), COUNT);
    for (const name of ["crm-0", `crm-${COUNT - 1}`]) {
      assert.equal(await aem.plainSecret(`${FOLDER}/${name}`), CLIENT_SECRET);
    }
  });

  it("need nothing more then, and have no drift", async () => {
    assert.match(await watched("up", "--refresh"), new RegExp(`${COUNT + 1} unchanged`));
  });

  it("are updated", async () => {
    stack.environment.TITLE = "CRM";
    assert.match(await watched("up"), new RegExp(`~ ${COUNT} updated`));
  });

  it("are destroyed without a trace; what failed is still known, and goes with the next destroy", async () => {
    // A delete is never sent again by itself.
    const first = await stack.try("destroy", "--yes", "--skip-preview", "--continue-on-error");
    assert.notEqual(first.code, 0);
    const known =
      (await stack.state()).deployment.resources?.filter(({ type }) => type.includes("RestDataSource")) ?? [];
    assert.ok(known.length > 0 && known.length < COUNT / 4, `${known.length} are left`);
    for (let turn = 0; turn < 3 && (await pages()) > 0; turn += 1) {
      await stack.try("destroy", "--yes", "--skip-preview", "--continue-on-error");
    }
    await stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await aem.list(), empty);
  });

  it("never brought the author more writes at once than its connection says", () => {
    assert.ok(busy.failures > 100);
    assert.equal(busy.mostWrites, WRITES);
  });
});
