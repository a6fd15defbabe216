import { renderProperty } from "./jsonRendering";
import type { JcrNode } from "./repository";

/**
 * Every property of a node and of all below it, as "<path>/<property>". Files with their bytes as text, unlike in
 * Sling's JSON: what leaked into one is found as well.
 */
export function listProperties(node: JcrNode, path: string): Record<string, unknown> {
  const own = [...node.properties].map(([name, property]) => {
    const values = property.values.map((value) => (value instanceof Buffer ? value.toString("utf8") : value));
    const [key, shown] = renderProperty(name, { ...property, values });
    return [`${path}/${key}`, shown];
  });
  const below = [...node.children].flatMap(([name, child]) => Object.entries(listProperties(child, `${path}/${name}`)));
  return Object.fromEntries([[`${path}/jcr:primaryType`, node.type], ...own, ...below]);
}
