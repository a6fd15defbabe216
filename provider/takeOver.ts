import type { Author } from "./aem/author";
import type { LiveDataSource } from "./aem/dataSource";
import type { Marker } from "./aem/marker";
import { type DataSourceFields, fieldOf, unknownProperties } from "./aem/productTable";
import { DataSourceError, excerpt } from "./errors";
import type { State, Wanted } from "./inputs";
import type { SeenFile } from "./observed";
import { type Plan, planDifference, planWhole } from "./plan";
import type { Run } from "./run";
import { readSeenFile } from "./seenFile";
import { changeLines } from "./swagger/changeReport";
import { compareDocuments } from "./swagger/compareSchemas";
import type { CheckedSwagger } from "./swagger/documents";
import type { PropertyValue } from "./values";

/** A create that finds the page there already: whose it is, whether it may be taken over, and what is then written. */

export interface TakeOver {
  readonly plan: Plan;
  /** What AEM holds that the plan leaves as it is, for the outputs. */
  readonly state?: State;
}

/** Throws, before anything is written, where the page is not to be taken over. */
export async function takeOver(
  run: Run,
  author: Author,
  wanted: Wanted,
  live: LiveDataSource,
  marker: Marker,
  swagger: CheckedSwagger,
): Promise<TakeOver> {
  if (live.marker && run.markers.has(live.marker.id)) throw madeTwice(wanted);
  if (live.marker?.owner === wanted.owner) return takeOverOwn(run, wanted, live, marker, swagger);
  if (live.marker && wanted.adopt !== "overwrite") throw foreign(wanted, live.marker, WAYS_OF_A_CREATE);
  if (!wanted.adopt) throw exists(wanted);
  const file = await readSeenFile(run, author, wanted.path, live);
  const state = asIfImported(wanted, live, file);
  const plan = await planDifference(wanted, state, live, marker, async () => swagger);
  const different = differenceLines(plan, live, file, swagger);
  if (wanted.adopt === true && different.length > 0) throw differs(wanted, different);
  await tell(run, wanted, live, different);
  return { plan, state };
}

/** Stops a write to the page of another owner. After its create a page is known by the id in it, whatever its owner says. */
export function refuseForeign(wanted: Wanted, marker?: Marker, own?: Marker): void {
  if (marker === undefined || marker.id === own?.id || marker.owner === wanted.owner) return;
  // Not by `adopt`: only a create takes over, and an update after an import has no marker of its own either.
  throw foreign(wanted, marker, "choose another `name`, or destroy it there first");
}

/** What an interrupted run or a forced replacement of this very resource left: all of it is written again. */
async function takeOverOwn(
  run: Run,
  wanted: Wanted,
  live: LiveDataSource,
  marker: Marker,
  swagger: CheckedSwagger,
): Promise<TakeOver> {
  await run.voice.warn(
    `${wanted.name}: ${wanted.path} carries the marker of this very resource and is taken over (a forced replacement, or an earlier run that was cut off)${keptWords(wanted, live)}`,
  );
  return { plan: planWhole(wanted, swagger, marker, live) };
}

/**
 * What an import would have put into the state, so that the plan is that of the first update after one. A Swagger file of
 * other bytes and the same meaning counts as equal and is not uploaded: forms bind to what it says, and nobody formats in
 * the wizard as the program does. The bytes that tell drift are AEM's own from then on. The secret is left out: nobody
 * can read it, so it is sent once.
 */
function asIfImported({ product }: Wanted, { properties }: LiveDataSource, file: SeenFile): State {
  const fileName = [...properties].find(([property]) => fieldOf(property) === "fileName")?.[1] ?? "";
  const known = typeof file === "object" ? { api: file.api, sha256: file.document.sha256 } : {};
  return { product, swagger: { file: String(fileName) }, ...known };
}

const ARGUMENTS: Readonly<Record<keyof DataSourceFields, string>> = {
  name: "name",
  title: "title",
  fileName: "name of the Swagger file",
  serviceEndPoint: "serviceEndPoint",
  clientId: "oauth2.clientId",
  tokenUrl: "oauth2.tokenUrl",
  scope: "oauth2.scope",
};

