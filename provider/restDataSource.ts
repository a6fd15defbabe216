import * as pulumi from "@pulumi/pulumi";
import { PROVIDER, TYPE } from "./address";
import type { RestDataSourceArgs } from "./arguments";
import type { Api } from "./swagger/summary";
import type { TokenCheck } from "./tokenModes";
import type { Product, PropertyValue } from "./values";

/** An AEM Forms data source: RESTful service, Swagger file, OAuth 2.0 with the client-credentials grant. */
export class RestDataSource extends pulumi.CustomResource {
  /** Path of the page below `/conf`. Also the resource's `id`. */
  declare readonly path: pulumi.Output<string>;
  /** Origin of the author that it lives on. A connection that says another one is refused. */
  declare readonly origin: pulumi.Output<string>;
  declare readonly container: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly title: pulumi.Output<string>;
  /** Path of the Swagger file as `file`; of a text in the program, the name that AEM keeps it under, as `inline`. */
  declare readonly swagger: pulumi.Output<{ file: string } | { inline: string }>;
  declare readonly serviceEndPoint: pulumi.Output<string>;
  /** The client secret in it stays a secret; the rest is clear. */
  declare readonly oauth2: pulumi.Output<{ clientId: string; clientSecret: string; tokenUrl: string; scope?: string }>;
  declare readonly product: pulumi.Output<Product | undefined>;
  declare readonly extraProperties: pulumi.Output<Record<string, PropertyValue> | undefined>;
  declare readonly publish: pulumi.Output<boolean | undefined>;
  declare readonly connection: pulumi.Output<string | undefined>;
  declare readonly tokenCheck: pulumi.Output<TokenCheck | undefined>;
  declare readonly onBreakingSwagger: pulumi.Output<"warn" | "fail" | undefined>;
  declare readonly adopt: pulumi.Output<boolean | "overwrite" | undefined>;
  /** What the Swagger file means, for a reviewer: it is what a preview shows of a new one. */
  declare readonly api: pulumi.Output<Api>;
  /** Counts the writes of the client secret. A preview shows `1 => 2` where a new secret will be sent. */
  declare readonly secretRevision: pulumi.Output<number>;
  /** When the client secret was last written, ISO 8601. */
  declare readonly secretWrittenAt: pulumi.Output<string>;
  /** Digest of AEM's ciphertext after that write, by which a secret that was saved again in AEM is noticed. */
  declare readonly secretWitness: pulumi.Output<string>;
  /** SHA-256 of the Swagger file's bytes, as hex digits: AEM keeps bytes, so this tells drift. */
  declare readonly sha256: pulumi.Output<string>;
  /** The marker on the node: `organisation/project/stack/resource#id of the create`. It says whose the page is. */
  declare readonly managedBy: pulumi.Output<string>;
  /** What the token check said at the last write: `issued`, `not judged: …`, `refused: …` or `off: by …`. */
  declare readonly tokenVerdict: pulumi.Output<string>;
  /** When AEM last published it for us, ISO 8601, of whole seconds. Absent where it never did. */
  declare readonly published: pulumi.Output<string | undefined>;
  /** Version of this package that wrote last. */
  declare readonly packageVersion: pulumi.Output<string>;

