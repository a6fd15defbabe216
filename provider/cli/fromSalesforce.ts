import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { DataSourceError, excerpt, redact } from "../errors";
import { doubtSalesforceUrl } from "../oauth/salesforce";
import { openSession } from "../oauth/session";
import { API_NAME, type DescribedObject } from "../salesforce/describe";
import { type Generated, swaggerOf } from "../salesforce/document";
import { Org } from "../salesforce/org";
import { orgOrigin } from "../salesforce/orgOrigin";
import { overlay } from "../salesforce/overlay";
import { Documents } from "../swagger/documents";
import { endPointFinding } from "../swagger/endPoint";
import { asError } from "../swagger/problem";
import { type Given as Credentials, credentialOptions, readRequest, refusedUnasked } from "./credentials";
import { EXIT, exitCodes } from "./exitCodes";
import { type Tell, withProgress } from "./progress";
import { inWords } from "./report";
import { UsageError } from "./usage";
import { writeWhole } from "./writeWhole";

/** `aem-datasource swagger from-salesforce`: a Swagger file written from what the org says of its objects. */

const HELP = `
What it does:
  It logs in as the token check does, asks the org for the description of each object,
  and writes one Swagger 2.0 file: query by SOQL, and create, read, update, delete as
  far as the app's Run As user may. The token goes to the host of the token URL alone,
  and the file holds no secret. Nothing is written unless all of it is right.
  Run again without a change in the org, it leaves the file as it is.
  An overlay is merged last, by JSON Merge Patch (RFC 7396): objects are merged,
  anything else replaces what was there, null removes.

Examples:
  aem-datasource swagger from-salesforce --object Lead --object Invoice__c \\
      --out salesforce.swagger.json --stack dev --client-secret-config consumerSecret \\
      --client-id-config consumerKey \\
      --token-url https://acme.my.salesforce.com/services/oauth2/token

${exitCodes({
  done: "written, or there was no difference",
  failed: "refused: by the org, by the token server or by AEM's rules",
  later: "nobody answered, or the server was busy; nothing is written",
})}`;

interface Given extends Credentials {
  readonly object?: readonly string[];
  readonly out: string;
  readonly apiVersion?: string;
  readonly overlay?: string;
  readonly json?: true;
}

/** `end` is told the exit code. */
export function fromSalesforceCommand(end: (code: number) => void): Command {
  const command = new Command("from-salesforce")
    .description("Writes a Swagger file from the descriptions that a Salesforce org gives of its objects.")
    .option(
      "--object <name>",
      "API name of an object, as in Lead or Invoice__c; once for each.",
      (name: string, names: readonly string[] = []) => [...names, name],
    )
    .requiredOption("--out <file>", "The file to write, over what is there.")
    .option("--api-version <version>", "As in v61.0. Default: the newest that the org speaks.")
    .option("--overlay <file>", "JSON or YAML with additions of your own, merged last.");
  for (const option of credentialOptions()) command.addOption(option);
  return command
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (given: Given) => {
      const notes: string[] = [];
      const written = await write(given, (text) => {
        notes.push(redact(text));
        if (!given.json) process.stderr.write(`note: ${redact(text)}\n`);
      });
      process.stdout.write(`${given.json ? JSON.stringify({ ...written, notes }) : textOf(written)}\n`);
      end(EXIT.done);
    });
}

interface Written {
  readonly file: string;
  /** False where the file said the same already. */
  readonly written: boolean;
  readonly operations: number;
  readonly apiVersion: string;
}

function textOf({ file, written, operations }: Written): string {
  const count = operations === 1 ? "1 operation" : `${operations} operations`;
  return `${file}: ${written ? "written" : "no difference"}, ${count}`;
}

type Note = (text: string) => void;

