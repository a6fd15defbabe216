import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Author } from "../../provider/aem/author";
import { prepareContainer } from "../../provider/aem/container";
import {
  deleteDataSource,
  type LiveDataSource,
  readDataSource,
  readSwaggerFile,
  writeDataSource,
} from "../../provider/aem/dataSource";
import { findEncryption } from "../../provider/aem/encryption";
import { newMarker } from "../../provider/aem/marker";
import { differences } from "../../provider/changes";
import { check } from "../../provider/check";
import { parseWanted, type Wanted } from "../../provider/inputs";
import type { ClientCredentials } from "../../provider/oauth/tokenCheck";
import { expectedOf, observe } from "../../provider/observed";
import { planWhole } from "../../provider/plan";
import { Run } from "../../provider/run";
import { Secret } from "../../provider/values";
import type { Timed } from "./stepsOfCreate";

/** The steps of the lifecycle's check and create, which are the provider's own; only their order is told again here. */

const COUNT = 20;
const FILE = join("examples", "salesforce", "salesforce.swagger.json");

export async function createInSteps(timed: Timed): Promise<void> {
  const { CLIENT_ID = "", CLIENT_SECRET = "", TOKEN_URL = "" } = process.env;
  const voice = { warn: async () => undefined, note: async () => undefined };
  const run = new Run({ environment: process.env, config: () => undefined }, voice, ".");
  const oauth2 = { clientId: CLIENT_ID, clientSecret: new Secret(CLIENT_SECRET), tokenUrl: TOKEN_URL };
  try {
    const author = run.author(undefined, undefined);
    const made: string[] = [];
    for (let i = 0; i < COUNT; i += 1) made.push(await create(timed, run, author, `steps-${i}`, oauth2));
    for (const path of made) await deleteDataSource(author, path);
  } finally {
    await run.close();
  }
}

async function create(
  timed: Timed,
  run: Run,
  author: Author,
  name: string,
  oauth2: ClientCredentials,
): Promise<string> {
  const bytes = await timed("read the Swagger file", () => readFile(FILE));
  const swagger = await timed("parse it", () => run.documents.parse(bytes, FILE));
  await timed("judge it", () => run.documents.judge(swagger.document, "aem65"));
  await timed("ask for a token", () => run.tokens.check(oauth2));
  const owner = `acme/shop/prod/${name}`;
  const given = { container: "global", name, title: name, swagger: { file: FILE }, oauth2, owner };
  const { inputs } = await timed("the rest of check", () => check(run, {}, given));
  const wanted = parseWanted(inputs);
  const { container, path } = wanted;
  await timed("log in: CSRF token", () => author.logIn());
  await timed("look at the container", () => run.containers.do(container, () => prepareContainer(author, container)));
  const encryption = await timed("prove the encryption", () => {
    return run.encryptions.do(container, () => findEncryption(author, container));
  });
  const before = await timed("look at the page", () => readDataSource(author, path));
  const { write } = await timed("plan", () => planWhole(wanted, swagger, newMarker(owner), before));
  await timed("POST", () => writeDataSource(author, path, write, encryption));
  const live = await timed("read the page back", () => readDataSource(author, path));
  const file = await timed("read the file back", () => readSwaggerFile(author, path));
  const left = await timed("compare", () => differing(run, wanted, live, file));
  if (left.length > 0) throw new Error(`the author does not hold what was written: ${left.join(", ")}`);
  return path;
}

function differing(run: Run, wanted: Wanted, live: LiveDataSource | "absent", file: Buffer): string[] {
  if (live === "absent") return ["page"];
  const held = observe(expectedOf(wanted, live), live, run.documents.parse(file, FILE));
  return differences(wanted, { ...wanted, ...held }).map(({ field }) => field);
}
