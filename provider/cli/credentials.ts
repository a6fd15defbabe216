import { Option } from "commander";
import { z } from "zod";
import { HOSTS_KEY, hostAllowed } from "../allowedHosts";
import { clientSecret, tokenUrl, unpadded } from "../credentialRules";
import { DataSourceError } from "../errors";
import type { TokenRequest } from "../oauth/request";
import { judgeSalesforceUrl } from "../oauth/salesforce";
import type { Surroundings } from "../places";
import { Secret } from "../values";
import { secretFromStdin, secretFromVariable } from "./secretSources";
import { readConfig, readConfigIfSet } from "./stackConfig";
import { UsageError } from "./usage";

/** The options that say with what a token is asked for; the last four are those of `aem-datasource token` alone. */
export interface Given {
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecretStdin?: true;
  readonly clientSecretEnv?: string;
  readonly stack?: string;
  readonly tokenUrlConfig?: string;
  readonly clientIdConfig?: string;
  readonly clientSecretConfig?: string;
  readonly scope?: string;
  readonly audience?: string;
  readonly resource?: string;
  readonly clientAuth?: "post" | "basic";
}

/** To be added to each command that asks for a token. */
export function credentialOptions(): Option[] {
  return [
    new Option("--token-url <url>", "Token URL, https.").conflicts("tokenUrlConfig"),
    new Option("--client-id <id>", "Client id (Salesforce: consumer key).").conflicts("clientIdConfig"),
    new Option("--client-secret-stdin", "Reads the client secret from standard input.").conflicts([
      "clientSecretEnv",
      "clientSecretConfig",
    ]),
    new Option("--client-secret-env <name>", "Reads it from this environment variable.").conflicts(
      "clientSecretConfig",
    ),
    new Option("--stack <name>", "Stack whose config is read. Default: the one that is selected."),
    new Option("--token-url-config <key>", "Reads the token URL from the stack's config."),
    new Option("--client-id-config <key>", "Reads the client id from the stack's config."),
    new Option("--client-secret-config <key>", "Reads the client secret from the stack's config."),
  ];
}

/** The rules of a program's arguments. */
const requestSchema = z.object({
  clientId: unpadded,
  clientSecret,
  tokenUrl,
  scope: unpadded.optional(),
  audience: unpadded.optional(),
  resource: unpadded.optional(),
});

/** What its parts are called in messages. */
const CALLED: Readonly<Record<string, string>> = {
  clientId: "the client id",
  clientSecret: "the client secret",
  tokenUrl: "the token URL",
  scope: "--scope",
  audience: "--audience",
  resource: "--resource",
};

/** The request that the options describe, or what is wrong with it. Throws a UsageError where a part is not to be had. */
export async function readRequest(
  given: Given,
  environment: NodeJS.ProcessEnv,
): Promise<TokenRequest | DataSourceError> {
  refuseGaps(given);
  const { scope, audience, resource, clientAuth, stack } = given;
  const value = async (direct: string | undefined, option: string, key = "") => {
    return direct ?? (await readConfig(option, key, stack)).value;
  };
  const [clientId, tokenUrl, clientSecret] = await Promise.all([
    value(given.clientId, "--client-id-config", given.clientIdConfig),
    value(given.tokenUrl, "--token-url-config", given.tokenUrlConfig),
    readSecret(given, environment),
  ]);
  const parsed = requestSchema.safeParse({ clientId, clientSecret, tokenUrl, scope, audience, resource });
  if (parsed.success) return { ...parsed.data, clientAuth };
  const lines = parsed.error.issues.map(({ path, message }) => `${CALLED[String(path[0])]} ${message}`);
  return new DataSourceError("input-invalid", lines.join("; "));
}

/** Why this token URL must not be asked at all: its host is not among those allowed, or serves no such token. */
export async function refusedUnasked(
  url: URL,
  given: Given,
  environment: NodeJS.ProcessEnv,
): Promise<DataSourceError | undefined> {
  const found: DataSourceError[] = [];
  hostAllowed(url.hostname, "the token URL", await listsOfHosts(given, environment), found);
  return found[0] ?? judgeSalesforceUrl(url);
}

/** Where hosts are allowed: the environment, and the stack's config where the options read from it. */
async function listsOfHosts(given: Given, environment: NodeJS.ProcessEnv): Promise<Surroundings> {
  const [option] = [
    given.clientSecretConfig && "--client-secret-config",
    given.clientIdConfig && "--client-id-config",
    given.tokenUrlConfig && "--token-url-config",
  ].filter((name) => name !== undefined);
  const list = option === undefined ? undefined : await readConfigIfSet(option, HOSTS_KEY, given.stack);
  return { environment, config: (key) => (key === HOSTS_KEY ? list?.value : undefined) };
}

async function readSecret(given: Given, environment: NodeJS.ProcessEnv): Promise<Secret> {
  if (given.clientSecretStdin) return secretFromStdin(process.stdin);
  if (given.clientSecretEnv !== undefined) return secretFromVariable(given.clientSecretEnv, environment);
  const { value, secret } = await readConfig("--client-secret-config", given.clientSecretConfig ?? "", given.stack);
  const clear = "warning: the client secret stands in the stack's config in clear: pulumi config set --secret …\n";
  if (!secret) process.stderr.write(clear);
  return new Secret(value);
}

/** Before anything is read: what is not given can't be had. */
function refuseGaps(given: Given): void {
  const { tokenUrl, tokenUrlConfig, clientId, clientIdConfig, clientSecretStdin, clientSecretEnv } = given;
  const missing = (what: string, ...ways: string[]) => new UsageError(`no ${what}: give ${ways.join(" or ")}`);
  if ((tokenUrl ?? tokenUrlConfig) === undefined) throw missing("token URL", "--token-url", "--token-url-config");
  if ((clientId ?? clientIdConfig) === undefined) throw missing("client id", "--client-id", "--client-id-config");
  if ((clientSecretStdin ?? clientSecretEnv ?? given.clientSecretConfig) === undefined) {
    throw missing("client secret", "--client-secret-stdin", "--client-secret-env", "--client-secret-config");
  }
  if (given.stack !== undefined && (tokenUrlConfig ?? clientIdConfig ?? given.clientSecretConfig) === undefined) {
    throw new UsageError("--stack says whose config is read: name a key of it, as in --client-secret-config");
  }
}
