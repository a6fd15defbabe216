import { EVENT_ID, type Event, getScalarValue } from "js-yaml";
import { locator, type Member } from "./parsed";
import type { Path } from "./problem";

/** The parts of a YAML text, with where they begin: counted in UTF-16 units. */
export type YamlNode = {
  readonly offset: number;
  /** Whether a tag (`!…`) stands before it. */
  readonly tagged: boolean;
  /** Empty where it has none. */
  readonly anchor: string;
} & YamlContent;

export type YamlContent =
  | { readonly kind: "mapping"; readonly pairs: readonly (readonly [key: YamlNode, value: YamlNode])[] }
  | { readonly kind: "sequence"; readonly items: readonly YamlNode[] }
  | { readonly kind: "scalar"; readonly text: string }
  | { readonly kind: "alias"; readonly of: string };

/** The nodes at the top of each document in `text`, as `events` of the parser tell of them. */
export function yamlTrees(events: readonly Event[], text: string): YamlNode[] {
  let at = 0;
  let last = 0;
  const part = (from: number, to: number) => (from < 0 ? "" : text.slice(from, to));
  const untilEnd = <T>(read: (event: Event) => T): T[] => {
    const all: T[] = [];
    for (;;) {
      const event = events[at];
      at += 1;
      if (event === undefined || event.type === EVENT_ID.POP) return all;
      all.push(read(event));
    }
  };
  const node = (event: Event | undefined): YamlNode => {
    if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) {
      return { kind: "scalar", text: "", offset: text.length, tagged: false, anchor: "" };
    }
    const name = part(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.ALIAS) {
      return { kind: "alias", of: name, offset: event.anchorStart - 1, tagged: false, anchor: "" };
    }
    const common = { tagged: event.tagStart >= 0, anchor: name };
    if (event.type === EVENT_ID.SCALAR) {
      // An empty one stands nowhere: what stands before it tells the place.
      last = Math.max(event.valueStart, event.tagStart, last);
      return {
        kind: "scalar",
        text: getScalarValue(text, event),
        offset: event.valueStart < 0 ? last : event.valueStart,
        ...common,
      };
    }
    if (event.type === EVENT_ID.SEQUENCE) {
      return { kind: "sequence", items: untilEnd(node), offset: event.start, ...common };
    }
    const pairs = untilEnd((key) => {
      const named = node(key);
      at += 1;
      return [named, node(events[at - 1])] as const;
    });
    return { kind: "mapping", pairs, offset: event.start, ...common };
  };
  return untilDocumentsEnd();

  function untilDocumentsEnd(): YamlNode[] {
    const tops: YamlNode[] = [];
    while (at < events.length) {
      at += 1; // the document's own event
      tops.push(...untilEnd(node));
    }
    return tops;
  }
}

/** Where the value at a path begins, by its key; where there is none, its nearest ancestor. */
export function locateYaml(top: YamlNode): (path: Path) => number {
  return locator(() => ({ offset: 0, value: top }), membersOf);
}

function membersOf(node: YamlNode): ReadonlyMap<string, Member<YamlNode>> {
  if (node.kind === "sequence") {
    return new Map(node.items.map((value, index) => [String(index), { offset: value.offset, value }]));
  }
  if (node.kind !== "mapping") return new Map();
  const members = node.pairs.flatMap(([key, value]): [string, Member<YamlNode>][] => {
    return key.kind === "scalar" ? [[key.text, { offset: key.offset, value }]] : [];
  });
  return new Map(members);
}
