import { lstat, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import type { Author } from "../aem/author";
import { readSwaggerFile } from "../aem/dataSource";
import { type Found, takeInventory } from "../aem/inventory";
import { notManageable } from "../aem/kind";
import { parsePath } from "../aem/paths";
import { asDataSourceError, DataSourceError, excerpt } from "../errors";
import { type Imported, type ImportPlace, importOf } from "../importing";
import { Documents } from "../swagger/documents";
import { AUTHOR_OPTIONS, type AuthorChoice, chosenAuthor } from "./author";
import { refuseOddContainers } from "./container";
import { EXIT, exitCodes } from "./exitCodes";
import { programText, secretKey } from "./programText";
import { type Tell, withProgress } from "./progress";
import { ownStack } from "./stackConfig";
import { UsageError } from "./usage";

/** `aem-datasource import`: hand-made data sources become a program and a file for `pulumi import`. */

const HELP = `
What it writes, below --out, and never over a file that is there:
  data-sources.ts         the program: import it from yours
  aem-import.json         for pulumi import --file
  swagger/…               the Swagger files as AEM has them
Nothing is written to AEM. The client secrets can't be read from it: you give each by
stack config, and the first pulumi up sends it once.

Examples:
  aem-datasource import --all
  aem-datasource import /conf/global/settings/cloudconfigs/fdm/salesforce --stack prod

${exitCodes({
  done: "everything that was asked for",
  failed: "something could not be imported; the rest is written",
  wrongUse: "called in a wrong way, or the connection is not complete",
  later: "the author can't be reached, or is busy; nothing is written",
})}`;

interface Given extends AuthorChoice {
  readonly all?: true;
  readonly container?: readonly string[];
  readonly out: string;
  readonly json?: true;
}

/** `end` is told the exit code. */
export function importCommand(end: (code: number) => void): Command {
  const command = new Command("import")
    .description("Writes the program, the Swagger files and the import file for data sources that stand in AEM.")
    .argument("[paths...]", "Paths of data sources, as `list` shows them.")
    .option("--all", "All that the provider can own.")
    .option("--out <folder>", "The program's folder.", ".")
    .option("--container <name...>", "Looks into these containers and those below them. Default: all of /conf.")
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (paths: string[], given: Given) => {
      if ((paths.length === 0) === (given.all === undefined)) throw new UsageError("give paths, or --all");
      refuseOddContainers(given.container);
      const stack = await ownStack(given.stack);
      const author = await chosenAuthor(given, process.env);
      try {
        const report = await withProgress(given, (tell) => importAll(author, paths, given, stack, tell));
        process.stdout.write(`${given.json ? JSON.stringify(report) : text(report, stack)}\n`);
        end(report.notImported.length === 0 ? EXIT.done : EXIT.failed);
      } finally {
        await author.close();
      }
    });
  for (const option of AUTHOR_OPTIONS) command.addOption(option);
  return command;
}

interface Left {
  readonly path: string;
  readonly reasons: readonly string[];
}

interface Report {
  readonly imported: readonly { path: string; resource: string; secretKey: string; alsoWrites: readonly string[] }[];
  /** What was asked for and could not be had. */
  readonly notImported: readonly Left[];
  /** Of another kind, or somebody else's: never touched. */
  readonly notManaged: readonly Left[];
  readonly files: readonly string[];
}

