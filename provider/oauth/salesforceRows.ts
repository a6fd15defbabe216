import { type AnswerSeen, splitScopes } from "./answer";
import { type ErrorCase, errorRows } from "./errorRows";
import type { Row } from "./row";
import { TOKEN_PATH } from "./salesforce";

/**
 * Salesforce's dialect of the client-credentials grant, all with status 400. Sources: Salesforce Help ("OAuth 2.0
 * authorization errors", "client credentials flow"), its developer blog, and public reports; never a live org.
 */

const COPY_SECRET =
  "(external client app: Settings, OAuth Settings; connected app: Manage Consumer Details): pulumi config set --secret …";
const POLICIES = "Setup, the app, Manage or Policies, Edit Policies, Client Credentials Flow";
const TEN_MINUTES = "Changes need up to 10 minutes.";

/** Neither the credentials nor the app are wrong. */
const LATER: readonly ErrorCase[] = [
  {
    name: "salesforce-ip-restricted",
    situation: "Salesforce: this machine's address is outside the login ranges",
    error: ["invalid_grant"],
    says: ["ip restricted"],
    about: "later",
    remedy:
      "Nothing was judged: the profile of the Run As user allows other addresses than this machine's. AEM's may be among them.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-logins-exceeded",
    situation: "Salesforce: too many logins",
    says: ["login rate exceeded", "number of logins exceeded"],
    about: "later",
    remedy:
      "Nothing was judged: the Run As user has used up its logins of this hour (3,600, AEM's own among them). Try again later.",
    evidence: "documented",
  },
  {
    name: "salesforce-retry",
    situation: "Salesforce: a fault that it can't name",
    error: ["unknown_error"],
    says: ["retry your request"],
    about: "later",
    remedy: "Nothing was judged. Try again later.",
    evidence: "publicly reported",
  },
];

/** By words that nobody else uses, so the host does not matter: a gateway may stand before Salesforce. */
const BY_WORDS: readonly ErrorCase[] = [
  {
    name: "salesforce-unknown-key",
    situation: "Salesforce: the consumer key is unknown in this org",
    error: ["invalid_client_id"],
    about: "credentials",
    remedy:
      "This org does not know the consumer key (`oauth2.clientId`): wrong org or sandbox in `oauth2.tokenUrl`, a key cut short, or an app younger than 10 minutes.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-wrong-secret-old",
    situation: "Salesforce: wrong consumer secret, told by an older code",
    error: ["invalid_client_credentials"],
    about: "credentials",
    remedy: `The consumer key is right, the secret is not: copy it again ${COPY_SECRET}`,
    evidence: "documented",
  },
  {
    name: "salesforce-no-run-as",
    situation: "Salesforce: no Run As user",
    error: ["invalid_grant"],
    says: ["no client credentials user enabled"],
    about: "request",
    remedy: `Set a Run As user: ${POLICIES} (the username, not the e-mail). ${TEN_MINUTES}`,
    evidence: "publicly reported",
  },
  {
    name: "salesforce-flow-off",
    situation: "Salesforce: the flow is not enabled",
    error: ["invalid_grant"],
    says: ["client credentials flow not enabled"],
    about: "request",
    remedy: `Tick Enable Client Credentials Flow in the app's OAuth settings. ${TEN_MINUTES}`,
    evidence: "publicly reported",
  },
  {
    name: "salesforce-wrong-domain",
    situation: "Salesforce: a host that does not serve this grant",
    error: ["invalid_grant"],
    says: ["request not supported on this domain"],
    about: "request",
    remedy: `Put the My Domain host into \`oauth2.tokenUrl\`: https://MyDomainName.my.salesforce.com${TOKEN_PATH}`,
    evidence: "publicly reported",
  },
  {
    name: "salesforce-not-approved",
    situation: "Salesforce: the Run As user may not use the app",
    error: ["invalid_grant"],
    says: ["user hasn't approved this consumer"],
    about: "request",
    remedy: "Pre-authorise the Run As user: give its profile or permission set access to the app.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-no-scopes",
    situation: "Salesforce: the app has no scope that this grant can give",
    error: ["invalid_grant", "invalid_scope"],
    says: ["no valid scopes"],
    about: "request",
    remedy: "Add the scope Manage user data via APIs (api) to the app's OAuth settings.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-app-access",
    situation: "Salesforce: the Run As user is not admitted to the app",
    error: ["invalid_app_access"],
    about: "request",
    remedy: "Give the Run As user's profile or permission set access to the app.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-app-missing",
    situation: "Salesforce: the app is not in this org",
    error: ["app_not_found", "OAUTH_EC_APP_NOT_FOUND"],
    about: "request",
    remedy: "Install or deploy the external client app in this org, or put the right org into `oauth2.tokenUrl`.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-inactive-user",
    situation: "Salesforce: the Run As user is inactive",
    error: ["inactive_user"],
    about: "request",
    remedy: `Activate the Run As user, or choose another: ${POLICIES}.`,
    evidence: "documented",
  },
  {
    name: "salesforce-inactive-org",
    situation: "Salesforce: the org is locked, closed or suspended",
    error: ["inactive_org"],
    about: "request",
    remedy: "The org is locked, closed or suspended: check the org in `oauth2.tokenUrl`, and ask Salesforce.",
    evidence: "documented",
  },
];

