import { type Node, parseTree, visit } from "jsonc-parser";
import { duplicateKey, type Fault, locator, type Member, type Parsed } from "./parsed";
import { MOST_FINDINGS, type Path, unreadable } from "./problem";

/**
 * JSON, with what `JSON.parse` keeps to itself: of two equal keys it takes the second without a word. Nesting has to be
 * bounded before: the second look is recursive.
 */
export function parseJson(text: string): Parsed {
  const locate = locateJson(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const offset = firstError(text);
    const finding = unreadable("not valid JSON", "Check that it is the Swagger file and whole.");
    return { value: undefined, faults: [{ finding, offset }], locate };
  }
  return { value, faults: duplicateKeys(text), locate };
}

function duplicateKeys(text: string): Fault[] {
  const open: Set<string>[] = [];
  const faults: Fault[] = [];
  visit(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (key, offset, _length, _line, _column, pathOfObject) => {
      const keys = open.at(-1);
      if (keys?.has(key) && faults.length < MOST_FINDINGS) faults.push(duplicateKey([...pathOfObject(), key], offset));
      keys?.add(key);
    },
  });
  return faults;
}

/** V8's own message quotes the document, and says the position only sometimes. */
function firstError(text: string): number {
  let first = text.length;
  const onError = (_code: number, offset: number) => {
    first = Math.min(first, offset);
  };
  visit(text, { onError }, { disallowComments: true });
  return first;
}

function locateJson(text: string): (path: Path) => number {
  let parsed: { readonly top: Node | undefined } | undefined;
  const top = () => {
    parsed ??= { top: parseTree(text) };
    return parsed.top && { offset: parsed.top.offset, value: parsed.top };
  };
  return locator(top, membersOf);
}

function membersOf({ type, children = [] }: Node): ReadonlyMap<string, Member<Node>> {
  const members = children.flatMap((child, index): [string, Member<Node>][] => {
    if (type === "array") return [[String(index), { offset: child.offset, value: child }]];
    const [key, value] = child.children ?? [];
    return key && value ? [[String(key.value), { offset: key.offset, value }]] : [];
  });
  return new Map(members);
}
