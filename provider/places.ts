/** The places that a connection is read from, and what its settings are called there. */

/** Setting → environment variable. In stack config the setting stands under `aem-datasource:` with its own name. */
export const VARIABLES = {
  /** Origin of the author itself, https, as in `https://author.example.com`; never of a dispatcher. */
  author: "AEM_AUTHOR",
  /** Login, with a password. */
  username: "AEM_USERNAME",
  /** Password of `username`, of ASCII characters: Sling reads others in another encoding than browsers send. */
  password: "AEM_PASSWORD",
  /** Bearer token, in the place of user and password. One of the cloud service's Developer Console lives for 24 hours. */
  token: "AEM_TOKEN",
  /**
   * Service credentials of the cloud service, in the place of user and password: the JSON of its Developer Console, by the
   * environment as a file, in stack config as it is. Exchanged at IMS for a token, which is renewed before it ends, and
   * once where the author refuses it.
   */
  serviceCredentials: "AEM_SERVICE_CREDENTIALS_FILE",
  /** PEM file of a private CA, trusted beside those of Node and of `NODE_EXTRA_CA_CERTS`. */
  caFile: "AEM_CA_FILE",
  /** PEM file of a client certificate, for the author alone. */
  clientCertFile: "AEM_CLIENT_CERT_FILE",
  /** PEM file of its key, unencrypted. */
  clientKeyFile: "AEM_CLIENT_KEY_FILE",
  /** `true` allows plain http to another machine, which warns in each run. */
  allowPlainHttp: "AEM_ALLOW_PLAIN_HTTP",
  /** The same server under its old name: the next `pulumi up` moves the state over. */
  previousOrigin: "AEM_PREVIOUS_ORIGIN",
  /** Seconds for one request to the author, 1 to 600, default 30. A publication has twice that. */
  timeoutSeconds: "AEM_TIMEOUT_SECONDS",
  /** Writes that this author gets at once, at most: 1 to 64, default 4. */
  parallelWrites: "AEM_PARALLEL_WRITES",
} as const;
export type Setting = keyof typeof VARIABLES;

/** One place that settings are read from: how to get one, and what the user calls it. */
export interface Place {
  readonly name: string;
  readonly get: (setting: Setting) => string | undefined;
  readonly called: (setting: Setting) => string;
  readonly fromConfig: boolean;
  readonly named: boolean;
}

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A value of stack config by its whole key, as in `aem-datasource:author`. */
  readonly config: (key: string) => string | undefined;
}

export function environmentPlace({ environment }: Surroundings): Place {
  return {
    name: "the environment",
    get: (setting) => environment[VARIABLES[setting]] || undefined,
    called: (setting) => VARIABLES[setting],
    fromConfig: false,
    named: false,
  };
}

export function configPlace(name: string | undefined, { config }: Surroundings): Place {
  const key = (setting: Setting) => `aem-datasource:${name === undefined ? "" : `${name}-`}${setting}`;
  return {
    name: name === undefined ? "stack config" : `connection "${name}" of stack config`,
    get: (setting) => config(key(setting)) || undefined,
    called: key,
    fromConfig: true,
    named: name !== undefined,
  };
}