/** Words that others use as well (Keycloak: "Invalid client or Invalid client credentials"): the token URL has to fit. */
const BY_HOST: readonly ErrorCase[] = [
  {
    name: "salesforce-unknown-key-old",
    situation: "Salesforce: the consumer key is unknown in this org, told by an older code",
    error: ["invalid_client"],
    says: ["client identifier invalid"],
    about: "credentials",
    remedy:
      "This org does not know the consumer key (`oauth2.clientId`): wrong org or sandbox in `oauth2.tokenUrl`, a key cut short, or an app younger than 10 minutes.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-wrong-secret",
    situation: "Salesforce: wrong consumer secret",
    error: ["invalid_client"],
    says: ["invalid client credentials"],
    about: "credentials",
    remedy: `The consumer key is right, the secret is not: copy it again ${COPY_SECRET}`,
    evidence: "publicly reported",
  },
  {
    name: "salesforce-run-as-refused",
    situation: "Salesforce: the login of the Run As user fails",
    error: ["invalid_grant"],
    says: ["authentication failure", "inactive user", "user is inactive"],
    about: "request",
    remedy: "The Run As user may be inactive, frozen, locked or outside its login hours: see Setup, Login History.",
    evidence: "publicly reported",
  },
  {
    name: "salesforce-grant-off",
    situation: "Salesforce: the grant is not supported",
    error: ["unsupported_grant_type"],
    about: "request",
    remedy: `Tick Enable Client Credentials Flow in the app's OAuth settings, and check that \`oauth2.tokenUrl\` ends in ${TOKEN_PATH}.`,
    evidence: "publicly reported",
  },
];

const atSalesforce = ({ url }: AnswerSeen) => url.hostname.endsWith(".salesforce.com") || url.pathname === TOKEN_PATH;

export const SALESFORCE_ROWS: readonly Row<AnswerSeen>[] = [
  ...errorRows(LATER),
  ...errorRows(BY_HOST, atSalesforce),
  ...errorRows(BY_WORDS),
];

export const SALESFORCE_DOUBTS: readonly Row<AnswerSeen>[] = [
  {
    name: "salesforce-scope-without-api",
    situation: "Salesforce: a token without the scope api",
    fits: (seen) => atSalesforce(seen) && seen.scope !== undefined && !grantsApi(seen.scope),
    outcome: "doubtful",
    code: "token-doubtful",
    sentence: "{host} issued a token without the scope api (it has: {scope})",
    remedy: "Salesforce's REST API will refuse it: add Manage user data via APIs (api) to the app's OAuth settings.",
    evidence: "publicly reported",
  },
];

function grantsApi(scope: string): boolean {
  return splitScopes(scope).some((name) => name === "api" || name === "full");
}
