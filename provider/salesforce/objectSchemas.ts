import { excerpt } from "../errors";
import type { DescribedField, DescribedObject } from "./describe";
import { noteOn, type Schema, schemaOf, type Way } from "./fieldTypes";

/** The schemas of one object: as it is read, as it is made, as it is changed. */
export interface ObjectSchemas {
  readonly read: Schema;
  /** Undefined where the Run As user may not, or no field takes a value. */
  readonly create: Schema | undefined;
  readonly update: Schema | undefined;
  /** One sentence each, as in `Lead.Odd__c is of the type …`. */
  readonly notes: readonly string[];
}

export function objectSchemas(object: DescribedObject, attributes: Schema): ObjectSchemas {
  const fields = usedFields(object);
  const label = excerpt(object.label, 80);
  const written = (some: readonly DescribedField[], may: boolean, description: string, required: readonly string[]) => {
    if (!may || some.length === 0) return undefined;
    return {
      type: "object",
      description,
      ...(required.length > 0 ? { required } : {}),
      properties: propertiesOf(some, "write"),
    };
  };
  const createable = fields.filter((field) => field.createable);
  const updateable = fields.filter((field) => field.updateable);
  const required = createable.filter((field) => !field.nillable && !field.defaultedOnCreate).map(({ name }) => name);
  return {
    read: {
      type: "object",
      description: `${label}, as Salesforce answers it`,
      ...(fields.some(({ name }) => name === "Id") ? { required: ["Id"] } : {}),
      properties: { attributes, ...propertiesOf(fields, "read") },
    },
    create: written(createable, object.createable, `${label}, to be created`, required),
    update: written(updateable, object.updateable, `${label}, what is to be changed`, []),
    notes: fields.flatMap((field) => {
      const note = noteOn(field);
      return note === undefined ? [] : [`${object.name}.${field.name} ${note}`];
    }),
  };
}

/**
 * A record as a query may answer it: every field of every object that can be asked for, none of them required, since the
 * statement says which. Fields that share a name and not a type are left out, and named.
 */
export function queryRecord(objects: readonly DescribedObject[], attributes: Schema) {
  const byName = new Map<string, Schema[]>();
  for (const field of objects.filter(({ queryable }) => queryable).flatMap(usedFields)) {
    byName.set(field.name, [...(byName.get(field.name) ?? []), schemaOf(field, "read")]);
  }
  const properties: [string, Schema][] = [];
  const notes: string[] = [];
  for (const [name, schemas] of [...byName].sort(([a], [b]) => inOrder(a, b))) {
    const shared = sharedSchema(schemas);
    if (shared) properties.push([name, shared]);
    else notes.push(`${name} is left out of what a query answers: its type differs from object to object`);
  }
  const record: Schema = {
    type: "object",
    description: "A record found, with the fields that the statement selects",
    properties: { attributes, ...Object.fromEntries(properties) },
  };
  return { record, notes };
}

/** By code units, so that no locale of a machine has a say. */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function usedFields({ fields }: DescribedObject): readonly DescribedField[] {
  return fields.filter((field) => !field.deprecatedAndHidden).sort((a, b) => inOrder(a.name, b.name));
}

function propertiesOf(fields: readonly DescribedField[], way: Way): Schema {
  return Object.fromEntries(fields.map((field) => [field.name, schemaOf(field, way)]));
}

/** Members that may differ and still leave one type. */
const LIMITS = { maxLength: Math.max, minimum: Math.min, maximum: Math.max } as const;
const LOOSE: readonly string[] = ["description", ...Object.keys(LIMITS)];

/** What fits all of them; undefined where they are of different types. */
function sharedSchema(schemas: readonly Schema[]): Schema | undefined {
  const kinds = schemas.map((schema) => Object.entries(schema).filter(([key]) => !LOOSE.includes(key)));
  const [kind = [], ...others] = kinds;
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(kind))) return undefined;
  const limits = Object.entries(LIMITS).flatMap(([key, widest]) => {
    const numbers = schemas.map((schema) => schema[key]).filter((value) => typeof value === "number");
    return numbers.length === schemas.length ? [[key, widest(...numbers)]] : [];
  });
  const words = [...new Set(schemas.map(({ description }) => description).filter((text) => typeof text === "string"))];
  const description = words.length > 0 ? { description: excerpt(words.join(" / ")) } : {};
  return { ...Object.fromEntries(kind), ...Object.fromEntries(limits), ...description };
}
