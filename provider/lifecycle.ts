import { confirmAbsent, prepareContainer, proveEncryption } from "./aem/container";
import { deleteDataSource, type LiveDataSource, readDataSource, readSwaggerFile } from "./aem/dataSource";
import { type Marker, newMarker, parseMarker } from "./aem/marker";
import { parsePath } from "./aem/paths";
import { differences, identityChanges } from "./changes";
import { asDataSourceError, DataSourceError, excerpt } from "./errors";
import { parseState, parseWanted, type State, type Wanted } from "./inputs";
import { expectedOf, observe, type SeenFile } from "./observed";
import { type Plan, planDifference, planWhole } from "./plan";
import type { Run } from "./run";
import { save } from "./save";
import type { CheckedSwagger } from "./swagger/documents";

/** The order of the steps from the engine's call to the author and back; what each step does stands in its own room. */

type Raw = Readonly<Record<string, unknown>>;

export function diff(olds: Raw, news: Raw): { changes: boolean; replaces: string[] } {
  return { changes: differences(olds, news).length > 0, replaces: identityChanges(olds, news) };
}

export async function create(run: Run, inputs: Raw): Promise<{ id: string; outputs: Raw }> {
  const wanted = parseWanted(inputs);
  const author = run.author(wanted.connection, wanted.origin);
  await run.once(`container ${wanted.origin}${wanted.container}`, () => prepareContainer(author, wanted.container));
  const live = await readDataSource(author, wanted.path);
  if (live !== "absent") await takeOver(run, wanted, live);
  const marker = newMarker(wanted.owner);
  const plan = planWhole(wanted, await swaggerOf(run, wanted), marker);
  await proveBeforeSecret(run, wanted, plan);
  const outputs = await save(author, wanted, plan, {
    marker,
    isNew: live === "absent",
    verdict: await verdict(run, wanted),
  });
  return { id: wanted.path, outputs };
}

export async function update(run: Run, oldOutputs: Raw, inputs: Raw): Promise<{ outputs: Raw }> {
  const wanted = parseWanted(inputs);
  const state = parseState(oldOutputs);
  const author = run.author(wanted.connection, wanted.origin);
  const live = await readDataSource(author, wanted.path);
  const own = parseMarker(state.managedBy);
  const marker = { owner: wanted.owner, id: own?.id ?? newMarker(wanted.owner).id };
  if (live === "absent") {
    await confirmAbsent(author, wanted.path, wanted.container);
    await run.voice.warn(`${wanted.name}: ${wanted.path} was gone in AEM; it is written again, secret included`);
  } else {
    refuseForeign(wanted, live.marker, own);
    await warnOfDrift(run, wanted, state, live);
  }
  const plan =
    live === "absent"
      ? planWhole(wanted, await swaggerOf(run, wanted), marker)
      : await planDifference(wanted, state, live, marker, () => swaggerOf(run, wanted));
  await proveBeforeSecret(run, wanted, plan);
  const saving = { marker, isNew: live === "absent", state, verdict: await verdict(run, wanted) };
  return { outputs: await save(author, wanted, plan, saving) };
}

/** Undefined when the page is gone. Anything short of certainty is an error, and the state stays as it is. */
export async function read(run: Run, id: string, outputs: Raw): Promise<{ outputs: Raw; inputs: Raw } | undefined> {
  const state = parseState(outputs);
  const { container, name } = placeOf(id);
  const author = run.author(state.connection, state.origin);
  const live = await readDataSource(author, id);
  if (live === "absent") {
    await confirmAbsent(author, id, container);
    return undefined;
  }
  const bytes = await readSwaggerFile(author, id);
  const file = bytes === "absent" ? "removed" : parseSeen(run, bytes, id);
  const { origin } = author.connection;
  const expected = expectedOf({ name, origin, ...state }, live);
  const inputs = { container, name, path: id, origin, ...inputsIn(state), ...observe(expected, live, file) };
  return { outputs: { ...outputs, ...inputs }, inputs };
}

