import { refusedExtraProperty } from "./aem/productTable";
import { beforeComma, saysInAem } from "./changes";
import type { Run } from "./run";
import { isRecord, isUnknown, Secret, UNKNOWN } from "./values";

/** What of the old inputs lives on in the new ones. */

type Raw = Readonly<Record<string, unknown>>;

/**
 * What `ignoreChanges` brings back from the old inputs is made fit to be wanted again: what only tells of drift goes, and
 * the text of a Swagger file that the state never held stands for the API that it was.
 */
export function carryOver(run: Run, olds: Raw, news: Raw): Record<string, unknown> {
  const owner = String(news.owner);
  const { marker: _, ...given } = news;
  const emptied = isInline(news.swagger) && olds.api !== undefined ? { api: olds.api } : {};
  const name = news.name ?? olds.name ?? run.names.get(owner) ?? logicalName(owner);
  run.names.set(owner, name);
  return {
    ...given,
    ...emptied,
    name,
    ...(saysInAem(given.publish) ? { publish: true } : {}),
    ...("secretRevision" in given ? { secretRevision: wantable(given.secretRevision) } : {}),
    ...("api" in given || "api" in emptied ? { api: wantableApi(given.api ?? olds.api) } : {}),
    ...("extraProperties" in given
      ? { extraProperties: wantableExtras(olds.extraProperties, given.extraProperties) }
      : {}),
  };
}

function wantable(value: unknown): unknown {
  return typeof value === "string" && saysInAem(value) ? Number.parseInt(beforeComma(value), 10) || 0 : value;
}

function wantableApi(api: unknown): unknown {
  return isRecord(api) && typeof api.digest === "string" ? { ...api, digest: beforeComma(api.digest) } : api;
}

/** A read tells of drift in constants and names by extra properties that no program could give. */
function wantableExtras(olds: unknown, extras: unknown): unknown {
  if (!isRecord(extras)) return extras;
  const told = ([property, value]: [string, unknown]) =>
    isRecord(olds) && olds[property] === value && (saysInAem(value) || refusedExtraProperty(property) !== undefined);
  return Object.fromEntries(Object.entries(extras).filter((entry) => !told(entry)));
}

function isInline(swagger: unknown): boolean {
  return isRecord(swagger) && "inline" in swagger;
}

/** The owner is organisation/project/stack/resource; a resource's name may hold slashes itself. */
export function logicalName(owner: string): string {
  return owner.split("/").slice(3).join("/");
}

/**
 * Counts the writes of the secret, so that a rotation shows in the preview as a number and no hash of it leaves the
 * process. A number that the engine hands over (`ignoreChanges`, an import file) is kept.
 */
export function nextRevision(olds: Raw, given: Raw): unknown {
  if (given.secretRevision !== undefined) return given.secretRevision;
  const [old, wanted] = [secretOf(olds), secretOf(given)];
  if (isUnknown(wanted)) return UNKNOWN;
  const before = Number.parseInt(String(olds.secretRevision ?? 0), 10) || 0;
  const unchanged = old instanceof Secret && wanted instanceof Secret && old.equals(wanted);
  return unchanged && before > 0 && !saysInAem(olds.secretRevision) ? before : before + 1;
}

function secretOf(inputs: Raw): unknown {
  return isRecord(inputs.oauth2) ? inputs.oauth2.clientSecret : inputs.oauth2;
}
