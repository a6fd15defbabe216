import type { LiveDataSource, Write } from "./aem/dataSource";
import type { Marker } from "./aem/marker";
import { fieldOf, inTable, propertiesOf } from "./aem/productTable";
import { fileName, sameProperty } from "./changes";
import type { State, Wanted } from "./inputs";
import { expectedOf, fieldsOf } from "./observed";
import type { CheckedSwagger } from "./swagger/documents";

/** What one write will send. Pure: the author was asked before and is written to after. */
export interface Plan {
  readonly write: Write;
  /** The Swagger file in it, with its meaning. */
  readonly swagger: CheckedSwagger | undefined;
}

/** Everything that makes the data source, for a page that is not there, or that is taken over as `before`. */
export function planWhole(
  wanted: Wanted,
  swagger: CheckedSwagger,
  marker: Marker,
  before: LiveDataSource | "absent",
): Plan {
  const { clientSecret } = wanted.oauth2;
  const set = target(wanted);
  const there = before === "absent" ? [] : [...before.properties.keys()];
  const remove = there.filter((name) => !set.has(name) && inTable(name));
  return { write: { set, remove, secret: clientSecret, file: upload(wanted, swagger), marker }, swagger };
}

/**
 * Only what differs from the node as it is now. The secret goes along when it changed, when the state says that the last
 * write of it did not succeed, or when AEM's ciphertext is not the one of our own last write; never otherwise.
 */
export async function planDifference(
  wanted: Wanted,
  state: State,
  live: LiveDataSource,
  marker: Marker,
  swaggerOf: () => Promise<CheckedSwagger>,
): Promise<Plan> {
  const properties = target(wanted);
  const formerly = target({ ...state, name: wanted.name, origin: wanted.origin });
  const set = new Map([...properties].filter(([name, value]) => !sameProperty(live.properties.get(name), value)));
  // What we wrote and is no longer asked for, and what has an argument that the program leaves out.
  const ours = (name: string) => formerly.has(name) || fieldOf(name) !== undefined;
  const remove = [...live.properties.keys()].filter((name) => !properties.has(name) && ours(name));
  const { clientSecret } = wanted.oauth2;
  const sendSecret =
    !clientSecret.equals(state.oauth2?.clientSecret) ||
    !Number.isInteger(state.secretRevision) ||
    typeof live.secret === "string" ||
    live.secret.witness !== state.secretWitness;
  // Under another name the same meaning may be in another format, and AEM may go by the name.
  const renamed = fileName(state.swagger) !== fileName(wanted.swagger);
  const sendFile = state.api?.digest !== wanted.api.digest || renamed || !live.hasFile;
  const swagger = sendFile ? await swaggerOf() : undefined;
  const writesAnyway = set.size > 0 || remove.length > 0 || sendSecret || sendFile;
  // A marker that only tells an older owner (renamed stack or resource) waits for a write that is needed anyway.
  const sendMarker = live.marker?.id !== marker.id || (writesAnyway && live.marker.owner !== marker.owner);
  const write = {
    set,
    remove,
    ...(sendSecret ? { secret: clientSecret } : {}),
    ...(swagger ? { file: upload(wanted, swagger) } : {}),
    ...(sendMarker ? { marker } : {}),
  };
  return { write, swagger };
}

export function isEmpty({ set, remove, secret, file, marker }: Write): boolean {
  return set.size === 0 && remove.length === 0 && !secret && !file && !marker;
}

function target(source: State & { name: string; origin: string }) {
  const expected = expectedOf(source);
  return propertiesOf(fieldsOf(expected), expected.product, expected.extraProperties);
}

function upload(wanted: Wanted, { document }: CheckedSwagger) {
  const mediaType = document.format === "json" ? "application/json" : "application/yaml";
  return { fileName: String(fileName(wanted.swagger)), mediaType, bytes: document.bytes };
}
