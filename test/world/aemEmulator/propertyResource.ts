import { type Answer, json } from "./answer";
import { toIso } from "./moments";
import { nodeName } from "./paths";
import type { Property, Value } from "./values";

/** A property by an address of its own, as Sling shows it: every value as a text. */
export function propertyAsJson(path: string, { multiple, values }: Property): Answer {
  const texts = values.map(asText);
  return json(200, { [nodeName(path)]: multiple ? texts : texts[0] });
}

/** Undefined for a list, of which Sling makes no text. */
export function propertyAsText({ multiple, values }: Property): Answer | undefined {
  const [value = ""] = values;
  if (multiple) return undefined;
  if (value instanceof Buffer) return { status: 200, headers: { "Content-Type": OCTETS }, body: value };
  return { status: 200, headers: { "Content-Type": "text/plain;charset=utf-8" }, body: asText(value) };
}

const OCTETS = "application/octet-stream";

function asText(value: Value): string {
  if (value instanceof Buffer) return value.toString("utf8");
  return typeof value === "object" && "epoch" in value ? toIso(value) : String(value);
}
