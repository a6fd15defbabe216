import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BREAKING, OPTIONAL } from "../world/breakingFile";
import { assertShown, shownOn } from "../world/consoleBlocks";
import { CONSUMER_KEY, CONSUMER_SECRET, Guide, SALESFORCE } from "../world/guide";
import { saveInWizard, WIZARD_OAUTH2 } from "../world/handMade";
import { runByShell } from "../world/shell";
import { REPOSITORY } from "../world/stack";
import { SWAGGER, World } from "../world/world";

const FDM = "/conf/global/settings/cloudconfigs/fdm";
const BILLING = `${FDM}/billing`;
const TSC = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");

/** What the README tells people to type and this test does not, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "npm run demo": "it takes minutes, and stops by itself where something did not come out as told",
  "npm test": "it is what runs the tests",
  "npm ci": "it is how this test came by its packages",
  "npm pack": "test/faults/pack.test.ts looks at what it packs",
  "pulumi new typescript": "it fetches a template from the network; this test writes the same two files",
  "npm install ../pulumi-aem-datasource-0.1.0.tgz @pulumi/pulumi typescript ts-node":
    "it fetches packages from the network; the project resolves them to the repository's",
};

/** The same for commands that stand in a sentence. */
const NOT_RUN_IN_PROSE: Readonly<Record<string, string>> = {
  "npm run aem": "test/unit/world/aemEmulator.test.ts starts the same server, on a port that is free",
  "npm run bench": "it takes an hour and a half; test/faults/bench.test.ts runs its shorter parts",
  "npm run test:all": "it is what runs this test",
};

