import { hostAllowed } from "./allowedHosts";
import { asDataSourceError, DataSourceError } from "./errors";
import { linkLocalHost, loopbackHost } from "./http";
import { type Login, readLogin } from "./login";
import { type PemFile, readCaFile, readClientCertificate } from "./pem";
import { configPlace, environmentPlace, type Place, type Setting, type Surroundings, VARIABLES } from "./places";
import { proxyFor } from "./proxy";
import type { Route } from "./route";

export { authorizationOf, type Login, loginName } from "./login";
export type { Surroundings } from "./places";

/** A connection: one origin, one complete login and the way there. It comes whole from one place, never mixed from two. */
export interface Connection {
  /** Scheme, host and port of the author, as in `https://author.example.com`. */
  readonly origin: string;
  readonly login: Login;
  /** The same server under its earlier name; a state that still says so is moved over by the next update. */
  readonly previousOrigin: string | undefined;
  /** Milliseconds for one request to the author. Default 30,000. */
  readonly deadlineMs: number;
  /** Writes to the author at once, at most: 1 to 64. Default 4. */
  readonly parallelWrites: number;
  /** Plain http to another host, declared by the user: worth a warning in each run. */
  readonly plainHttp: boolean;
  /** Where it was read, in the user's words, for messages. */
  readonly source: string;
  /** Stack config can be older than it looks: a refresh or destroy sees the config of the last update. */
  readonly fromConfig: boolean;
  /** A named one never reads the environment. */
  readonly named: boolean;
  /** What one of its settings is called where it was read. */
  readonly called: (setting: Setting) => string;
  /** CA file, client certificate and proxy: read once, with the rest. */
  readonly route: Route;
}

/** What says who we are: never for another author than the one beside it. */
const LOGIN = ["username", "password", "token", "serviceCredentials", "clientCertFile", "clientKeyFile"] as const;

export type Resolved = { readonly connection: Connection } | { readonly problems: readonly DataSourceError[] };

/**
 * The connection that a data source uses: a named one from stack config, else the default one from the environment,
 * else from stack config. Answers with every problem there is when it is not complete. Reads the files that it names;
 * relative paths begin at `programFolder`.
 */
export function resolveConnection(
  name: string | undefined,
  surroundings: Surroundings,
  programFolder: string,
): Resolved {
  const environment = environmentPlace(surroundings);
  if (name === undefined && environment.get("author") === undefined) {
    const orphan = LOGIN.find((setting) => environment.get(setting) !== undefined);
    if (orphan) {
      const message = `${VARIABLES[orphan]} is set, but AEM_AUTHOR is not: a login counts only for the author beside it`;
      const remedy = "Set AEM_AUTHOR too, or unset the login to use the stack's config.";
      return { problems: [invalid(message, remedy)] };
    }
  }
  const useEnvironment = name === undefined && environment.get("author") !== undefined;
  const place = useEnvironment ? environment : configPlace(name, surroundings);
  return readPlace(place, surroundings, programFolder);
}

function readPlace(place: Place, surroundings: Surroundings, programFolder: string): Resolved {
  const { environment } = surroundings;
  const problems: DataSourceError[] = [];
  const plainHttp = flag(place, "allowPlainHttp", problems);
  const origin = readOrigin(place, "author", plainHttp, problems);
  const previousOrigin = readOrigin(place, "previousOrigin", true, problems);
  const deadlineMs = readNumber(place, "timeoutSeconds", SECONDS, problems) * 1_000;
  const parallelWrites = readNumber(place, "parallelWrites", WRITES, problems);
  const authorGiven = place.get("author") !== undefined;
  if (!authorGiven) {
    problems.unshift(
      invalid(
        `no author: ${place.called("author")} is not set`,
        `${place.named ? "Run" : "Set AEM_AUTHOR, AEM_USERNAME and AEM_PASSWORD (or AEM_TOKEN), or run"}: pulumi config set ${place.called("author")} https://…`,
      ),
    );
  }
  const route = readRoute(place, origin, environment, programFolder, problems);
  const toIms = (imsOrigin: string) => routeToIms(imsOrigin, route, environment);
  const login = authorGiven ? attempt(() => readLogin(place, programFolder, toIms), problems) : undefined;
  refuseHosts(place, origin, login, surroundings, problems);
  if (problems.length > 0 || origin === undefined || login === undefined) return { problems };
  return {
    connection: {
      origin,
      login,
      previousOrigin,
      deadlineMs,
      parallelWrites,
      plainHttp: origin.startsWith("http:") && !loopbackHost(new URL(origin).hostname),
      source: place.name,
      fromConfig: place.fromConfig,
      named: place.named,
      called: place.called,
      route,
    },
  };
}

/** The hosts that this connection would speak to, and may not. */
function refuseHosts(
  place: Place,
  origin: string | undefined,
  login: Login | undefined,
  surroundings: Surroundings,
  problems: DataSourceError[],
): void {
  const ims = login?.kind === "service" ? login.credentials.imsOrigin : undefined;
  const targets: [called: string, origin: string | undefined][] = [
    [place.called("author"), origin],
    [`integration.imsEndpoint of ${place.called("serviceCredentials")}`, ims],
  ];
  for (const [called, target] of targets) {
    if (target !== undefined) hostAllowed(new URL(target).hostname, called, surroundings, problems);
  }
}

