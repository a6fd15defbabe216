import type { LiveDataSource, LiveSecret } from "./aem/dataSource";
import { parseMarker } from "./aem/marker";
import { type DataSourceFields, defaultProduct, fieldOf, propertiesOf } from "./aem/productTable";
import { fileName, IN_AEM, sameProperty } from "./changes";
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
  readonly owner: string;
  /** The marker's id from our own create; undefined when this state never made one. */
  readonly markerId: string | undefined;
  readonly secretRevision: number | string | undefined;
  /** Digest of the ciphertext that our own last write left; undefined when any is right. */
  readonly secretWitness: string | undefined;
  readonly api: Api | undefined;
  readonly sha256: string | undefined;
}

/**
 * What is expected of AEM by a state, or by what is wanted. A state that knows little (`RestDataSource.get`, a partial
 * failure, an import) expects what `live` holds.
 */
export function expectedOf(source: State & { name: string; origin: string }, live?: LiveDataSource): Expected {
  const held = (wanted: keyof DataSourceFields) => (live && heldField(live, wanted)) ?? "";
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
    owner: source.owner ?? live?.marker?.owner ?? "",
    markerId: parseMarker(source.managedBy)?.id,
    secretRevision: source.secretRevision,
    secretWitness: source.secretWitness,
    api: source.api,
    sha256: source.sha256,
  };
}

/** The Swagger file as AEM holds it: parsed, or why not. Undefined where nobody looked. */
export type SeenFile = CheckedSwagger | "removed" | "not what was sent" | "not readable as a Swagger file" | undefined;

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
 * The inputs that would have made the data source as AEM holds it. Equal to what was expected where AEM is as it should
 * be; where AEM's value has no argument, a text that ends in "in AEM" stands for it.
 */
export function observe(expected: Expected, live: LiveDataSource, file: SeenFile) {
  const field = (wanted: keyof DataSourceFields) => heldField(live, wanted);
  const storedName = field("fileName");
  return {
    title: field("title"),
    serviceEndPoint: field("serviceEndPoint"),
    swagger:
      storedName === fileName(expected.swagger) ? expected.swagger : { file: `${storedName ?? "no file"},${IN_AEM}` },
    oauth2: {
      clientId: field("clientId"),
      clientSecret: expected.oauth2.clientSecret,
      tokenUrl: field("tokenUrl"),
      scope: field("scope"),
    },
    extraProperties: observedExtras(expected, live),
    owner: observedOwner(expected, live),
    secretRevision: observedRevision(expected, live.secret),
    api: observedApi(expected, file),
  };
}

function heldField(live: LiveDataSource, field: keyof DataSourceFields): string | undefined {
  const value = [...live.properties].find(([property]) => fieldOf(property) === field)?.[1];
  return value === undefined ? undefined : String(value);
}

/**
 * Constants of the product table that AEM holds otherwise appear as the extra properties that would make them so.
 * Undefined, not empty, when there are none, since that is what a program says that gives none.
 */
function observedExtras(expected: Expected, live: LiveDataSource): Record<string, PropertyValue> | undefined {
  const extras: Record<string, PropertyValue> = {};
  for (const [property, wanted] of propertiesOf(fieldsOf(expected), expected.product, expected.extraProperties)) {
    const field = fieldOf(property);
    if (field !== undefined && field !== "name") continue;
    const value = live.properties.get(property);
    if (!sameProperty(value, wanted)) extras[property] = value ?? `removed${IN_AEM}`;
    else if (Object.hasOwn(expected.extraProperties, property)) extras[property] = wanted;
  }
  return Object.keys(extras).length > 0 ? extras : undefined;
}

function observedOwner(expected: Expected, { marker }: LiveDataSource): string {
  if (expected.markerId === undefined || marker?.id === expected.markerId) return expected.owner;
  return marker === undefined ? `nobody,${IN_AEM}` : `${marker.owner},${IN_AEM}`;
}

function observedRevision(expected: Expected, secret: LiveSecret): number | string | undefined {
  const number = String(expected.secretRevision ?? "none").split(",")[0];
  if (typeof secret === "string") return `${number}, ${secret}${IN_AEM}`;
  if (expected.secretWitness === undefined || secret.witness === expected.secretWitness) return expected.secretRevision;
  return `${number}, saved again${IN_AEM}`;
}

function observedApi(expected: Expected, file: SeenFile): Api | undefined {
  if (file === undefined) return expected.api;
  const none: Api = { digest: "", title: "", version: "", operations: {} };
  if (typeof file === "string") return { ...(expected.api ?? none), digest: `${file}${IN_AEM}` };
  const { document, api } = file;
  if (api.digest !== expected.api?.digest || document.sha256 === expected.sha256) return api;
  return { ...api, digest: `${api.digest}, other bytes${IN_AEM}` };
}
