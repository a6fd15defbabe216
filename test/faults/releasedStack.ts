import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../provider/values";
import { PACKAGE_VERSION } from "../../provider/version";
import { REPOSITORY } from "../world/stack";
import { PAGE, PASSWORD, program, World } from "../world/world";
import { fieldsThatMade, filled, makeAgain, named, type WrittenField } from "../world/writtenPage";

/**
 * What a released version left behind on the engine: a stack as `pulumi stack export` gives it, secrets encrypted, and
 * the one request that made the page. Recorded from a real `pulumi up`, once per release (`npm run release:record`). A
 * file that is there is never written over: later versions must cope with what it says.
 */
interface ReleasedStack {
  readonly written: readonly WrittenField[];
  readonly state: unknown;
}

const RELEASES = join(REPOSITORY, "test", "faults", "releases");
const ARGUMENTS = {
  oauth2:
    '{ clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL, scope: "api" }',
  extraProperties: '{ note: "kept", retries: 3, secure: true, hosts: ["a", "b"] }',
};

export function releases(): string[] {
  return readdirSync(RELEASES).map((file) => file.replace(/\.json$/, ""));
}

/** The program of all recorded stacks. `title`: default what it was at the release. */
export function releasedProgram(title = '"Salesforce"'): string {
  return program({ ...ARGUMENTS, title });
}

export async function recordStack(): Promise<void> {
  const world = await World.start(releasedProgram(), { passphrase: true });
  try {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const state = await world.stack.state();
    const witness = String((await world.stack.dataSource())?.outputs?.secretWitness);
    const text = JSON.stringify({ written: fieldsThatMade(PAGE, world.aem), state }, null, 2);
    const anonymous = named(text, { ...placesOf(world), witness, repository: REPOSITORY.slice(1) });
    await mkdir(RELEASES, { recursive: true });
    await writeFile(join(RELEASES, `${PACKAGE_VERSION}.json`), `${anonymous}\n`, { flag: "wx" });
  } finally {
    await world.stop();
  }
}

/** A world in which that version has just been at work. */
export async function releasedWorld(version: string): Promise<World> {
  const text = await readFile(join(RELEASES, `${version}.json`), "utf8");
  const world = await World.start(releasedProgram(), { passphrase: true });
  const released = (values: Readonly<Record<string, string>>): ReleasedStack => JSON.parse(filled(text, values));
  const values = { ...placesOf(world), repository: REPOSITORY.slice(1) };
  const login = { user: "deployer", password: PASSWORD };
  const ciphertext = await makeAgain(PAGE, released(values).written, world.aem, login);
  const { state } = released({ ...values, witness: sha256(ciphertext).slice(0, 32) });
  await world.stack.write("released.json", JSON.stringify(state));
  await world.stack.pulumi("stack", "import", "--file", "released.json");
  return world;
}

function placesOf(world: World): Record<string, string> {
  return { tokenUrl: world.tokens.tokenUrl, author: world.aem.origin };
}
