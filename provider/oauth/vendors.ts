import type { AnswerSeen } from "./answer";
import { type ErrorCase, errorRows } from "./errorRows";
import type { Row } from "./row";

/**
 * Hints for the usual refusals of other token servers, known by host or path where that is certain. Microsoft says that
 * its AADSTS numbers may change: here, as everywhere, they choose the remedy and never the verdict.
 */
interface Vendor {
  /** Whose answer it is. */
  readonly at: (seen: AnswerSeen) => boolean;
  readonly cases: readonly ErrorCase[];
}

const DEFAULT_SCOPE = "<App ID URI>/.default";
const copyAgain = (where: string) => `Copy the client secret again (${where}): pulumi config set --secret …`;
const isV1 = ({ url }: AnswerSeen) => /\/oauth2\/token\/?$/.test(url.pathname);
const inEntra = ({ url, description }: AnswerSeen) =>
  /^login\.(microsoftonline\.(com|us)|partner\.microsoftonline\.cn)$/.test(url.hostname) ||
  /\baadsts\d/.test(description);

/** Entra ID. Numbers by Microsoft's list of AADSTS codes. */
const ENTRA_V1: Vendor = {
  at: (seen) => inEntra(seen) && isV1(seen),
  cases: [
    {
      name: "entra-v1-resource",
      situation: "Entra ID, v1 endpoint: no resource is named",
      says: ["parameter: 'resource'", "aadsts500011", "aadsts50001:"],
      about: "request",
      remedy: `The v1 endpoint wants \`resource\`, which AEM is not known to send: take /oauth2/v2.0/token, with \`oauth2.scope\` = ${DEFAULT_SCOPE}.`,
      evidence: "documented",
    },
  ],
};

const ENTRA: Vendor = {
  at: inEntra,
  cases: [
    {
      name: "entra-wrong-secret",
      situation: "Entra ID: wrong secret",
      says: ["aadsts7000215"],
      about: "credentials",
      remedy: copyAgain("Certificates & secrets, the column Value, not Secret ID"),
      evidence: "documented",
    },
    {
      name: "entra-secret-expired",
      situation: "Entra ID: the secret has expired",
      says: ["aadsts7000222"],
      about: "credentials",
      remedy: "Make a new client secret (Certificates & secrets), then: pulumi config set --secret …",
      evidence: "documented",
    },
    {
      name: "entra-secret-missing",
      situation: "Entra ID: it finds no secret in the request",
      says: ["aadsts7000218"],
      about: "credentials",
      remedy: "Give the app a client secret and make it no public client; check that `oauth2.clientId` is that app's.",
      evidence: "documented",
    },
    {
      name: "entra-app-unknown",
      situation: "Entra ID: the app is not in this tenant",
      says: ["aadsts700016"],
      about: "credentials",
      remedy: "Check `oauth2.clientId` (the Application ID) and the tenant in `oauth2.tokenUrl`.",
      evidence: "documented",
    },
    {
      name: "entra-tenant-unknown",
      situation: "Entra ID: unknown tenant",
      says: ["aadsts90002"],
      about: "request",
      remedy: "Check the tenant in `oauth2.tokenUrl`: its ID or a domain of it, not common.",
      evidence: "documented",
    },
    {
      name: "entra-scope",
      situation: "Entra ID: the scope is not of the form that this grant needs, or is missing",
      says: ["aadsts1002012", "aadsts70011", "parameter: 'scope'", "aadsts90014"],
      about: "request",
      remedy: `Set \`oauth2.scope\` to one resource with /.default: ${DEFAULT_SCOPE} (Dynamics: https://org.crm4.dynamics.com/.default).`,
      evidence: "documented",
    },
    {
      name: "entra-resource-unknown",
      situation: "Entra ID: the resource is not known in this tenant",
      says: ["aadsts500011"],
      about: "request",
      remedy: "Check the App ID URI in `oauth2.scope`, and that this tenant has that API.",
      evidence: "documented",
    },
  ],
};

/** By words of its own, since many tenants have a domain of their own. */
const AUTH0_BY_WORDS: Vendor = {
  at: () => true,
  cases: [
    {
      name: "auth0-audience",
      situation: "Auth0: no API is named, or an unknown one",
      error: ["access_denied"],
      says: ["service not enabled within domain", "no default audience has been configured"],
      about: "request",
      remedy:
        "Auth0 wants an `audience`, which AEM is not known to send: set a Default Audience for the tenant (Settings, API Authorization Settings).",
      evidence: "documented",
    },
    {
      name: "auth0-grant-missing",
      situation: "Auth0: the app is not authorised for the API",
      error: ["access_denied", "unauthorized_client"],
      says: ["not authorized to access resource server"],
      about: "request",
      remedy: "Authorise the application for the API (Applications, APIs, Machine to Machine).",
      evidence: "publicly reported",
    },
  ],
};

