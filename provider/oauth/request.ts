import { rememberSecret } from "../errors";
import type { HttpRequest } from "../http";
import type { Secret } from "../values";

/** What AEM's data source holds, and all that the provider's own check sends. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Absolute URL: https, or http to loopback. */
  readonly tokenUrl: string;
  readonly scope?: string | undefined;
}

/** Further parts that some token servers want. AEM is not known to send them, so a check with them proves less. */
export interface TokenRequest extends ClientCredentials {
  /** Identifier of the API, at Auth0. */
  readonly audience?: string | undefined;
  /** RFC 8707, and the v1 endpoint of Entra ID. */
  readonly resource?: string | undefined;
  /** Where client id and secret stand: in the body (RFC 6749 §2.3.1, the default), or in the Basic header. */
  readonly clientAuth?: "post" | "basic" | undefined;
}

/** One POST by the client-credentials grant (RFC 6749 §4.4): one way of authentication, nothing secret in the URL. */
export function httpRequestOf(request: TokenRequest): HttpRequest {
  const { clientId, clientSecret, scope, audience, resource, clientAuth = "post" } = request;
  const credentials = clientAuth === "post" ? { client_id: clientId, client_secret: clientSecret.reveal() } : {};
  const { headers, ...post } = postOf(new URL(request.tokenUrl), { ...credentials, scope, audience, resource });
  if (clientAuth === "post") return { ...post, headers };
  return { ...post, headers: { ...headers, authorization: basic(clientId, clientSecret) } };
}

/** The same request with nothing in it that says who asks. */
export function withoutCredentials(tokenUrl: URL): HttpRequest {
  return postOf(tokenUrl, {});
}

function postOf(url: URL, parts: Readonly<Record<string, string | undefined>>): HttpRequest {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) form.set(name, value);
  return {
    method: "POST",
    path: `${url.pathname}${url.search}`,
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: form.toString(),
  };
}

/** What of the request is needed to judge its answer. */
export interface AskedFor {
  readonly scope: string | undefined;
  /** Sent in the Basic header, with characters that some servers do not decode there. */
  readonly encodedInHeader: boolean;
}

export function askedFor({ clientId, clientSecret, scope, clientAuth }: TokenRequest): AskedFor {
  const plain = [clientId, clientSecret.reveal()].every((part) => formEncode(part) === part);
  return { scope, encodedInHeader: clientAuth === "basic" && !plain };
}

/** Both parts are form-encoded before base64 (RFC 6749 §2.3.1): strict servers refuse them raw. */
function basic(clientId: string, clientSecret: Secret): string {
  const encoded = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret.reveal())}`).toString("base64");
  rememberSecret(encoded);
  return `Basic ${encoded}`;
}

function formEncode(text: string): string {
  return new URLSearchParams({ s: text }).toString().slice(2);
}
