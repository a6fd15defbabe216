import type { LiveDataSource } from "./aem/dataSource";
import type { LiveSecret } from "./aem/encryption";
import { parseMarker } from "./aem/marker";
import { type DataSourceFields, defaultProduct, fieldOf, propertiesOf } from "./aem/productTable";
import { isPublishedAsItIs, replicationOf } from "./aem/publish";
import { beforeComma, type Difference, differences, fileName, IN_AEM, sameProperty } from "./changes";
import type { State } from "./inputs";
import type { CheckedSwagger } from "./swagger/documents";
import type { Api } from "./swagger/summary";
import type { Product, PropertyValue, Secret } from "./values";

/** What a data source was last known or wanted to be: what AEM is looked at with. */
export interface Expected {
  readonly name: string;
  readonly title: string;
  readonly serviceEndPoint: string;
  readonly swagger: { readonly file: string } | { readonly inline: string };
  readonly oauth2: {
    readonly clientId: string;
    readonly clientSecret: Secret | undefined;
    readonly tokenUrl: string;
    readonly scope: string | undefined;
  };
  readonly product: Product;
  readonly extraProperties: Readonly<Record<string, PropertyValue>>;
  /** A text where the last publication did not succeed. */
  readonly publish: boolean | string | undefined;
  /** The marker's id from our own create; undefined when this state never made one. */
  readonly markerId: string | undefined;
  readonly secretRevision: number | string | undefined;
  /** Digest of the ciphertext that our own last write left; undefined when any is right. */
  readonly secretWitness: string | undefined;
  readonly api: Api | undefined;
  readonly sha256: string | undefined;
}

/**
 * What is expected of AEM by a state, or by what is wanted. Of the plain fields, what a state does not know
 * (`RestDataSource.get`, an import) is expected to be as `live` holds it.
 */
export function expectedOf(source: State & { name: string; origin: string }, live?: LiveDataSource): Expected {
  const held = (field: keyof DataSourceFields) => (live && heldField(live, field)) ?? "";
  const { oauth2 } = source;
  return {
    name: source.name,
    title: source.title ?? held("title"),
    serviceEndPoint: source.serviceEndPoint ?? held("serviceEndPoint"),
    swagger: source.swagger ?? { file: held("fileName") },
    oauth2: {
      clientId: oauth2?.clientId ?? held("clientId"),
      clientSecret: oauth2?.clientSecret,
      tokenUrl: oauth2?.tokenUrl ?? held("tokenUrl"),
      scope: oauth2?.scope,
    },
    product: source.product ?? defaultProduct(source.origin),
    extraProperties: source.extraProperties ?? {},
    publish: source.publish,
    markerId: parseMarker(source.managedBy)?.id,
    secretRevision: source.secretRevision,
    secretWitness: source.secretWitness,
    api: source.api,
    sha256: source.sha256,
  };
}

/** The Swagger file as AEM holds it: parsed, or why not. Undefined where nobody looked. */
export type SeenFile = CheckedSwagger | "removed" | "not readable" | "not what was sent" | undefined;

/** What AEM holds otherwise than expected, field by field. */
export function drift(expected: Expected, live: LiveDataSource, file: SeenFile): Difference[] {
  return differences({ ...expected }, { ...expected, ...observe(expected, live, file) });
}

export function fieldsOf(expected: Expected): DataSourceFields {
  return {
    name: expected.name,
    title: expected.title,
    fileName: String(fileName(expected.swagger)),
    serviceEndPoint: expected.serviceEndPoint,
    clientId: expected.oauth2.clientId,
    tokenUrl: expected.oauth2.tokenUrl,
    scope: expected.oauth2.scope,
  };
}

/**
 * The inputs that would have made the data source as AEM holds it: equal to what was expected where AEM is as it should
 * be. Where AEM's value has no argument, a text that ends in "in AEM" stands for it.
 */
export function observe(expected: Expected, live: LiveDataSource, file: SeenFile) {
  return {
    title: heldField(live, "title"),
    serviceEndPoint: heldField(live, "serviceEndPoint"),
    swagger: expected.swagger,
    oauth2: {
      clientId: heldField(live, "clientId"),
      clientSecret: expected.oauth2.clientSecret,
      tokenUrl: heldField(live, "tokenUrl"),
      scope: heldField(live, "scope"),
    },
    extraProperties: observedExtras(expected, live),
    publish: observedPublication(expected, live),
    marker: observedMarker(expected, live),
    secretRevision: observedRevision(expected, live.secret),
    api: observedApi(expected, file),
  };
}

function heldField(live: LiveDataSource, field: keyof DataSourceFields): string | undefined {
  const value = [...live.properties].find(([property]) => fieldOf(property) === field)?.[1];
  return value === undefined ? undefined : String(value);
}

/** Fields whose values stand elsewhere among the inputs; the others appear as extra properties. */
const SHOWN: readonly (keyof DataSourceFields)[] = ["title", "serviceEndPoint", "clientId", "tokenUrl", "scope"];

/**
 * What the product table writes and AEM holds otherwise appears as the extra properties that would make it so.
 * Undefined, not empty, when there are none, since that is what a program says that gives none.
 */
function observedExtras(expected: Expected, live: LiveDataSource): Record<string, PropertyValue> | undefined {
  const extras: Record<string, PropertyValue> = {};
  for (const [property, wanted] of propertiesOf(fieldsOf(expected), expected.product, expected.extraProperties)) {
    const field = fieldOf(property);
    if (field !== undefined && SHOWN.includes(field)) continue;
    const value = live.properties.get(property);
    if (!sameProperty(value, wanted)) extras[property] = value ?? `removed${IN_AEM}`;
    else if (Object.hasOwn(expected.extraProperties, property)) extras[property] = wanted;
  }
  return Object.keys(extras).length > 0 ? extras : undefined;
}

/** That the page has left publish is drift, and so is a save that was never published: by a run that was cut off. */
function observedPublication({ publish }: Expected, live: LiveDataSource): boolean | string | undefined {
  if (!publish) return publish;
  if (isPublishedAsItIs(live)) return true;
  const { action } = replicationOf(live);
  const what =
    action === "Activate" ? "saved after it was published" : action === "Deactivate" ? "deactivated" : "not published";
  return `${what}${IN_AEM}`;
}

function observedMarker({ markerId }: Expected, { marker }: LiveDataSource): string | undefined {
  if (markerId === undefined || marker?.id === markerId) return undefined;
  return marker === undefined ? `removed${IN_AEM}` : `of ${marker.owner}${IN_AEM}`;
}

function observedRevision(expected: Expected, secret: LiveSecret): number | string | undefined {
  const says = (what: string) => `${beforeComma(expected.secretRevision ?? "none")}, ${what}${IN_AEM}`;
  if (secret === "absent") return says("removed");
  if (secret === "in clear") return says("in clear");
  const ours = expected.secretWitness === undefined || secret.witness === expected.secretWitness;
  return ours ? expected.secretRevision : says("saved again");
}

function observedApi(expected: Expected, file: SeenFile): Api | undefined {
  if (file === undefined) return expected.api;
  const digest = beforeComma(expected.api?.digest ?? "none");
  if (typeof file === "string") {
    const { api = { title: "", version: "", operations: {} } } = expected;
    return { ...api, digest: `${digest}, ${file}${IN_AEM}` };
  }
  const { document, api } = file;
  const otherBytes = expected.sha256 !== undefined && document.sha256 !== expected.sha256;
  return api.digest === digest && otherBytes ? { ...api, digest: `${digest}, other bytes${IN_AEM}` } : api;
}
