import assert from "node:assert/strict";
import { commandLine, type Ended } from "../world/commandLine";
import { makeByHand } from "../world/handMade";
import { startSling } from "../world/sling";
import type { Stack } from "../world/stack";
import type { TestAuthor } from "../world/testAuthor";
import type { TokenServer } from "../world/tokenServer";
import { CLIENT_SECRET, startStack, startTokens } from "../world/world";

const EMEA = "/conf/acme/emea/settings/cloudconfigs/fdm";
const RESOURCES = ["acme-emea-salesforce", "billing", "global-salesforce"];
const PROGRAM = 'import "./data-sources";\n';

describe("five data sources made by hand, on Apache Sling", () => {
  let aem: TestAuthor;
  let tokens: TokenServer;
  let stack: Stack;
  let listing: Record<string, unknown>;

  before(async () => {
    [aem, tokens] = await Promise.all([startSling(), startTokens()]);
    await makeByHand(aem, tokens.tokenUrl, CLIENT_SECRET);
    listing = await aem.list();
    stack = await startStack({ origin: aem.origin, ...aem.logins.deployer }, tokens);
    await stack.write("index.ts", PROGRAM);
    await stack.write("Pulumi.yaml", "name: program\nruntime: nodejs\n");
    await stack.write("package.json", '{ "main": "index.ts" }\n');
    await stack.write(
      "tsconfig.json",
      '{ "compilerOptions": { "module": "node16", "moduleResolution": "node16", "strict": true } }\n',
    );
    Object.assign(stack.environment, { NODE_OPTIONS: undefined, PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
  });

  after(async () => {
    assert.deepEqual(await stack.leaks([CLIENT_SECRET, aem.logins.deployer.password]), []);
    await Promise.all([aem.stop(), tokens.stop(), stack.remove()]);
  });

  function command(...words: string[]): Promise<Ended> {
    const secrets = [CLIENT_SECRET, aem.logins.deployer.password];
    return commandLine(words, { environment: stack.commandEnvironment(), folder: stack.project, secrets });
  }

  it("are listed: where, of what kind, whose, published or not", async () => {
    const { code, stdout, stderr } = await command("list", "--container", "global", "acme");
    assert.deepEqual([code, stderr], [0, ""]);
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/));
    assert.deepEqual(lines[0], ["PATH", "TITLE", "TYPE, AUTHENTICATION, GRANT", "HOST", "MANAGED BY", "PUBLISHED"]);
    const kind = "REST, OAuth 2.0, client_credentials";
    assert.deepEqual(lines[1], [`${EMEA}/salesforce`, "Salesforce EMEA", kind, "emea.example", "-", "no"]);
    assert.deepEqual(lines[3]?.slice(3, 5), ["acme.my.salesforce.com", "acme/billing/prod/crm"]);
    assert.equal(lines[4]?.[2], "REST, Basic Authentication, -");
    assert.match(stdout, /\n5 data sources on http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it("are not listed by a login that may not read all of /conf, unless it says where", async () => {
    const { code, stdout } = await command("list");
    assert.match(
      stdout,
      /not looked at: \/conf: .*may not read it \[container-missing\]\n +Name the containers: --container global/,
    );
    assert.equal(code, 1);
  });

  it("become a program and an import file; nothing is written to the author, nothing of others is touched", async () => {
    const { code, stdout } = await command("import", "--all", "--container", "global", "acme");
    assert.equal(code, 0);
    assert.match(stdout, /not managed by this provider: .*\/foreign\n +it is managed by acme\/billing\/prod\/crm\n/);
    assert.match(stdout, /not managed by this provider: .*\/legacy\n +its authentication is Basic Authentication/);
    assert.deepEqual(await aem.list(), listing);
    const again = await command("import", "--all", "--container", "global", "acme");
    assert.equal(again.code, 1);
    assert.match(again.stderr, /data-sources\.ts, aem-import\.json are there already; nothing was written/);
  });

  it("are imported, and the next preview is empty but for the two lines of the secret", async () => {
    for (const resource of RESOURCES) await stack.setSecret(`${resource}-client-secret`, CLIENT_SECRET);
    await stack.pulumi("import", "--file", "aem-import.json", "--generate-code=false", "--protect=false", "--yes");
    const { text } = await stack.pulumi("preview", "--diff");
    const changed = text.split("\n").flatMap((line) => /^ {6,}([-+~] \w+ *:.*)$/.exec(line)?.[1] ?? []);
    const each = ["~ oauth2         : {", "+ clientSecret: [secret]", "~ secretRevision : 0 => 1"];
    assert.deepEqual(changed, [...each, ...each, ...each], text);
    assert.deepEqual(await aem.list(), listing);
  });

  it("get their secrets and markers by the first up, and keep what the provider does not know", async () => {
    await stack.pulumi("up", "--yes", "--skip-preview");
    const now = await aem.list();
    const path = `${EMEA}/salesforce/jcr:content`;
    assert.equal(await aem.plainSecret(`${EMEA}/salesforce`), CLIENT_SECRET);
    assert.match(String(now[`${path}/managedBy`]), /^organization\/program\/test\/acme-emea-salesforce#[0-9a-f]{16}$/);
    assert.deepEqual([now[`${path}/wizard`], now[`${path}/location`]], ["2019", "query"]);
    const others = (all: Record<string, unknown>) =>
      Object.entries(all).filter(([name]) => /legacy|foreign/.test(name));
    assert.deepEqual(others(now), others(listing));
    await stack.pulumi("preview", "--expect-no-changes");
  });
});
