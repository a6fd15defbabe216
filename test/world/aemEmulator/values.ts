import { invalid } from "./refusal";

export type PropertyType = "String" | "Long" | "Double" | "Decimal" | "Boolean" | "Date" | "Binary";

/** A date keeps the offset it was written with: the JSON rendering shows it in that offset. */
export interface Moment {
  epoch: number;
  offsetMinutes: number;
}

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

export function now(): Moment {
  return { epoch: Date.now(), offsetMinutes: 0 };
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
  return { type: SETTABLE_TYPES.find((type) => type === name), multiple };
}

const SETTABLE_TYPES: readonly PropertyType[] = ["String", "Long", "Double", "Decimal", "Boolean", "Date"];

export function parseValue(source: string, type: PropertyType): Value {
  switch (type) {
    case "Long":
      return Number(matching(/^[+-]?\d+$/, source, type));
    case "Double":
      return Number(matching(NUMBER, source.trim(), type));
    case "Decimal":
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
  if (!pattern.test(source)) throw invalid(`Invalid value ${source} for type ${type}`);
  return source;
}

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?)?(?:Z|([+-])(\d{2}):?(\d{2}))?$/;

function parseMoment(source: string): Moment {
  const [, day, time = "00:00", seconds = ":00", sign = "+", hours = "00", minutes = "00"] =
    ISO_8601.exec(source) ?? [];
  const epoch = Date.parse(`${day}T${time}${seconds}${sign}${hours}:${minutes}`);
  if (Number.isNaN(epoch)) throw invalid(`Invalid date ${source}`);
  const offset = Number(hours) * 60 + Number(minutes);
  return { epoch, offsetMinutes: sign === "-" ? -offset : offset };
}

/** "Tue Nov 24 2026 00:14:47 GMT+0100": the JSON rendering loses the milliseconds. */
export function formatMoment({ epoch, offsetMinutes }: Moment): string {
  const [weekday, day, month, year, time] = new Date(epoch + offsetMinutes * 60_000).toUTCString().split(/,? /);
  const offset = Math.abs(offsetMinutes);
  const digits = [Math.floor(offset / 60), offset % 60].map((part) => String(part).padStart(2, "0")).join("");
  return `${weekday} ${month} ${day} ${year} ${time} GMT${offsetMinutes < 0 ? "-" : "+"}${digits}`;
}
