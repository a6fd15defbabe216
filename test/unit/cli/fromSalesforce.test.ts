import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { swaggerOf } from "../../../provider/salesforce/document";
import { commandLine } from "../../world/commandLine";
import { ORG_CLIENT, type SalesforceOrg, startSalesforceOrg } from "../../world/salesforceOrg";
import { objectsOfTheOrg } from "../../world/salesforceOrg/objects";
import { REPOSITORY } from "../../world/stack";

const OUT = "org.json";

describe("aem-datasource swagger from-salesforce", () => {
  let org: SalesforceOrg;
  let folder: string;
  before(async () => {
    org = await startSalesforceOrg();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  after(() => org.stop());

  async function generate(objects: readonly string[], ...words: string[]) {
    const named = objects.flatMap((name) => ["--object", name]);
    const login = ["--token-url", org.tokenUrl, "--client-id", ORG_CLIENT.clientId, "--client-secret-stdin"];
    const ended = await commandLine(["swagger", "from-salesforce", ...named, "--out", OUT, ...login, ...words], {
      folder,
      input: ORG_CLIENT.clientSecret,
      secrets: [ORG_CLIENT.clientSecret],
    });
    for (const token of org.tokens) assert.ok(!(ended.stdout + ended.stderr).includes(token));
    return ended;
  }

  it("writes a file, says what is in it, and leaves it alone when nothing has changed", async () => {
    const { code, stdout, stderr } = await generate(["Lead", "contact", "Lead"], "--api-version", "v60.0");
    assert.deepEqual([code, stdout, stderr], [0, `${OUT}: written, 9 operations\n`, ""]);
    const text = await readFile(join(folder, OUT), "utf8");
    assert.deepEqual([JSON.parse(text).basePath, text.endsWith("}\n")], ["/services/data/v60.0", true]);
    for (const secret of [ORG_CLIENT.clientSecret, ...org.tokens]) assert.ok(!text.includes(secret));
    const again = await generate(["Contact", "Lead"], "--api-version", "60.0");
    assert.equal(again.stdout, `${OUT}: no difference, 9 operations\n`);
    assert.equal(await readFile(join(folder, OUT), "utf8"), text);
    assert.deepEqual(await readdir(folder), [OUT]);
  });

  it("tells a script in JSON what it wrote, and what is worth a note", async () => {
    const { code, stdout, stderr } = await generate(["Lead"], "--json");
    const { notes, ...written } = JSON.parse(stdout);
    assert.deepEqual(written, { file: OUT, written: true, operations: 5, apiVersion: "61.0" });
    assert.ok(notes.includes("v61.0 is the org's newest today: --api-version v61.0 stays with it"), notes.join("\n"));
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(JSON.parse((await generate(["Lead"], "--json")).stdout).written, false);
    const missing = await generate(["Nope__c"], "--json");
    assert.deepEqual([missing.code, JSON.parse(missing.stdout).error.code], [1, "org-object-unknown"]);
  });

  it("names every object that is not there, and writes nothing over what is", async () => {
    await writeFile(join(folder, OUT), "what was there");
    const { code, stdout, stderr } = await generate(["Nope__c", "Lead", "Nada__c"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /shows no Nope__c, Nada__c to this app's Run As user; nothing was written \[org-object-unknown\]/,
    );
    assert.equal(await readFile(join(folder, OUT), "utf8"), "what was there");
    assert.deepEqual(await readdir(folder), [OUT]);
  });

  it("wrote the Swagger file of examples/salesforce", () => {
    const objects = ["Contact", "Lead"].flatMap((name) => objectsOfTheOrg().get(name) ?? []);
    const { document } = swaggerOf({ origin: "https://mydomainname.my.salesforce.com", version: "61.0", objects });
    const file = join(REPOSITORY, "examples", "salesforce", "salesforce.swagger.json");
    assert.equal(readFileSync(file, "utf8"), `${JSON.stringify(document, undefined, 2)}\n`);
  });
});
