import { formatMoment } from "./moments";
import type { JcrNode } from "./repository";
import type { Property, Value } from "./values";

/** A node as Sling's JSON shows it. Dates lose their milliseconds; of a binary only its length is shown, as ":name". */
export function renderNode(node: JcrNode, depth = Number.POSITIVE_INFINITY): Record<string, unknown> {
  const properties = [...node.properties].map(([name, property]) => renderProperty(name, property));
  const children = depth <= 0 ? [] : [...node.children].map(([name, child]) => [name, renderNode(child, depth - 1)]);
  return Object.fromEntries([["jcr:primaryType", node.type], ...properties, ...children]);
}

export function renderProperty(name: string, { multiple, values }: Property): [string, unknown] {
  const rendered = values.map(renderValue);
  const key = values[0] instanceof Buffer ? `:${name}` : name;
  return [key, multiple ? rendered : rendered[0]];
}

function renderValue(value: Value): unknown {
  if (value instanceof Buffer) return value.length;
  return typeof value === "object" && "epoch" in value ? formatMoment(value) : value;
}

/** The default of json.maximumresults. */
const MAXIMUM_RESOURCES = 200;

/**
 * The depths that Sling offers instead, deepest first, when the tree has too many resources at the wanted depth.
 * A depth of 0 or 1 is always answered.
 */
export function offeredDepths(node: JcrNode, depth: number): number[] | undefined {
  let level = [...node.children.values()];
  for (let count = level.length, reached = 1; level.length > 0 && reached <= depth; reached++) {
    if (count > MAXIMUM_RESOURCES && depth > 1)
      return Array.from({ length: reached }, (_, index) => reached - 1 - index);
    level = level.flatMap((child) => [...child.children.values()]);
    count += level.length;
  }
  return undefined;
}
