import { z } from "zod";
import { clientSecret, endPointProblem, missingOr, text, tokenUrl, unpadded } from "./credentialRules";
import { DataSourceError, excerpt } from "./errors";
import { MODES, WHEN_UNREACHABLE } from "./tokenModes";
import { isRecord, isUnknown, PRODUCTS, Secret, type Unknown } from "./values";

/** What the engine hands over, as types: arguments of a program, inputs that `check` has made, and the state. */

/** Lets the engine's unknown through at this place; everything else must fit `schema`. */
function orUnknown<T extends z.ZodType>(schema: T) {
  return z.unknown().transform((value, context): z.output<T> | Unknown => {
    return isUnknown(value) ? value : judged(schema, value, context);
  });
}

/** The value by `schema`, or what is wrong with it, place by place. */
function judged<T extends z.ZodType>(schema: T, value: unknown, context: z.RefinementCtx): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const message = issue.code === "unrecognized_keys" ? NO_ARGUMENT : issue.message;
    for (const path of paths) context.issues.push({ code: "custom", path, message, input: value });
  }
  return z.NEVER;
}

const NO_ARGUMENT = "is no argument of a data source";
const NAME = /^[0-9A-Za-z][0-9A-Za-z_-]*$/;
// By a pipe: what is empty is not told of its letters as well.
const name = text.pipe(z.string().regex(NAME, "must be letters, digits, - and _ (no dots or slashes); set `name`"));
const container = text.pipe(
  z.string().refine(
    (value) =>
      value
        .replace(/^\/conf\//, "")
        .split("/")
        .every((segment) => NAME.test(segment)),
    'must be a folder below /conf, as in "global" or "acme/emea" (letters, digits, - and _)',
  ),
);

const serviceEndPoint = unpadded.superRefine((value, context) => {
  const problem = endPointProblem(value);
  if (problem) context.addIssue(problem);
});

const oauth2 = z.strictObject(
  {
    clientId: orUnknown(unpadded),
    clientSecret: orUnknown(clientSecret),
    tokenUrl: orUnknown(tokenUrl),
    scope: orUnknown(unpadded).optional(),
  },
  {
    error: (issue) =>
      issue.code === "invalid_type" ? missingOr("must hold clientId, clientSecret and tokenUrl")(issue) : undefined,
  },
);

/** JCR's Long and JSON's numbers agree within this range only. */
const number = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const extraProperty = z.union([text, number, z.boolean(), z.array(text).min(1)]);
const givenProperty = z.union([text, number, z.boolean(), z.array(orUnknown(text)).min(1)], {
  error: "must be text, a number, a boolean or a list of texts",
});
const extraProperties = z.record(z.string(), orUnknown(givenProperty), { error: "must be an object of properties" });

const swagger = z.union(
  [
    z.strictObject({ file: orUnknown(text) }),
    z.strictObject({ text: orUnknown(z.string()) }),
    z.strictObject({ inline: text }),
  ],
  { error: missingOr("must be a path, a FileAsset or a StringAsset; download a remote file and commit it") },
);

const signatures = z.record(z.string(), z.string());
export const api = z.object({ digest: z.string(), title: z.string(), version: z.string(), operations: signatures });

/** What the state holds of an API, if it is one. */
export function storedApi(value: unknown): z.output<typeof api> | undefined {
  return api.safeParse(value).data;
}

const ON_BREAKING_SWAGGER = ["warn", "fail"] as const;
const onBreakingSwagger = z.enum(ON_BREAKING_SWAGGER, { error: 'must be "warn" or "fail"' });

const adopt = z.union([z.boolean(), z.literal("overwrite")], { error: 'must be false, true or "overwrite"' });

const mode = z.enum(MODES, { error: 'must be "enforce", "warn" or "off"' });
const onUnreachable = z.enum(WHEN_UNREACHABLE, { error: 'must be "warn" or "fail"' });
const modeAlone = z.enum(MODES, {
  error: 'must be "enforce", "warn", "off", or an object of `mode` and `onUnreachable`',
});
const modes = z.strictObject({ mode: orUnknown(mode).optional(), onUnreachable: orUnknown(onUnreachable).optional() });
// Not a union: its message would not say what is wrong inside of the object.
const givenTokenCheck = z.unknown().transform((value, context) => {
  return isRecord(value) ? judged(modes, value, context) : judged(modeAlone, value, context);
});
const tokenCheck = z.union([mode, z.object({ mode: mode.optional(), onUnreachable: onUnreachable.optional() })]);
const product = z.enum(PRODUCTS, { error: `must be ${PRODUCTS.map((known) => `"${known}"`).join(", ")}` });

/** What a program gives, with what the class adds (`owner`). Derived inputs come by `ignoreChanges` or an import. */
const argumentsSchema = z.strictObject({
  container: orUnknown(container),
  name: orUnknown(name).optional(),
  title: orUnknown(text),
  swagger: orUnknown(swagger),
  serviceEndPoint: orUnknown(serviceEndPoint).optional(),
  oauth2: orUnknown(oauth2),
  product: orUnknown(product).optional(),
  extraProperties: orUnknown(extraProperties).optional(),
  publish: orUnknown(z.boolean({ error: "must be true or false" })).optional(),
  connection: orUnknown(text.regex(NAME, "must be letters, digits, - and _")).optional(),
  tokenCheck: orUnknown(givenTokenCheck).optional(),
  onBreakingSwagger: orUnknown(onBreakingSwagger).optional(),
  adopt: orUnknown(adopt).optional(),
  owner: text,
  path: z.unknown().optional(),
  origin: z.unknown().optional(),
  api: orUnknown(api).optional(),
  secretRevision: orUnknown(z.number().int().nonnegative()).optional(),
});
export type Arguments = z.output<typeof argumentsSchema>;

/**
 * Everything that is wrong with the arguments, each in one line, and those arguments that are right: the rest of the
 * check goes on with them, so that all problems come in one answer.
 */
export function parseArguments(given: Record<string, unknown>): {
  value: Partial<Arguments>;
  problems: DataSourceError[];
} {
  const parsed = argumentsSchema.safeParse(given);
  if (parsed.success) return { value: parsed.data, problems: [] };
  const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]));
  const right = Object.fromEntries(
    Object.entries(given).filter(([key]) => Object.hasOwn(argumentsSchema.shape, key) && !wrong.has(key)),
  );
  return { value: argumentsSchema.partial().parse(right), problems: parsed.error.issues.flatMap(describe) };
}

