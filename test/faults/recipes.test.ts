import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Account, startAemEmulator } from "../world/aemEmulator";
import { assertShown } from "../world/consoleBlocks";
import { startIms } from "../world/ims";
import { REPOSITORY } from "../world/stack";
import { Stages } from "../world/stages";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
const NEW_NAME = "forms-dev.example.com";
const CLOUD = "author-p100-e200.adobeaemcloud.com";

describe("the recipes of docs/recipes.md, on the engine", () => {
  let world: Stages;

  beforeEach(async () => {
    world = await Stages.start();
    await world.init("dev");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.dev.aem.requests.length = 0;
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  function config(key: string, value: string) {
    return world.stack.pulumi("config", "set", key, value);
  }

  function writes() {
    return world.dev.aem.requests.filter((request) => request.writes);
  }

  async function shown(title: string): Promise<void> {
    const page = await readFile(join(REPOSITORY, "docs", "recipes.md"), "utf8");
    const section = page.split(/^## /m).find((part) => part.startsWith(title));
    assert.ok(section, `docs/recipes.md has no recipe "${title}"`);
    assertShown(section, world.stack.outputs);
  }

  it("the author's host is renamed: said once, nothing is written, and no login goes to a name nobody declared", async () => {
    const { dev, hosts, stack } = world;
    hosts.name(NEW_NAME, dev.aem.origin);
    const before = hosts.asked().length;
    await config("aem-datasource:allowedHosts", `${NEW_NAME}, ${dev.orgHost}`);
    await config("aem-datasource:author", `https://${NEW_NAME}`);
    const refused = await stack.try("preview");
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /lives on https:\/\/author-dev\.example\.com, .* nothing was sent/);
    assert.deepEqual(dev.aem.requests, []);
    await config("aem-datasource:previousOrigin", `https://${dev.authorHost}`);
    await stack.pulumi("preview", "--diff");
    await stack.pulumi("up", "--yes", "--skip-preview");
    await stack.pulumi("config", "rm", "aem-datasource:previousOrigin");
    await stack.pulumi("preview", "--expect-no-changes");
    await stack.pulumi("refresh", "--yes", "--run-program", "--expect-no-changes");
    assert.deepEqual(writes(), []);
    const asked = new Set(hosts.asked().slice(before));
    assert.deepEqual([...asked].sort(), [`${dev.orgHost}:443`, `${NEW_NAME}:443`]);
    await shown("The author's host is renamed");
  });

  it("AEM 6.5 becomes 6.5 LTS in place: one word, and the secret stays as it is", async () => {
    const { dev, stack } = world;
    const before = dev.aem.list(PAGE);
    await stack.write(
      "index.ts",
      (await stack.read("index.ts")).replace('title: "Salesforce",', '$&\n  product: "aem65lts",'),
    );
    await stack.pulumi("preview", "--diff");
    await stack.pulumi("up", "--yes", "--skip-preview");
    await stack.pulumi("refresh", "--yes", "--expect-no-changes");
    assert.deepEqual(dev.aem.list(PAGE), before);
    assert.deepEqual(writes(), []);
    await shown("AEM 6.5 becomes 6.5 LTS in place");
  });

  it("AEM 6.5 moves to the cloud service: the new author beside the old one, which goes when it is no longer needed", async () => {
    const { dev, hosts, stack } = world;
    const account: Account = { user: "technical", password: "never used", rights: "write" };
    const ims = await startIms((token) => {
      account.token = token;
    });
    const cloud = await startAemEmulator({ accounts: [account] });
    hosts.name(CLOUD, cloud.origin);
    const { text } = await stack.pulumi("stack", "init", "dev-cloud");
    assert.match(text, /Created stack/);
    await config("aem-datasource:allowedHosts", `${CLOUD}, ${dev.orgHost}, 127.0.0.1`);
    await config("aem-datasource:author", `https://${CLOUD}`);
    await config("consumerKey", dev.clientId);
    await config("myDomain", "acme--dev.sandbox");
    await config("publish", "false");
    await stack.setSecret("consumerSecret", dev.clientSecret);
    await stack.setSecret("aem-datasource:serviceCredentials", ims.credentials);
    await stack.pulumi("up", "--yes", "--skip-preview", "--stack", "dev-cloud");
    assert.equal(cloud.plainSecret(PAGE), dev.clientSecret);
    assert.equal(cloud.list(PAGE)[`${PAGE}/jcr:content/restfulService`], "swagger");
    assert.deepEqual(writes(), []);
    await stack.pulumi("destroy", "--yes", "--skip-preview", "--stack", "dev");
    assert.equal(dev.aem.node(PAGE), undefined);
    assert.notEqual(cloud.node(PAGE), undefined);
    await stack.pulumi("preview", "--expect-no-changes", "--stack", "dev-cloud");
    const pem = ims.privateKey.split("\n").filter((line) => line.length > 20 && !line.startsWith("-"));
    assert.deepEqual(await stack.leaks([...pem, ims.clientSecret, ...ims.issuedTokens]), []);
    await Promise.all([cloud.stop(), ims.stop()]);
    await shown("AEM 6.5 moves to the cloud service");
  });

  it("Salesforce's key and secret are rotated in two steps: at no time does AEM hold a pair that is refused", async () => {
    const { dev, stack } = world;
    const staged = { key: "3MVG9ExampleKeyStaged", secret: "s3cret of the staged pair" };
    dev.tokens.addClient(staged.key, staged.secret);
    await config("consumerKey", staged.key);
    await stack.setSecret("consumerSecret", staged.secret);
    await stack.pulumi("preview", "--diff");
    await stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(dev.aem.plainSecret(PAGE), staged.secret);
    assert.equal(dev.aem.list(PAGE)[`${PAGE}/jcr:content/client_id`], staged.key);
    dev.tokens.removeClient(dev.clientId);
    await stack.pulumi("preview", "--expect-no-changes");
    assert.ok(dev.tokens.requests.every(({ status }) => status === 200));
    assert.deepEqual(await stack.leaks([staged.secret]), []);
    await shown("Salesforce's key and secret are rotated in two steps");
  });
});