async function write(given: Given, note: Note): Promise<Written> {
  const { version, objects } = readWanted(given);
  const documents = new Documents(process.cwd());
  // Read before anybody is asked: what is wrong with it costs no login.
  const patch = given.overlay === undefined ? {} : (await documents.load({ file: given.overlay })).document.content;
  const org = await logIn(given, note);
  let generated: Generated;
  let spoken: string;
  try {
    spoken = await org.version(version);
    generated = swaggerOf({
      origin: org.origin,
      version: spoken,
      objects: await describe(org, spoken, objects, given),
    });
  } finally {
    await org.close();
  }
  const { document, removedNothing } = overlay(generated.document, patch);
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  const operations = judgedOperations(documents, text, given.out, note);
  for (const left of generated.notes) note(left);
  for (const place of removedNothing) note(`the overlay removes ${excerpt(place, 200)}, which is not there`);
  if (version === undefined) note(`v${spoken} is the org's newest today: --api-version v${spoken} stays with it`);
  const same = (await contentOf(given.out)) === text;
  if (!same) await writeWhole(given.out, text, "--out");
  return { file: excerpt(given.out), written: !same, operations, apiVersion: spoken };
}

function describe(org: Org, version: string, objects: readonly string[], given: Given): Promise<DescribedObject[]> {
  return withProgress(given, (tell) => describeAll(org, version, objects, tell));
}

function readWanted({ object = [], apiVersion }: Given): { version: string | undefined; objects: readonly string[] } {
  if (object.length === 0) throw new UsageError("no object: give --object, once for each");
  if (!object.every((name) => API_NAME.test(name))) {
    throw new UsageError("--object takes the API name of one object, as in Lead or Invoice__c");
  }
  const [, version] = apiVersion === undefined ? [] : (/^v?(\d{2,3}\.0)$/.exec(apiVersion) ?? []);
  if (apiVersion !== undefined && version === undefined)
    throw new UsageError("--api-version takes a version as in v61.0");
  return { version, objects: [...new Set(object)] };
}

/** Throws the token check's own error where no token was issued. */
async function logIn(given: Given, note: Note): Promise<Org> {
  const request = await readRequest(given, process.env);
  if (request instanceof DataSourceError) throw request;
  const url = new URL(request.tokenUrl);
  const problem = await refusedUnasked(url, given, process.env);
  if (problem) throw inCommandWords(problem);
  for (const doubt of doubtSalesforceUrl(url)) note(inWords(doubt));
  const opened = await openSession(request, { environment: process.env });
  if (opened.kind !== "issued") throw inCommandWords(opened.error);
  for (const doubt of opened.doubts) note(inWords(doubt.text()));
  const { token, instanceUrl } = opened.session;
  // The host is the token URL's, which the lists of allowed hosts have let through.
  return new Org(orgOrigin(url, instanceUrl), token, process.env);
}

function inCommandWords({ code, message, remedy, fields }: DataSourceError): DataSourceError {
  return new DataSourceError(code, inWords(message), remedy && inWords(remedy), fields);
}

/** One after the other, which an org's limits take kindly; all that are missing are named at once. */
async function describeAll(
  org: Org,
  version: string,
  names: readonly string[],
  tell: Tell,
): Promise<DescribedObject[]> {
  const found = new Map<string, DescribedObject>();
  const missing: string[] = [];
  for (const [index, name] of names.entries()) {
    tell(`${index} of ${names.length} objects`);
    const object = await org.describe(version, name);
    // Salesforce finds `lead` as well, and says how it is spelled.
    if (object && (object.retrieveable || object.queryable)) found.set(object.name, object);
    else missing.push(name);
  }
  if (missing.length === 0) return [...found.values()];
  throw new DataSourceError(
    "org-object-unknown",
    `${new URL(org.origin).host} shows no ${missing.join(", ")} to this app's Run As user; nothing was written`,
    "Check the API name (Setup, Object Manager), and give the Run As user read access to the object.",
  );
}

/** How many operations it has. Throws with what AEM would refuse, and warns of what looks wrong: an overlay may do both. */
function judgedOperations(documents: Documents, text: string, called: string, note: Note): number {
  const { document, api } = documents.parse(Buffer.from(text), called);
  const finding = endPointFinding(document.content);
  const problems = [...document.place(finding ? [finding] : []), ...documents.judge(document, "aem65")];
  const refused = problems.find(({ severity }) => severity === "error");
  if (refused) throw asError(refused, called);
  for (const problem of problems) note(asError(problem, called).text());
  return Object.keys(api.operations).length;
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    // Whatever it is, writing says it better.
    if (thrown instanceof Error && "code" in thrown) return undefined;
    throw thrown;
  }
}
