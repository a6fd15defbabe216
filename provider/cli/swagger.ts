import { Command, Option } from "commander";
import { endPointProblem } from "../credentialRules";
import { DataSourceError, type ErrorCode } from "../errors";
import type { Change } from "../swagger/change";
import { changeLines } from "../swagger/changeReport";
import { compareDocuments } from "../swagger/compareSchemas";
import { type CheckedSwagger, Documents } from "../swagger/documents";
import { endPointFinding } from "../swagger/endPoint";
import { asError, type SwaggerProblem, SwaggerRefused } from "../swagger/problem";
import { PRODUCTS, type Product } from "../values";
import { EXIT, exitCodes } from "./exitCodes";
import { fromSalesforceCommand } from "./fromSalesforce";
import { UsageError } from "./usage";

/** `aem-datasource swagger`; of it `check` and `diff`: what a preview says of a Swagger file, with the files alone at hand. */

const CHECK_HELP = `
Examples:
  aem-datasource swagger check salesforce.swagger.json --product aem65
  aem-datasource swagger check api.yaml --product aemcs --endpoint https://api.example.com/v1

${exitCodes({ done: "accepted, perhaps with warnings", failed: "refused" })}`;

const DIFF_HELP = `
What counts:
  Form data models bind by method and path. Breaking is what makes AEM's request
  wrong or takes away what a form shows; what can't be judged counts as breaking.

Examples:
  aem-datasource swagger diff old.json new.json
  git show main:api.json > old.json && aem-datasource swagger diff old.json api.json

${exitCodes({ done: "nothing breaks", failed: "a file could not be read", differs: "something breaks" })}`;

/** What a terminal, a log or a comment on a change request can take. */
const MOST_BYTES = 60 * 1024;
const MOST_LINES = 400;

/** `end` is told the exit code. */
export function swaggerCommand(end: (code: number) => void): Command {
  const json = () => new Option("--json", "Prints one JSON object.");
  const check = new Command("check")
    .description("Judges a Swagger file by AEM's rules.")
    .argument("<file>", "JSON or YAML.")
    .addOption(new Option("--product <product>", "The AEM that it is for.").choices(PRODUCTS).makeOptionMandatory())
    .option("--endpoint <url>", "Stands for `serviceEndPoint`: the file needs no host then.")
    .addOption(json())
    .addHelpText("after", CHECK_HELP)
    .action(async (file: string, given: { product: Product; endpoint?: string; json?: true }) => {
      const { operations, problems } = await judged(file, given.product, given.endpoint).catch((thrown: unknown) => {
        // For a script a file that is not there is a verdict as well.
        if (!(given.json && thrown instanceof DataSourceError)) throw thrown;
        const { code, message } = thrown;
        return {
          operations: 0,
          problems: [{ severity: "error", code, message, pointer: "", line: 1, column: 1 } as const],
        };
      });
      const accepted = problems.every(({ severity }) => severity === "warning");
      const verdict = accepted ? "accepted" : "refused";
      print(given.json ? checkJson(verdict, operations, problems) : checkText(file, verdict, operations, problems));
      end(accepted ? EXIT.done : EXIT.failed);
    });
  const diff = new Command("diff")
    .description("Tells what form data models would notice of a new version of a Swagger file.")
    .argument("<old>", "The file that AEM has.")
    .argument("<new>", "The file that it would get.")
    .addOption(json())
    .addHelpText("after", DIFF_HELP)
    .action(async (old: string, now: string, given: { json?: true }) => {
      const documents = new Documents(process.cwd());
      const [before, after] = [await documents.load({ file: old }), await documents.load({ file: now })];
      const changes = compareDocuments(before.document.content, after.document.content);
      print(given.json ? diffJson(changes) : diffText(changes, before.api.digest === after.api.digest));
      end(changes.some((change) => change.class === "breaking") ? EXIT.differs : EXIT.done);
    });
  return new Command("swagger")
    .description("Looks at Swagger files, and writes one.")
    .addCommand(check)
    .addCommand(diff)
    .addCommand(fromSalesforceCommand(end));
}

interface Judged {
  readonly operations: number;
  readonly problems: readonly (Omit<SwaggerProblem, "code"> & { readonly code: ErrorCode })[];
}

async function judged(file: string, product: Product, endpoint: string | undefined): Promise<Judged> {
  const wrong = endpoint === undefined ? undefined : endPointProblem(endpoint);
  if (wrong !== undefined) throw new UsageError(`--endpoint ${wrong}`);
  const documents = new Documents(process.cwd());
  let checked: CheckedSwagger;
  try {
    checked = await documents.load({ file });
  } catch (thrown) {
    if (thrown instanceof SwaggerRefused) return { operations: 0, problems: thrown.problems };
    throw thrown;
  }
  const { document, api } = checked;
  const finding = endpoint === undefined ? endPointFinding(document.content) : undefined;
  const problems = [...document.place(finding ? [finding] : []), ...documents.judge(document, product)];
  return { operations: Object.keys(api.operations).length, problems };
}

function checkText(file: string, verdict: string, operations: number, problems: Judged["problems"]): string {
  const lines = problems.map((problem) => `${problem.severity}: ${asError(problem, file).text()}`);
  const few = lines.slice(0, MOST_LINES);
  const more = lines.length > few.length ? [`and ${lines.length - few.length} more`] : [];
  const count = operations === 1 ? "1 operation" : `${operations} operations`;
  return capped([...few, ...more, `${verdict}: ${count}`]);
}

function checkJson(verdict: string, operations: number, problems: Judged["problems"]): string {
  const told = problems.map(({ severity, code, message, pointer, line, column }) => {
    return { severity, code, message, pointer, line, column };
  });
  return cappedJson(told, (few, left) => ({ verdict, operations, problems: few, ...left }));
}

function diffText(changes: readonly Change[], equal: boolean): string {
  const [breaking, others] = [true, false].map((breaks) => {
    return changes.filter((change) => (change.class === "breaking") === breaks);
  });
  const lines = (title: string, some: readonly Change[] = []) => {
    return some.length === 0 ? [] : [`${title}:`, ...changeLines(some, MOST_LINES / 2).map((line) => `  ${line}`)];
  };
  if (changes.length > 0) return capped([...lines("breaking", breaking), ...lines("compatible", others)]);
  return equal ? "no difference" : "no difference that form data models notice";
}

function diffJson(changes: readonly Change[]): string {
  const [breaking, others] = [true, false].map((breaks) => {
    return changes.filter((change) => (change.class === "breaking") === breaks);
  });
  return cappedJson([...(breaking ?? []), ...(others ?? [])], (few, left) => ({ changes: few, ...left }));
}

/** Breaking ones come first, so that what is cut off is the least. */
function capped(lines: readonly string[]): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += Buffer.byteLength(line) + 1;
    if (size > MOST_BYTES) return [...kept, "and more, which is left out: the report is too long"].join("\n");
    kept.push(line);
  }
  return kept.join("\n");
}

/** `omitted` counts the entries that had no room. */
function cappedJson<T>(
  entries: readonly T[],
  whole: (entries: readonly T[], left: { omitted?: number }) => unknown,
): string {
  let size = 1_000;
  let kept = 0;
  for (const entry of entries) {
    size += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (size > MOST_BYTES) break;
    kept += 1;
  }
  const omitted = entries.length - kept;
  return JSON.stringify(whole(entries.slice(0, kept), omitted > 0 ? { omitted } : {}));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
