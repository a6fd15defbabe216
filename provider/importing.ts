import { PROVIDER, TYPE } from "./address";
import type { LiveDataSource } from "./aem/dataSource";
import { parsePath } from "./aem/paths";
import { MARKER_PROPERTY, propertiesOf, refusedExtraProperty } from "./aem/productTable";
import { replicationOf } from "./aem/publish";
import { sameProperty, saysInAem } from "./changes";
import { parseArguments } from "./inputs";
import { expectedOf, fieldsOf, observe } from "./observed";
import type { CheckedSwagger } from "./swagger/documents";
import { endPointOf } from "./swagger/endPoint";
import { type PropertyValue, UNKNOWN } from "./values";

/** How a data source that stands in AEM becomes a resource: what its program says, and what the state is to hold. */

/** The arguments of a program that asks for what AEM has; the secret is not among them, nobody can read it. */
export interface ImportedArgs {
  readonly container: string;
  readonly name: string;
  readonly title: string;
  readonly swagger: string;
  /** Only where the Swagger file does not say the same. */
  readonly serviceEndPoint: string | undefined;
  readonly clientId: string;
  readonly tokenUrl: string;
  readonly scope: string | undefined;
  readonly extraProperties: Readonly<Record<string, PropertyValue>> | undefined;
  readonly publish: true | undefined;
  readonly connection: string | undefined;
}

export interface Imported {
  readonly resource: string;
  readonly args: ImportedArgs;
  /** An entry of the file for `pulumi import --file`. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Properties that the first `up` writes beside the secret: the marker, and what the product table has and AEM lacks. */
  readonly alsoWrites: readonly string[];
}

export interface ImportPlace {
  /** Name of the resource in the program. */
  readonly resource: string;
  readonly path: string;
  /** Origin of the author. */
  readonly origin: string;
  readonly connection: string | undefined;
  /** Where the Swagger file will lie, relative to the program; its name is the one that AEM knows. */
  readonly file: string;
  /** Organisation/project/stack that will own it. */
  readonly stack: string;
}

/** What is to be written for one data source that the provider could own, or why it can't as it stands. */
export function importOf(place: ImportPlace, live: LiveDataSource, swagger: CheckedSwagger): Imported | string[] {
  const { resource, path, origin, connection, file, stack } = place;
  const parsed = parsePath(path);
  if (parsed === undefined) return ["its name or container has characters that the provider refuses"];
  const { container, name } = parsed;
  const expected = expectedOf({ name, origin, swagger: { file } }, live);
  const seen = observe(expected, live, swagger);
  const own = endPointOf(swagger.document.content);
  const { clientId, tokenUrl, scope } = seen.oauth2;
  const args: ImportedArgs = {
    container,
    name,
    title: seen.title ?? name,
    swagger: file,
    serviceEndPoint: seen.serviceEndPoint === own ? undefined : seen.serviceEndPoint,
    clientId: clientId ?? "",
    tokenUrl: tokenUrl ?? "",
    scope,
    extraProperties: keepable(seen.extraProperties),
    publish: replicationOf(live).action === "Activate" ? true : undefined,
    connection,
  };
  const owner = `${stack}/${resource}`;
  const problems = problemsOf(args, owner);
  if (problems.length > 0) return problems;
  const inputs = {
    __provider: PROVIDER,
    ...inputsOf(args),
    serviceEndPoint: seen.serviceEndPoint ?? own,
    owner,
    path,
    origin,
    api: swagger.api,
    secretRevision: 0,
  };
  const outputs = { ...inputs, sha256: swagger.document.sha256 };
  return {
    resource,
    args,
    entry: { type: TYPE, name: resource, id: path, inputs, outputs },
    alsoWrites: [MARKER_PROPERTY, ...missing(args, expected, live)],
  };
}

/** AEM's other value of a constant is kept; what it lacks, and what has an argument, is not asked for this way. */
function keepable(extras: Readonly<Record<string, PropertyValue>> | undefined): ImportedArgs["extraProperties"] {
  const kept = Object.entries(extras ?? {}).filter(([property, value]) => {
    return !saysInAem(value) && value !== "" && refusedExtraProperty(property) === undefined;
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** By the rules of a program's own arguments, so that the next preview does not refuse what was made here. */
function problemsOf(args: ImportedArgs, owner: string): string[] {
  const inputs = inputsOf(args);
  const oauth2 = { ...inputs.oauth2, clientSecret: UNKNOWN };
  return parseArguments({ ...inputs, oauth2, owner }).problems.map(({ message }) => message);
}

function inputsOf(args: ImportedArgs) {
  const { container, name, title, swagger, serviceEndPoint, extraProperties, publish, connection } = args;
  const { clientId, tokenUrl, scope } = args;
  return {
    container,
    name,
    title,
    swagger: { file: swagger },
    oauth2: { clientId, tokenUrl, ...(scope === undefined ? {} : { scope }) },
    ...(serviceEndPoint === undefined ? {} : { serviceEndPoint }),
    ...(extraProperties === undefined ? {} : { extraProperties }),
    ...(publish === undefined ? {} : { publish }),
    ...(connection === undefined ? {} : { connection }),
  };
}

function missing(args: ImportedArgs, expected: ReturnType<typeof expectedOf>, live: LiveDataSource): string[] {
  const fields = { ...fieldsOf(expected), title: args.title };
  const wanted = propertiesOf(fields, expected.product, args.extraProperties);
  return [...wanted].flatMap(([property, value]) =>
    sameProperty(live.properties.get(property), value) ? [] : [property],
  );
}
