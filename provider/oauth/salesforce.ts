import { DataSourceError } from "../errors";

/** Token URLs of Salesforce. Sources: Salesforce Help, the metadata type MyDomainSettings, and public reports. */

export const TOKEN_PATH = "/services/oauth2/token";
const RIGHT_URL = `https://MyDomainName.my.salesforce.com${TOKEN_PATH}`;

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
    `Use your My Domain: ${RIGHT_URL}`,
  );
}

/** Hosts of Salesforce that people copy from a browser, and that serve no token. */
const OTHER_HOSTS: readonly (readonly [ending: string, what: string])[] = [
  [".lightning.force.com", "shows pages to people and answers with a redirect"],
  [".salesforce-setup.com", "serves Salesforce's Setup"],
  [".my.salesforce-sites.com", "serves a site"],
  [".my.site.com", "serves a site"],
];

/** What is probably wrong with a token URL, and known without asking anybody; unknown hosts are nobody's business. */
export function doubtSalesforceUrl(url: URL): string[] {
  const other = OTHER_HOSTS.find(([ending]) => url.hostname.endsWith(ending));
  if (other) return [`\`oauth2.tokenUrl\`: ${url.hostname} ${other[1]}, and no tokens; take ${RIGHT_URL}`];
  if (!url.hostname.endsWith(".my.salesforce.com") || url.pathname === TOKEN_PATH) return [];
  const why = pathDoubt(url.pathname);
  return [`\`oauth2.tokenUrl\`: ${why}; the token endpoint is https://${url.host}${TOKEN_PATH}`];
}

function pathDoubt(path: string): string {
  if (path === `${TOKEN_PATH}/`) return "it ends in a slash, with which it is another path";
  if (path.endsWith("/authorize")) return "its path is where users log in";
  return "its path is not Salesforce's";
}

/** A doubt where the token comes from one org and the calls go to another: the trap of a Swagger file that was copied. */
export function doubtSalesforceHosts(tokenUrl: URL, serviceEndPoint: URL): string | undefined {
  const [tokens, calls] = [tokenUrl.hostname, serviceEndPoint.hostname];
  if (tokens === calls || ![tokens, calls].every((host) => host.endsWith(".my.salesforce.com"))) return undefined;
  return `tokens come from ${tokens}, but the calls go to ${calls}: check \`host\` in the Swagger file, or give \`serviceEndPoint\``;
}
