import { DataSourceError } from "../errors";
import { isRecord, type PropertyValue, type Secret } from "../values";
import type { Json } from "./answer";
import type { Author, FormField } from "./author";
import { type Encryption, type LiveSecret, liveSecret, secretFields } from "./encryption";
import { formatMarker, type Marker, parseMarker } from "./marker";
import { FILE_NODE, MARKER_PROPERTY, type Properties, SECRET_PROPERTY } from "./productTable";

/** A data source as AEM has it: a `cq:Page` whose `jcr:content` holds the properties, the secret and the Swagger file. */
export interface LiveDataSource {
  /** Every plain property of `jcr:content`, ours or not. */
  readonly properties: Properties;
  readonly secret: LiveSecret;
  readonly marker: Marker | undefined;
  /** Whether a Swagger file hangs below it. */
  readonly hasFile: boolean;
  /** Who changed the page last, and when, where the node says so. */
  readonly lastChange: string | undefined;
}

export interface SwaggerUpload {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What one POST writes. Whatever is not named stays as it is. */
export interface Write {
  readonly set: Properties;
  readonly remove: readonly string[];
  readonly secret?: Secret;
  readonly file?: SwaggerUpload;
  readonly marker?: Marker;
}

/** Everything of a data source's `jcr:content`, as Sling's JSON shows it. */
export async function readContent(author: Author, path: string): Promise<Json | "absent"> {
  const page = await author.node(path, 2);
  if (page === "absent") return "absent";
  const content = page["jcr:content"];
  if (page["jcr:primaryType"] !== "cq:Page" || !isRecord(content)) {
    throw new DataSourceError(
      "data-source-unreadable",
      `${path} on ${author.connection.origin} is no data source (${String(page["jcr:primaryType"])}${isRecord(content) ? "" : " without content"})`,
      "Look at the node in AEM: something else stands where the data source belongs. Move or delete it there.",
    );
  }
  return content;
}

export async function readDataSource(author: Author, path: string): Promise<LiveDataSource | "absent"> {
  const content = await readContent(author, path);
  if (content === "absent") return "absent";
  return {
    properties: plainProperties(content),
    secret: liveSecret(content[SECRET_PROPERTY]),
    marker: parseMarker(content[MARKER_PROPERTY]),
    hasFile: isRecord(content[FILE_NODE]),
    lastChange: lastChange(content),
  };
}

/** Whether two looks at a page show the same: all but the times, which each save changes, and the bytes of the file. */
export function sameDataSource(one: LiveDataSource, other: LiveDataSource): boolean {
  const stable = ({ properties, secret, marker, hasFile }: LiveDataSource) => {
    const named = [...properties].filter(([name]) => !/^(jcr|cq):lastModified/.test(name)).sort();
    return JSON.stringify([named, secret, marker, hasFile]);
  };
  return stable(one) === stable(other);
}

export function readSwaggerFile(author: Author, path: string): Promise<Buffer> {
  return author.file(`${path}/jcr:content/${FILE_NODE}`);
}

/**
 * One POST to the page's `jcr:content`, which is one save. The types go along each time: without them a page that
 * somebody deleted meanwhile would come back as a folder.
 */
export async function writeDataSource(
  author: Author,
  path: string,
  write: Write,
  encryption?: Encryption,
): Promise<{ created: boolean }> {
  const fields: FormField[] = [
    { name: "../jcr:primaryType", value: "cq:Page" },
    { name: "./jcr:primaryType", value: "cq:PageContent" },
    ...[...write.set].flatMap(([property, value]) => propertyFields(property, value)),
    ...write.remove.map((property) => ({ name: `./${property}@Delete`, value: "true" })),
    // Empty values: Sling fills in now and the login's name.
    { name: "./jcr:lastModified", value: "" },
    { name: "./jcr:lastModifiedBy", value: "" },
  ];
  if (write.marker) fields.push({ name: `./${MARKER_PROPERTY}`, value: formatMarker(write.marker) });
  if (write.secret) fields.push(...(await secretFields(author, write.secret, encryption)));
  if (write.file) {
    const { fileName, mediaType, bytes } = write.file;
    fields.push({ name: `./${FILE_NODE}@TypeHint`, value: "nt:file" });
    fields.push({ name: `./${FILE_NODE}`, file: { name: fileName, type: mediaType, bytes } });
  }
  return author.post(`${path}/jcr:content`, fields);
}

export async function deleteDataSource(author: Author, path: string): Promise<void> {
  await author.post(path, [{ name: ":operation", value: "delete" }]);
}

/** Takes a secret away that a server did not encrypt. */
export async function removeSecret(author: Author, path: string): Promise<void> {
  await author.post(`${path}/jcr:content`, [{ name: `./${SECRET_PROPERTY}@Delete`, value: "true" }]);
}

function propertyFields(property: string, value: PropertyValue): FormField[] {
  const name = `./${property}`;
  if (typeof value === "string") return [{ name, value }];
  if (typeof value === "object") {
    return [{ name: `${name}@TypeHint`, value: "String[]" }, ...value.map((item) => ({ name, value: item }))];
  }
  const type = typeof value === "boolean" ? "Boolean" : Number.isInteger(value) ? "Long" : "Double";
  return [
    { name, value: String(value) },
    { name: `${name}@TypeHint`, value: type },
  ];
}

/** All plain properties but the secret and the marker. */
export function plainProperties(content: Json): Properties {
  const properties = new Map<string, PropertyValue>();
  for (const [property, value] of Object.entries(content)) {
    if (property === SECRET_PROPERTY || property === MARKER_PROPERTY) continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      properties.set(property, value);
    } else if (Array.isArray(value)) {
      properties.set(property, value.map(String));
    }
  }
  return properties;
}

/** AEM's dialogs write one pair, Sling's POST the other: the younger one counts. */
function lastChange(content: Json): string | undefined {
  const changes = ["cq", "jcr"].flatMap((prefix) => {
    const [at, by] = [content[`${prefix}:lastModified`], content[`${prefix}:lastModifiedBy`]];
    return typeof at === "string" && typeof by === "string" ? [{ at, by }] : [];
  });
  const [youngest] = changes.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return youngest && `by ${youngest.by}, ${youngest.at}`;
}
