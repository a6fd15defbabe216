import { z } from "zod";
import { TYPE } from "./address";
import { DataSourceError, excerpt } from "./errors";
import { api } from "./inputs";
import { isRecord } from "./values";

/**
 * What a stack's state says of its data sources, read from what `pulumi stack export` prints. Only what is named here
 * is read; the state stands in a bucket or on a disk, so nothing in it is trusted.
 */

export interface StackState {
  /** As it was given on the command line. */
  readonly name: string;
  /** When the engine last saved it, ISO 8601. Undefined where nothing is deployed: never updated, or destroyed. */
  readonly lastUpdate: string | undefined;
  readonly dataSources: readonly StoredDataSource[];
  /** What an update left unfinished, in words. */
  readonly unfinished: readonly string[];
}

export interface StoredDataSource {
  /** The resource's logical name; with the types of its parents before it where the stack has another of that name. */
  readonly name: string;
  readonly outputs: StoredOutputs;
  /** Codes of the errors with which its last write ended, as in `not-published`; undefined where it went well. */
  readonly failed: readonly string[] | undefined;
}

/** Stands for a value that the engine keeps encrypted. */
export const HIDDEN = Symbol("encrypted");
export type Hidden = typeof HIDDEN;

/** The engine's mark on values that are more than they look: secrets, and kinds of which a data source has none. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

function orHidden<T extends z.ZodType>(schema: T) {
  return z.unknown().transform((value, context): z.output<T> | Hidden => {
    if (isRecord(value) && Object.hasOwn(value, SIGNATURE)) return HIDDEN;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path } of parsed.error.issues) context.issues.push({ code: "custom", path, input: value });
    return z.NEVER;
  });
}

const text = orHidden(z.string()).optional();
const property = orHidden(z.union([z.string(), z.number(), z.boolean(), z.array(orHidden(z.string()))]));

const outputsSchema = z.object({
  path: text,
  origin: text,
  title: text,
  swagger: orHidden(z.union([z.object({ file: z.string() }), z.object({ inline: z.string() })])).optional(),
  serviceEndPoint: text,
  oauth2: orHidden(z.object({ clientId: text, tokenUrl: text, scope: text })).optional(),
  product: text,
  extraProperties: orHidden(z.record(z.string(), property)).optional(),
  publish: orHidden(z.union([z.boolean(), z.string()])).optional(),
  connection: text,
  tokenCheck: orHidden(z.union([z.string(), z.object({ mode: text, onUnreachable: text })])).optional(),
  onBreakingSwagger: text,
  adopt: orHidden(z.union([z.boolean(), z.string()])).optional(),
  api: orHidden(api).optional(),
  secretRevision: orHidden(z.union([z.number(), z.string()])).optional(),
  secretWrittenAt: text,
  tokenVerdict: text,
  published: text,
  packageVersion: text,
});
export type StoredOutputs = z.output<typeof outputsSchema>;

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  external: z.boolean().optional(),
  delete: z.boolean().optional(),
  taint: z.boolean().optional(),
  initErrors: z.array(z.string()).nullish(),
  outputs: z.unknown().optional(),
});
type Resource = z.output<typeof resourceSchema>;

const exportSchema = z.object({
  deployment: z.object({
    manifest: z.object({ time: z.string() }).optional(),
    resources: z.array(resourceSchema).nullish(),
    pending_operations: z.array(z.object({ resource: resourceSchema, type: z.string() })).nullish(),
  }),
});

/** Throws a DataSourceError that names the stack where `exported` is no state, or one that somebody spoilt. */
export function readStackState(name: string, exported: string): StackState {
  const { deployment } = parsed(exportSchema, json(exported), name, "it");
  const resources = deployment.resources ?? [];
  const ours = resources.filter(({ type }) => type === TYPE);
  const own = ours.filter(({ external, delete: old }) => external !== true && old !== true);
  return {
    name,
    lastUpdate: resources.length > 0 ? instant(deployment.manifest?.time) : undefined,
    dataSources: own.map((resource) => {
      const called = nameAmong(resource, own);
      const outputs = parsed(outputsSchema, resource.outputs ?? {}, name, `data source ${excerpt(called, 120)}`);
      return { name: called, outputs, failed: failureOf(resource) };
    }),
    unfinished: [
      ...ours.filter((resource) => resource.delete).map((old) => `${shown(old)}: the old one is still to be deleted`),
      ...own.filter(({ taint }) => taint).map((tainted) => `${shown(tainted)}: tainted, the next up replaces it`),
      ...(deployment.pending_operations ?? [])
        .filter(({ resource }) => resource.type === TYPE)
        .map(({ resource, type }) => `${shown(resource)}: an update was cut off while ${excerpt(type, 40)} it`),
    ],
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    // Not to be shown: the words of this failure hold the beginning of the text.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, stack: string, what: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const place = excerpt(result.error.issues[0]?.path.join(".") ?? "", 120);
  const where = place === "" ? `${what} is none` : `${what} has at ${place} what does not belong there`;
  throw new DataSourceError(
    "stack-unreadable",
    `stack ${stack}: its state can't be read: ${where}`,
    "Look at it with `pulumi stack export`; this command may also be older than the package that wrote it.",
  );
}

/** `urn:pulumi:STACK::PROJECT::PARENT TYPES$TYPE::NAME`, where the name may hold anything. */
function partsOf({ urn }: Resource): { types: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { types, name: name.join("::") };
}

function nameAmong(resource: Resource, all: readonly Resource[]): string {
  const { types, name } = partsOf(resource);
  const alone = all.every((other) => other === resource || partsOf(other).name !== name);
  return alone ? name : `${types.slice(0, -TYPE.length)}${name}`;
}

function shown(resource: Resource): string {
  return excerpt(partsOf(resource).name, 120);
}

/** The messages themselves are not shown: what belongs to them stands in the run that failed. */
function failureOf({ initErrors }: Resource): string[] | undefined {
  if (!initErrors || initErrors.length === 0) return undefined;
  return [...new Set(initErrors.flatMap((message) => /\[([a-z]+(?:-[a-z]+)+)\]/.exec(message)?.[1] ?? []))];
}

function instant(time: string | undefined): string | undefined {
  const date = new Date(time ?? "");
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 2000 ? undefined : date.toISOString();
}
