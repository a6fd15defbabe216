import { excerpt } from "../errors";
import type { DescribedField } from "./describe";

/** What a field's type is in Swagger 2.0. Source: Object Reference, "Primitive Data Types" and "Field Types". */

export type Schema = Readonly<Record<string, unknown>>;

/** A value that comes from Salesforce, or one that is sent there. */
export type Way = "read" | "write";

type Make = (field: DescribedField, way: Way) => Schema;

const text: Make = ({ length }) => ({ type: "string", ...(length > 0 ? { maxLength: length } : {}) });
/** 15 characters, or 18 where case does not count. */
const id: Make = () => ({ type: "string", minLength: 15, maxLength: 18 });
const decimal: Make = () => ({ type: "number", format: "double" });

/** Int32 has ten digits: only fewer of them are a limit of their own. */
const int: Make = ({ digits }) => {
  const most = 10 ** digits - 1;
  const limits = digits > 0 && digits < 10 ? { minimum: -most, maximum: most } : {};
  return { type: "integer", format: "int32", ...limits };
};

/**
 * An enum where Salesforce takes nothing else, and for what is sent alone: a record may still hold a value that has been
 * taken off the list, and AEM would refuse the whole answer.
 */
const picklist: Make = (field, way) => {
  const values = activeValues(field);
  const closed = field.restrictedPicklist && way === "write" && values.length > 0;
  return closed ? { ...text(field, way), enum: values } : text(field, way);
};

/** In one order, whatever order somebody gave them in the org. */
function activeValues({ picklistValues }: DescribedField): string[] {
  return [...new Set(picklistValues.filter(({ active }) => active).map(({ value }) => value))].sort();
}

/** What is sent is the content; what is read is the path under which Salesforce serves it. */
const base64: Make = (_, way) => (way === "write" ? { type: "string", format: "byte" } : { type: "string" });

const group = (members: Readonly<Record<string, "string" | "number">>): Schema => ({
  type: "object",
  properties: Object.fromEntries(
    Object.entries(members).map(([name, type]) => [name, type === "number" ? { type, format: "double" } : { type }]),
  ),
});

const LOCATION = { latitude: "number", longitude: "number" } as const;
const ADDRESS = {
  city: "string",
  country: "string",
  countryCode: "string",
  geocodeAccuracy: "string",
  ...LOCATION,
  postalCode: "string",
  state: "string",
  stateCode: "string",
  street: "string",
} as const;

/** By the type's name in small letters, since the documentation spells some of them in two ways. */
const TYPES: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["address", () => group(ADDRESS)],
  ["anytype", () => ({ type: "string" })],
  ["base64", base64],
  ["boolean", () => ({ type: "boolean" })],
  ["byte", () => ({ type: "string" })],
  ["combobox", text],
  ["complexvalue", () => ({ type: "object" })],
  ["currency", decimal],
  ["datacategorygroupreference", text],
  ["date", () => ({ type: "string", format: "date" })],
  ["datetime", () => ({ type: "string", format: "date-time" })],
  ["double", decimal],
  ["email", text],
  ["encryptedstring", text],
  ["id", id],
  ["int", int],
  ["json", () => ({ type: "string" })],
  ["junctionidlist", () => ({ type: "array", items: { type: "string", minLength: 15, maxLength: 18 } })],
  ["location", () => group(LOCATION)],
  ["long", () => ({ type: "integer", format: "int64" })],
  ["masterrecord", id],
  // Several values in one text, with semicolons between: an enum of the single ones would refuse it.
  ["multipicklist", text],
  ["percent", decimal],
  ["phone", text],
  ["picklist", picklist],
  ["reference", id],
  ["string", text],
  ["textarea", text],
  ["time", () => ({ type: "string" })],
  ["url", text],
]);

/** Types that the schema says less of than there is to know. */
const NOTES: ReadonlyMap<string, string> = new Map([
  ["anytype", "holds values of any type, here a text"],
  ["complexvalue", "holds an object whose members Salesforce does not describe"],
]);

export function schemaOf(field: DescribedField, way: Way): Schema {
  const make = TYPES.get(field.type.toLowerCase()) ?? (() => ({ type: "string" }));
  const schema = make(field, way);
  const description = descriptionOf(field, "enum" in schema ? [] : activeValues(field));
  return { ...schema, ...(description === "" ? {} : { description }) };
}

/** Label and help, and what a list suggests where it binds nobody. */
function descriptionOf({ label, inlineHelpText }: DescribedField, values: readonly string[]): string {
  const words = [label, inlineHelpText ?? ""].filter((part) => part.trim() !== "").join(": ");
  const list = values.length === 0 ? [] : [`known values: ${values.join(", ")}`];
  return excerpt([...(words === "" ? [] : [words]), ...list].join("; "));
}

/** What a person should know of how a field's type was taken; undefined where there is nothing. */
export function noteOn({ type }: DescribedField): string | undefined {
  const key = type.toLowerCase();
  if (TYPES.has(key)) return NOTES.get(key);
  return `is of the type ${excerpt(type, 40)}, which is not known here: taken as a text`;
}
