import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../provider/values";
import { PACKAGE_VERSION } from "../../provider/version";
import type { Wire } from "../world/dynamicHost";
import { REPOSITORY } from "../world/stack";
import { fieldsThatMade, filled, makeAgain, named, type WrittenField } from "../world/writtenPage";
import { FOLDER, PASSWORD, SECRET, USER, WireWorld } from "./wireWorld";

/**
 * What a released version left behind: the arguments of the program, the state, and the one request that made the page.
 * Recorded from a real create, once per release (`npm run release:record`).
 *
 * A file that is there is never written over: later versions must cope with what it says.
 */
export interface GoldenState {
  readonly args: Wire;
  readonly inputs: Wire;
  readonly outputs: Wire & { readonly path: string };
  readonly written: readonly WrittenField[];
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
    const written = fieldsThatMade(PAGE, world.aem);
    const values = { ...placeholders(world), witness: String(outputs.secretWitness) };
    const text = named(JSON.stringify({ args, inputs, outputs, written }, null, 2), values);
    await writeFile(join(STATES, `${PACKAGE_VERSION}.json`), `${text}\n`, { flag: "wx" });
  } finally {
    await world.stop();
  }
}

/** Makes the page as that version did, and answers with the state that belongs to it. */
export async function restoreGoldenState(world: WireWorld, version: string): Promise<GoldenState> {
  const template = await readFile(join(STATES, `${version}.json`), "utf8");
  const golden = (values: Readonly<Record<string, string>>): GoldenState => JSON.parse(filled(template, values));
  const { written } = golden(placeholders(world));
  const ciphertext = await makeAgain(PAGE, written, world.aem, { user: USER, password: PASSWORD });
  return golden({ ...placeholders(world), witness: sha256(ciphertext).slice(0, 32) });
}

function placeholders(world: WireWorld): Record<string, string> {
  const secret = JSON.stringify(SECRET).slice(1, -1); // within JSON's text
  return { tokenUrl: world.tokens.tokenUrl, author: world.proxy.origin, secret };
}