function describe(issue: z.core.$ZodIssue): DataSourceError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      return new DataSourceError("input-invalid", `\`${excerpt([...issue.path, key].join("."))}\` ${NO_ARGUMENT}`);
    });
  }
  return [new DataSourceError("input-invalid", `\`${excerpt(issue.path.join("."))}\` ${issue.message}`)];
}

/** The inputs that `check` made, all known: what create and update receive. */
const wantedSchema = z.object({
  container,
  name,
  title: text,
  swagger: z.union([z.object({ file: text }), z.object({ inline: text })]),
  serviceEndPoint: text,
  oauth2: z.object({ clientId: text, clientSecret: z.instanceof(Secret), tokenUrl: text, scope: text.optional() }),
  product: product.optional(),
  extraProperties: z.record(z.string(), extraProperty).optional(),
  publish: z.boolean().optional(),
  connection: text.optional(),
  tokenCheck: tokenCheck.optional(),
  onBreakingSwagger: onBreakingSwagger.optional(),
  adopt: adopt.optional(),
  owner: text,
  path: text,
  origin: text,
  api,
  secretRevision: z.number().int(),
});
export type Wanted = z.output<typeof wantedSchema>;

export function parseWanted(inputs: Record<string, unknown>): Wanted {
  return wantedSchema.parse(inputs);
}

/** A value of the state: of the right type and nothing more, since AEM's own values pass through it after a refresh. */
const stored = z.string();
const storedProperty = z.union([stored, z.number(), z.boolean(), z.array(stored)]);

/**
 * The outputs of a resource: what the state remembers. All of it is optional, since a partial failure leaves out what
 * was not achieved, an import holds little, and `RestDataSource.get` starts from nothing.
 */
const stateSchema = z
  .object({
    container: stored,
    name: stored,
    title: stored,
    swagger: z.union([z.object({ file: stored }), z.object({ inline: stored })]),
    serviceEndPoint: stored,
    oauth2: z
      .object({ clientId: stored, clientSecret: z.instanceof(Secret), tokenUrl: stored, scope: stored })
      .partial(),
    product,
    extraProperties: z.record(z.string(), storedProperty),
    publish: z.union([z.boolean(), stored]),
    connection: stored,
    tokenCheck,
    onBreakingSwagger,
    adopt,
    owner: stored,
    path: stored,
    origin: stored,
    api,
    secretRevision: z.union([z.number(), stored]),
    managedBy: stored,
    sha256: stored,
    secretWrittenAt: stored,
    secretWitness: stored,
    published: stored,
  })
  .partial();
export type State = z.output<typeof stateSchema>;

export function parseState(outputs: Record<string, unknown>): State {
  return stateSchema.parse(outputs);
}
