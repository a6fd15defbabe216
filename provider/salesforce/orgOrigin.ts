import { DataSourceError, excerpt } from "../errors";

/**
 * The origin that an org's API lives on, by the answer that holds the token. A My Domain serves tokens and API on one
 * host (Salesforce Help, My Domain), so any other host is none that the token was asked for: it gets nothing.
 */
export function orgOrigin(tokenUrl: URL, instanceUrl: URL | undefined): string {
  if (instanceUrl === undefined) {
    throw new DataSourceError(
      "org-host-foreign",
      `${tokenUrl.host} issued a token without saying where its API is (instance_url); the token went nowhere`,
      "Check that the token URL is a Salesforce org's: https://MyDomainName.my.salesforce.com/services/oauth2/token",
    );
  }
  if (instanceUrl.origin === tokenUrl.origin) return instanceUrl.origin;
  const other = instanceUrl.host === tokenUrl.host ? instanceUrl.origin : instanceUrl.host;
  throw new DataSourceError(
    "org-host-foreign",
    `${tokenUrl.host} issued a token for ${excerpt(other, 120)}, which is another host; the token went nowhere`,
    "Take the token URL of that org's own My Domain: Setup, My Domain.",
  );
}
