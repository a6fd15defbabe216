import { spelledTokenCheck } from "./tokenModes";
import { isRecord, isUnknown, type PropertyValue, Secret } from "./values";

/** What differs between two views of a data source. Pure, and one for all: the engine's diff, drift, update, read-back. */

/** The fields of a data source by which two views of it are compared; both the inputs and the outputs have them. */
export type View = Readonly<Record<string, unknown>>;

export interface Difference {
  /** As the program spells it: `title`, `oauth2.tokenUrl`, `extraProperties.count`. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Ends every value by which a read tells the engine of drift that has no value of its own, as in "3, saved again in
 * AEM". Such a text always counts as a difference, and `check` never carries it over.
 */
export const IN_AEM = " in AEM";

export function saysInAem(value: unknown): boolean {
  return typeof value === "string" && value.endsWith(IN_AEM);
}

/** The value itself, where a text about AEM was put behind it: "3" of "3, saved again in AEM". */
export function beforeComma(value: number | string): string {
  return String(value).split(",")[0] ?? "";
}

/** Field by field. What only this client knows (`connection`, `tokenCheck`, …) counts too: the state remembers it. */
export function differences(before: View, after: View): Difference[] {
  const [old, wanted] = [comparable(before), comparable(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])]
    .filter((field) => !same(old.get(field), wanted.get(field)))
    .map((field) => ({ field, before: old.get(field), after: wanted.get(field) }));
}

/** What only this client does otherwise from now on: nothing that the author could be asked or told. */
export function changesClientOnly(before: View, after: View): boolean {
  const fields = differences(before, after).map(({ field }) => field);
  const clients = ["connection", "tokenCheck", "onBreakingSwagger", "adopt", ...(after.publish ? [] : ["publish"])];
  return fields.length > 0 && fields.every((field) => clients.includes(field));
}

/** The inputs whose change means another page; only they can be named to the engine as reasons of a replacement. */
export function identityChanges(before: View, after: View): string[] {
  if (isUnknown(after.path) || same(before.path, after.path)) return [];
  return ["container", "name", "path"].filter((key) => !same(before[key], after[key]));
}

/** Equal, however AEM spells it: a list of one and its member, a number and its digits. Unknown equals nothing. */
export function sameProperty(live: PropertyValue | undefined, wanted: PropertyValue | undefined): boolean {
  const list = (value: PropertyValue | undefined) => (value === undefined ? [] : [value].flat().map(String));
  return same(list(live), list(wanted));
}

function comparable(view: View): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  const put = (field: string, value: unknown) => {
    if (value !== undefined) fields.set(field, value);
  };
  for (const key of ["path", "origin", "title", "serviceEndPoint", "product", "connection"]) {
    put(key, view[key]);
  }
  for (const group of ["oauth2", "extraProperties"]) {
    const members = view[group];
    if (!isRecord(members)) put(group, members);
    else for (const [key, value] of Object.entries(members)) put(`${group}.${key}`, value);
  }
  put("tokenCheck", spelledTokenCheck(view.tokenCheck));
  put("onBreakingSwagger", view.onBreakingSwagger === "warn" ? undefined : view.onBreakingSwagger);
  put("adopt", view.adopt || undefined); // not to take over is not to say so
  put("publish", view.publish || undefined); // not to publish is not to say so
  put("swagger", fileName(view.swagger));
  put("api.digest", isRecord(view.api) ? view.api.digest : view.api);
  // A number that merely differs is no reason to do anything; that the state holds none is.
  put("secretRevision", typeof view.secretRevision === "number" ? "a whole number" : (view.secretRevision ?? "none"));
  // Only drift has one. The owner is not looked at: a renamed stack or resource is no change of the data source.
  put("marker", view.marker);
  return fields;
}

/** The name under which a Swagger file is stored in AEM. Its folder on this machine is nobody's business. */
export function fileName(swagger: unknown): unknown {
  if (!isRecord(swagger)) return swagger;
  const { file, inline } = swagger;
  return typeof file === "string" ? file.split(/[\\/]/).at(-1) : (file ?? inline);
}

function same(a: unknown, b: unknown): boolean {
  if (isUnknown(a) || isUnknown(b)) return false;
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.equals(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  return Object.is(a, b);
}
