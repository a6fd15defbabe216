import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../provider/values";
import { PACKAGE_VERSION } from "../../provider/version";
import type { Wire } from "../world/dynamicHost";
import { REPOSITORY } from "../world/stack";
import { FOLDER, PASSWORD, SECRET, USER, WireWorld } from "./wireWorld";

/**
 * What a released version left behind: the arguments of the program, the state, and the one request that made the page.
 * Recorded from a real create, once per release:
 *
 *     RECORD=1 node dist/test/run.js wire states && npx biome check --write test/wire/states
 *
 * A file that is there is never written over: later versions must cope with what it says.
 */
export interface GoldenState {
  readonly args: Wire;
  readonly inputs: Wire;
  readonly outputs: Wire & { readonly path: string };
  readonly written: readonly WrittenField[];
}

interface WrittenField {
  readonly name: string;
  readonly value?: string;
  readonly file?: { readonly filename: string; readonly contentType: string; readonly text: string };
}

// By its place in the sources: tsc doesn't copy JSON into dist.
const STATES = join(REPOSITORY, "test", "wire", "states");
const PAGE = `${FOLDER}/golden`;
const SWAGGER = {
  swagger: "2.0",
  info: { title: "CRM", version: "61.0" },
  host: "acme.example",
  basePath: "/services/data",
  schemes: ["https"],
  paths: { "/lead/{id}": { get: { operationId: "getLead", responses: { 204: { description: "No content" } } } } },
};

export function goldenVersions(): string[] {
  return readdirSync(STATES).map((file) => file.replace(/\.json$/, ""));
}

/** What differs from run to run has a name in braces. */
export async function recordGoldenState(): Promise<void> {
  const world = await WireWorld.start({ files: { "golden.json": JSON.stringify(SWAGGER) } });
  try {
    const args = world.args({
      name: "golden",
      swagger: { file: "golden.json" },
      oauth2: world.oauth2({ scope: "api" }),
      extraProperties: { note: "kept", retries: 3, secure: true, hosts: ["a", "b"] },
    });
    const { inputs } = await world.host.check({}, args);
    const { outs: outputs } = await world.host.create(inputs);
    const write = world.aem.requests.find(({ method, path }) => method === "POST" && path === `${PAGE}/jcr:content`);
    const written = write?.fields.map(({ name, value, file }) => {
      if (file === undefined) return { name, value };
      return { name, file: { ...file, bytes: undefined, text: file.bytes.toString("utf8") } };
    });
    let text = JSON.stringify({ args, inputs, outputs, written }, null, 2);
    const values = { ...placeholders(world), witness: String(outputs.secretWitness) };
    for (const [name, value] of Object.entries(values)) text = text.replaceAll(value, `{${name}}`);
    await writeFile(join(STATES, `${PACKAGE_VERSION}.json`), `${text}\n`, { flag: "wx" });
  } finally {
    await world.stop();
  }
}

/** Makes the page as that version did, and answers with the state that belongs to it. */
export async function restoreGoldenState(world: WireWorld, version: string): Promise<GoldenState> {
  const template = await readFile(join(STATES, `${version}.json`), "utf8");
  await post(world, fill(template, placeholders(world)).written);
  const ciphertext = String(Object(world.aem.node(`${PAGE}/jcr:content`)).client_secret);
  return fill(template, { ...placeholders(world), witness: sha256(ciphertext).slice(0, 32) });
}

function fill(template: string, values: Readonly<Record<string, string>>): GoldenState {
  let text = template;
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  const state: GoldenState = JSON.parse(text);
  return state;
}

function placeholders(world: WireWorld): Record<string, string> {
  const secret = JSON.stringify(SECRET).slice(1, -1); // within JSON's text
  return { tokenUrl: world.tokens.tokenUrl, author: world.proxy.origin, secret };
}

async function post(world: WireWorld, fields: readonly WrittenField[]): Promise<void> {
  const { origin } = world.aem;
  const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
  const login = await fetch(`${origin}/libs/granite/csrf/token.json`, { headers: { authorization } });
  const { token }: { token: string } = JSON.parse(await login.text());
  const form = new FormData();
  for (const { name, value = "", file } of fields) {
    if (file) form.append(name, new File([file.text], file.filename, { type: file.contentType }));
    else form.append(name, value);
  }
  const headers = { authorization, "csrf-token": token, accept: "application/json" };
  const answer = await fetch(`${origin}${PAGE}/jcr:content`, { method: "POST", headers, body: form });
  if (answer.status !== 201) throw new Error(`The page was not made: ${answer.status}`);
}
