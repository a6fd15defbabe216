import { CORE_SCHEMA, constructFromEvents, parseEvents, YAMLException } from "js-yaml";
import { duplicateKey, type Fault, type Parsed } from "./parsed";
import { MOST_FINDINGS, type Path, unreadable } from "./problem";
import { locateYaml, type YamlNode, yamlTrees } from "./yamlTree";

export interface Bounds {
  /** Levels of nesting. */
  readonly depth: number;
  /** Values, when each alias stands for all that it means. */
  readonly values: number;
}

/**
 * YAML of the kind that JSON could say as well: no tags, no merges, no keys but texts, one document. AEM reads YAML with
 * another parser and older rules; what two parsers take in two ways is refused.
 */
export function parseYaml(text: string, bounds: Bounds): Parsed {
  try {
    const events = parseEvents(text, { maxDepth: bounds.depth });
    const [top, ...more] = yamlTrees(events, text);
    if (top === undefined) return { value: undefined, faults: [], locate: () => 0 };
    const locate = locateYaml(top);
    const faults = more.flatMap(({ offset }) => {
      return fault(
        offset,
        [],
        "a second YAML document begins here",
        "A data source has one Swagger file: keep one of them.",
      );
    });
    const found = [...faults, ...judgeTree(top, bounds.values)];
    if (found.length > 0) return { value: undefined, faults: found.slice(0, MOST_FINDINGS), locate };
    const [value] = constructFromEvents(events, { source: text, schema: CORE_SCHEMA, maxAliases: -1 });
    return { value, faults: [], locate };
  } catch (thrown) {
    if (!(thrown instanceof YAMLException)) throw thrown;
    const tooDeep = thrown.reason.startsWith("nesting");
    // The library's words may quote the document: only what stands before the first quotation is its own.
    const [why] = thrown.reason.split(/ ?["'<!]/);
    const message = tooDeep ? `nested deeper than ${bounds.depth} levels` : `neither JSON nor YAML: ${why}`;
    const remedy = "Check that it is the Swagger file and whole.";
    return { value: undefined, faults: [fault(thrown.mark?.position ?? 0, [], message, remedy)], locate: () => 0 };
  }
}

function fault(offset: number, path: Path, message: string, remedy?: string): Fault {
  return { finding: unreadable(message, remedy, path), offset };
}

/** What YAML can say and JSON can't, and aliases that grow without end. */
function judgeTree(top: YamlNode, mostValues: number): Fault[] {
  const faults: Fault[] = [];
  const refuse = (node: YamlNode, path: Path, message: string, remedy = "Write it as JSON would have it.") => {
    if (faults.length < MOST_FINDINGS) faults.push(fault(node.offset, path, message, remedy));
  };
  const sizes = new Map<string, number>(); // of what has an anchor, once it is complete
  const sizeOf = (node: YamlNode, path: Path): number => {
    if (node.tagged) refuse(node, path, "a YAML tag (!…)");
    let size = 1;
    if (node.kind === "alias") {
      const known = sizes.get(node.of);
      if (known === undefined)
        refuse(node, path, "a YAML alias (*…) of what is not complete before it", "Write it out.");
      size = known ?? 1;
    }
    if (node.kind === "sequence") {
      for (const [index, item] of node.items.entries()) size += sizeOf(item, [...path, index]);
    }
    if (node.kind === "mapping") {
      const keys = new Set<string>();
      for (const [key, value] of node.pairs) {
        const name = key.kind === "scalar" ? key.text : "";
        if (key.kind !== "scalar" || key.tagged) refuse(key, path, "a key that is no plain text");
        else if (name === "<<") refuse(key, path, "a YAML merge (<<)", "Write out what is merged.");
        else if (keys.has(name) && faults.length < MOST_FINDINGS)
          faults.push(duplicateKey([...path, name], key.offset));
        keys.add(name);
        if (key.anchor !== "") sizes.set(key.anchor, 1);
        size += sizeOf(value, [...path, name]);
      }
    }
    if (node.anchor !== "") sizes.set(node.anchor, size);
    return size;
  };
  if (sizeOf(top, []) > mostValues) {
    refuse(top, [], "its YAML aliases (*…) stand for more than can be read", "Write out what they stand for.");
  }
  return faults;
}
