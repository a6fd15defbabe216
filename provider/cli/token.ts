import { Command, Option } from "commander";
import { DataSourceError } from "../errors";
import { type Asked, askForToken } from "../oauth/askForToken";
import { doubtSalesforceUrl } from "../oauth/salesforce";
import { credentialOptions, type Given, readRequest, refusedUnasked } from "./credentials";
import { exitCodes } from "./exitCodes";
import { type Tell, withProgress } from "./progress";
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

${exitCodes({
  done: "a token was issued",
  failed: "refused: the credentials, the token URL or the app are wrong",
  later: "not judged: nobody answered, or the server could not judge now",
})}

What it does not prove:
  It runs from this machine, not from AEM: another address, trust store and proxy,
  perhaps another way of authentication. A token now is not yet access to the API.`;

/** `end` is told the exit code. */
export function tokenCommand(end: (code: number) => void): Command {
  const command = new Command("token").description(
    "Asks a token server for a token with client credentials, and says what came of it.",
  );
  for (const option of credentialOptions()) command.addOption(option);
  return command
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
      const result = await withProgress(given, (tell) => check(given, tell));
      process.stdout.write(`${given.json ? json(result) : text(result)}\n`);
      end(exitCode(result));
    });
}

async function check(given: Given, tell: Tell): Promise<Result> {
  const request = await readRequest(given, process.env);
  if (request instanceof DataSourceError) return offline(request);
  const url = new URL(request.tokenUrl);
  const problem = await refusedUnasked(url, given, process.env);
  if (problem) return offline(problem);
  tell(`asking ${url.host}`);
  const asked: Asked = await askForToken(request, { environment: process.env });
  return { host: url.host, doubts: doubtSalesforceUrl(url), ...asked };
}

/** A refusal that needed nobody's answer. */
function offline(error: DataSourceError): Result {
  return { doubts: [], verdict: { kind: "refused", row: "offline", error }, attempts: 0, milliseconds: 0 };
}