/** Removes the page of its own create and nothing else: a forced replace has put a new page on the same path already. */
export async function remove(run: Run, id: string, outputs: Raw): Promise<void> {
  const state = parseState(outputs);
  const author = run.author(state.connection, state.origin);
  const live = await readDataSource(author, id);
  if (live === "absent") return confirmAbsent(author, id, placeOf(id).container);
  const own = parseMarker(state.managedBy);
  if (own !== undefined && live.marker?.id === own.id) return deleteDataSource(author, id);
  const whose = live.marker ? `of ${excerpt(live.marker.owner)}` : "without a marker";
  await run.voice.warn(`${id} was left in AEM: it is a page ${whose}, not the one that this resource created`);
}

/** The secret is sent only to a server that was seen to encrypt, once per container and phase. */
async function proveBeforeSecret(run: Run, { connection, origin, container }: Wanted, { write }: Plan): Promise<void> {
  if (!write.secret) return;
  await run.once(`encryption ${origin}${container}`, () => proveEncryption(run.author(connection, origin), container));
}

function swaggerOf(run: Run, { path, swagger, api }: Wanted): Promise<CheckedSwagger> {
  return run.documents.toWrite(path, "file" in swagger ? swagger : undefined, api.digest);
}

/** The verdict of this phase's token check, for the state. */
async function verdict(run: Run, { oauth2, tokenCheck }: Wanted): Promise<string> {
  if (tokenCheck === "off") return "off: by tokenCheck";
  const known = await run.tokens.known(oauth2);
  if (known === undefined) return "not judged: no token check in this run";
  return known.kind === "issued" ? "issued" : `${known.kind}: ${known.error.message}`;
}

async function takeOver(run: Run, { name, path, owner, origin }: Wanted, { marker }: LiveDataSource): Promise<void> {
  refuseForeign({ path, owner, origin }, marker, undefined);
  if (marker === undefined) {
    throw new DataSourceError(
      "data-source-exists",
      `${path} exists already on ${origin}, without a marker of ours; nothing was written`,
      "Choose another `name`, or delete it in AEM.",
    );
  }
  await run.voice.warn(
    `${name}: ${path} carries the marker of this very resource and is taken over (an earlier run was cut off, or two states share a name)`,
  );
}

function refuseForeign(
  { path, owner, origin }: Pick<Wanted, "path" | "owner" | "origin">,
  marker?: Marker,
  own?: Marker,
) {
  if (marker === undefined || marker.id === own?.id || marker.owner === owner) return;
  throw new DataSourceError(
    "data-source-foreign",
    `${path} on ${origin} is managed by ${excerpt(marker.owner)}; nothing was written`,
    "One data source has one owner: choose another `name`, or destroy it there first.",
  );
}

/** An update overwrites what was changed in AEM meanwhile; the user hears of it. */
async function warnOfDrift(run: Run, wanted: Wanted, state: State, live: LiveDataSource): Promise<void> {
  const before = { ...wanted, ...state };
  const seen = { ...before, ...observe(expectedOf(before, live), live, undefined) };
  const overwritten = new Set(differences(seen, wanted).map(({ field }) => field));
  const drift = differences(before, seen).filter(({ field }) => overwritten.has(field));
  if (drift.length === 0) return;
  const values = drift.map(({ field, after }) => `${field} ${excerpt(JSON.stringify(after ?? "removed"))}`);
  const who = live.lastChange === undefined ? "" : `, last ${excerpt(live.lastChange)}`;
  await run.voice.warn(
    `${wanted.name}: changed in AEM since the last run${who}, overwritten now: ${values.join(", ")}`,
  );
}

function parseSeen(run: Run, bytes: Buffer, called: string): SeenFile {
  try {
    return run.documents.parse(bytes, called);
  } catch (thrown) {
    if (asDataSourceError(thrown).code !== "swagger-unreadable") throw thrown;
    return "not readable as a Swagger file";
  }
}

function placeOf(id: string): { container: string; name: string } {
  const place = parsePath(id);
  if (place) return place;
  throw new DataSourceError(
    "input-invalid",
    `"${excerpt(id)}" is no path of a data source`,
    "As in /conf/global/settings/cloudconfigs/fdm/salesforce.",
  );
}

/** The inputs among the outputs that no look at AEM can tell. */
function inputsIn({ container, name, path, origin, product, connection, tokenCheck }: State): Raw {
  const inputs = { container, name, path, origin, product, connection, tokenCheck };
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
