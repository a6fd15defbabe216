import { Command, Option } from "commander";
import { examine, type Finding, failed, notChecked } from "../aem/examination";
import { dataSourcePath, parsePath } from "../aem/paths";
import { hostAllowed } from "../allowedHosts";
import { tokenUrl as tokenUrlRule } from "../credentialRules";
import type { DataSourceError } from "../errors";
import { findTokenServer } from "../oauth/askForToken";
import { doubtSalesforceUrl, judgeSalesforceUrl } from "../oauth/salesforce";
import type { Surroundings } from "../places";
import { AUTHOR_OPTIONS, type AuthorChoice, authorIn, surroundingsOf } from "./author";
import { NO_CONTAINER } from "./container";
import { EXIT, exitCodes } from "./exitCodes";
import { allRight, findingLines, findingsJson } from "./findings";
import { withProgress } from "./progress";
import { UsageError } from "./usage";

/** `aem-datasource doctor`: whether a create would work here, before there is one. */

const HELP = `
What it does:
  It goes the way of a create up to its first write: reaches the author, logs in,
  looks at the container and asks whether it could write there. Nothing is written.
  With --write a dummy secret goes into the container, is read back and removed:
  the only proof of rights and encryption. The folder of the data sources is made
  where it is missing, as the first create would.
  The token URL is asked without credentials; "aem-datasource token" asks with them.

Examples:
  AEM_AUTHOR=https://author.example.com AEM_USERNAME=… AEM_PASSWORD=… \\
      aem-datasource doctor
  aem-datasource doctor --stack prod --container acme/emea --write
  aem-datasource doctor --token-url https://acme.my.salesforce.com/services/oauth2/token

${exitCodes({
  done: "nothing is wrong; what was not checked is named",
  failed: "something is wrong",
  wrongUse: "called in a wrong way, or the connection is not complete",
})}`;

interface Given extends AuthorChoice {
  readonly container: string;
  readonly write?: true;
  readonly tokenUrl?: string;
  readonly json?: true;
}

/** `end` is told the exit code. */
export function doctorCommand(end: (code: number) => void): Command {
  const command = new Command("doctor").description("Checks whether an author, a login and a container will do.");
  for (const option of AUTHOR_OPTIONS) command.addOption(option);
  return command
    .addOption(new Option("--container <name>", "Container, as in acme/emea or /conf/acme/emea.").default("global"))
    .option("--write", "Proves rights and encryption by a dummy secret that is removed again.")
    .option("--token-url <url>", "Also looks for a token server at this URL.")
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (given: Given) => {
      refuseWrongWords(given);
      const surroundings = await surroundingsOf(given, process.env);
      const author = authorIn(surroundings, given);
      try {
        const { origin } = author.connection;
        const findings = await withProgress(given, async (tell) => {
          tell(`asking ${origin}`);
          const found = await examine(author, given.container, given.write === true);
          tell("asking the token server");
          return [...found, await examineTokenUrl(given.tokenUrl, surroundings)];
        });
        const text = given.json ? findingsJson(origin, findings) : findingLines(findings, process.stdout);
        process.stdout.write(`${text}\n`);
        end(allRight(findings) ? EXIT.done : EXIT.failed);
      } finally {
        await author.close();
      }
    });
}

function refuseWrongWords({ container, tokenUrl }: Given): void {
  if (parsePath(dataSourcePath(container, "any")) === undefined) {
    throw new UsageError(NO_CONTAINER);
  }
  const url = tokenUrlRule.safeParse(tokenUrl);
  if (tokenUrl !== undefined && !url.success) throw new UsageError(`--token-url ${url.error.issues[0]?.message}`);
}

async function examineTokenUrl(tokenUrl: string | undefined, surroundings: Surroundings): Promise<Finding> {
  const check = "token URL";
  if (tokenUrl === undefined) return notChecked(check, "--token-url names it");
  const url = new URL(tokenUrl);
  const found: DataSourceError[] = [];
  hostAllowed(url.hostname, "the token URL", surroundings, found);
  const problem = found[0] ?? judgeSalesforceUrl(url);
  if (problem) return failed(check, problem);
  const [doubt] = doubtSalesforceUrl(url);
  const verdict = await findTokenServer(tokenUrl, { environment: process.env });
  // An OAuth error is what a token server has to say to somebody who does not say who he is.
  if (verdict.kind === "issued" || verdict.error.code === "token-refused") {
    const message = `${url.host} answers like a token server`;
    return { check, state: doubt === undefined ? "ok" : "warning", message: doubt ?? message };
  }
  const { error } = verdict;
  // These may be said to the missing credentials, in words of its own; a token server that can't judge now is there.
  const mayBeOne = [400, 401, 403].includes(error.fields.status ?? 0);
  const isThere = verdict.kind === "not judged" && !verdict.unreachable;
  return failed(check, error, mayBeOne || isThere ? "warning" : "wrong");
}
