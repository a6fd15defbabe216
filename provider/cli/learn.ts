import { readFile, stat } from "node:fs/promises";
import { Command, Option } from "commander";
import type { Json } from "../aem/answer";
import type { Author } from "../aem/author";
import { readContent } from "../aem/dataSource";
import { contentOf, parseDocView } from "../aem/docView";
import { compareWithTable, isAlike } from "../aem/learn";
import { defaultProduct } from "../aem/productTable";
import { loginName } from "../connection";
import { DataSourceError } from "../errors";
import { PRODUCTS, type Product } from "../values";
import { AUTHOR_OPTIONS, type AuthorChoice, chosenAuthor } from "./author";
import { EXIT, exitCodes } from "./exitCodes";
import { type Learned, learnJson, learnText } from "./learnReport";
import { UsageError } from "./usage";

/** `aem-datasource learn`: whether the product table's names are those of this AEM, from what its own wizard wrote. */

const HELP = `
What it does:
  It reads one data source that was made in AEM's wizard (RESTful service, OAuth 2.0,
  client credentials; whatever values) and compares it with what the provider would
  write: properties that the provider does not know, other constants, and what the
  wizard did not write. Nothing is written. Secrets are masked.
  PATH is the page on the author, or a .content.xml of an exported package.

Examples:
  aem-datasource learn /conf/global/settings/cloudconfigs/fdm/by-hand --stack dev
  aem-datasource learn jcr_root/conf/global/settings/cloudconfigs/fdm/by-hand/.content.xml \\
      --product aem65lts

${exitCodes({
  done: "no difference",
  failed: "it could not be read",
  differs: "a difference, or a configuration of another kind",
  wrongUse: "called in a wrong way, or the connection is not complete",
  later: "the author can't be reached, or is busy",
})}`;

/** Far more than properties need: a Swagger file is a file of its own. */
const MOST_BYTES = 1024 * 1024;

interface Given extends AuthorChoice {
  readonly product?: Product;
  readonly json?: true;
}

type Read = Pick<Learned, "source" | "from" | "productBy" | "product"> & { readonly content: Json };

/** `end` is told the exit code. */
export function learnCommand(end: (code: number) => void): Command {
  const command = new Command("learn")
    .description("Compares a data source made in the wizard with what the provider would write.")
    .argument("<path>", "Page below /conf on the author, or a .content.xml.");
  for (const option of AUTHOR_OPTIONS) command.addOption(option);
  return command
    .addOption(
      new Option(
        "--product <product>",
        "The AEM it was made in. Default: by the author's host; of a file aem65.",
      ).choices(PRODUCTS),
    )
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (path: string, given: Given) => {
      const { content, ...read } = await (path.startsWith("/conf/") ? fromAuthor(path, given) : fromFile(path, given));
      const withFile = read.from === "an author";
      const learned: Learned = { ...read, ...compareWithTable(content, read.product, { withFile }) };
      process.stdout.write(`${given.json ? learnJson(learned) : learnText(learned)}\n`);
      end(isAlike(learned) ? EXIT.done : EXIT.differs);
    });
}

async function fromAuthor(given: string, choice: Given): Promise<Read> {
  const path = given.replace(/\/jcr:content$/, "");
  // More than the provider's own grammar: the wizard takes other names.
  if (!/^\/conf(?:\/[^/?#%]+)+\/settings\/cloudconfigs\/fdm\/[^/?#%]+$/.test(path) || /\/\.{1,2}(\/|$)/.test(path)) {
    throw new UsageError("on an author a data source is at /conf/<container>/settings/cloudconfigs/fdm/<name>");
  }
  const author = await chosenAuthor(choice, process.env);
  try {
    const content = await readContent(author, path);
    if (content === "absent") throw absent(author, path);
    const { origin } = author.connection;
    const product = choice.product ?? defaultProduct(origin);
    const productBy = choice.product ? "by --product" : "by the author's host";
    return { content, source: `${path} on ${origin}`, from: "an author", product, productBy };
  } finally {
    await author.close();
  }
}

function absent(author: Author, path: string): DataSourceError {
  const { origin, login } = author.connection;
  return new DataSourceError(
    "data-source-unreadable",
    `there is no ${path} on ${origin}, or ${loginName(login)} may not read it`,
    "Look for its name in AEM: Tools, Cloud Services, Data Sources, its container.",
  );
}

async function fromFile(path: string, { product, stack, connection }: Given): Promise<Read> {
  if ((stack ?? connection) !== undefined) throw new UsageError("a file needs no login: leave --stack out");
  const content = contentOf(parseDocView(await readText(path)));
  const productBy = product ? "by --product" : "assumed: --product says another";
  return { content, source: path, from: "a .content.xml", product: product ?? "aem65", productBy };
}

const NOT_IT = "Give the path of a .content.xml.";

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MOST_BYTES) return await readFile(path, "utf8");
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
    const message = `${path} can't be read (${thrown.code})`;
    throw new DataSourceError("input-invalid", message, NOT_IT);
  }
  throw new DataSourceError("input-invalid", `${path} is larger than a .content.xml can be (1 MiB)`, NOT_IT);
}
