import { isRecord } from "../values";

/** References within one document (RFC 6901 in a URI fragment). No other document is ever looked at. */

/** The target of a `$ref` here, as the document spells it. */
export function referenceOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value.$ref === "string" ? value.$ref : undefined;
}

/** The value itself, or what its references lead to; undefined where they lead nowhere, or in a circle. */
export function resolve(content: unknown, value: unknown): unknown {
  const passed = new Set<string>();
  let found = value;
  for (let reference = referenceOf(found); reference !== undefined; reference = referenceOf(found)) {
    if (passed.has(reference)) return undefined;
    passed.add(reference);
    found = lookUp(content, reference);
  }
  return found;
}

/** What stands at `reference`, as in `#/definitions/Lead`. */
export function lookUp(content: unknown, reference: string): unknown {
  if (reference === "#") return content;
  if (!reference.startsWith("#/")) return undefined;
  const steps = reference.slice(2).split("/").map(decode);
  return steps.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return /^\d+$/.test(step) ? at[Number(step)] : undefined;
    return isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, content);
}

function decode(step: string): string {
  const plain = step.replace(/(%[0-9a-f]{2})+/gi, (octets) => {
    return Buffer.from(octets.replaceAll("%", ""), "hex").toString("utf8");
  });
  return plain.replaceAll("~1", "/").replaceAll("~0", "~");
}
