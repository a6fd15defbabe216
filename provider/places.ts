/** The places that a connection is read from, and what its settings are called there. */

/** Setting → environment variable. In stack config the setting stands under `aem-datasource:` with its own name. */
export const VARIABLES = {
  author: "AEM_AUTHOR",
  username: "AEM_USERNAME",
  password: "AEM_PASSWORD",
  token: "AEM_TOKEN",
  serviceCredentials: "AEM_SERVICE_CREDENTIALS_FILE",
  caFile: "AEM_CA_FILE",
  clientCertFile: "AEM_CLIENT_CERT_FILE",
  clientKeyFile: "AEM_CLIENT_KEY_FILE",
  allowPlainHttp: "AEM_ALLOW_PLAIN_HTTP",
  previousOrigin: "AEM_PREVIOUS_ORIGIN",
  timeoutSeconds: "AEM_TIMEOUT_SECONDS",
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
