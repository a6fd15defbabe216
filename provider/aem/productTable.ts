import { PRODUCTS, type Product, type PropertyValue } from "../values";

/** What a data source says, in our words; the product table turns it into the properties of its node. */
export interface DataSourceFields {
  readonly name: string;
  readonly title: string;
  /** Name under which the Swagger file was uploaded, without folders. */
  readonly fileName: string;
  readonly serviceEndPoint: string;
  readonly clientId: string;
  readonly tokenUrl: string;
  readonly scope: string | undefined;
}

export type Properties = ReadonlyMap<string, PropertyValue>;

export interface Row {
  readonly property: string;
  /** A field of ours, which has an argument of its own, or a constant, which `extraProperties` may replace. */
  readonly holds: keyof DataSourceFields | { readonly constant: string };
  /** The products that have it. */
  readonly products: readonly Product[];
  /** Where the name was seen; none of it was confirmed on a running AEM by this project. */
  readonly evidence: string;
}

const TWO_EXPORTS = "in Adobe's project archetype and in a package exported from AEM 6.5";

/** One table for all products: the place to change when a real AEM shows another name. */
const TABLE: readonly Row[] = [
  { property: "jcr:title", holds: "title", products: PRODUCTS, evidence: TWO_EXPORTS },
  { property: "name", holds: "name", products: PRODUCTS, evidence: TWO_EXPORTS },
  {
    property: "sling:resourceType",
    holds: { constant: "fd/fdm/gui/components/admin/fdmcloudservice/rest" },
    products: PRODUCTS,
    evidence: TWO_EXPORTS,
  },
  { property: "dataSourceType", holds: { constant: "REST" }, products: PRODUCTS, evidence: TWO_EXPORTS },
  {
    property: "restfulService",
    holds: { constant: "swagger" },
    products: ["aemcs"],
    evidence: "one third-party note on the cloud service",
  },
  { property: "swaggerSource", holds: { constant: "swaggerFile" }, products: PRODUCTS, evidence: TWO_EXPORTS },
  { property: "filename", holds: "fileName", products: PRODUCTS, evidence: TWO_EXPORTS },
  {
    property: "serviceEndPoint",
    holds: "serviceEndPoint",
    products: PRODUCTS,
    evidence: "in the 6.5 export; that scheme, host and base path are joined in it is inferred",
  },
  { property: "authenticationType", holds: { constant: "OAuth 2.0" }, products: PRODUCTS, evidence: TWO_EXPORTS },
  { property: "selectAuthentication", holds: { constant: "OAuth 2.0" }, products: PRODUCTS, evidence: TWO_EXPORTS },
  {
    property: "grant_type",
    holds: { constant: "client_credentials" },
    products: PRODUCTS,
    evidence: "on a sibling Forms configuration (Marketo) only",
  },
  { property: "client_id", holds: "clientId", products: PRODUCTS, evidence: "on sibling Forms configurations" },
  { property: "access_token_uri", holds: "tokenUrl", products: PRODUCTS, evidence: "in Adobe's project archetype" },
  {
    property: "authorization_scope",
    holds: "scope",
    products: PRODUCTS,
    evidence: "a field of the wizard; with this grant not confirmed",
  },
  { property: "location", holds: { constant: "header" }, products: PRODUCTS, evidence: TWO_EXPORTS },
  { property: "selectHeader", holds: { constant: "Authorization Bearer" }, products: PRODUCTS, evidence: TWO_EXPORTS },
];

/** Written by ways of their own: encrypted, as a file, as the marker. */
export const SECRET_PROPERTY = "client_secret";
export const FILE_NODE = "swaggerFile";
export const MARKER_PROPERTY = "managedBy";

/** The properties of a data source's `jcr:content`, but for the secret, the file and the marker. */
export function propertiesOf(
  fields: DataSourceFields,
  product: Product,
  extraProperties: Readonly<Record<string, PropertyValue>> = {},
): Properties {
  const properties = new Map<string, PropertyValue>();
  for (const { property, holds } of rowsOf(product)) {
    const value = typeof holds === "string" ? fields[holds] : holds.constant;
    if (value !== undefined) properties.set(property, value);
  }
  for (const [property, value] of Object.entries(extraProperties)) properties.set(property, value);
  return properties;
}

/** What is written for a product, row by row. */
export function rowsOf(product: Product): readonly Row[] {
  return TABLE.filter(({ products }) => products.includes(product));
}

/** The field of ours that a property holds; undefined for a constant and for what the table does not know. */
export function fieldOf(property: string): keyof DataSourceFields | undefined {
  const holds = TABLE.find((row) => row.property === property)?.holds;
  return typeof holds === "string" ? holds : undefined;
}

/** What stands on a node beside what we write: neither in the table nor among `ours`, nor a server's own. */
export function unknownProperties(properties: Properties, ours: readonly string[]): string[] {
  const known = new Set([...TABLE.map(({ property }) => property), ...ours]);
  return [...properties.keys()].filter((property) => !known.has(property) && !/^(jcr|cq|sling):/.test(property));
}

/** Whether the product table writes this property, for any product. */
export function inTable(property: string): boolean {
  return TABLE.some((row) => row.property === property);
}

const PLAIN_NAME = /^(?:[A-Za-z][\w-]*:)?[A-Za-z_][\w.-]*$/;

/** Why a property can't be one of `extraProperties`; undefined when it can. */
export function refusedExtraProperty(property: string): string | undefined {
  if (!PLAIN_NAME.test(property) || property.includes("..") || property === "__proto__")
    return "is no plain property name";
  if (fieldOf(property) !== undefined) return "has an argument of its own";
  if ([SECRET_PROPERTY, FILE_NODE, MARKER_PROPERTY].includes(property)) return "is written by the provider itself";
  // The whole prefixes: what the repository does not protect of them, AEM keeps for itself.
  if (/^(jcr|rep|oak):/.test(property)) return "belongs to JCR";
  return undefined;
}

/** The product when the program names none: by the author's host, never by a question to the network. */
export function defaultProduct(origin: string): Product {
  return new URL(origin).hostname.endsWith(".adobeaemcloud.com") ? "aemcs" : "aem65";
}
