import { isRecord } from "../values";

/** References within one document (RFC 6901 in a URI fragment). No other document is ever looked at. */

/** The target of a `$ref` here, as the document spells it. */
export function referenceOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value.$ref === "string" ? value.$ref : undefined;
}

/** Where the references of a document lead. Documents are never changed, and live no longer than what is known of them. */
const ends = new WeakMap<object, Map<string, unknown>>();

/**
 * The value itself, or what its references lead to; undefined where they lead nowhere, or in a circle. Each way is gone
 * once, however many begin on it.
 */
export function resolve(content: object, value: unknown): unknown {
  const known = ends.get(content) ?? new Map<string, unknown>();
  ends.set(content, known);
  const passed = new Set<string>();
  let found = value;
  for (let reference = referenceOf(found); reference !== undefined; reference = referenceOf(found)) {
    if (known.has(reference)) found = known.get(reference);
    else if (passed.has(reference)) found = undefined;
    else {
      passed.add(reference);
      found = lookUp(content, reference);
    }
  }
  for (const reference of passed) known.set(reference, found);
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
