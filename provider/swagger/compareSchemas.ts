import { isRecord } from "../values";
import type { Change, ChangeKind, CompareSchemas, Direction, SchemaChange } from "./change";
import { compareOperations, printable } from "./compareOperations";
import { type DocumentSchema, operationsOf } from "./operations";
import { referenceOf, resolve } from "./reference";
import { bindingPart, canonical } from "./shape";

type Content = Readonly<Record<string, unknown>>;

/** The changes between two documents, their schemas included, through references and circles. */
export function compareDocuments(before: Content, after: Content): Change[] {
  const pairs = new DefinitionPairs(before, after);
  return compareOperations(operationsOf(before), operationsOf(after), pairs.compare);
}

interface Pair {
  readonly before: string;
  readonly after: string;
  readonly direction: Direction;
}

interface Found {
  readonly changes: SchemaChange[];
  /** Definitions that were met on both sides and not entered. */
  readonly next: Pair[];
}

/** Two definitions are compared once, however many operations reach them: a model of hundreds refers to itself throughout. */
class DefinitionPairs {
  readonly #found = new Map<string, Found>();

  constructor(
    private readonly before: Content,
    private readonly after: Content,
  ) {}

  readonly compare: CompareSchemas<DocumentSchema> = (before, after, direction, at) => {
    const first = this.#compare(before, after, direction, "");
    const changes = [...first.changes];
    const open = [...first.next];
    const passed = new Set<string>();
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      const key = canonical(pair);
      if (passed.has(key)) continue;
      passed.add(key);
      const found = this.#found.get(key) ?? this.#enter(pair);
      this.#found.set(key, found);
      changes.push(...found.changes);
      open.push(...found.next);
    }
    return changes.map(({ detail, ...change }) => ({ ...change, detail: `${at}: ${detail}` }));
  };

  #enter({ before, after, direction }: Pair): Found {
    const name = printable(after.split("/").at(-1) ?? after);
    return this.#compare(resolve(this.before, { $ref: before }), resolve(this.after, { $ref: after }), direction, name);
  }

  #compare(before: unknown, after: unknown, direction: Direction, at: string): Found {
    const found: Found = { changes: [], next: [] };
    const compare = (old: unknown, now: unknown, place: string): void => {
      const [oldName, newName] = [referenceOf(old), referenceOf(now)];
      if (oldName !== undefined && newName !== undefined) {
        found.next.push({ before: oldName, after: newName, direction });
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
}

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

/** A value less is one that a form may send, or wait for; a value more takes nothing away. */
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
        : change("constraint-loosened", direction === "response" && bound.startsWith("max"), what),
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
