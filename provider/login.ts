import { DataSourceError, rememberSecret } from "./errors";
import { readTextFile } from "./pem";
import type { Place, Setting } from "./places";
import type { Route } from "./route";
import { readServiceCredentials, type ServiceCredentials } from "./serviceCredentials";
import { isBearerToken, Secret } from "./values";

/** Who the author knows us as. AEM as a Cloud Service takes a token, or gives one for service credentials (aem.md §4.5). */
export type Login =
  | { readonly kind: "basic"; readonly username: string; readonly password: Secret }
  | { readonly kind: "bearer"; readonly token: Secret }
  | { readonly kind: "service"; readonly credentials: ServiceCredentials };

/** For messages: the user's name, or what stands for one. */
export function loginName(login: Login): string {
  if (login.kind === "service") return `the technical account ${login.credentials.account}`;
  return login.kind === "basic" ? login.username : "the bearer token";
}

/** The value of the `authorization` header for a login that needs nobody's answer first. */
export function authorizationOf(login: Exclude<Login, { kind: "service" }>): string {
  if (login.kind === "bearer") return `Bearer ${login.token.reveal()}`;
  const basic = Buffer.from(`${login.username}:${login.password.reveal()}`, "utf8").toString("base64");
  rememberSecret(basic);
  return `Basic ${basic}`;
}

/** The kinds of login, each with all that belongs to it. */
const KINDS: readonly (readonly Setting[])[] = [["username", "password"], ["token"], ["serviceCredentials"]];

/** The one login that stands in `place`. Throws `connection-invalid` where there is none, half of one, or two. */
export function readLogin(place: Place, folder: string, toIms: (imsOrigin: string) => Route): Login {
  const names = (settings: readonly Setting[]) => settings.map(place.called).join(" and ");
  const given = KINDS.map((kind) => kind.filter((setting) => place.get(setting) !== undefined)).filter(
    (settings) => settings.length > 0,
  );
  const [one, other] = given;
  if (one && other) {
    const message = `two logins: ${names(other)} is set, and so is ${names(one)}`;
    throw invalid(message, "Unset the one that is not meant.");
  }
  const [username, password, token] = [place.get("username"), place.get("password"), place.get("token")];
  const credentials = place.get("serviceCredentials");
  const whole = `The whole connection comes from one place: ${place.name}. Set it there.`;
  if (token !== undefined) {
    if (isBearerToken(token)) return { kind: "bearer", token: new Secret(token) };
    const remedy = 'Give the access token alone, without "Bearer" and without the JSON it came in.';
    throw invalid(`${place.called("token")} holds more than a bearer token`, remedy);
  }
  if (credentials !== undefined) {
    return { kind: "service", credentials: readCredentials(place, credentials, folder, toIms) };
  }
  if (username !== undefined && password !== undefined) {
    return { kind: "basic", username, password: new Secret(password) };
  }
  if (username === undefined && password === undefined) {
    const others = `${place.called("token")} or ${place.called("serviceCredentials")}`;
    const message = `no login: ${place.called("author")} is set, ${names(["username", "password"])} (or ${others}) are not`;
    throw invalid(message, whole);
  }
  const missing = username === undefined ? "username" : "password";
  throw invalid(`half a login: ${place.called("author")} is set, ${place.called(missing)} is not`, whole);
}

/** The environment names a file; stack config, which is encrypted, holds the JSON itself. */
function readCredentials(
  place: Place,
  given: string,
  folder: string,
  toIms: (imsOrigin: string) => Route,
): ServiceCredentials {
  const called = place.called("serviceCredentials");
  if (place.fromConfig) return readServiceCredentials(given, called, toIms);
  return readServiceCredentials(readTextFile({ setting: called, path: given, folder }), called, toIms);
}

function invalid(message: string, remedy?: string): DataSourceError {
  return new DataSourceError("connection-invalid", message, remedy);
}
