import { isRecord } from "../values";
import type { Change, ChangeKind, CompareSchemas, Direction, SchemaChange } from "./change";
import { compareOperations, printable } from "./compareOperations";
import { closeReached } from "./components";
import { type DocumentSchema, operationsOf } from "./operations";
import { referenceOf, resolve } from "./reference";
import { bindingPart, canonical, SchemaDigests } from "./shape";

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

/** More of one schema would say nothing new, and a model of hundreds of definitions refers to itself throughout. */
const MOST_CHANGES = 100;

/** Two definitions are compared once, however many operations reach them; what reaches the same is not entered at all. */
class DefinitionPairs {
  readonly #pairs = new Map<string, Pair>();
  readonly #digests: readonly [before: SchemaDigests, after: SchemaDigests];

  constructor(
    private readonly before: Content,
    private readonly after: Content,
  ) {
    this.#digests = [new SchemaDigests(before), new SchemaDigests(after)];
  }

  readonly compare: CompareSchemas<DocumentSchema> = (before, after, direction, at) => {
    const own = this.#compare(before, after, direction, "");
    for (const pair of own.next) this.#close(pair);
    return all([own]).map(({ detail, ...change }) => ({ ...change, detail: `${at}: ${detail}` }));
  };

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
    const { before, after, direction } = pair;
    const name = printable(after.split("/").at(-1) ?? after);
    const resolved = [resolve(this.before, { $ref: before }), resolve(this.after, { $ref: after })] as const;
    pair.found ??= this.#compare(...resolved, direction, name);
    return pair.found;
  }

  #pairOf(before: string, after: string, direction: Direction): Pair {
    const key = JSON.stringify([before, after, direction]);
    const pair = this.#pairs.get(key) ?? { before, after, direction, found: undefined, reached: undefined };
    this.#pairs.set(key, pair);
    return pair;
  }

  #compare(before: unknown, after: unknown, direction: Direction, at: string): Found {
    const found: Found = { changes: [], next: new Set() };
    const compare = (old: unknown, now: unknown, place: string): void => {
      const [oldName, newName] = [referenceOf(old), referenceOf(now)];
      if (oldName !== undefined && newName !== undefined) {
        if (!this.#same(oldName, newName)) found.next.add(this.#pairOf(oldName, newName, direction));
        return;
      }
      const [was, is] = [flat(this.before, old), flat(this.after, now)];
      found.changes.push(...compareFlat(was, is, direction, place));
      const [properties, newProperties] = [members(was), members(is)];
      for (const [name, child] of properties) {
        if (newProperties.has(name)) compare(child, newProperties.get(name), join(place, printable(name)));
      }
      for (const key of ["items", "additionalProperties"]) {
        const mark = key === "items" ? "[]" : ".*";
        if (isRecord(was[key]) && isRecord(is[key])) compare(was[key], is[key], `${place}${mark}`);
      }
    };
    compare(before, after, at);
    return found;
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

/** A schema with its references followed and its `allOf` put together. */
function flat(content: Content, schema: unknown, passed: ReadonlySet<unknown> = new Set()): Content {
  const own = resolve(content, schema);
  if (!isRecord(own) || passed.has(own)) return {};
  const parts: readonly unknown[] = Array.isArray(own.allOf) ? own.allOf : [];
  let whole: Content = {};
  const { allOf: _, ...rest } = own;
  for (const part of [...parts.map((given) => flat(content, given, new Set([...passed, own]))), rest]) {
    const properties = { ...Object.fromEntries(members(whole)), ...Object.fromEntries(members(part)) };
    const required = [...requiredIn(whole), ...requiredIn(part)];
    whole = {
      ...whole,
      ...part,
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
    };
  }
  return whole;
}

/** Of one level: what lies below is compared by its own. */
function compareFlat(before: Content, after: Content, direction: Direction, at: string): SchemaChange[] {
  const change = (kind: ChangeKind, breaks: boolean, what: string): SchemaChange => {
    return { kind, class: breaks ? "breaking" : "compatible", detail: at === "" ? what : `${at} ${what}` };
  };
  const [type, newType] = [typeOf(before), typeOf(after)];
  if (type !== newType) return [change("type-changed", true, `has type ${newType}, had ${type}`)];
  return [
    ...compareFormat(before, after, change),
    ...compareProperties(before, after, direction, change),
    ...compareEnum(before, after, change),
    ...compareBounds(before, after, direction, change),
    ...compareRest(before, after, change),
  ];
}

type Make = (kind: ChangeKind, breaks: boolean, what: string) => SchemaChange;

function compareFormat({ format: before }: Content, { format: after }: Content, change: Make): SchemaChange[] {
  if (before === after) return [];
  const spelled = (format: unknown) => (format === undefined ? "none" : printable(String(format)));
  return [change("format-changed", true, `has format ${spelled(after)}, had ${spelled(before)}`)];
}

function compareProperties(before: Content, after: Content, direction: Direction, change: Make): SchemaChange[] {
  const [old, now] = [members(before), members(after)];
  const [required, newRequired] = [new Set(requiredIn(before)), new Set(requiredIn(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): SchemaChange[] => {
    const name = printable(key);
    const demanded = direction === "request" && newRequired.has(key);
    if (!now.has(key)) return [change("property-removed", true, `has no property ${name} any more`)];
    if (!old.has(key)) {
      return [change("property-added", demanded, `has property ${name} now${demanded ? ", and it is required" : ""}`)];
    }
    if (required.has(key) === newRequired.has(key)) return [];
    return newRequired.has(key)
      ? [change("property-required", direction === "request", `requires property ${name} now`)]
      : [change("property-optional", direction === "response", `does not promise property ${name} any more`)];
  });
}

/** A value less is one that a form may send, or wait for; a value more, or a longer one, takes nothing away. */
function compareEnum({ enum: before }: Content, { enum: after }: Content, change: Make): SchemaChange[] {
  const values = (list: unknown) => (Array.isArray(list) ? new Set(list.map(canonical)) : undefined);
  const [old, now] = [values(before), values(after)];
  if (now === undefined) return old === undefined ? [] : [change("enum-widened", false, "takes any value now")];
  if (old === undefined) return [change("enum-narrowed", true, "takes only listed values now")];
  const list = (from: Set<string>, without: Set<string>) => {
    const all = [...from].filter((value) => !without.has(value));
    const more = all.length > 5 ? ` and ${all.length - 5} more` : "";
    return all.length === 0 ? undefined : `${all.slice(0, 5).map(printable).join(", ")}${more}`;
  };
  const [gone, added] = [list(old, now), list(now, old)];
  return [
    ...(gone === undefined ? [] : [change("enum-narrowed", true, `has no value ${gone} any more`)]),
    ...(added === undefined ? [] : [change("enum-widened", false, `has value ${added} now`)]),
  ];
}

/** For each bound, whether a greater value leaves less room. */
const BOUNDS: Readonly<Record<string, boolean>> = {
  minimum: true,
  exclusiveMinimum: true,
  minLength: true,
  minItems: true,
  minProperties: true,
  maximum: false,
  exclusiveMaximum: false,
  maxLength: false,
  maxItems: false,
  maxProperties: false,
};

function compareBounds(before: Content, after: Content, direction: Direction, change: Make): SchemaChange[] {
  return Object.entries(BOUNDS).flatMap(([bound, greaterIsTighter]) => {
    const [old, now] = [before[bound], after[bound]];
    if (old === now) return [];
    const grew = Number(now ?? Number.NaN) > Number(old ?? Number.NaN);
    const tighter =
      old === undefined || old === false || (now !== undefined && now !== false && grew === greaterIsTighter);
    const what = `has ${bound} ${spelled(now)}, had ${spelled(old)}`;
    return [
      tighter
        ? change("constraint-tightened", direction === "request", what)
        : change("constraint-loosened", false, what),
    ];
  });
}

/** What binds and has no rule of its own: it can't be told whether a change of it is safe. */
const REST = [
  "pattern",
  "multipleOf",
  "uniqueItems",
  "oneOf",
  "anyOf",
  "not",
  "discriminator",
  "nullable",
  "collectionFormat",
];

function compareRest(before: Content, after: Content, change: Make): SchemaChange[] {
  const open = (value: unknown) => (isRecord(value) ? "some" : value !== false);
  const extra = open(before.additionalProperties) === open(after.additionalProperties) ? [] : ["additionalProperties"];
  const other = REST.filter((key) => canonical(bindingPart(before[key])) !== canonical(bindingPart(after[key])));
  return [...extra, ...other].map((key) => change("schema-changed", true, `has another ${key}`));
}

function typeOf(schema: Content): string {
  const { type, properties, items } = schema;
  if (typeof type === "string") return printable(type);
  if (type !== undefined) return printable(canonical(type));
  return isRecord(properties) ? "object" : items === undefined ? "any" : "array";
}

function members({ properties }: Content): Map<string, unknown> {
  return new Map(isRecord(properties) ? Object.entries(properties) : []);
}

function requiredIn({ required }: Content): string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

function spelled(value: unknown): string {
  return value === undefined ? "none" : printable(String(value));
}

function join(place: string, name: string): string {
  return place === "" ? name : `${place}.${name}`;
}