describe("the guide of README.md, from top to bottom as it stands, on the engine", function () {
  this.timeout(300_000);
  let guide: Guide;
  before(async () => {
    guide = await Guide.start();
  });

  after(async () => {
    assert.deepEqual(await guide.leaks(), []);
    await guide.stop();
  });

  /** Somebody makes a data source in the wizard. */
  function byHand(path: string, properties: Readonly<Record<string, string>>, secret: string): Promise<void> {
    const all = {
      ...WIZARD_OAUTH2,
      serviceEndPoint: "https://billing.example/v1",
      client_id: "billing-forms",
      access_token_uri: "https://acme.my.salesforce.com/services/oauth2/token",
      ...properties,
    };
    return saveInWizard(guide.wizard, path, all, ["billing.json", SWAGGER], secret);
  }

  it("begins with a program whose types are right", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [TSC, "--noEmit", "-p", guide.stack.project]);
    assert.equal(stdout, "");
  });

  it("First data source: leads to one, with the org's own Swagger file and the secret encrypted", async () => {
    await guide.follow("First data source");
    const page = guide.aem.list(`${SALESFORCE}/jcr:content`);
    assert.equal(guide.aem.plainSecret(SALESFORCE), CONSUMER_SECRET);
    assert.equal(page[`${SALESFORCE}/jcr:content/client_id`], CONSUMER_KEY);
    const { paths } = JSON.parse(await guide.stack.read("salesforce.swagger.json"));
    assert.ok("/query" in paths && "/sobjects/Contact" in paths);
  });

  it("Secrets: a wrong one is refused and never reaches AEM, and the right one is no change", async () => {
    guide.types("consumerSecret", CONSUMER_SECRET.slice(0, -1), CONSUMER_SECRET);
    const before = guide.aem.list(FDM);
    await guide.follow("Secrets");
    assert.deepEqual(guide.aem.list(FDM), before);
  });

  it("Drift: what somebody changed in AEM is shown, and repaired", async () => {
    await guide.edited();
    await guide.follow("Drift");
    assert.equal(Object(guide.aem.node(`${SALESFORCE}/jcr:content`))["jcr:title"], "Salesforce");
  });

  it("Take-over: a data source of the wizard comes under Pulumi, and gets its secret once", async () => {
    const secret = "s3cret of the billing app";
    guide.tokens.addClient("billing-forms", secret);
    guide.types("billing-client-secret", secret);
    await byHand(BILLING, { "jcr:title": "Billing" }, secret);
    await guide.follow("Take-over");
    assert.equal(guide.aem.plainSecret(BILLING), secret);
    assert.match(Object(guide.aem.node(`${BILLING}/jcr:content`)).managedBy, /^organization\/crm-forms\/dev\/billing#/);
  });

  it("Rotation: the new secret is sent", async () => {
    const secret = "s3cret of the app, rotated";
    guide.tokens.setSecret(CONSUMER_KEY, secret);
    guide.types("consumerSecret", secret);
    await guide.follow("Rotation");
    assert.equal(guide.aem.plainSecret(SALESFORCE), secret);
  });

  it("Publish: it is live on publish, and then gone from everywhere", async () => {
    guide.aem.requests.length = 0;
    await guide.follow("Publish");
    const acts = guide.aem.requests.filter(({ path }) => path === "/bin/replicate.json");
    assert.deepEqual(
      acts.map(({ fields }) => fields.find(({ name }) => name === "cmd")?.value),
      ["Activate", "Deactivate"],
    );
    assert.deepEqual(guide.aem.published(), []);
    assert.deepEqual([guide.aem.node(SALESFORCE), guide.aem.node(BILLING)], [undefined, undefined]);
  });

  it("Limits: what the wizard wrote is compared", async () => {
    await byHand(`${FDM}/by-hand`, { "jcr:title": "By hand", location: "query" }, "s3cret of no app");
    await guide.follow("Limits");
  });

  it("shows no command that was neither run nor is listed with the reason", () => {
    const shown = shownOn(guide.page).map(({ command }) => command);
    assert.deepEqual(
      shown.filter((command) => !guide.ran.has(command)),
      Object.keys(NOT_RUN),
    );
  });

  it("holds nothing else that could be typed or pasted: one program, its Pulumi.yaml, and the rights", () => {
    const blocks = [...guide.page.matchAll(/^```(\w*)\n.*?^```$/gms)].map(([, language]) => language);
    const others = blocks.filter((language) => !["console", "diff"].includes(String(language)));
    assert.deepEqual(others, ["ts", "repoinit", "yaml"]);
  });

  it("names no command in a sentence that was run nowhere", async () => {
    const pages = await Promise.all([read("docs/recipes.md"), read("examples/promotion/README.md")]);
    const run = [...guide.ran, ...pages.flatMap(shownOn).map(({ command }) => command), ...Object.keys(NOT_RUN)];
    const prose = guide.page.replace(/^```.*?^```$/gms, "");
    const named = [...prose.matchAll(/`((?:pulumi|npm|npx|aem-datasource) [^`]+)`/g)].map(
      ([, command = ""]) => command,
    );
    assert.notEqual(named.length, 0);
    const wanting = named.filter((command) => !run.some((each) => isPartOf(command, each)));
    assert.deepEqual([...new Set(wanting)], Object.keys(NOT_RUN_IN_PROSE));
  });
});

describe("docs/swagger-file.md, on the engine", function () {
  this.timeout(120_000);

  it("is shown with commands that were run here, and what they printed", async () => {
    const page = await read("docs/swagger-file.md");
    const world = await World.start();
    await world.stack.write("api.json", OPTIONAL);
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    for (const [file, text] of [
      ["old.json", OPTIONAL],
      ["new.json", BREAKING],
      ["api.json", BREAKING],
    ] as const) {
      await world.stack.write(file, text);
    }
    for (const { command } of shownOn(page)) await runByShell(world.stack, command);
    assertShown(page, world.stack.outputs);
    const ended = world.stack.outputs.slice(-3).map(({ code }) => code);
    assert.deepEqual(ended, [0, 0, 2]);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });
});

function read(path: string): Promise<string> {
  return readFile(join(REPOSITORY, path), "utf8");
}

/** The words of a command in a sentence, in their order; a person leaves out what is clear. */
function isPartOf(command: string, whole: string): boolean {
  const words = whole.replace(/^npx /, "").split(/\s+/);
  return command
    .replace(/^npx /, "")
    .split(/\s+/)
    .every((word) => words.includes(word) && words.splice(0, words.indexOf(word) + 1).length > 0);
}
