import type { Author } from "./aem/author";
import { confirmAbsent, prepareContainer } from "./aem/container";
import { deleteDataSource, type LiveDataSource, readDataSource } from "./aem/dataSource";
import { type Encryption, findEncryption } from "./aem/encryption";
import { type Marker, newMarker, parseMarker } from "./aem/marker";
import { parsePath } from "./aem/paths";
import { isPublishedAsItIs } from "./aem/publish";
import { beforeComma, changesClientOnly, type Difference, differences, identityChanges } from "./changes";
import { tokenVerdict } from "./checkToken";
import { DataSourceError, excerpt } from "./errors";
import { parseState, parseWanted, type State, type Wanted } from "./inputs";
import { drift, expectedOf, observe, type SeenFile } from "./observed";
import { sameOutputs } from "./outputs";
import { isEmpty, type Plan, planDifference, planWhole } from "./plan";
import { publish, unpublish, warnIfLive } from "./publication";
import { containerKey, placeOf, type Run } from "./run";
import { save } from "./save";
import { readSeenFile } from "./seenFile";
import { changeLines } from "./swagger/changeReport";
import type { CheckedSwagger } from "./swagger/documents";
import type { Api } from "./swagger/summary";
import { swaggerDrift } from "./swaggerDrift";
import { refuseForeign, type TakeOver, takeOver } from "./takeOver";
import { warnUsersOfDelete, warnUsersOfSwagger } from "./usedBy";

/** The order of the steps from the engine's call to the author and back; what each step does stands in its own room. */

type Raw = Readonly<Record<string, unknown>>;

export function diff(olds: Raw, news: Raw): { changes: boolean; replaces: string[] } {
  return { changes: differences(olds, news).length > 0, replaces: identityChanges(olds, news) };
}

export async function create(run: Run, inputs: Raw): Promise<{ id: string; outputs: Raw }> {
  const wanted = parseWanted(inputs);
  const author = run.author(wanted.connection, wanted.origin);
  await run.containers.do(containerKey(wanted.connection, wanted.container), () =>
    prepareContainer(author, wanted.container),
  );
  const before = await readDataSource(author, wanted.path);
  const marker = newMarker(wanted.owner);
  const swagger = await swaggerOf(run, wanted);
  const { plan, state }: TakeOver =
    before === "absent"
      ? { plan: planWhole(wanted, swagger, marker, before) }
      : await takeOver(run, author, wanted, before, marker, swagger);
  run.markers.add(marker.id);
  await warnUsersOfSwagger(run, author, wanted, plan, state?.api);
  const encryption = await provenEncryption(run, author, wanted, plan);
  const saving = { marker, before, state, encryption, verdict: await tokenVerdict(run, wanted) };
  const outputs = await save(author, wanted, plan, saving);
  await warnIfLive(run, wanted, before, plan.write);
  return { id: wanted.path, outputs: await publish(run, author, wanted, outputs) };
}

export async function update(run: Run, oldOutputs: Raw, inputs: Raw): Promise<{ outputs: Raw }> {
  const wanted = parseWanted(inputs);
  const state = parseState(oldOutputs);
  const author = run.author(wanted.connection, wanted.origin);
  if (changesClientOnly(oldOutputs, inputs)) return { outputs: sameOutputs(wanted, oldOutputs) };
  const before = await readDataSource(author, wanted.path);
  const own = parseMarker(state.managedBy);
  const marker = { owner: wanted.owner, id: own?.id ?? newMarker(wanted.owner).id };
  let plan: Plan;
  if (before === "absent") {
    await confirmAbsent(author, wanted.path, wanted.container);
    await run.voice.warn(`${wanted.name}: ${wanted.path} was gone in AEM; it is written again, secret included`);
    plan = planWhole(wanted, await swaggerOf(run, wanted), marker, before);
  } else {
    refuseForeign(wanted, before.marker, own);
    plan = await planDifference(wanted, state, before, marker, () => swaggerOf(run, wanted));
    const file = plan.swagger ? await readSeenFile(run, author, wanted.path, before) : undefined;
    await warnOfDrift(run, wanted, state, before, file);
  }
  await warnUsersOfSwagger(run, author, wanted, plan, state.api);
  const encryption = await provenEncryption(run, author, wanted, plan);
  const saving = { marker, before, state, encryption, verdict: await tokenVerdict(run, wanted) };
  const outputs = await save(author, wanted, plan, saving);
  await warnIfLive(run, wanted, before, plan.write);
  const asItWas = isEmpty(plan.write) && state.publish === true && before !== "absent" && isPublishedAsItIs(before);
  return { outputs: asItWas ? outputs : await publish(run, author, wanted, outputs) };
}

