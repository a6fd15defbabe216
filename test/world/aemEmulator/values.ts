import { type Moment, parseMoment } from "./moments";
import { invalid, NotEmulated, type Refusal } from "./refusal";

export type PropertyType = "String" | "Long" | "Double" | "Decimal" | "Boolean" | "Date" | "Binary";

export type Value = string | number | boolean | Moment | Buffer;

export interface Property {
  type: PropertyType;
  multiple: boolean;
  values: Value[];
}

export function single(type: PropertyType, value: Value): Property {
  return { type, multiple: false, values: [value] };
}

export function text(value: string): Property {
  return single("String", value);
}

/** What a JavaScript value becomes when somebody edits a property by hand. */
export function propertyOf(value: string | number | boolean | string[]): Property {
  if (Array.isArray(value)) return { type: "String", multiple: true, values: value };
  if (typeof value === "boolean") return single("Boolean", value);
  if (typeof value === "number") return single(Number.isInteger(value) ? "Long" : "Double", value);
  return text(value);
}

/** "Long[]" is a list of Long; a hint that JCR doesn't know counts as none. */
export function parseTypeHint(hint = ""): { type?: PropertyType; multiple: boolean } {
  const multiple = hint.endsWith("[]");
  const name = multiple ? hint.slice(0, -2) : hint;
  if (["Reference", "WeakReference", "Binary"].includes(name)) throw new NotEmulated(`@TypeHint=${name}`);
  return { type: SETTABLE_TYPES.find((type) => type === name), multiple };
}

const SETTABLE_TYPES: readonly PropertyType[] = ["String", "Long", "Double", "Decimal", "Boolean", "Date"];

export function parseValue(source: string, type: PropertyType): Value {
  switch (type) {
    case "Long":
      return parseLong(source);
    case "Double":
      return parseDouble(source);
    case "Decimal":
      if (/e/i.test(source) && NUMBER.test(source)) throw new NotEmulated("a Decimal with an exponent");
      return matching(NUMBER, source, type);
    case "Boolean":
      return source.toLowerCase() === "true"; // anything else is false, "yes" too (recorded on Apache Sling 12)
    case "Date":
      return parseMoment(source);
    case "Binary":
      return Buffer.from(source);
    case "String":
      return source;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function matching(pattern: RegExp, source: string, type: PropertyType): string {
  if (!pattern.test(source)) throw notOfType(source, type);
  return source;
}

function notOfType(source: string, type: PropertyType): Refusal {
  return invalid(`Invalid value ${source} for type ${type}`);
}

function parseLong(source: string): number {
  const value = BigInt(matching(/^[+-]?\d+$/, source, "Long").replace("+", ""));
  if (BigInt.asIntN(64, value) !== value) throw notOfType(source, "Long");
  return Number(value);
}

/** Java knows more ways to write one, some of which can be stored and then not be shown in JSON. */
function parseDouble(source: string): number {
  if (/^[+-]?(?:nan$|infinity$|0x)|\d\.?[fd]$/i.test(source.trim())) throw new NotEmulated(`the Double ${source}`);
  const value = Number(matching(NUMBER, source.trim(), "Double"));
  if (!Number.isFinite(value)) throw new NotEmulated(`the Double ${source}`);
  return value;
}

/** As Java writes it in its messages. */
export function asJava(value: Value): string {
  return typeof value === "object" && "epoch" in value
    ? `java.util.GregorianCalendar[time=${value.epoch}]`
    : String(value);
}