const AUTH0: Vendor = {
  at: ({ url }) => url.hostname.endsWith(".auth0.com"),
  cases: [
    {
      name: "auth0-wrong-secret",
      situation: "Auth0: unknown client or wrong secret",
      error: ["access_denied"],
      status: 401,
      about: "credentials",
      remedy: `Check \`oauth2.clientId\`. ${copyAgain("Applications, Settings")}`,
      evidence: "publicly reported",
    },
  ],
};

const OKTA_BY_WORDS: Vendor = {
  at: () => true,
  cases: [
    {
      name: "okta-org-server",
      situation: "Okta: the org authorization server, which takes no secret for this grant",
      says: ["org authorization server"],
      about: "request",
      remedy:
        "Take a custom authorization server: /oauth2/<server ID or default>/v1/token. The org's own one wants a signed key here, which AEM does not have.",
      evidence: "documented",
    },
  ],
};

/** By path: the IDs of custom authorization servers begin with aus. Others have /oauth2/v1/token too. */
const OKTA: Vendor = {
  at: ({ url }) =>
    /\.(okta|oktapreview|okta-emea)\.com$/.test(url.hostname) ||
    /\/oauth2\/(default|aus[0-9A-Za-z]+)\/v1\/token$/.test(url.pathname),
  cases: [
    {
      name: "okta-oidc-scope",
      situation: "Okta: OpenID scopes in this grant",
      error: ["invalid_scope"],
      says: ["cannot request"],
      about: "request",
      remedy: "Take openid, profile, email and phone out of `oauth2.scope`: name a scope of your authorization server.",
      evidence: "documented",
    },
    {
      name: "okta-scope",
      situation: "Okta: the scope is unknown, or missing",
      error: ["invalid_scope"],
      about: "request",
      remedy:
        "Set `oauth2.scope` to a custom scope of this authorization server (Security, API, Scopes), or make one its default.",
      evidence: "documented",
    },
    {
      name: "okta-policy",
      situation: "Okta: no policy lets the client in",
      error: ["access_denied"],
      says: ["policy"],
      about: "request",
      remedy:
        "Add an access policy and a rule with Client Credentials for this client (Security, API, Access Policies).",
      evidence: "publicly reported",
    },
  ],
};

const KEYCLOAK: Vendor = {
  at: ({ url }) => /\/realms\/[^/]+\/protocol\/openid-connect\/token\/?$/.test(url.pathname),
  cases: [
    {
      name: "keycloak-wrong-secret",
      situation: "Keycloak: wrong secret or unknown client, told as `unauthorized_client`",
      error: ["unauthorized_client", "invalid_client"],
      says: ["credential"],
      status: 401,
      about: "credentials",
      remedy: `Check \`oauth2.clientId\`. ${copyAgain("Clients, Credentials")}`,
      evidence: "replayed",
    },
    {
      name: "keycloak-service-account",
      situation: "Keycloak: the client has no service account",
      error: ["unauthorized_client"],
      says: ["service account"],
      about: "request",
      remedy: "Switch on Client authentication and Service accounts roles (Clients, Settings, Capability config).",
      evidence: "publicly reported",
    },
  ],
};

const ADOBE_IMS: Vendor = {
  at: ({ url }) => url.hostname.endsWith(".adobelogin.com") || /^\/ims\/token\/v\d+$/.test(url.pathname),
  cases: [
    {
      name: "ims-scope",
      situation: "Adobe IMS: the scope",
      error: ["invalid_scope"],
      about: "request",
      remedy:
        "`oauth2.scope` is separated by commas here, as the Adobe Developer Console shows it under OAuth Server-to-Server.",
      evidence: "documented",
    },
    {
      name: "ims-client",
      situation: "Adobe IMS: client id or secret",
      error: ["invalid_client"],
      about: "credentials",
      remedy: `Check \`oauth2.clientId\`. ${copyAgain("Adobe Developer Console, OAuth Server-to-Server")}`,
      evidence: "documented",
    },
  ],
};

const VENDORS: readonly Vendor[] = [ENTRA_V1, ENTRA, AUTH0_BY_WORDS, AUTH0, OKTA_BY_WORDS, OKTA, KEYCLOAK, ADOBE_IMS];

export const VENDOR_ROWS: readonly Row<AnswerSeen>[] = VENDORS.flatMap(({ at, cases }) => errorRows(cases, at));
