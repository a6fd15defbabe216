import { Command, Option } from "commander";
import { hostAllowed } from "../allowedHosts";
import { DataSourceError } from "../errors";
import { type Asked, askForToken } from "../oauth/askForToken";
import { doubtSalesforceUrl, judgeSalesforceUrl } from "../oauth/salesforce";
import { type Given, listsOfHosts, readRequest } from "./credentials";
import { exitCode, json, type Result, text } from "./report";

/** `aem-datasource token`: the token check of a preview, from the command line. */

const HELP = `
What it does:
  It asks the token server for a token by the client-credentials grant, as AEM
  and the provider's own check do. Nothing is written, and the token is dropped.
  The secret never stands on the command line: it comes from standard input, from
  a variable, or from the config of a stack, read with the pulumi on PATH.

Examples:
  pass show crm | aem-datasource token --client-secret-stdin --client-id 3MVG9… \\
      --token-url https://acme.my.salesforce.com/services/oauth2/token
  read -rs SECRET && export SECRET
  aem-datasource token --client-secret-env SECRET --client-id … --token-url …
  aem-datasource token --stack prod --client-secret-config consumerSecret \\
      --client-id-config consumerKey --token-url …

Exit codes:
  0   a token was issued
  1   refused: the credentials, the token URL or the app are wrong
  2   not judged: nobody answered, or the server could not judge now
  64  called in a wrong way

What it does not prove:
  It runs from this machine, not from AEM: another address, trust store and proxy,
  perhaps another way of authentication. A token now is not yet access to the API.`;

/** `end` is told the exit code. */
export function tokenCommand(end: (code: number) => void): Command {
  return new Command("token")
    .description("Asks a token server for a token with client credentials, and says what came of it.")
    .addOption(new Option("--token-url <url>", "Token URL, https.").conflicts("tokenUrlConfig"))
    .addOption(new Option("--client-id <id>", "Client id (Salesforce: consumer key).").conflicts("clientIdConfig"))
    .addOption(
      new Option("--client-secret-stdin", "Reads the client secret from standard input.").conflicts([
        "clientSecretEnv",
        "clientSecretConfig",
      ]),
    )
    .addOption(
      new Option("--client-secret-env <name>", "Reads it from this environment variable.").conflicts(
        "clientSecretConfig",
      ),
    )
    .option("--stack <name>", "Stack whose config is read. Default: the one that is selected.")
    .option("--token-url-config <key>", "Reads the token URL from the stack's config.")
    .option("--client-id-config <key>", "Reads the client id from the stack's config.")
    .option("--client-secret-config <key>", "Reads the client secret from the stack's config.")
    .option("--scope <scopes>", "Scopes, separated by blanks. Default: none is sent.")
    .option("--audience <audience>", "Sent along, for Auth0. AEM does not send it.")
    .option("--resource <resource>", "Sent along, for Entra ID v1. AEM does not send it.")
    .addOption(
      new Option("--client-auth <how>", "Where id and secret stand: in the body (post) or in the header (basic).")
        .choices(["post", "basic"])
        .default("post"),
    )
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (given: Given & { json?: true }) => {
      const result = await check(given);
      process.stdout.write(`${given.json ? json(result) : text(result)}\n`);
      end(exitCode(result));
    });
}

async function check(given: Given): Promise<Result> {
  const request = await readRequest(given, process.env);
  if (request instanceof DataSourceError) return offline(request);
  const url = new URL(request.tokenUrl);
  const found: DataSourceError[] = [];
  hostAllowed(url.hostname, "the token URL", await listsOfHosts(given, process.env), found);
  const problem = found[0] ?? judgeSalesforceUrl(url);
  if (problem) return offline(problem);
  const asked: Asked = await askForToken(request, { environment: process.env });
  return { host: url.host, doubts: doubtSalesforceUrl(url), ...asked };
}

/** A refusal that needed nobody's answer. */
function offline(error: DataSourceError): Result {
  return { doubts: [], verdict: { kind: "refused", row: "offline", error }, attempts: 0, milliseconds: 0 };
}