/** Undefined when the page is gone. Anything short of certainty is an error, and the state stays as it is. */
export async function read(run: Run, id: string, outputs: Raw): Promise<{ outputs: Raw; inputs: Raw } | undefined> {
  const state = parseState(outputs);
  const { container, name } = parseId(id);
  const author = run.author(state.connection, state.origin);
  const live = await readDataSource(author, id);
  if (live === "absent") {
    await confirmAbsent(author, id, container);
    return undefined;
  }
  const file = await readSeenFile(run, author, id, live);
  const origin = state.origin ?? author.connection.origin;
  const expected = expectedOf({ ...state, name, origin }, live);
  const seen = observe(expected, live, file);
  if (state.title !== undefined) await tellDrift(run, name, state, drift(expected, live, file), live, file);
  const inputs = { container, name, path: id, origin, ...inputsIn(state), ...seen };
  return { outputs: { ...outputs, ...inputs, sha256: seenSha256(state, seen.api, file) }, inputs };
}

/** Removes the page of its own create and nothing else: a forced replace has put a new page on the same path already. */
export async function remove(run: Run, id: string, outputs: Raw): Promise<void> {
  const state = parseState(outputs);
  const author = run.author(state.connection, state.origin);
  const live = await readDataSource(author, id);
  if (live === "absent") return confirmAbsent(author, id, parseId(id).container);
  const own = parseMarker(state.managedBy);
  if (own !== undefined && live.marker?.id === own.id) {
    await warnUsersOfDelete(run, author, id);
    await unpublish(run, author, id, live, state);
    return deleteDataSource(author, id);
  }
  await run.voice.warn(`${id} was left in AEM: ${whose(live.marker, own?.owner ?? state.owner)}`);
}

function whose(marker: Marker | undefined, owner: string | undefined): string {
  if (marker === undefined) return "it has no marker of ours any more";
  if (marker.owner === owner) return "its successor stands there";
  return `it belongs to ${excerpt(marker.owner)}`;
}

/** The secret is sent only to a server that was seen to encrypt, once per container and phase. */
async function provenEncryption(
  run: Run,
  author: Author,
  { connection, container }: Wanted,
  { write }: Plan,
): Promise<Encryption | undefined> {
  if (!write.secret) return undefined;
  return run.encryptions.do(containerKey(connection, container), () => findEncryption(author, container));
}

function swaggerOf(run: Run, { origin, path, swagger, api }: Wanted): Promise<CheckedSwagger> {
  return run.documents.toWrite(placeOf(origin, path), "file" in swagger ? swagger : undefined, api.digest);
}

/** An update overwrites what was changed in AEM meanwhile; the user hears of it. */
async function warnOfDrift(
  run: Run,
  wanted: Wanted,
  state: State,
  live: LiveDataSource,
  file: SeenFile,
): Promise<void> {
  const expected = expectedOf({ ...state, name: wanted.name, origin: wanted.origin }, live);
  const seen = { ...wanted, ...observe(expected, live, file) };
  const overwritten = new Set(differences(seen, wanted).map(({ field }) => field));
  const changed = drift(expected, live, file).filter(({ field }) => overwritten.has(field));
  if (changed.length === 0) return;
  const values = changed.map(({ field, after }) => `${field} ${excerpt(JSON.stringify(after ?? "removed"))}`);
  await run.voice.warn(`${wanted.name}: ${changedInAem(live)}, overwritten now: ${values.join(", ")}`);
}

/** The engine shows what differs; who did it and when, and whether forms notice it, is not among the inputs. */
async function tellDrift(
  run: Run,
  name: string,
  state: State,
  changed: readonly Difference[],
  live: LiveDataSource,
  file: SeenFile,
): Promise<void> {
  if (changed.length === 0) return;
  const changes = typeof file === "object" ? await swaggerDrift(run, state, file) : [];
  const lines = changeLines(changes, MOST_LINES).map((line) => `\n  ${line}`);
  const text = `${name}: ${changedInAem(live)}: ${changed.map(({ field }) => field).join(", ")}${lines.join("")}`;
  await (changes.some((change) => change.class === "breaking") ? run.voice.warn(text) : run.voice.note(text));
}

const MOST_LINES = 20;

function changedInAem({ lastChange }: LiveDataSource): string {
  return `changed in AEM since the last run${lastChange === undefined ? "" : `, last ${excerpt(lastChange)}`}`;
}

/** Of AEM's file, once its meaning is another or the state knows none; else of what we wrote, which tells other bytes. */
function seenSha256({ sha256, api }: State, seen: Api | undefined, file: SeenFile): string | undefined {
  const live = typeof file === "object" ? file.document.sha256 : undefined;
  const sameMeaning = seen !== undefined && api !== undefined && beforeComma(seen.digest) === beforeComma(api.digest);
  return sha256 === undefined || !sameMeaning ? (live ?? sha256) : sha256;
}

function parseId(id: string): { container: string; name: string } {
  const place = parsePath(id);
  if (place) return place;
  throw new DataSourceError(
    "input-invalid",
    `"${excerpt(id)}" is no path of a data source`,
    "Give its path, as in /conf/global/settings/cloudconfigs/fdm/salesforce",
  );
}

/** The inputs among the outputs that no look at AEM can tell. */
function inputsIn(state: State): Raw {
  const { container, name, path, origin, product, connection, tokenCheck, onBreakingSwagger, adopt, owner } = state;
  const inputs = { container, name, path, origin, product, connection, tokenCheck, onBreakingSwagger, adopt, owner };
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
