import { isRecord } from "../values";
import type { Change, CompareSchemas, Direction, SchemaChange } from "./change";
import { compareFlat, members, requiredIn } from "./compareFlat";
import { compareOperations, printable } from "./compareOperations";
import { closeReached } from "./components";
import { type DocumentSchema, operationsOf } from "./operations";
import { referenceOf, resolve } from "./reference";
import { SchemaDigests } from "./shape";

type Content = Readonly<Record<string, unknown>>;

/** The changes between two documents, their schemas included, through references and circles. */
export function compareDocuments(before: Content, after: Content): Change[] {
  const pairs = new DefinitionPairs(before, after);
  return compareOperations(operationsOf(before), operationsOf(after), pairs.compare);
}

/** Two definitions that are to be compared, as requests or responses: one object for each such pair. */
interface Pair {
  readonly before: string;
  readonly after: string;
  readonly direction: Direction;
  /** What was found in the two themselves. */
  found: Found | undefined;
  /** What was found in them and in all that they reach. */
  reached: readonly SchemaChange[] | undefined;
}

interface Found {
  readonly changes: SchemaChange[];
  /** Definitions that were met on both sides and not entered. */
  readonly next: Set<Pair>;
}

type Compared = Map<DocumentSchema, Map<DocumentSchema, readonly SchemaChange[]>>;

/** In members looked at. Two contracts of ten megabytes need less; those made to be without end are not finished. */
const MOST_WORK = 5_000_000;
const WORK_OF_PAIR = 100;
const UNFINISHED: SchemaChange = {
  kind: "schema-changed",
  class: "breaking",
  detail: "too much to be compared to its end",
};

/** More of one schema would say nothing new, and a model of hundreds of definitions refers to itself throughout. */
const MOST_CHANGES = 100;

/** Two definitions are compared once, however many operations reach them; what reaches the same is not entered at all. */
class DefinitionPairs {
  readonly #pairs = new Map<string, Pair>();
  readonly #compared: Readonly<Record<Direction, Compared>> = { request: new Map(), response: new Map() };
  #work = 0;
  readonly #digests: readonly [before: SchemaDigests, after: SchemaDigests];

  constructor(
    private readonly before: Content,
    private readonly after: Content,
  ) {
    this.#digests = [new SchemaDigests(before), new SchemaDigests(after)];
  }

  readonly compare: CompareSchemas<DocumentSchema> = (before, after, direction, at) => {
    return this.#changes(before, after, direction).map(({ detail, ...change }) => ({
      ...change,
      detail: `${at}: ${detail}`,
    }));
  };

  /** Schemas that many operations refer to are compared once. */
  #changes(before: DocumentSchema, after: DocumentSchema, direction: Direction): readonly SchemaChange[] {
    const others = this.#compared[direction].get(before) ?? new Map<DocumentSchema, readonly SchemaChange[]>();
    this.#compared[direction].set(before, others);
    const known = others.get(after);
    if (known) return known;
    const own = this.#compare(before, after, direction, []);
    for (const pair of own.next) this.#close(pair);
    const changes = all([own]);
    others.set(after, changes);
    return changes;
  }

  #close(start: Pair): void {
    const nextOf = (pair: Pair) => [...this.#foundIn(pair).next];
    closeReached(
      start,
      nextOf,
      (pair) => pair.reached !== undefined,
      (members) => {
        const reached = all(members.map((pair) => this.#foundIn(pair)));
        for (const pair of members) pair.reached = reached;
      },
    );
  }

  #foundIn(pair: Pair): Found {
    if (pair.found) return pair.found;
    const { before, after, direction } = pair;
    const place = [{ name: after.split("/").at(-1) ?? after }];
    const resolved = [resolve(this.before, { $ref: before }), resolve(this.after, { $ref: after })] as const;
    pair.found = this.#compare(...resolved, direction, place);
    return pair.found;
  }

  #pairOf(before: string, after: string, direction: Direction): Pair {
    const key = JSON.stringify([before, after, direction]);
    const known = this.#pairs.get(key);
    if (known) return known;
    this.#work += WORK_OF_PAIR;
    const pair = { before, after, direction, found: undefined, reached: undefined };
    this.#pairs.set(key, pair);
    return pair;
  }

  #compare(before: unknown, after: unknown, direction: Direction, at: Place): Found {
    const found: Found = { changes: [], next: new Set() };
    const passed = new Map<unknown, Set<unknown>>(); // by way of `allOf` a schema may contain itself
    const open = [{ old: before, now: after, place: at }];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      const { old, now, place } = step;
      const [oldName, newName] = [referenceOf(old), referenceOf(now)];
      if (oldName !== undefined && newName !== undefined) {
        if (!this.#same(oldName, newName)) found.next.add(this.#pairOf(oldName, newName, direction));
        continue;
      }
      const others = passed.get(old) ?? new Set();
      if (others.has(now)) continue;
      passed.set(old, others.add(now));
      const [was, is] = [this.#flat(this.before, old), this.#flat(this.after, now)];
      if (this.#work > MOST_WORK) {
        found.changes.push(UNFINISHED);
        break;
      }
      for (const change of compareFlat(was, is, direction, () => spelled(place))) found.changes.push(change);
      for (const next of inBoth(was, is, place).reverse()) open.push(next);
    }
    return found;
  }

  /** A schema with its references followed and its `allOf` put together: later parts count more, its own word most. */
  #flat(content: Content, schema: unknown): Content {
    const parts = new Set<Content>();
    const open = [schema];
    while (open.length > 0) {
      const own = resolve(content, open.pop());
      if (!isRecord(own) || parts.has(own)) continue;
      parts.add(own);
      if (Array.isArray(own.allOf)) for (const part of own.allOf) open.push(part);
    }
    const properties = new Map<string, unknown>();
    const required = new Set<string>();
    const whole: Record<string, unknown> = {};
    for (const part of [...parts].reverse()) {
      for (const [name, member] of members(part)) properties.set(name, member);
      for (const name of requiredIn(part)) required.add(name);
      Object.assign(whole, part);
    }
    this.#work += parts.size + properties.size;
    const { allOf: _, ...rest } = whole;
    return {
      ...rest,
      ...(properties.size > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.size > 0 ? { required: [...required] } : {}),
    };
  }

  #same(before: string, after: string): boolean {
    const [old, now] = this.#digests;
    return before === after && old.ofReference(before) === now.ofReference(after);
  }
}

