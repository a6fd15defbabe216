import { isSecret } from "./aem/masking";
import { defaultProduct } from "./aem/productTable";
import { fileName, IN_AEM, saysInAem } from "./changes";
import { HIDDEN, type Hidden, type StoredDataSource, type StoredOutputs } from "./stackState";
import { spelledTokenCheck } from "./tokenModes";

/** The fields by which stages are compared, and what one state says of each. What is not listed is never shown. */

/**
 * `promoted`: the program says it, so a promotion carries it over. `own`: differs between stages by nature. `state`: what
 * the last update left. Only the first makes a difference of a comparison.
 */
export type Group = "promoted" | "own" | "state";

export interface Cell {
  /** As the state has it: foreign text, which whoever shows it makes safe. */
  readonly text: string;
  /** What is compared, where the text shows less. */
  readonly key?: string;
  /** Equal to nothing: encrypted, or a note that AEM was found otherwise. */
  readonly open?: true;
  /** Something that somebody should look at. */
  readonly trouble?: true;
}

/** As the program spells it, or with a word for the part of it that is compared. */
export interface Field {
  readonly name: string;
  readonly group: Group;
  readonly read: (dataSource: StoredDataSource) => Cell | undefined;
}

type Value = string | Hidden | undefined;

const CANNOT_BE_SHOWN = "[secret]";

function cell(value: Value): Cell | undefined {
  if (value === HIDDEN) return { text: CANNOT_BE_SHOWN, open: true };
  return value === undefined ? undefined : { text: value };
}

function field(group: Group, name: string, value: (outputs: StoredOutputs) => Cell | Value): Field {
  const read = ({ outputs }: StoredDataSource) => {
    const given = value(outputs);
    return typeof given === "object" ? given : cell(given);
  };
  return { name, group, read };
}

/** A member of a group, all of which may be encrypted. */
function of<T extends object, K extends keyof T>(group: T | Hidden | undefined, key: K): T[K] | Hidden | undefined {
  return group === HIDDEN || group === undefined ? group : group[key];
}

/** A default says nothing, as its absence does. */
function yesOrNo(value: boolean | string | Hidden | undefined): Cell | undefined {
  if (value === HIDDEN) return cell(value);
  if (typeof value === "string") return noted(value);
  return { text: value ? "yes" : "no" };
}

/** A value, or a note behind it or in its place that AEM was found otherwise. */
function noted(value: string): Cell {
  return saysInAem(value) ? { text: value, open: true, trouble: true } : { text: value };
}

/** Without login and query, which may hold what nobody should see. */
function urlCell(value: Value, part: (url: URL) => string): Cell | undefined {
  if (typeof value !== "string") return cell(value);
  if (!URL.canParse(value)) return { text: "not a URL", key: value };
  return { text: part(new URL(value)), key: part(new URL(value)) };
}

