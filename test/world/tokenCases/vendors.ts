import { TOKEN_PATH } from "../../../provider/oauth/salesforce";
import type { TokenCase } from "./tokenCase";

/** Refusals as vendors document them or people report them, replayed: none of these vendors was asked. */

interface Replay {
  readonly path?: string;
  readonly host?: string;
  readonly status?: number;
}

const refuses = (row: string, error: string, says: string | undefined, replay: Replay = {}): TokenCase => {
  const { status = 400, ...where } = replay;
  const behaviour = { status, ...where, body: { error, ...(says === undefined ? {} : { error_description: says }) } };
  return { row, what: [status, error, says && `"${says.split("\r", 1)}"`].filter(Boolean).join(" "), behaviour };
};

const SALESFORCE: Replay = { path: TOKEN_PATH };

export const SALESFORCE_CASES: readonly TokenCase[] = [
  refuses("salesforce-ip-restricted", "invalid_grant", "ip restricted", SALESFORCE),
  refuses("salesforce-logins-exceeded", "invalid_grant", "login rate exceeded", SALESFORCE),
  refuses("salesforce-logins-exceeded", "rate_limit_exceeded", "number of logins exceeded", SALESFORCE),
  refuses("salesforce-retry", "unknown_error", "retry your request", SALESFORCE),
  refuses("salesforce-unknown-key", "invalid_client_id", "client identifier invalid", SALESFORCE),
  refuses("salesforce-unknown-key-old", "invalid_client", "client identifier invalid", SALESFORCE),
  refuses("salesforce-wrong-secret", "invalid_client", "invalid client credentials", SALESFORCE),
  refuses("salesforce-wrong-secret", "invalid_client", "Invalid Client Credentials", { ...SALESFORCE, status: 401 }),
  refuses("salesforce-wrong-secret-old", "invalid_client_credentials", undefined, SALESFORCE),
  refuses("salesforce-no-run-as", "invalid_grant", "no client credentials user enabled", SALESFORCE),
  refuses("salesforce-flow-off", "invalid_grant", "client credentials flow not enabled", SALESFORCE),
  refuses("salesforce-wrong-domain", "invalid_grant", "request not supported on this domain", SALESFORCE),
  refuses("salesforce-not-approved", "invalid_grant", "user hasn't approved this consumer", SALESFORCE),
  refuses("salesforce-no-scopes", "invalid_grant", "no valid scopes defined", SALESFORCE),
  refuses("salesforce-no-scopes", "invalid_scope", "no valid scopes defined", SALESFORCE),
  refuses("salesforce-app-access", "invalid_app_access", "user is not admin approved to access this app", SALESFORCE),
  refuses("salesforce-app-missing", "app_not_found", "External client app is not installed in this org", SALESFORCE),
  refuses("salesforce-app-missing", "OAUTH_EC_APP_NOT_FOUND", "External client app is not installed", SALESFORCE),
  refuses("salesforce-inactive-user", "inactive_user", "user is inactive", SALESFORCE),
  refuses("salesforce-inactive-org", "inactive_org", "org is locked, closed, or suspended", SALESFORCE),
  refuses("salesforce-run-as-refused", "invalid_grant", "authentication failure", SALESFORCE),
  refuses("salesforce-grant-off", "unsupported_grant_type", "grant type not supported", SALESFORCE),
];

const V1: Replay = { path: "/contoso.example/oauth2/token" };
const V2: Replay = { path: "/contoso.example/oauth2/v2.0/token" };
const traced = (text: string) =>
  `${text}\r\nTrace ID: 3f2f0c1e-0000-4000-8000-000000000001\r\nTimestamp: 2025-01-31 12:00:00Z`;
const OKTA: Replay = { path: "/oauth2/default/v1/token" };
const KEYCLOAK: Replay = { path: "/realms/acme/protocol/openid-connect/token", status: 401 };
const IMS: Replay = { path: "/ims/token/v3" };

export const VENDOR_CASES: readonly TokenCase[] = [
  refuses("entra-wrong-secret", "invalid_client", traced("AADSTS7000215: Invalid client secret provided."), {
    ...V2,
    status: 401,
  }),
  refuses(
    "entra-secret-expired",
    "invalid_client",
    traced("AADSTS7000222: The provided client secret keys are expired."),
    { ...V2, status: 401 },
  ),
  refuses(
    "entra-secret-missing",
    "invalid_client",
    traced("AADSTS7000218: The request body must contain: 'client_assertion' or 'client_secret'."),
    { ...V2, status: 401 },
  ),
  refuses(
    "entra-app-unknown",
    "unauthorized_client",
    traced("AADSTS700016: Application with identifier 'x' was not found in the directory."),
    V2,
  ),
  refuses("entra-tenant-unknown", "invalid_request", traced("AADSTS90002: Tenant 'contoso.example' not found."), V2),
  refuses("entra-scope", "invalid_scope", traced("AADSTS1002012: The provided value for scope is not valid."), V2),
  refuses("entra-scope", "invalid_scope", traced("AADSTS70011: The provided request must include a 'scope'."), V2),
  refuses(
    "entra-scope",
    "invalid_request",
    traced("AADSTS900144: The request body must contain the following parameter: 'scope'."),
    V2,
  ),
  refuses(
    "entra-resource-unknown",
    "invalid_resource",
    traced("AADSTS500011: The resource principal named https://org.example was not found."),
    V2,
  ),
  refuses(
    "entra-v1-resource",
    "invalid_request",
    traced("AADSTS900144: The request body must contain the following parameter: 'resource'."),
    V1,
  ),
  refuses("auth0-wrong-secret", "access_denied", "Unauthorized", {
    host: "acme.eu.auth0.com",
    path: "/oauth/token",
    status: 401,
  }),
  refuses("auth0-audience", "access_denied", "Service not enabled within domain: https://acme.eu.auth0.com/api", {
    status: 403,
  }),
  refuses(
    "auth0-audience",
    "access_denied",
    "No audience parameter was provided, and no default audience has been configured",
    { status: 403 },
  ),
  refuses("auth0-grant-missing", "access_denied", 'Client is not authorized to access resource server "orders".', {
    status: 403,
  }),
  refuses(
    "okta-org-server",
    "invalid_client",
    "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
    { path: "/oauth2/v1/token", status: 401 },
  ),
  refuses("okta-oidc-scope", "invalid_scope", "Cannot request 'openid' scopes using client credentials", OKTA),
  refuses(
    "okta-scope",
    "invalid_scope",
    "One or more scopes are not configured for the authorization server resource.",
    OKTA,
  ),
  refuses(
    "okta-policy",
    "access_denied",
    "Policy evaluation failed for this request, please check the policy configurations.",
    OKTA,
  ),
  refuses("keycloak-wrong-secret", "unauthorized_client", "Invalid client or Invalid client credentials", KEYCLOAK),
  refuses("keycloak-wrong-secret", "invalid_client", "Invalid client or Invalid client credentials", KEYCLOAK),
  refuses(
    "keycloak-service-account",
    "unauthorized_client",
    "Client not enabled to retrieve service account",
    KEYCLOAK,
  ),
  refuses("ims-scope", "invalid_scope", undefined, IMS),
  refuses("ims-client", "invalid_client", "invalid client_id parameter", IMS),
];
