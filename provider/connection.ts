import { DataSourceError } from "./errors";
import { linkLocalHost, loopbackHost } from "./http";
import { Secret } from "./values";

/** A connection: one origin, one complete login and the way there. It comes whole from one place, never mixed from two. */
export interface Connection {
  /** Scheme, host and port of the author, as in `https://author.example.com`. */
  readonly origin: string;
  readonly login: BasicLogin;
  /** The same server under its earlier name; a state that still says so is moved over by the next update. */
  readonly previousOrigin: string | undefined;
  /** Milliseconds for one request to the author. Default 30,000. */
  readonly deadlineMs: number;
  /** Plain http to another host, declared by the user: worth a warning in each run. */
  readonly plainHttp: boolean;
  /** Where it was read, in the user's words, for messages. */
  readonly source: string;
  /** Stack config can be older than it looks: a refresh or destroy sees the config of the last update. */
  readonly fromConfig: boolean;
}

export interface BasicLogin {
  readonly username: string;
  readonly password: Secret;
}

/** Setting → environment variable. In stack config the setting stands under `aem-datasource:` with its own name. */
const VARIABLES = {
  author: "AEM_AUTHOR",
  username: "AEM_USERNAME",
  password: "AEM_PASSWORD",
  allowPlainHttp: "AEM_ALLOW_PLAIN_HTTP",
  previousOrigin: "AEM_PREVIOUS_ORIGIN",
  timeoutSeconds: "AEM_TIMEOUT_SECONDS",
} as const;
type Setting = keyof typeof VARIABLES;

/** One place that settings are read from: how to get one, and what the user calls it. */
interface Place {
  readonly name: string;
  readonly get: (setting: Setting) => string | undefined;
  readonly called: (setting: Setting) => string;
  readonly fromConfig: boolean;
}

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A value of stack config by its whole key, as in `aem-datasource:author`. */
  readonly config: (key: string) => string | undefined;
}

/**
 * The connection that a data source uses: a named one from stack config, else the default one from the environment,
 * else from stack config. Answers with every problem there is when it is not complete.
 */
export function resolveConnection(
  name: string | undefined,
  surroundings: Surroundings,
): { connection: Connection } | { problems: DataSourceError[] } {
  const environment = environmentPlace(surroundings);
  if (name === undefined && environment.get("author") === undefined) {
    const orphan = (["username", "password"] as const).find((setting) => environment.get(setting) !== undefined);
    if (orphan) {
      return {
        problems: [
          invalid(
            `${VARIABLES[orphan]} is set, but AEM_AUTHOR is not: a login counts only for the author beside it`,
            "Set AEM_AUTHOR too, or unset the login to use the stack's config.",
          ),
        ],
      };
    }
  }
  const useEnvironment = name === undefined && environment.get("author") !== undefined;
  return readPlace(useEnvironment ? environment : configPlace(name, surroundings));
}

function environmentPlace({ environment }: Surroundings): Place {
  return {
    name: "the environment",
    get: (setting) => environment[VARIABLES[setting]] || undefined,
    called: (setting) => VARIABLES[setting],
    fromConfig: false,
  };
}

function configPlace(name: string | undefined, { config }: Surroundings): Place {
  const key = (setting: Setting) => `aem-datasource:${name === undefined ? "" : `${name}-`}${setting}`;
  return {
    name: name === undefined ? "stack config" : `connection "${name}" of stack config`,
    get: (setting) => config(key(setting)) || undefined,
    called: key,
    fromConfig: true,
  };
}

function readPlace(place: Place): { connection: Connection } | { problems: DataSourceError[] } {
  const problems: DataSourceError[] = [];
  const plainHttp = flag(place, "allowPlainHttp", problems);
  const origin = readOrigin(place, "author", plainHttp, problems);
  const previousOrigin = readOrigin(place, "previousOrigin", true, problems);
  const deadlineMs = readSeconds(place, problems) * 1_000;
  const username = place.get("username");
  const password = place.get("password");
  if (place.get("author") === undefined) {
    problems.unshift(
      invalid(
        `no author: ${place.called("author")} is not set`,
        place.fromConfig
          ? `Set AEM_AUTHOR, AEM_USERNAME and AEM_PASSWORD, or run: pulumi config set ${place.called("author")} https://…`
          : "Set it to the author's origin.",
      ),
    );
  } else if (username === undefined || password === undefined) {
    const missing = (["username", "password"] as const).filter((setting) => place.get(setting) === undefined);
    problems.push(
      invalid(
        `half a login: ${place.called("author")} is set, ${missing.map(place.called).join(" and ")} is not`,
        `The whole connection comes from one place: ${place.name}. Set it there.`,
      ),
    );
  }
  if (problems.length > 0 || origin === undefined || username === undefined || password === undefined) {
    return { problems };
  }
  const host = new URL(origin).hostname;
  return {
    connection: {
      origin,
      login: { username, password: new Secret(password) },
      previousOrigin,
      deadlineMs,
      plainHttp: origin.startsWith("http:") && !loopbackHost(host),
      source: place.name,
      fromConfig: place.fromConfig,
    },
  };
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
        `${called} is plain http: the login and the consumer secret would cross the network readable`,
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
    problems.push(invalid(`${place.called(setting)} is neither true nor false`));
  }
  return text === "true";
}

function readSeconds(place: Place, problems: DataSourceError[]): number {
  const text = place.get("timeoutSeconds");
  const seconds = text === undefined ? 30 : Number(text);
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 600) return seconds;
  problems.push(invalid(`${place.called("timeoutSeconds")} is not a number of seconds between 1 and 600`));
  return 30;
}

function invalid(message: string, remedy?: string): DataSourceError {
  return new DataSourceError("connection-invalid", message, remedy);
}
