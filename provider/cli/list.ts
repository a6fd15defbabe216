import { Command } from "commander";
import { type Found, type Inventory, takeInventory } from "../aem/inventory";
import { kindOf, notManageable } from "../aem/kind";
import { isPublishedAsItIs, replicationOf } from "../aem/publish";
import { excerpt } from "../errors";
import { AUTHOR_OPTIONS, type AuthorChoice, chosenAuthor } from "./author";
import { refuseOddContainers } from "./container";
import { EXIT, exitCodes } from "./exitCodes";
import { printable } from "./printable";
import { withProgress } from "./progress";
import { table } from "./table";

/** `aem-datasource list`: what stands on an author. */

const HELP = `
Examples:
  AEM_AUTHOR=https://author.example.com AEM_USERNAME=… AEM_PASSWORD=… aem-datasource list
  aem-datasource list --container global acme
  aem-datasource list --stack prod --json | jq '.dataSources[] | select(.owner == null)'

${exitCodes({
  done: "all that this login may read",
  failed: "the author refused, or some of it could not be looked at",
  wrongUse: "called in a wrong way, or the connection is not complete",
  later: "the author can't be reached, or is busy",
})}`;

/** `end` is told the exit code. */
export function listCommand(end: (code: number) => void): Command {
  const command = new Command("list")
    .description("Lists the data sources of an author, in all containers, of all types.")
    .option("--container <name...>", "Looks into these containers and those below them. Default: all of /conf.")
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (given: AuthorChoice & { readonly container?: string[]; readonly json?: true }) => {
      refuseOddContainers(given.container);
      const author = await chosenAuthor(given, process.env);
      try {
        const { origin } = author.connection;
        const inventory = await withProgress(given, (tell) => takeInventory(author, given.container, tell));
        process.stdout.write(`${given.json ? json(inventory, origin) : text(inventory, origin)}\n`);
        end(inventory.unread.length === 0 ? EXIT.done : EXIT.failed);
      } finally {
        await author.close();
      }
    });
  for (const option of AUTHOR_OPTIONS) command.addOption(option);
  return command;
}

/** Nothing in it is secret: the properties that could be are not among them. */
function rowOf({ path, container, name, live }: Found) {
  const { properties, marker } = live;
  const endPoint = String(properties.get("serviceEndPoint") ?? "");
  const { type, authentication, grant } = kindOf(live);
  const refusal = notManageable(live);
  return {
    path,
    container,
    name,
    title: excerpt(String(properties.get("jcr:title") ?? "")),
    type: excerpt(type),
    authentication: excerpt(authentication),
    grant: excerpt(grant),
    host: URL.canParse(endPoint) ? new URL(endPoint).host : "",
    owner: marker === undefined ? null : excerpt(marker.owner),
    published: publishedAs(live),
    manageable: refusal === undefined,
    ...(refusal === undefined ? {} : { reason: excerpt(refusal) }),
  };
}

function publishedAs(live: Found["live"]): "no" | "yes" | "older" {
  if (replicationOf(live).action !== "Activate") return "no";
  return isPublishedAsItIs(live) ? "yes" : "older";
}

function text({ dataSources, unread }: Inventory, origin: string): string {
  const rows = dataSources.map(rowOf).map((row) => {
    const kind = [row.type, row.authentication, row.grant].join(", ");
    return [row.path, row.title, kind, row.host, row.owner ?? "-", row.published];
  });
  const headings = ["PATH", "TITLE", "TYPE, AUTHENTICATION, GRANT", "HOST", "MANAGED BY", "PUBLISHED"];
  const count = dataSources.length === 1 ? "1 data source" : `${dataSources.length} data sources`;
  return [
    ...(rows.length > 0 ? [table(headings, rows, process.stdout), ""] : []),
    `${count} on ${origin}`,
    ...unread.map(({ path, error }) => `not looked at: ${excerpt(path)}: ${error.text()}`),
  ].join("\n");
}

function json({ dataSources, unread }: Inventory, origin: string): string {
  const failed = unread.map(({ path, error }) => ({ path, code: error.code, message: excerpt(error.message) }));
  return printable(JSON.stringify({ origin, dataSources: dataSources.map(rowOf), unread: failed }));
}
