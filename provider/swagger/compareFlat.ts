import { isRecord } from "../values";
import type { ChangeKind, Direction, SchemaChange } from "./change";
import { printable } from "./compareOperations";
import { bindingPart, canonical, textOf } from "./shape";

type Content = Readonly<Record<string, unknown>>;

/**
 * Of one level: what lies below is compared by its own. Names are made fit for a line, and `at` is asked for the place,
 * only where something is told: most of a large document is equal.
 */
export function compareFlat(before: Content, after: Content, direction: Direction, at: () => string): SchemaChange[] {
  const change = (kind: ChangeKind, breaks: boolean, what: string): SchemaChange => {
    const place = at();
    return { kind, class: breaks ? "breaking" : "compatible", detail: place === "" ? what : `${place} ${what}` };
  };
  const [type, newType] = [typeOf(before), typeOf(after)];
  if (type !== newType) {
    return [change("type-changed", true, `has type ${printable(newType)}, had ${printable(type)}`)];
  }
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
  const spelled = (format: unknown) => (format === undefined ? "none" : printable(textOf(format)));
  return [change("format-changed", true, `has format ${spelled(after)}, had ${spelled(before)}`)];
}

function compareProperties(before: Content, after: Content, direction: Direction, change: Make): SchemaChange[] {
  const [old, now] = [members(before), members(after)];
  const [required, newRequired] = [new Set(requiredIn(before)), new Set(requiredIn(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): SchemaChange[] => {
    if (old.has(key) && now.has(key) && required.has(key) === newRequired.has(key)) return [];
    const name = printable(key);
    const demanded = direction === "request" && newRequired.has(key);
    if (!now.has(key)) return [change("property-removed", true, `has no property ${name} any more`)];
    if (!old.has(key)) {
      return [change("property-added", demanded, `has property ${name} now${demanded ? ", and it is required" : ""}`)];
    }
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
    const grew = (typeof now === "number" ? now : Number.NaN) > (typeof old === "number" ? old : Number.NaN);
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
  if (typeof type === "string") return type;
  if (type !== undefined) return canonical(type);
  return isRecord(properties) ? "object" : items === undefined ? "any" : "array";
}

export function members({ properties }: Content): Map<string, unknown> {
  return new Map(isRecord(properties) ? Object.entries(properties) : []);
}

export function requiredIn({ required }: Content): string[] {
  return Array.isArray(required) ? required.map(textOf) : [];
}

function spelled(value: unknown): string {
  return value === undefined ? "none" : printable(textOf(value));
}
