import type { RecordedField } from "./form";
import { nodeName, parentPath, resolveFrom } from "./paths";
import { NotEmulated, nullPointer } from "./refusal";
import type { Upload } from "./session";

/** Everything that the fields of one POST say about one property, file or child node. */
export interface ContentItem {
  path: string;
  values: string[];
  file?: Upload;
  typeHint?: string;
  remove: boolean;
  encrypt: boolean;
}

const NOT_EMULATED = [
  "ValueFrom",
  "MoveFrom",
  "CopyFrom",
  "DefaultValue",
  "UseDefaultWhenMissing",
  "IgnoreBlanks",
  "Patch",
];

/**
 * What a POST to `target` asks for, in the order of the fields.
 * @param encryption whether something reacts to `@Encrypted`; if not, it is part of an ordinary name, as on plain Sling
 */
export function readContent(fields: readonly RecordedField[], target: string, encryption: boolean): ContentItem[] {
  const items = new Map<string, ContentItem>();
  const prefixed = fields.some(({ name }) => name.startsWith("./"));
  for (const field of fields.filter(({ name }) => isContent(name, prefixed))) {
    const { name, suffix } = splitSuffix(field.name, encryption);
    const path = resolveFrom(target, name);
    if (path === undefined) throw nullPointer('"propPath" is null'); // recorded for a name that leaves the tree
    const item = items.get(path) ?? { path, values: [], remove: false, encrypt: false };
    items.set(path, { ...item, ...contribution(item, field, suffix) });
  }
  return [...items.values()];
}

/** The primary types that the fields ask for, by the path of the node. */
export function readTypes(content: readonly ContentItem[]): Map<string, string> {
  const named = content.filter(({ path, values }) => nodeName(path) === "jcr:primaryType" && values.length > 0);
  return new Map(named.map(({ path, values }) => [parentPath(path), values[0] ?? ""]));
}

/** As soon as one name begins with "./", names without a prefix are no content any more. */
function isContent(name: string, prefixed: boolean): boolean {
  if (prefixed) return /^(\.\/|\.\.\/|\/)/.test(name);
  return name !== "" && name !== "_charset_" && !name.startsWith(":") && !name.startsWith("j_");
}

function splitSuffix(fieldName: string, encryption: boolean): { name: string; suffix?: string } {
  const [, name = fieldName, suffix = ""] = /^(.+)@([A-Za-z]+)$/.exec(fieldName) ?? [];
  if (NOT_EMULATED.includes(suffix)) throw new NotEmulated(`@${suffix}`);
  const known = suffix === "TypeHint" || suffix === "Delete" || (suffix === "Encrypted" && encryption);
  return known ? { name, suffix } : { name: fieldName };
}

function contribution(item: ContentItem, { value = "", file }: RecordedField, suffix?: string): Partial<ContentItem> {
  if (suffix === "TypeHint") return { typeHint: value };
  if (suffix === "Delete") return { remove: true };
  if (suffix === "Encrypted") return { encrypt: true };
  if (item.file || (file && item.values.length > 0)) throw new NotEmulated("several values of which one is a file");
  if (!file) return { values: [...item.values, value] };
  return file.bytes.length === 0 ? {} : { file: { bytes: file.bytes, mimeType: mimeType(file) } };
}

const TYPES_BY_EXTENSION = new Map([
  ["json", "application/json"],
  ["txt", "text/plain"],
  ["xml", "application/xml"],
]);

/** A part that only says "bytes" gets its type from the file's name, as far as Sling knows one (YAML it doesn't). */
function mimeType({ filename, contentType }: { filename: string; contentType: string }): string {
  const [sent = ""] = contentType.split(";");
  if (sent !== "" && sent !== "application/octet-stream") return sent.trim();
  return TYPES_BY_EXTENSION.get(filename.toLowerCase().split(".").pop() ?? "") ?? "application/octet-stream";
}
