import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../world/commandLine";
import { startNamedHosts } from "../world/namedHosts";
import { ORG_CLIENT, type SalesforceOrg, startSalesforceOrg } from "../world/salesforceOrg";
import { runWithClient } from "../world/salesforceOrg/client";
import { textField } from "../world/salesforceOrg/objects";

const OUT = "org.json";
const SECRETS = [ORG_CLIENT.clientSecret];
const ALL = ["Lead", "Contact", "Case", "Invoice__c"];

/** What a person could write against the file; each line that must not compile is marked as such. */
const PROGRAM = `
import { ApiError, CaseService, ContactService, InvoiceCService, LeadService, OpenAPI, QueryService } from "./client";
import type { Invoice__cUpdate, LeadCreate, LeadUpdate } from "./client";

declare const process: { readonly env: { readonly TOKEN: string } };
declare const console: { log(text: string): void };
OpenAPI.TOKEN = process.env.TOKEN;

// @ts-expect-error Salesforce requires Company
export const withoutCompany: LeadCreate = { LastName: "Doe" };
// @ts-expect-error the list is closed, and this value was taken off it
export const offTheList: LeadCreate = { LastName: "Doe", Company: "Acme", Consent__c: "Asked by fax" };
// @ts-expect-error nobody writes an id
export const withId: LeadUpdate = { Id: "00Q000000000001AAA" };
// @ts-expect-error only a new invoice is given its lead
export const otherLead: Invoice__cUpdate = { Lead__c: "00Q000000000001AAA" };
// @ts-expect-error a number
export const revenue: LeadCreate = { LastName: "Doe", Company: "Acme", AnnualRevenue: "much" };

async function main() {
  const lead = { LastName: "Doe", Company: "Acme & Söhne", Consent__c: "Given", LeadSource: "Not in the open list" } as const;
  const { id } = await LeadService.createLead({ lead });
  await LeadService.updateLead({ id, lead: { City: "Köln" } });
  const { LastName, City, Consent__c } = await LeadService.getLead({ id });
  const found = await QueryService.queryRecords({ q: "SELECT Id, LastName FROM Lead WHERE Company = 'Acme & Söhne'" });
  const made = [
    await ContactService.createContact({ contact: { LastName: "Roe" } }),
    await CaseService.createCase({ _case: { Subject: "Broken" } }),
    await InvoiceCService.createInvoiceC({ invoiceC: { Lead__c: id, Amount__c: 12.5, State__c: "Open" } }),
  ];
  await LeadService.deleteLead({ id });
  const gone = await LeadService.getLead({ id }).catch((error: ApiError) => [error.status, error.body[0].errorCode]);
  const records = found.records.map((record) => record.LastName);
  console.log(JSON.stringify({ LastName, City, Consent__c, records, made: made.map(({ success }) => success), gone }));
}
main();
`;