/** One line for each field that the plan would change: as the program spells it, as AEM holds it, as it is wanted. */
function differenceLines(plan: Plan, live: LiveDataSource, file: SeenFile, swagger: CheckedSwagger): string[] {
  const { set, remove } = plan.write;
  const changed = [...set, ...remove.map((property) => [property, undefined] as const)];
  const lines = changed.map(([property, wanted]) => {
    const field = fieldOf(property);
    const called = field === undefined ? `extraProperties.${property}` : ARGUMENTS[field];
    return `${called}: ${shown(live.properties.get(property))} in AEM, ${shown(wanted)} wanted`;
  });
  return [...lines, ...fileLines(file, swagger)];
}

function shown(value: PropertyValue | undefined): string {
  return value === undefined ? "nothing" : excerpt(JSON.stringify(value));
}

const MOST_LINES = 10;

function fileLines(file: SeenFile, wanted: CheckedSwagger): string[] {
  if (typeof file !== "object")
    return [`swagger: ${file === "removed" ? "no file" : "a file that can't be read"} in AEM`];
  if (file.api.digest === wanted.api.digest) return [];
  const changes = compareDocuments(file.document.content, wanted.document.content);
  const lines = changeLines(changes, MOST_LINES).map((line) => `  ${line}`);
  return [`swagger: a file that says otherwise in AEM${lines.length > 0 ? "; with the wanted one" : ""}`, ...lines];
}

async function tell(run: Run, wanted: Wanted, live: LiveDataSource, different: readonly string[]): Promise<void> {
  const { name, path } = wanted;
  const kept = keptWords(wanted, live);
  if (different.length === 0 && live.marker === undefined) {
    await run.voice.note(`${name}: ${path} is taken over as it is; marker and client secret are written${kept}`);
    return;
  }
  const owner = live.marker && excerpt(live.marker.owner);
  const from = owner === undefined ? "" : ` from ${owner}, whose next update will be refused: take it out of there`;
  const lines = different.length > 0 ? `; written over:${indented(different)}` : "";
  await run.voice.warn(`${name}: ${path} is taken over${from}${kept}${lines}`);
}

function keptWords({ extraProperties = {} }: Wanted, { properties }: LiveDataSource): string {
  const kept = unknownProperties(properties, Object.keys(extraProperties));
  return kept.length > 0 ? `; properties left as they are: ${excerpt(kept.join(", "))}` : "";
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line}`).join("");
}

const WAYS_OF_A_CREATE =
  'choose another `name`, destroy it there first, or take it from its owner: `adopt: "overwrite"`';

function foreign({ path, origin }: Wanted, { owner }: Marker, ways: string): DataSourceError {
  return new DataSourceError(
    "data-source-foreign",
    `${path} on ${origin} is managed by ${excerpt(owner)}; nothing was written`,
    `One data source has one owner: ${ways}.`,
  );
}

function madeTwice({ path }: Wanted): DataSourceError {
  return new DataSourceError(
    "data-source-exists",
    `two resources of this program make ${path}`,
    "Give one of them another `name` or `container`.",
  );
}

function exists({ path, origin }: Wanted): DataSourceError {
  return new DataSourceError(
    "data-source-exists",
    `${path} exists already on ${origin}, without a marker of ours; nothing was written`,
    "If it is to be taken over, set `adopt` to true. Else choose another `name`, or delete it in AEM.",
  );
}

function differs({ path, origin }: Wanted, different: readonly string[]): DataSourceError {
  const secret = "oauth2.clientSecret: not verified, since nobody can read it; it is sent once with the take-over";
  return new DataSourceError(
    "data-source-exists",
    `${path} exists already on ${origin} and is not as it is wanted; nothing was written${indented([...different, secret])}`,
    'Make the program say what AEM holds, or write over it: `adopt: "overwrite"`.',
  );
}
