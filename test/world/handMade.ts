import type { Place } from "./deployment";
import { Client, expect } from "./sling/client";
import type { TestAuthor } from "./testAuthor";
import { CLIENT_ID, PAGE, SWAGGER, type World } from "./world";

/** Data sources as somebody made them in the wizard, over the years, before anybody thought of code. */
export interface HandMade {
  readonly path: string;
  /** Whether the provider could own it. */
  readonly manageable: boolean;
}

const FDM = "settings/cloudconfigs/fdm";
const YAML = `# By hand
swagger: "2.0"
info: { title: Billing, version: "3" }
host: billing.example
basePath: /v3
paths:
  /invoices/{id}:
    get:
      operationId: getInvoice
      parameters: [{ name: id, in: path, required: true, type: string }]
      responses: { 200: { description: The invoice } }
`;

/** What the wizard writes for the grant that the provider manages, beside the values of its fields. */
const WIZARD_OAUTH2: Readonly<Record<string, string>> = {
  authenticationType: "OAuth 2.0",
  selectAuthentication: "OAuth 2.0",
  grant_type: "client_credentials",
  location: "header",
  selectHeader: "Authorization Bearer",
};

/** One page, saved in the wizard by whoever logs in at `place`; `file` is the Swagger file's name and text. */
async function saveInWizard(
  place: Place,
  path: string,
  properties: Readonly<Record<string, string>>,
  [fileName, text]: readonly [string, string],
  secret: string,
): Promise<void> {
  const all: Record<string, string> = {
    "../jcr:primaryType": "cq:Page",
    "./jcr:primaryType": "cq:PageContent",
    "./sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
    "./name": path.split("/").at(-1) ?? "",
    "./dataSourceType": "REST",
    "./swaggerSource": "swaggerFile",
    "./filename": fileName,
    "./client_secret": secret,
    "./client_secret@Encrypted": "",
    "./swaggerFile@TypeHint": "nt:file",
    ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [`./${name}`, value])),
  };
  const file = new File([text], fileName, { type: "application/json" });
  // Not by the provider's own author: its redactor would mask the word "admin" in all that this process says from now on.
  const reply = await new Client(place.origin, place).post(`${path}/jcr:content`, [
    ...Object.entries(all),
    ["./swaggerFile", file],
  ]);
  expect(path, reply, 200, 201);
}

/** The page of a world's program, made by hand: equal to what it wants but for the secret, which is `secret`. */
export function makeEqual({ aem, tokens, stack }: World, secret: string): Promise<void> {
  const { AEM_USERNAME, AEM_PASSWORD } = stack.environment;
  const deployer = { origin: aem.origin, username: String(AEM_USERNAME), password: String(AEM_PASSWORD) };
  const properties = {
    ...WIZARD_OAUTH2,
    "jcr:title": "Salesforce",
    serviceEndPoint: "https://MyDomainName.my.salesforce.com/services/data/v61.0",
    client_id: CLIENT_ID,
    access_token_uri: tokens.tokenUrl,
  };
  return saveInWizard(deployer, PAGE, properties, ["api.json", SWAGGER], secret);
}

/** Five of them: in three containers, JSON and YAML, one with another login, one of another stack. */
export async function makeByHand(server: TestAuthor, tokenUrl: string, secret: string): Promise<HandMade[]> {
  const oauth = { ...WIZARD_OAUTH2, client_id: "consumer-key", access_token_uri: tokenUrl };
  const admin = { origin: server.origin, ...server.logins.admin };
  const make = (path: string, properties: Record<string, string>, file: readonly [string, string]) =>
    saveInWizard(admin, path, properties, file, secret);
  const json = ["salesforce.json", SWAGGER] as const;
  const salesforce = `/conf/global/${FDM}/salesforce`;
  const billing = `/conf/acme/${FDM}/billing`;
  const emea = `/conf/acme/emea/${FDM}/salesforce`;
  const legacy = `/conf/global/${FDM}/legacy`;
  const foreign = `/conf/global/${FDM}/foreign`;
  const endPoint = "https://acme.my.salesforce.com/services/data/v61.0";
  await make(salesforce, { ...oauth, "jcr:title": "Salesforce", serviceEndPoint: endPoint }, json);
  const billingEndPoint = "https://billing.example/v3";
  const yaml = ["billing.yaml", YAML] as const;
  await make(billing, { ...oauth, "jcr:title": 'Billing "new"', serviceEndPoint: billingEndPoint }, yaml);
  const other = { authorization_scope: "api", location: "query", "jcr:title": "Salesforce EMEA" };
  await make(emea, { ...oauth, ...other, serviceEndPoint: "https://emea.example/v61.0", wizard: "2019" }, json);
  const basic = { authenticationType: "Basic Authentication", selectAuthentication: "Basic Authentication" };
  await make(legacy, { ...basic, "jcr:title": "Legacy", userName: "svc", serviceEndPoint: endPoint }, json);
  const managedBy = "acme/billing/prod/crm#0123456789abcdef";
  await make(foreign, { ...oauth, "jcr:title": "Of another stack", serviceEndPoint: endPoint, managedBy }, json);
  const managed = [salesforce, billing, emea].map((path) => ({ path, manageable: true }));
  return [...managed, { path: legacy, manageable: false }, { path: foreign, manageable: true }];
}