describe("a Swagger file from a replayed Salesforce org", () => {
  let org: SalesforceOrg;
  let folder: string;
  beforeEach(async () => {
    org = await startSalesforceOrg();
    folder = await mkdtemp(join(tmpdir(), "from-salesforce-"));
  });
  afterEach(async () => {
    await org.stop();
    await rm(folder, { recursive: true });
  });

  interface How {
    readonly out?: string;
    readonly tokenUrl?: string;
    readonly environment?: NodeJS.ProcessEnv;
  }

  async function generate(objects: readonly string[], words: readonly string[] = [], how: How = {}) {
    const { out = OUT, tokenUrl = org.tokenUrl, environment = {} } = how;
    const named = objects.flatMap((name) => ["--object", name]);
    const login = ["--token-url", tokenUrl, "--client-id", ORG_CLIENT.clientId, "--client-secret-stdin"];
    const call = { folder, input: ORG_CLIENT.clientSecret, environment, secrets: SECRETS };
    const ended = await commandLine(["swagger", "from-salesforce", ...named, "--out", out, ...login, ...words], call);
    for (const token of org.tokens) assert.ok(!(ended.stdout + ended.stderr).includes(token));
    return ended;
  }
  const swagger = (...words: string[]) => commandLine(["swagger", ...words], { folder });
  const asked = () => org.requests.map(({ method, url }) => `${method} ${url}`);

  it("lets a client that somebody else generates make the right requests", async () => {
    assert.equal((await generate(ALL)).code, 0);
    const check = await swagger("check", OUT, "--product", "aem65");
    assert.deepEqual(check, { code: 0, stdout: "accepted: 17 operations\n", stderr: "" });
    org.requests.splice(0);
    const told = await runWithClient(join(folder, OUT), PROGRAM, { TOKEN: org.tokens[0] ?? "" });
    assert.deepEqual(told, {
      LastName: "Doe",
      City: "Köln",
      Consent__c: "Given",
      records: ["Doe"],
      made: [true, true, true],
      gone: [404, "NOT_FOUND"],
    });
    const base = "/services/data/v61.0";
    const lead = asked()[1]?.slice("PATCH ".length);
    assert.match(String(lead), /^\/services\/data\/v61\.0\/sobjects\/Lead\/\w{18}$/);
    const soql = "SELECT%20Id%2C%20LastName%20FROM%20Lead%20WHERE%20Company%20%3D%20%27Acme%20%26%20S%C3%B6hne%27";
    assert.deepEqual(asked(), [
      `POST ${base}/sobjects/Lead`,
      `PATCH ${lead}`,
      `GET ${lead}`,
      `GET ${base}/query?q=${soql}`,
      `POST ${base}/sobjects/Contact`,
      `POST ${base}/sobjects/Case`,
      `POST ${base}/sobjects/Invoice__c`,
      `DELETE ${lead}`,
      `GET ${lead}`,
    ]);
    const bodies = org.requests.filter(({ body }) => body !== "");
    assert.ok(bodies.every(({ contentType }) => contentType === "application/json"));
    assert.deepEqual(JSON.parse(bodies[1]?.body ?? ""), { City: "Köln" });
  });

  it("is told by one line what a new field changes, and nothing breaks", async () => {
    await generate(ALL);
    org.objects.get("Lead")?.fields.unshift(textField("Nick__c", "Nickname"));
    await generate(ALL, [], { out: "new.json" });
    const { code, stdout } = await swagger("diff", OUT, "new.json");
    assert.equal(code, 0);
    assert.equal(
      stdout,
      "compatible:\n  4 operations (GET /query, POST /sobjects/Lead, GET /sobjects/Lead/{id}, …): has property Nick__c now\n",
    );
  });

  it("has the org's own name for a host, by https and a proxy", async () => {
    const host = "acme.my.salesforce.com";
    const hosts = await startNamedHosts({ [host]: org.origin });
    try {
      org.instanceUrl = `https://${host}`;
      const how = { tokenUrl: `https://${host}/services/oauth2/token`, environment: hosts.environment };
      const { code, stderr } = await generate(["Lead"], ["--api-version", "v61.0"], how);
      assert.deepEqual([code, stderr], [0, ""]);
      const { host: named, schemes } = JSON.parse(await readFile(join(folder, OUT), "utf8"));
      assert.deepEqual([named, schemes], [host, ["https"]]);
      assert.deepEqual([...new Set(hosts.asked())], [`${host}:443`]);
    } finally {
      await hosts.stop();
    }
  });

  describe("is not written", () => {
    const TOKEN_REQUEST = "POST /services/oauth2/token";
    const other = () => `http://localhost:${new URL(org.origin).port}`;
    interface Refused {
      readonly arrange?: () => void;
      readonly objects?: readonly string[];
      readonly words?: readonly string[];
      readonly how?: How;
      readonly code: number;
      readonly said: RegExp;
      /** Default: the token alone. */
      readonly asked?: readonly string[];
    }
    const cases: Readonly<Record<string, Refused>> = {
      "where the answer names another host, which gets nothing": {
        arrange: () => {
          org.instanceUrl = other();
        },
        code: 1,
        said: /which is another host; the token went nowhere \[org-host-foreign\]/,
      },
      "where the answer names no host": {
        arrange: () => {
          org.instanceUrl = undefined;
        },
        code: 1,
        said: /\[org-host-foreign\]/,
      },
      "where the host is not among those allowed": {
        how: { environment: { AEM_DATASOURCE_ALLOWED_HOSTS: "*.my.salesforce.com" } },
        code: 1,
        said: /\[host-not-allowed\]/,
        asked: [],
      },
      "where the credentials are refused": {
        arrange: () => org.instead("/services/oauth2", { status: 400, body: { error: "invalid_client" } }),
        code: 1,
        said: /^error: token check failed: .*\n {2}Check the client id, and copy the client secret again\./,
      },
      "where nobody answers": {
        how: { tokenUrl: "http://127.0.0.1:9/services/oauth2/token" },
        code: 75,
        said: /\[token-not-judged\]/,
        asked: [],
      },
      "where the org is busy": {
        arrange: () => org.instead("/services/data/", { status: 429 }),
        code: 75,
        said: /answered 429 \[org-busy\]/,
        asked: [TOKEN_REQUEST, "GET /services/data/"],
      },
      "where an object is half described": {
        arrange: () => org.instead("/services/data/v61.0/sobjects/Lead", { status: 200, body: '{"name":"Lead"' }),
        code: 1,
        said: /\[org-answer-unexpected\]/,
        asked: [TOKEN_REQUEST, "GET /services/data/", "GET /services/data/v61.0/sobjects/Lead/describe"],
      },
      "without an object": { objects: [], code: 64, said: /no object: give --object/, asked: [] },
      "of an object whose name is a path": {
        objects: ["Lead/../x"],
        code: 64,
        said: /--object takes the API name/,
        asked: [],
      },
      "of a version that is none": {
        words: ["--api-version", "newest"],
        code: 64,
        said: /--api-version takes a version as in v61\.0/,
        asked: [],
      },
      "with an overlay that is not there": {
        words: ["--overlay", "gone.yaml"],
        code: 1,
        said: /gone\.yaml: not found/,
        asked: [],
      },
    };
    for (const [what, { arrange, objects = ["Lead"], words, how, code, said, asked: wanted }] of Object.entries(
      cases,
    )) {
      it(what, async () => {
        arrange?.();
        const ended = await generate(objects, words, how);
        assert.deepEqual([ended.code, ended.stdout], [code, ""]);
        assert.match(ended.stderr, said);
        assert.deepEqual(asked(), wanted ?? [TOKEN_REQUEST]);
        assert.deepEqual(await readdir(folder), []);
      });
    }
  });

  describe("takes an overlay", () => {
    it("last, and says what in it is out of date", async () => {
      await writeFile(join(folder, "mine.yaml"), "info: {title: Our CRM}\ntags: null\nzones: null\n");
      const { code, stderr } = await generate(["Lead"], ["--overlay", "mine.yaml", "--api-version", "61.0"]);
      assert.deepEqual([code, stderr], [0, "note: the overlay removes /zones, which is not there\n"]);
      const { info, tags } = JSON.parse(await readFile(join(folder, OUT), "utf8"));
      assert.deepEqual([info.title, info.version, tags], ["Our CRM", "61.0", undefined]);
    });

    it("unless AEM would refuse what comes of it", async () => {
      await writeFile(join(folder, "mine.yaml"), "swagger: '1.2'\n");
      const { code, stderr } = await generate(["Lead"], ["--overlay", "mine.yaml"]);
      assert.equal(code, 1);
      assert.match(stderr, /\[swagger-not-accepted\]/);
      assert.deepEqual(await readdir(folder), ["mine.yaml"]);
    });
  });
});
