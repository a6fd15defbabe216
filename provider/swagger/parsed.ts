import type { Finding, Path } from "./problem";

/** A text that a parser has read. */
export interface Parsed {
  /** Undefined where `faults` hold an error. */
  readonly value: unknown;
  /** What the format itself has to say: each with its offset in the text, counted in UTF-16 units. */
  readonly faults: readonly Fault[];
  /** Where the value at `path` begins, or its name; where there is no such value, its nearest ancestor. */
  locate(path: Path): number;
}

export interface Fault {
  readonly finding: Finding;
  readonly offset: number;
}

/** A part of a text's tree, as a member of another. */
export interface Member<Node> {
  /** Where it begins, or its name. */
  readonly offset: number;
  readonly value: Node;
}

/** The members of each part are listed once, however many paths lead through it: a long list may have a fault in each. */
export function locator<Node extends object>(
  top: () => Member<Node> | undefined,
  membersOf: (node: Node) => ReadonlyMap<string, Member<Node>>,
): (path: Path) => number {
  const listed = new Map<Node, ReadonlyMap<string, Member<Node>>>();
  return (path) => {
    let found = top();
    for (const step of path) {
      if (found === undefined) break;
      const members = listed.get(found.value) ?? membersOf(found.value);
      listed.set(found.value, members);
      const next = members.get(String(step));
      if (next === undefined) break;
      found = next;
    }
    return found?.offset ?? 0;
  };
}

export function duplicateKey(path: Path, offset: number): Fault {
  const message = "this key stands here a second time";
  const remedy = "Remove the wrong one: readers take one of the two without a word.";
  return { finding: { severity: "error", code: "swagger-duplicate-key", message, remedy, path }, offset };
}
