import { invalid, NotEmulated } from "./refusal";

/** A date keeps the offset it was written with: the JSON rendering shows it in that offset. */
export interface Moment {
  epoch: number;
  offsetMinutes: number;
}

export function now(): Moment {
  return { epoch: Date.now(), offsetMinutes: 0 };
}

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?))?(?:Z|([+-])(\d{2})(:?)(\d{2}))?$/;
const GERMAN = /^(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}:\d{2}:\d{2}))?$/;
const RENDERED = /^\w{3} \w{3} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT[+-]\d{4}$/;

/** Only ISO 8601 in its strict form keeps its offset; of the others the server, which is in GMT here, knows the time alone. */
export function parseMoment(source: string): Moment {
  const moment = RENDERED.test(source) ? { epoch: Date.parse(source), offsetMinutes: 0 } : parseNumbers(source);
  if (!Number.isNaN(moment.epoch)) return moment;
  // Java reads as much as it understands, and carries over what is too much: the 45th of the 13th month is a date.
  if (/^\d+[-.]\d+[-.]\d+/.test(source)) throw new NotEmulated(`the date ${source}`);
  throw invalid(`Invalid date ${source}`);
}

function parseNumbers(source: string): Moment {
  const [, day, month, year, clock = "00:00:00"] = GERMAN.exec(source) ?? [];
  if (day !== undefined) return { epoch: Date.parse(`${year}-${month}-${day}T${clock}Z`), offsetMinutes: 0 };
  const [, date, time = "00:00:00", sign = "+", hours = "00", colon, minutes = "00"] = ISO_8601.exec(source) ?? [];
  const epoch = Date.parse(`${date}T${time}${sign}${hours}:${minutes}`);
  const offset = colon === "" ? 0 : Number(hours) * 60 + Number(minutes);
  return { epoch, offsetMinutes: sign === "-" ? -offset : offset };
}

/** "2026-11-24T00:14:47.123+01:00" */
export function toIso({ epoch, offsetMinutes }: Moment): string {
  const local = new Date(epoch + offsetMinutes * 60_000).toISOString().replace("Z", "");
  return offsetMinutes === 0 ? `${local}Z` : `${local}${offsetOf(offsetMinutes, ":")}`;
}

/** "Tue Nov 24 2026 00:14:47 GMT+0100": the JSON rendering loses the milliseconds. */
export function formatMoment({ epoch, offsetMinutes }: Moment): string {
  const [weekday, day, month, year, time] = new Date(epoch + offsetMinutes * 60_000).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${year} ${time} GMT${offsetOf(offsetMinutes, "")}`;
}

function offsetOf(minutes: number, separator: string): string {
  const size = Math.abs(minutes);
  const digits = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, "0")).join(separator);
  return `${minutes < 0 ? "-" : "+"}${digits}`;
}