const FIELDS: readonly Field[] = [
  field("promoted", "path", ({ path }) => path),
  field("promoted", "title", ({ title }) => title),
  field("promoted", "swagger", ({ swagger }) => {
    const name = swagger === HIDDEN ? swagger : fileName(swagger);
    return name === HIDDEN || typeof name === "string" ? cell(name) : undefined;
  }),
  field("promoted", "api.digest", ({ api }) => {
    const digest = of(api, "digest");
    return typeof digest === "string" ? noted(digest) : digest;
  }),
  field("promoted", "api.title", ({ api }) => of(api, "title")),
  field("promoted", "api.version", ({ api }) => of(api, "version")),
  field("promoted", "api.operations", ({ api }) => {
    const operations = of(api, "operations");
    return typeof operations === "object" ? String(Object.keys(operations).length) : cell(operations);
  }),
  field("promoted", "serviceEndPoint.path", ({ serviceEndPoint }) => urlCell(serviceEndPoint, (url) => url.pathname)),
  field("promoted", "oauth2.scope", ({ oauth2 }) => of(oauth2, "scope")),
  field("promoted", "product", ({ product, origin }) => {
    if (product !== undefined || typeof origin !== "string" || !URL.canParse(origin)) return product;
    return defaultProduct(origin);
  }),
  field("promoted", "publish", ({ publish }) => yesOrNo(publish)),
  field("promoted", "connection", ({ connection }) => connection),
  field("promoted", "tokenCheck", ({ tokenCheck }) => {
    if (tokenCheck === HIDDEN) return tokenCheck;
    const { mode, onUnreachable } = typeof tokenCheck === "object" ? tokenCheck : { mode: tokenCheck };
    if (mode === HIDDEN || onUnreachable === HIDDEN) return HIDDEN;
    return String(spelledTokenCheck({ mode, onUnreachable }) ?? "enforce");
  }),
  field("promoted", "onBreakingSwagger", ({ onBreakingSwagger }) => onBreakingSwagger ?? "warn"),
  field("promoted", "adopt", ({ adopt }) => yesOrNo(adopt)),
  field("own", "origin", ({ origin }) => urlCell(origin, (url) => url.origin)),
  field("own", "serviceEndPoint.host", ({ serviceEndPoint }) => urlCell(serviceEndPoint, (url) => url.origin)),
  field("own", "oauth2.tokenUrl", ({ oauth2 }) => {
    return urlCell(of(oauth2, "tokenUrl"), ({ origin, pathname }) => `${origin}${pathname}`);
  }),
  field("own", "oauth2.clientId", ({ oauth2 }) => of(oauth2, "clientId")),
  { name: "lastWrite", group: "state", read: lastWrite },
  field("state", "published", ({ published }) => {
    // When, or that it was asked for and not seen to be done.
    return typeof published === "string" && Number.isNaN(Date.parse(published))
      ? { text: published, trouble: true }
      : published;
  }),
  field("state", "secretRevision", ({ secretRevision }) => {
    if (typeof secretRevision === "string") return { text: secretRevision, trouble: true };
    return typeof secretRevision === "number" ? String(secretRevision) : secretRevision;
  }),
  field("state", "secretWrittenAt", ({ secretWrittenAt }) => secretWrittenAt),
  field("state", "tokenVerdict", ({ tokenVerdict }) => {
    const good = typeof tokenVerdict !== "string" || tokenVerdict === "issued";
    return good ? tokenVerdict : { text: tokenVerdict, trouble: true };
  }),
  // No update brings two stages level here while nothing else changes, so it says when each was written, and no more.
  field("state", "packageVersion", ({ packageVersion }) => packageVersion),
];

function lastWrite({ failed }: StoredDataSource): Cell | undefined {
  if (failed === undefined) return undefined;
  const codes = failed.length === 0 ? "" : ` [${failed.join(", ")}]`;
  return { text: `failed in part${codes}`, trouble: true };
}

const EXTRA = "extraProperties";

/** What `--expect` takes: names of fields that a promotion carries over, the extra properties as one. */
export const PROMOTED: readonly string[] = [
  ...FIELDS.filter(({ group }) => group === "promoted").map(({ name }) => name),
  EXTRA,
];

/** The word by which `--expect` means a field. */
export function expectedAs(name: string): string {
  return name.startsWith(`${EXTRA}.`) ? EXTRA : name;
}

/** The fields of some data sources, with a field for each of their extra properties. */
export function fieldsFor(dataSources: readonly StoredDataSource[]): Field[] {
  const names = new Set<string>();
  let hidden = false;
  for (const { outputs } of dataSources) {
    if (outputs.extraProperties === HIDDEN) hidden = true;
    else for (const name of Object.keys(outputs.extraProperties ?? {})) names.add(name);
  }
  const whole = field("promoted", EXTRA, ({ extraProperties }) => (extraProperties === HIDDEN ? HIDDEN : undefined));
  const extras = [...names]
    .sort()
    .map((name) => field("promoted", `${EXTRA}.${name}`, (outputs) => extra(name, outputs)));
  const last = FIELDS.findLastIndex(({ group }) => group === "promoted") + 1;
  return [...FIELDS.slice(0, last), ...extras, ...(hidden ? [whole] : []), ...FIELDS.slice(last)];
}

function extra(name: string, { extraProperties }: StoredOutputs): Cell | undefined {
  if (extraProperties === undefined || extraProperties === HIDDEN || !Object.hasOwn(extraProperties, name))
    return undefined;
  const value = extraProperties[name];
  if (value === undefined || value === HIDDEN) return cell(value);
  if (typeof value !== "object") return shownExtra(name, value);
  const texts = value.filter((text) => text !== HIDDEN);
  return texts.length < value.length ? cell(HIDDEN) : shownExtra(name, texts);
}

/** They are meant to hold no secret; what looks like one all the same is compared and not shown. */
function shownExtra(name: string, value: Parameters<typeof isSecret>[1]): Cell {
  const text = [value].flat().join(", ");
  if (isSecret(name, value)) return { text: CANNOT_BE_SHOWN, key: text };
  return text === `removed${IN_AEM}` ? noted(text) : { text };
}