/** Of all of these and of what they reach, the breaking ones first; each once, and not more than can be read. */
function all(found: readonly Found[]): SchemaChange[] {
  const changes = new Set<SchemaChange>();
  for (const { changes: own, next } of found) {
    for (const change of own) changes.add(change);
    for (const pair of next) for (const change of pair.reached ?? []) changes.add(change);
  }
  if (changes.size <= MOST_CHANGES) return [...changes];
  const sorted = [...changes].sort((one, other) => Number(breaks(other)) - Number(breaks(one)));
  const kept = sorted.slice(0, MOST_CHANGES);
  const [more] = MORE.filter((change) => sorted.slice(MOST_CHANGES).some(breaks) === breaks(change));
  return more === undefined || kept.includes(more) ? kept : [...kept, more];
}

function breaks(change: SchemaChange): boolean {
  return change.class === "breaking";
}

/** Each stands for all that there was no room for. */
const MORE: readonly SchemaChange[] = (["breaking", "compatible"] as const).map((of) => {
  return { kind: "schema-changed", class: of, detail: `and more ${of} changes` };
});

/** The way to a schema: a definition, properties, and what its lists or other members hold. */
type Place = readonly Step[];
type Step = { readonly name: string } | { readonly mark: "[]" | ".*" };

/** In steps, and in characters: long enough for a person; a schema that has no end has places without one. */
const MOST_STEPS = 100;
const MOST_IN_PLACE = 300;

function below(place: Place, step: Step): Place {
  return place.length < MOST_STEPS ? [...place, step] : place;
}

function spelled(place: Place): string {
  return place.reduce((text, step) => {
    if (text.length > MOST_IN_PLACE) return text;
    if ("mark" in step) return text + step.mark;
    return text === "" ? printable(step.name) : `${text}.${printable(step.name)}`;
  }, "");
}

/** What both have, below one level. */
function inBoth(was: Content, is: Content, place: Place) {
  const [properties, newProperties] = [members(was), members(is)];
  const named = [...properties].flatMap(([name, old]) => {
    if (!newProperties.has(name)) return [];
    return [{ old, now: newProperties.get(name), place: below(place, { name }) }];
  });
  const unnamed = (["items", "additionalProperties"] as const).flatMap((key) => {
    const mark = key === "items" ? "[]" : ".*";
    const [old, now] = [was[key], is[key]];
    return isRecord(old) && isRecord(now) ? [{ old, now, place: below(place, { mark }) }] : [];
  });
  return [...named, ...unnamed];
}