/** The CA file counts here too, for machines behind a proxy that opens TLS; the client certificate is the author's alone. */
function routeToIms(imsOrigin: string, { ca }: Route, environment: Surroundings["environment"]): Route {
  const proxy = proxyFor(imsOrigin, environment);
  return { ...(ca && imsOrigin.startsWith("https:") ? { ca } : {}), ...(proxy && { proxy }) };
}

function readRoute(
  place: Place,
  origin: string | undefined,
  environment: Surroundings["environment"],
  folder: string,
  problems: DataSourceError[],
): Route {
  const file = (setting: Setting): PemFile | undefined => {
    const path = place.get(setting);
    return path === undefined ? undefined : { setting: place.called(setting), path, folder };
  };
  const [ca, certificate, key] = [file("caFile"), file("clientCertFile"), file("clientKeyFile")];
  const first = ca ?? certificate ?? key;
  if (first && origin?.startsWith("http:")) {
    const message = `${first.setting} is set, but ${place.called("author")} is plain http, where nobody shows a certificate`;
    problems.push(invalid(message, `Use https, or unset ${first.setting}.`));
    return {};
  }
  if ((certificate === undefined) !== (key === undefined)) {
    const [given, missing] = certificate
      ? ["clientCertFile" as const, "clientKeyFile" as const]
      : ["clientKeyFile" as const, "clientCertFile" as const];
    const message = `half a client certificate: ${place.called(given)} is set, ${place.called(missing)} is not`;
    problems.push(invalid(message, `The whole connection comes from one place: ${place.name}. Set it there.`));
  }
  const proxy = origin === undefined ? undefined : attempt(() => proxyFor(origin, environment), problems);
  return {
    ...(ca && { ca: attempt(() => readCaFile(ca), problems) }),
    ...(certificate && key && attempt(() => readClientCertificate(certificate, key), problems)),
    ...(proxy && { proxy }),
  };
}

function attempt<T>(act: () => T, problems: DataSourceError[]): T | undefined {
  try {
    return act();
  } catch (thrown) {
    problems.push(asDataSourceError(thrown));
    return undefined;
  }
}

function readOrigin(
  place: Place,
  setting: "author" | "previousOrigin",
  plainHttp: boolean,
  problems: DataSourceError[],
): string | undefined {
  const text = place.get(setting);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const called = place.called(setting);
  // The text itself is not repeated: it may hold a password.
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    problems.push(invalid(`${called} is not an origin`, "Give scheme and host, as in https://author.example.com"));
  } else if (url.username !== "" || url.password !== "") {
    problems.push(
      invalid(
        `${called} holds a login`,
        `Take it out of the URL: ${place.called("username")} and ${place.called("password")}.`,
      ),
    );
  } else if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    problems.push(invalid(`${called} has more than an origin`, `Give ${url.origin} alone.`));
  } else if (linkLocalHost(url.hostname)) {
    problems.push(invalid(`${called} is a link-local address (${url.hostname})`, "Give the author's own host."));
  } else if (url.protocol === "http:" && !loopbackHost(url.hostname) && !plainHttp) {
    problems.push(
      invalid(
        `${called} is plain http: the login and the client secret would cross the network readable`,
        `Use https. If it can't be had, set ${place.called("allowPlainHttp")} to true.`,
      ),
    );
  } else {
    return url.origin;
  }
  return undefined;
}

function flag(place: Place, setting: Setting, problems: DataSourceError[]): boolean {
  const text = place.get(setting);
  if (text !== undefined && text !== "true" && text !== "false") {
    const remedy = `Correct ${place.called(setting)}, or unset it: the default is false.`;
    problems.push(invalid(`${place.called(setting)} is neither true nor false`, remedy));
  }
  return text === "true";
}

interface Range {
  readonly what: string;
  readonly usual: number;
  readonly most: number;
  readonly isIn: (value: number) => boolean;
}

const SECONDS: Range = { what: "a number of seconds", usual: 30, most: 600, isIn: Number.isFinite };
const WRITES: Range = { what: "a whole number", usual: 4, most: 64, isIn: Number.isInteger };

function readNumber(
  place: Place,
  setting: "timeoutSeconds" | "parallelWrites",
  { what, usual, most, isIn }: Range,
  problems: DataSourceError[],
): number {
  const text = place.get(setting);
  const value = text === undefined ? usual : Number(text);
  if (isIn(value) && value >= 1 && value <= most) return value;
  const remedy = `Correct ${place.called(setting)}, or unset it: the default is ${usual}.`;
  problems.push(invalid(`${place.called(setting)} is not ${what} between 1 and ${most}`, remedy));
  return usual;
}

function invalid(message: string, remedy?: string): DataSourceError {
  return new DataSourceError("connection-invalid", message, remedy);
}
