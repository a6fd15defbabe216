import { createPrivateKey } from "node:crypto";
import { z } from "zod";
import { DataSourceError, rememberSecret } from "./errors";
import { linkLocalHost, loopbackHost } from "./http";
import type { Route } from "./route";
import { isRecord, Secret } from "./values";

/**
 * Service credentials of AEM as a Cloud Service, as its Developer Console hands them out (aem.md §4.5): a technical
 * account of Adobe's identity management (IMS), which gives tokens for a JWT that its private key has signed.
 */
export interface ServiceCredentials {
  /** Origin of IMS. */
  readonly imsOrigin: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Id of the technical account. */
  readonly account: string;
  readonly organisation: string;
  readonly metascopes: readonly string[];
  /** PEM. */
  readonly privateKey: Secret;
  /** The way to IMS, which is not the author. */
  readonly route: Route;
}

const text = z.string().min(1);
const schema = z.object({
  integration: z.object({
    imsEndpoint: text,
    metascopes: text,
    id: text,
    org: text,
    privateKey: text,
    technicalAccount: z.object({ clientId: text, clientSecret: text }),
    certificateExpirationDate: z.string().optional(),
  }),
});

/**
 * Reads the JSON text. `called` is where it stands, for messages, which never repeat what it holds; `routeTo` gives the
 * way to IMS. Throws `connection-invalid`.
 */
export function readServiceCredentials(
  json: string,
  called: string,
  routeTo: (imsOrigin: string) => Route,
  now = new Date(),
): ServiceCredentials {
  const invalid = (what: string, remedy = WHERE) =>
    new DataSourceError("connection-invalid", `${called}: ${what}`, remedy);
  const content = parse(json);
  if (content === undefined) throw invalid("this is no JSON");
  if (isRecord(content) && "accessToken" in content) {
    const remedy = "Give its accessToken alone, as a bearer token: AEM_TOKEN, or token in stack config.";
    throw invalid("this is a local development token, not service credentials", remedy);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const places = [...new Set(parsed.error.issues.map(({ path }) => path.join(".")))].filter(Boolean);
    const what = places.length === 0 ? "it is no object" : `${places.join(", ")} is missing or no text`;
    throw invalid(`these are no service credentials: ${what}`);
  }
  const { imsEndpoint, metascopes, id, org, technicalAccount, certificateExpirationDate } = parsed.data.integration;
  const imsOrigin = originOf(imsEndpoint);
  if (imsOrigin === undefined) throw invalid("integration.imsEndpoint is no host that can be asked by https");
  const ends = new Date(certificateExpirationDate ?? Number.NaN);
  if (ends < now)
    throw invalid(
      `the certificate of these service credentials ended on ${ends.toISOString()}`,
      "Renew it in the Developer Console.",
    );
  return {
    imsOrigin,
    clientId: technicalAccount.clientId,
    clientSecret: new Secret(technicalAccount.clientSecret),
    account: id,
    organisation: org,
    metascopes: metascopes.split(",").map((scope) => scope.trim()),
    privateKey: readKey(parsed.data.integration.privateKey, invalid),
    route: routeTo(imsOrigin),
  };
}

const WHERE =
  "Give the JSON as AEM's Developer Console hands it out (Integrations, Service Credentials, View), whole and unchanged.";

function parse(json: string): unknown {
  try {
    const content: unknown = JSON.parse(json.replace(/^\ufeff/, "")); // as Windows' tools begin a file
    return content;
  } catch {
    return undefined; // the words of that failure quote the text
  }
}

/** The console names a host alone. Plain http is for this machine, where tests stand in for IMS. */
function originOf(endpoint: string): string | undefined {
  const address = endpoint.includes("://") ? endpoint : `https://${endpoint}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.pathname !== "/" || url.username !== "" || linkLocalHost(url.hostname)) return undefined;
  const allowed = url.protocol === "https:" || (url.protocol === "http:" && loopbackHost(url.hostname));
  return allowed ? url.origin : undefined;
}

function readKey(pem: string, invalid: (what: string) => DataSourceError): Secret {
  // Foreign text may show one of its lines, or all of them as one.
  const lines = pem.split(/\r?\n/).filter((line) => !line.startsWith("-----"));
  for (const line of [...lines, lines.join("")]) if (line.length >= 16) rememberSecret(line);
  const secret = new Secret(pem);
  try {
    if (createPrivateKey(pem).asymmetricKeyType === "rsa") return secret;
  } catch {
    // OpenSSL's words tell nothing that the user could use, and come from reading the key.
  }
  throw invalid("integration.privateKey is no RSA key in PEM");
}
