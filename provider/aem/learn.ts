import { excerpt } from "../errors";
import { isRecord, type Product, type PropertyValue } from "../values";
import type { Json } from "./answer";
import { plainProperties } from "./dataSource";
import { liveSecret } from "./encryption";
import { parseMarker } from "./marker";
import { isSecret } from "./masking";
import {
  type DataSourceFields,
  FILE_NODE,
  inTable,
  MARKER_PROPERTY,
  type Row,
  refusedExtraProperty,
  rowsOf,
  SECRET_PROPERTY,
} from "./productTable";

/** One configuration that the wizard made, beside what the product table would have written: the way to the truth. */

/** A property of the node. Without a value it is one that must not be shown. */
export interface Found {
  readonly property: string;
  readonly value: PropertyValue | undefined;
  /** Why `extraProperties` can't hold it; undefined when it can. */
  readonly refused: string | undefined;
}

/** What the table writes and the wizard did not. */
export interface Missing {
  readonly property: string;
  /** The constant, or what it would hold, in words. */
  readonly holds: string;
  readonly evidence: string;
  /** Properties that the table does not know and that may be it under another name. */
  readonly perhaps: readonly string[];
}

export interface Comparison {
  readonly product: Product;
  readonly unknown: readonly Found[];
  /** Constants of the table that have another value here. */
  readonly differing: readonly (Found & { readonly table: string })[];
  readonly missing: readonly Missing[];
  /** Nodes below, beside the Swagger file. */
  readonly childNodes: readonly string[];
  /** Why the comparison says little: the configuration is of another kind. Then nothing of it belongs into a program. */
  readonly otherKind: readonly string[];
  /** What is worth a second look. */
  readonly doubts: readonly string[];
}

/** A server's own, or of a moment (aem.md §8.3): never what the wizard decides. */
const VOLATILE = [/^:?jcr:(?!title$|description$)/, /^cq:(last|isD)/, /^(refresh|access)_token$/, /expir/i];

const FIELDS: Readonly<Record<keyof DataSourceFields, string>> = {
  name: "the node's name",
  title: "the title",
  fileName: "the name of the Swagger file",
  serviceEndPoint: "the service end point",
  clientId: "the client id",
  tokenUrl: "the token URL",
  scope: "the scope",
};

/** `content`: the node as Sling's JSON shows it. `withFile`: whether the Swagger file would show in it. */
export function compareWithTable(content: Json, product: Product, { withFile }: { withFile: boolean }): Comparison {
  const rows = rowsOf(product);
  const properties = [...plainProperties(content)].filter(([name]) => !VOLATILE.some((own) => own.test(name)));
  const rowOf = (name: string) => rows.find(({ property }) => property === name);
  const unknown = properties
    .filter(([name]) => rowOf(name) === undefined)
    .map(([name, value]) => found(name, value))
    .sort(byName);
  const differing = properties.flatMap(([name, value]) => {
    const holds = rowOf(name)?.holds;
    if (typeof holds !== "object" || value === holds.constant) return [];
    return [{ ...found(name, value), table: holds.constant }];
  });
  const present = new Set(properties.map(([name]) => name));
  // A scope is written only where there is one.
  const absent = rows.filter(({ property, holds }) => !present.has(property) && holds !== "scope");
  const missing = absent.map((row) => missingOf(row, properties, unknown));
  const childNodes = Object.entries(content).flatMap(([name, child]) =>
    isRecord(child) && name !== FILE_NODE ? [name] : [],
  );
  return {
    product,
    unknown,
    differing: differing.sort(byName),
    missing: [...missing, ...missingParts(content, withFile)],
    childNodes,
    otherKind: otherKind(content),
    doubts: doubtsOf(content),
  };
}

/** What a program has to add so that it writes what the wizard wrote. */
export function extraPropertiesOf({ unknown, differing, otherKind }: Comparison): [string, PropertyValue][] {
  if (otherKind.length > 0) return [];
  return [...differing, ...unknown].flatMap(({ property, value, refused }) =>
    value === undefined || refused !== undefined ? [] : [[property, value] as [string, PropertyValue]],
  );
}

/** Whether the table says what the wizard wrote. */
export function isAlike({ unknown, differing, missing, childNodes, otherKind }: Comparison): boolean {
  return [unknown, differing, missing, childNodes, otherKind].every((some) => some.length === 0);
}

function found(property: string, value: PropertyValue): Found {
  const secret = isSecret(property, value);
  const refused = secret ? "is a secret, or may be one" : refusedExtraProperty(property);
  return { property, value: secret ? undefined : value, refused };
}

function missingOf(
  { property, holds, evidence }: Row,
  properties: readonly (readonly [string, PropertyValue])[],
  unknown: readonly Found[],
): Missing {
  const same = (name: string) => name.replaceAll(/[_-]/g, "").toLowerCase();
  const isUrl = holds === "tokenUrl" || holds === "serviceEndPoint";
  const values = new Map(properties);
  const perhaps = unknown.filter(({ property: other }) => {
    return same(other) === same(property) || (isUrl && /^https?:\/\//.test(String(values.get(other))));
  });
  const words = typeof holds === "string" ? FIELDS[holds] : JSON.stringify(holds.constant);
  return { property, holds: words, evidence, perhaps: perhaps.map((other) => other.property) };
}

/** What has ways of its own into the node. */
function missingParts(content: Json, withFile: boolean): Missing[] {
  const evidence = "in a package exported from AEM 6.5";
  const part = (property: string, holds: string): Missing => ({ property, holds, evidence, perhaps: [] });
  return [
    ...(liveSecret(content[SECRET_PROPERTY]) === "absent" ? [part(SECRET_PROPERTY, "the client secret")] : []),
    ...(withFile && !isRecord(content[FILE_NODE]) ? [part(FILE_NODE, "the Swagger file, as a node")] : []),
  ];
}

const WANTED = "Make one in the wizard as RESTful service with OAuth 2.0 and the grant of client credentials.";

function otherKind(content: Json): string[] {
  const kinds: string[] = [];
  const kind = (property: string, wanted: string) => {
    const value = content[property];
    if (value === undefined || value === wanted) return;
    kinds.push(
      `${property} is ${JSON.stringify(excerpt(String(value), 80))}, not ${JSON.stringify(wanted)}. ${WANTED}`,
    );
  };
  kind("dataSourceType", "REST");
  kind("authenticationType", "OAuth 2.0");
  if (typeof content.refresh_token === "string" && content.refresh_token !== "") {
    kinds.push(`it holds a refresh token, as the authorization-code flow leaves one. ${WANTED}`);
  }
  if (parseMarker(content[MARKER_PROPERTY])) {
    kinds.push("this provider has written it, so that it shows the table and not the wizard. Take one made by hand.");
  }
  return kinds;
}

function doubtsOf(content: Json): string[] {
  const doubts: string[] = [];
  if (liveSecret(content[SECRET_PROPERTY]) === "in clear") {
    doubts.push(`${SECRET_PROPERTY} stands there in clear: whoever may read the node has it`);
  }
  if ("oAuthUrl" in content && !("grant_type" in content)) {
    doubts.push("it has an authorization URL and no grant_type: make sure that its grant is client credentials");
  }
  return doubts;
}

/** Whether the table has it, but for another product. */
export function isOfOtherProduct({ property }: Found): boolean {
  return inTable(property);
}

function byName(one: Found, other: Found): number {
  return one.property < other.property ? -1 : 1;
}
