import { parseXml, XmlElement, XmlError } from "@rgrove/parse-xml";
import { DataSourceError } from "../errors";
import { isRecord } from "../values";
import type { Json } from "./answer";

/**
 * A node as content packages hold it: FileVault's `.content.xml`, an XML of one element a node and one attribute a
 * property, with the type before the value (`{Boolean}true`), lists in brackets, and backslashes before what would be
 * taken for either (aem.md §3.1).
 */

/** JCR's types by which a value may begin. Other text in braces is a value: an encrypted one, for example. */
const TYPE =
  /^\{(String|Binary|BinaryRef|Long|Double|Decimal|Date|Boolean|Name|Path|Reference|WeakReference|URI|Undefined)\}/;

/** The node and all below it, in the shape of Sling's JSON. Throws `data-source-unreadable`; its words hold no content. */
export function parseDocView(xml: string): Json {
  // The parser expands no entities of a document's own; whoever declares some is not FileVault.
  if (/<!DOCTYPE/i.test(xml)) throw unreadable("it declares a document type, which FileVault does not");
  const root = rootOf(xml);
  if (root?.name !== "jcr:root") throw unreadable("its root is not jcr:root");
  return nodeOf(root);
}

/** The `jcr:content` in a page's file, or the whole file of a `jcr:content`. Throws as `parseDocView` does. */
export function contentOf(node: Json): Json {
  if (node["jcr:primaryType"] === "cq:PageContent") return node;
  const content = node["jcr:content"];
  if (node["jcr:primaryType"] === "cq:Page" && isRecord(content)) return content;
  throw unreadable("it holds no cq:Page with a jcr:content");
}

function rootOf(xml: string): XmlElement | null {
  try {
    return parseXml(xml).root;
  } catch (thrown) {
    // The parser's own words quote the text.
    if (thrown instanceof XmlError) throw unreadable(`it is no XML at line ${thrown.line}, column ${thrown.column}`);
    if (thrown instanceof RangeError) throw unreadable("it is nested too deeply");
    throw thrown;
  }
}

function nodeOf(element: XmlElement): Json {
  const properties = Object.entries(element.attributes)
    .filter(([name]) => name !== "xmlns" && !name.startsWith("xmlns:"))
    .map(([name, value]) => [decodeName(name), parseValue(value)] as const);
  const children = element.children.filter((child) => child instanceof XmlElement);
  return Object.fromEntries([
    ...properties,
    ...children.map((child) => [decodeName(child.name), nodeOf(child)] as const),
  ]);
}

/** Characters that XML does not take in names (ISO 9075-14): `_x0020_` is a blank. */
function decodeName(name: string): string {
  return name.replace(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The value of an attribute: text, number, boolean or a list of them. */
export function parseValue(text: string): unknown {
  const [prefix = "", type = "String"] = TYPE.exec(text) ?? [];
  const rest = text.slice(prefix.length);
  if (!rest.startsWith("[")) return typed(unescaped(rest), type);
  return items(rest.slice(1)).map((item) => typed(unescaped(item), type));
}

/** The parts between commas that no backslash stands before. `[\0]` is a list of one empty text, `[]` an empty list. */
function items(list: string): string[] {
  const parts = Array.from(list.matchAll(/\\.|[,\]]|[^\\,\]]+|\\$/gs), ([part]) => part);
  if (parts.at(-1) === "]") parts.pop();
  if (parts.length === 0) return [];
  const found = [""];
  for (const part of parts) {
    if (part === ",") found.push("");
    else found.push((found.pop() ?? "") + part);
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_, hex: string | undefined, character: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return character === "0" ? "" : (character ?? "");
  });
}

function typed(text: string, type: string): unknown {
  if (type === "Boolean") return text === "true";
  return ["Long", "Double"].includes(type) && Number.isFinite(Number(text)) ? Number(text) : text;
}

function unreadable(why: string): DataSourceError {
  return new DataSourceError(
    "data-source-unreadable",
    `the file is no .content.xml of a data source: ${why}`,
    "Take the .content.xml in the data source's own folder of an exported package.",
  );
}