async function importAll(
  author: Author,
  paths: readonly string[],
  given: Given,
  stack: string,
  tell: Tell,
): Promise<Report> {
  const { all, container, out, connection } = given;
  const { dataSources, unread } = await takeInventory(author, container ?? containersOf(paths), tell);
  const known = new Set(dataSources.map(({ path }) => path));
  const gone = paths.filter((path) => !known.has(path));
  const notImported: Left[] = [
    ...gone.map((path) => ({ path: excerpt(path), reasons: ["there is no data source that this login can read"] })),
    ...(all ? unread.map(({ path, error }) => ({ path: excerpt(path), reasons: [error.message] })) : []),
  ];
  const notManaged: Left[] = [];
  const imported: Imported[] = [];
  const files = new Map<string, string | Buffer>();
  const chosen = all ? dataSources : dataSources.filter(({ path }) => paths.includes(path));
  for (const [index, found] of chosen.entries()) {
    tell(`${index} of ${chosen.length} data sources imported`);
    const { path, live } = found;
    const foreign = notManageable(live) ?? (live.marker && `it is managed by ${excerpt(live.marker.owner)}`);
    if (foreign !== undefined) {
      (all ? notManaged : notImported).push({ path, reasons: [foreign] });
      continue;
    }
    const file = swaggerPath(found);
    const place = { resource: resourceName(found, dataSources), file, stack, connection };
    const result = await importOne(author, found, place);
    if ("reasons" in result) notImported.push({ path, reasons: result.reasons });
    else {
      imported.push(result.imported);
      files.set(file, result.bytes);
    }
  }
  if (imported.length > 0) {
    files.set(PROGRAM, programText(imported));
    files.set(IMPORT_FILE, `${JSON.stringify({ resources: imported.map(({ entry }) => entry) }, null, 2)}\n`);
    await writeAll(out, files);
  }
  const told = imported.map(({ resource, entry, alsoWrites }) => {
    return { path: String(entry.id), resource, secretKey: secretKey(resource), alsoWrites };
  });
  return { imported: told, notImported, notManaged, files: [...files.keys()] };
}

const PROGRAM = "data-sources.ts";
const IMPORT_FILE = "aem-import.json";

async function importOne(
  author: Author,
  { path, live }: Found,
  place: Omit<ImportPlace, "path" | "origin">,
): Promise<{ imported: Imported; bytes: Buffer } | { reasons: string[] }> {
  try {
    const bytes = await readSwaggerFile(author, path);
    const swagger = new Documents(".").parse(bytes, basename(place.file));
    const result = importOf({ ...place, path, origin: author.connection.origin }, live, swagger);
    return Array.isArray(result) ? { reasons: result } : { imported: result, bytes };
  } catch (thrown) {
    return { reasons: [asDataSourceError(thrown).message] };
  }
}

/** Of named data sources their containers are enough, and often all that a login may read. */
function containersOf(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => parsePath(path)?.container ?? []))];
}

/** The node's name; with its container before it where another container has the same one. */
function resourceName({ container, name, path }: Found, all: readonly Found[]): string {
  const shared = all.some((other) => other.name === name && other.path !== path);
  return shared ? `${container.replaceAll("/", "-")}-${name}` : name;
}

/** Under the name that AEM keeps, which the next preview compares; a folder a data source keeps them apart. */
function swaggerPath({ container, name, live }: Found): string {
  const kept = String(live.properties.get("filename") ?? "");
  const fileName = /^[\w][\w. -]*$/.test(kept) ? kept : `${name}.json`;
  return ["swagger", container, name, fileName].join("/");
}

/** Nothing is written where one of the files is there already: it may hold somebody's work. */
async function writeAll(folder: string, files: ReadonlyMap<string, string | Buffer>): Promise<void> {
  const there: string[] = [];
  for (const path of files.keys()) if (await exists(join(folder, path))) there.push(path);
  if (there.length > 0) {
    const message = `${there.join(", ")} ${there.length === 1 ? "is" : "are"} there already; nothing was written`;
    throw new DataSourceError("input-invalid", message, "Give another folder by --out, or move them away.");
  }
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { flag: "wx" });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return false;
    throw thrown;
  }
}

function text({ imported, notImported, notManaged, files }: Report, stack: string): string {
  const left = (title: string, some: readonly Left[]) =>
    some.flatMap(({ path, reasons }) => [`${title}: ${path}`, ...reasons.map((reason) => `  ${excerpt(reason)}`)]);
  const found = imported.map(({ path, resource, alsoWrites }) => {
    return `${path}\n  as ${resource}; beside the secret the first up writes ${alsoWrites.map((name) => excerpt(name)).join(", ")}`;
  });
  const next = [
    "",
    `Written: ${files.join(", ")}`,
    `Next, for ${stack}:`,
    ...imported.map(({ secretKey }) => `  pulumi config set --secret ${secretKey}`),
    `  pulumi import --file ${IMPORT_FILE} --generate-code=false --protect=false --yes`,
    `  pulumi preview        # two lines each: the secret, which the next up sends once`,
  ];
  return [
    ...found,
    ...left("not imported", notImported),
    ...left("not managed by this provider", notManaged),
    ...(imported.length > 0 ? next : []),
  ].join("\n");
}