  constructor(name: string, args: RestDataSourceArgs, options?: pulumi.CustomResourceOptions);
  /** Used by `get`: the engine reads the rest. */
  constructor(
    name: string,
    args: { connection?: string },
    options: pulumi.CustomResourceOptions & { id: pulumi.Input<string> },
  );
  constructor(
    name: string,
    args: RestDataSourceArgs | { connection?: string },
    options?: pulumi.CustomResourceOptions,
  ) {
    refuseClearLogin(args.connection);
    const given = options?.id === undefined ? inputs(name, args) : { connection: args.connection };
    // For each output the SDK notes four whole stacks, for its own use: two thirds of the time that a program takes.
    // Source positions in the state are not among them.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      super(TYPE, name, { ...OUTPUTS, ...given, __provider: PROVIDER }, options);
    } catch (thrown) {
      Error.stackTraceLimit = stackTraceLimit;
      if (thrown instanceof Error) Error.captureStackTrace(thrown); // it leads to the line of the program
      throw thrown;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  /** A data source that exists, made by hand or by another stack, to read from. `id` is its path. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    connection?: string,
    options?: pulumi.CustomResourceOptions,
  ): RestDataSource {
    return new RestDataSource(name, { connection }, { ...options, id });
  }
}

/** What the engine fills in. Named here, or the SDK would give the resource no such outputs. */
const OUTPUTS = {
  path: undefined,
  origin: undefined,
  container: undefined,
  name: undefined,
  title: undefined,
  swagger: undefined,
  product: undefined,
  extraProperties: undefined,
  publish: undefined,
  connection: undefined,
  tokenCheck: undefined,
  onBreakingSwagger: undefined,
  adopt: undefined,
  serviceEndPoint: undefined,
  oauth2: undefined,
  api: undefined,
  secretRevision: undefined,
  secretWrittenAt: undefined,
  secretWitness: undefined,
  sha256: undefined,
  managedBy: undefined,
  tokenVerdict: undefined,
  published: undefined,
  packageVersion: undefined,
};

/** Everything that was given goes along, so that `check` can refuse what is no argument. */
function inputs(name: string, args: Partial<RestDataSourceArgs>): Record<string, unknown> {
  const owner = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack(), name].join("/");
  return { ...args, swagger: plainSwagger(args.swagger), oauth2: plainOAuth2(args.oauth2), owner };
}

/** The engine never sees an asset: one in the outputs bricks the stack after the next refresh (spike.md §1.2). */
function plainSwagger(swagger: RestDataSourceArgs["swagger"] | undefined): unknown {
  if (swagger === undefined) return undefined;
  if (typeof swagger === "string") return { file: swagger };
  return pulumi.output(swagger).apply(async (given: unknown) => {
    if (typeof given === "string") return { file: given };
    // Behind an Output an asset has lost its class, and its text or path may still be a promise.
    const asset = pulumi.asset.Asset.isInstance(given) ? Object.entries(given) : [];
    for (const [key, as] of [
      ["path", "file"],
      ["text", "text"],
    ] as const) {
      const value: unknown = await asset.find(([name]) => name === key)?.[1];
      if (typeof value === "string") return { [as]: value };
    }
    return { unsupported: true };
  });
}

/** Wraps exactly the secret: a wrapping inside `apply` would make the whole object secret and hide the token URL. */
function plainOAuth2(oauth2: RestDataSourceArgs["oauth2"] | undefined): unknown {
  if (oauth2 === undefined) return undefined;
  if (!pulumi.Output.isInstance(oauth2) && !(oauth2 instanceof Promise)) {
    const { clientSecret } = oauth2;
    return clientSecret === undefined ? oauth2 : { ...oauth2, clientSecret: pulumi.secret(clientSecret) };
  }
  const output = pulumi.output(oauth2);
  return {
    clientId: output.apply((given) => given?.clientId),
    clientSecret: pulumi.secret(output.apply((given) => given?.clientSecret)),
    tokenUrl: output.apply((given) => given?.tokenUrl),
    scope: output.apply((given) => given?.scope),
  };
}

/** The engine keeps stack config in its state, so a login that stands there in clear is in clear for good. */
function refuseClearLogin(connection: string | undefined): void {
  // Exported by the SDK, but left out of its types.
  const runtime: { getConfig(key: string): unknown; isConfigSecret?(key: string): boolean } = pulumi.runtime;
  const prefix = `aem-datasource:${connection === undefined ? "" : `${connection}-`}`;
  const clear = ["password", "token", "serviceCredentials"]
    .map((setting) => `${prefix}${setting}`)
    .filter((key) => runtime.getConfig(key) !== undefined && runtime.isConfigSecret?.(key) === false);
  if (clear.length === 0) return;
  const stands = clear.length === 1 ? "stands" : "stand";
  throw new pulumi.RunError(
    [
      `${clear.join(" and ")} ${stands} in the stack's config in clear [connection-invalid]`,
      ...clear.map((key) => `  Run: pulumi config set --secret ${key}`),
    ].join("\n"),
  );
}
