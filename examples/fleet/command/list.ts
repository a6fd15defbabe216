import { z } from "zod";

/** The list of stacks, and what of it becomes stack config. It holds no secret, and has no place for one. */

const text = z.string().min(1);

const rowSchema = z.strictObject({
  stack: z.string().regex(/^[\w.-]+$/, "must be a stack's name: letters, digits, -, _ and ."),
  author: text,
  username: text,
  container: text,
  title: text.optional(),
  myDomain: text,
  clientId: text,
  publish: z.boolean(),
  allowedHosts: text.optional(),
});
export type Row = z.infer<typeof rowSchema>;

/** `all` stands for each stack that does not say otherwise. */
const listSchema = z.strictObject({
  secretsProvider: text.optional(),
  all: z.record(z.string(), z.unknown()).default({}),
  stacks: z.array(z.record(z.string(), z.unknown())).min(1),
});

export interface List {
  /** As for `pulumi stack init --secrets-provider`, for stacks that are made. Default: Pulumi's own. */
  readonly secretsProvider: string | undefined;
  readonly rows: readonly Row[];
}

/** The list can't be used, or the command was called in a wrong way. */
export class UsageError extends Error {}

/** What the environment may hold for a stack: the end of the variable's name, and the key of stack config. */
const SECRETS = { CLIENT_SECRET: "clientSecret", AEM_PASSWORD: "aem-datasource:password" } as const;

/** Throws `UsageError` with a line for each problem. Values are never repeated: one may be a secret in a wrong place. */
export function readList(json: string): List {
  const { secretsProvider, all, stacks } = parsed(listSchema, "the list", asJson(json));
  const rows = stacks.map((stack, index) => parsed(rowSchema, `stacks[${index}]`, { ...all, ...stack }));
  const seen = new Map<string, string>();
  for (const { stack } of rows) {
    const other = seen.get(prefixOf(stack));
    if (other === stack) throw new UsageError(`stack ${stack} stands twice in the list`);
    if (other) throw new UsageError(`stacks ${other} and ${stack} would share their variables ${prefixOf(stack)}_…`);
    seen.set(prefixOf(stack), stack);
  }
  return { secretsProvider, rows };
}

/** By keys as `pulumi config set` takes them; undefined is what must not stand there. */
export function plainConfig({ stack: _, author, username, allowedHosts, publish, ...own }: Row) {
  const wanted: Record<string, string | undefined> = {
    title: undefined,
    ...own,
    publish: String(publish),
    "aem-datasource:author": author,
    "aem-datasource:username": username,
    "aem-datasource:allowedHosts": allowedHosts,
  };
  return wanted;
}

/** Secrets of a stack by their keys. They are taken out of the environment, which every child process gets whole. */
export function takeSecrets(stack: string, environment: NodeJS.ProcessEnv): Map<string, string> {
  const taken = new Map<string, string>();
  for (const [end, key] of Object.entries(SECRETS)) {
    const variable = `${prefixOf(stack)}_${end}`;
    const secret = environment[variable];
    delete environment[variable];
    if (secret) taken.set(key, secret);
  }
  return taken;
}

/** `EMEA_PROD` for a stack `emea-prod`. */
function prefixOf(stack: string): string {
  return stack.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}

function asJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError("the list is not JSON"); // the parser's own words repeat what stands there
  }
}

function parsed<T>(schema: z.ZodType<T>, what: string, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const lines = error.issues.map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  throw new UsageError(
    `${lines.join("\n")}\n  Secrets do not go into the list: set them by variables, or in the stack's config.`,
  );
}
