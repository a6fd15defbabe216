import { DataSourceError } from "../errors";

/** Salesforce's dialect of the client-credentials grant. Sources: its documentation and public reports (oauth.md §1). */

const TOKEN_PATH = "/services/oauth2/token";

/**
 * The token URL of a Salesforce org.
 *
 * `myDomain` is the My Domain name (`acme`, `acme--uat.sandbox`), its host (`acme.my.salesforce.com`) or its origin
 * (`https://acme.my.salesforce.com`). This grant works on the My Domain host only, never on login.salesforce.com.
 */
export function tokenUrl(myDomain: string): string {
  const text = myDomain.trim().replace(/\/+$/, "").replace(TOKEN_PATH, "");
  if (/^https?:\/\//i.test(text)) return `${text}${TOKEN_PATH}`;
  const host = text.toLowerCase().endsWith(".salesforce.com") ? text : `${text}.my.salesforce.com`;
  return `https://${host}${TOKEN_PATH}`;
}

/** Hosts that answer this grant with "request not supported on this domain", whatever the credentials. */
const COMMON_HOSTS = ["login.salesforce.com", "test.salesforce.com"];

/** What can be said of a token URL without asking anybody. */
export function judgeSalesforceUrl(url: URL): DataSourceError | undefined {
  if (!COMMON_HOSTS.includes(url.hostname)) return undefined;
  return new DataSourceError(
    "input-invalid",
    `\`oauth2.tokenUrl\`: ${url.hostname} does not serve the client-credentials grant`,
    `Use your My Domain: https://MyDomainName.my.salesforce.com${TOKEN_PATH}`,
  );
}

/** A doubt where the token comes from one org and the calls go to another: the trap of a Swagger file that was copied. */
export function doubtSalesforceHosts(tokenUrl: URL, serviceEndPoint: URL): string | undefined {
  const [tokens, calls] = [tokenUrl.hostname, serviceEndPoint.hostname];
  if (tokens === calls || ![tokens, calls].every((host) => host.endsWith(".my.salesforce.com"))) return undefined;
  return `tokens come from ${tokens}, but the calls go to ${calls}: check \`host\` in the Swagger file, or give \`serviceEndPoint\``;
}

/** OAuth code, a part of Salesforce's description (in lower case), and what to do. The first row that fits wins. */
const REMEDIES: readonly (readonly [code: string, part: string, remedy: string])[] = [
  [
    "invalid_client_id",
    "client identifier invalid",
    "This org does not know the consumer key: check the org (or sandbox); a new app needs up to 10 minutes.",
  ],
  [
    "invalid_client",
    "invalid client credentials",
    "The consumer key is right, the secret is not: copy it again from Manage Consumer Details.",
  ],
  [
    "invalid_grant",
    "no client credentials user enabled",
    "Set a Run As user: Setup, the app, Manage, Edit Policies, Client Credentials Flow (the username, not the e-mail).",
  ],
  [
    "invalid_grant",
    "client credentials flow not enabled",
    "Tick Enable Client Credentials Flow in the app's OAuth settings.",
  ],
  ["invalid_grant", "request not supported on this domain", "Use the My Domain host of the org in `oauth2.tokenUrl`."],
  [
    "invalid_grant",
    "authentication failure",
    "The Run As user may be inactive, frozen or outside its login hours: see Setup, Login History.",
  ],
  ["invalid_app_access", "", "Give the Run As user's profile or permission set access to the app."],
  [
    "unsupported_grant_type",
    "grant type not supported",
    "Tick Enable Client Credentials Flow in the app's OAuth settings.",
  ],
];

export function salesforceRemedy(code: string, description: string): string | undefined {
  const text = description.toLowerCase();
  return REMEDIES.find(([known, part]) => known === code && text.startsWith(part))?.[2];
}
