/**
 * Creates some data sources step by step, with the provider's own rooms in the order of its lifecycle, and prints what
 * each step took: milliseconds by step, one number a data source. Afterwards it removes them again.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const COUNT = 20;
const FILE = join("examples", "salesforce", "salesforce.swagger.json");

const times: Record<string, number[]> = {};

async function timed<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await act();
  times[what] = [...(times[what] ?? []), performance.now() - begun];
  return result;
}

async function main(): Promise<void> {
  require("@pulumi/pulumi/runtime"); // stands in each dynamic provider's process: what it costs is the engine's
  await timed("load the provider", () => {
    require("../../provider/dynamic");
  });
  // Only now, or their loading would not be seen; each of them is there already.
  const { Run }: typeof import("../../provider/run") = require("../../provider/run");
  const { Secret }: typeof import("../../provider/values") = require("../../provider/values");
  const { deleteDataSource }: typeof import("../../provider/aem/dataSource") = require("../../provider/aem/dataSource");
  const { CLIENT_ID = "", CLIENT_SECRET = "", TOKEN_URL = "" } = process.env;
  const voice = { warn: async () => undefined, note: async () => undefined };
  const run = new Run({ environment: process.env, config: () => undefined }, voice, ".");
  const oauth2 = { clientId: CLIENT_ID, clientSecret: new Secret(CLIENT_SECRET), tokenUrl: TOKEN_URL };
  const made: string[] = [];
  try {
    for (let i = 0; i < COUNT; i += 1) made.push(await create(run, `steps-${i}`, oauth2));
    const author = run.author(undefined, undefined);
    for (const path of made) await deleteDataSource(author, path);
  } finally {
    await run.close();
  }
  console.log(JSON.stringify(times));
}

type Run = import("../../provider/run").Run;
type Credentials = import("../../provider/oauth/tokenCheck").ClientCredentials;

async function create(run: Run, name: string, oauth2: Credentials): Promise<string> {
  const { check }: typeof import("../../provider/check") = require("../../provider/check");
  const { parseWanted }: typeof import("../../provider/inputs") = require("../../provider/inputs");
  const { newMarker }: typeof import("../../provider/aem/marker") = require("../../provider/aem/marker");
  const { planWhole }: typeof import("../../provider/plan") = require("../../provider/plan");
  const aem: typeof import("../../provider/aem/dataSource") = require("../../provider/aem/dataSource");

  const bytes = await timed("read the Swagger file", () => readFile(FILE));
  const swagger = await timed("parse it", () => run.documents.parse(bytes, FILE));
  await timed("judge it", () => run.documents.judge(swagger.document, "aem65"));
  await timed("ask for a token", () => run.tokens.check(oauth2));
  const owner = `acme/shop/prod/${name}`;
  const given = { container: "global", name, title: name, swagger: { file: FILE }, oauth2, owner };
  const { inputs } = await timed("the rest of check", () => check(run, {}, given));
  const wanted = parseWanted(inputs);
  const author = run.author(undefined, undefined);
  await timed("log in: CSRF token", () => author.logIn());
  await timed("look at the container", () => prepared(run, author, wanted.container));
  const encryption = await timed("prove the encryption", () => proven(run, author, wanted.container));
  const before = await timed("look at the page", () => aem.readDataSource(author, wanted.path));
  const marker = newMarker(owner);
  const { write } = await timed("plan", () => planWhole(wanted, swagger, marker, before));
  await timed("POST", () => aem.writeDataSource(author, wanted.path, write, encryption));
  const live = await timed("read the page back", () => aem.readDataSource(author, wanted.path));
  const file = await timed("read the file back", () => aem.readSwaggerFile(author, wanted.path));
  const left = await timed("compare", () => differing(run, wanted, live, file));
  if (left.length > 0) throw new Error(`the author does not hold what was written: ${left.join(", ")}`);
  return wanted.path;
}

type Author = import("../../provider/aem/author").Author;

function prepared(run: Run, author: Author, container: string): Promise<void> {
  const room: typeof import("../../provider/aem/container") = require("../../provider/aem/container");
  return run.containers.do(container, () => room.prepareContainer(author, container));
}

function proven(run: Run, author: Author, container: string) {
  const room: typeof import("../../provider/aem/encryption") = require("../../provider/aem/encryption");
  return run.encryptions.do(container, () => room.findEncryption(author, container));
}

function differing(
  run: Run,
  wanted: import("../../provider/inputs").Wanted,
  live: import("../../provider/aem/dataSource").LiveDataSource | "absent",
  file: Buffer,
): string[] {
  const { differences }: typeof import("../../provider/changes") = require("../../provider/changes");
  const observed: typeof import("../../provider/observed") = require("../../provider/observed");
  if (live === "absent") return ["page"];
  const held = observed.observe(observed.expectedOf(wanted, live), live, run.documents.parse(file, FILE));
  return differences(wanted, { ...wanted, ...held }).map(({ field }) => field);
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
