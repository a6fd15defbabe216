import { dataSourcePath } from "./aem/paths";
import { defaultProduct, refusedExtraProperty } from "./aem/productTable";
import { carryOver, logicalName, nextRevision } from "./carryOver";
import { checkToken } from "./checkToken";
import type { Connection } from "./connection";
import { asDataSourceError, DataSourceError } from "./errors";
import { type Arguments, endPointProblem, parseArguments } from "./inputs";
import { doubtSalesforceHosts } from "./oauth/salesforce";
import { originProblem, placeOf, type Run } from "./run";
import { type SwaggerSource, TEXT_IN_PROGRAM } from "./swagger/documents";
import { endPointOf, judge } from "./swagger/rules";
import { isRecord, isUnknown, type Product, UNKNOWN, type Unknown } from "./values";

/**
 * Offline rules and the token request, never the author: it runs in each preview, the first included. All problems of
 * one data source come in one answer, since the first resource that fails ends the preview.
 */
export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly problems: readonly DataSourceError[];
}

type Raw = Readonly<Record<string, unknown>>;
/** A value that a rule made: known, not known yet, or not to be had because something else is wrong. */
type Derived<T> = T | Unknown | undefined;

export async function check(run: Run, olds: Raw, news: Raw): Promise<Checked> {
  const given = carryOver(run, olds, news);
  const { value, problems } = parseArguments(given);
  const found = [...problems];
  const label = logicalName(String(news.owner));

  const connection = await checkConnection(run, value, olds, found);
  const origin = isUnknown(connection) ? UNKNOWN : connection?.origin;
  const product: Derived<Product> =
    value.product ?? (origin === undefined || isUnknown(origin) ? origin : defaultProduct(origin));
  const path = combine(value.container, value.name, dataSourcePath);
  found.push(
    ...refusedExtras(given.extraProperties),
    ...refusedSharing(run, combine(origin, path, placeOf), String(news.owner)),
  );
  const swagger = await checkSwagger(
    run,
    label,
    value,
    olds,
    { place: combine(origin, path, placeOf), product },
    found,
  );
  await doubtEndPoint(run, label, value, swagger.serviceEndPoint);
  await checkToken(run, label, value, found);

  return {
    inputs: {
      ...given,
      swagger: swagger.source,
      path,
      origin,
      serviceEndPoint: swagger.serviceEndPoint,
      api: swagger.api,
      secretRevision: nextRevision(olds, given),
    },
    problems: found,
  };
}

async function checkConnection(
  run: Run,
  { connection: name }: Partial<Arguments>,
  olds: Raw,
  found: DataSourceError[],
): Promise<Derived<Connection>> {
  if (isUnknown(name)) return UNKNOWN;
  const resolved = run.connection(name);
  if ("problems" in resolved) {
    found.push(...resolved.problems);
    return undefined;
  }
  const moved = originProblem(resolved.connection, typeof olds.origin === "string" ? olds.origin : undefined);
  if (moved) found.push(moved);
  const { origin, plainHttp } = resolved.connection;
  if (plainHttp) {
    const warning = `${origin} is plain http: the login and the client secret cross the network readable`;
    await run.said.do(warning, () => run.voice.warn(warning));
  }
  return resolved.connection;
}

/** One page has one resource: two would overwrite each other in turn. */
function refusedSharing(run: Run, place: Derived<string>, owner: string): DataSourceError[] {
  const other = typeof place === "string" ? run.claim(place, owner) : undefined;
  if (other === undefined) return [];
  const message = `${String(place)} is made by another resource of this program as well: ${logicalName(other)}`;
  return [new DataSourceError("input-invalid", message, "Give one of them another `name` or `container`.")];
}

function refusedExtras(extras: unknown): DataSourceError[] {
  if (!isRecord(extras)) return [];
  return Object.keys(extras).flatMap((property) => {
    const refused = refusedExtraProperty(property);
    return refused ? [new DataSourceError("input-invalid", `\`extraProperties\`: "${property}" ${refused}`)] : [];
  });
}

interface SwaggerResult {
  readonly source: unknown;
  readonly api: unknown;
  readonly serviceEndPoint: unknown;
}

/** Reads and judges the Swagger file, and fills in the end point as the wizard does. */
async function checkSwagger(
  run: Run,
  label: string,
  value: Partial<Arguments>,
  olds: Raw,
  { place, product }: { place: Derived<string>; product: Derived<Product> },
  found: DataSourceError[],
): Promise<SwaggerResult> {
  const { swagger, serviceEndPoint } = value;
  const source = swagger === undefined || isUnknown(swagger) ? swagger : readable(swagger);
  if (swagger !== undefined && source === undefined && value.api === undefined) {
    found.push(
      new DataSourceError("input-invalid", "`swagger` holds a text of an earlier run, and its API is not given"),
    );
  }
  if (source === undefined || value.api !== undefined) {
    // Not read: it was refused already, or the program says by `ignoreChanges` that the state's word counts.
    return { source: swagger, api: value.api, serviceEndPoint: serviceEndPoint ?? olds.serviceEndPoint };
  }
  if (isUnknown(source)) {
    await run.voice.note(`${label}: the Swagger file was not looked at: its name or text is not known yet`);
    return { source: swagger, api: UNKNOWN, serviceEndPoint: serviceEndPoint ?? UNKNOWN };
  }
  try {
    const checked = await run.documents.load(source);
    const called = "file" in source ? source.file : TEXT_IN_PROGRAM;
    if (product !== undefined && !isUnknown(product)) {
      const { problems, doubts } = judge(checked.document.content, product, called);
      found.push(...problems);
      for (const doubt of doubts) await run.voice.warn(`${label}: ${doubt}`);
    }
    const endPoint = serviceEndPoint ?? endPointOf(checked.document.content);
    const wrong =
      endPoint === undefined ? "names no host" : isUnknown(endPoint) ? undefined : endPointProblem(endPoint);
    if (wrong !== undefined) {
      const what = endPoint === undefined ? wrong : `its scheme, host and base path make an end point that ${wrong}`;
      const remedy = "Correct `host` and `basePath` in it, or give `serviceEndPoint`.";
      found.push(new DataSourceError("swagger-not-accepted", `Swagger file ${called}: ${what}`, remedy));
    }
    if (typeof place === "string") run.documents.keep(place, checked);
    return {
      source: "text" in source ? { inline: `swagger.${checked.document.format}` } : swagger,
      api: checked.api,
      serviceEndPoint: endPoint,
    };
  } catch (thrown) {
    found.push(asDataSourceError(thrown));
    return { source: swagger, api: undefined, serviceEndPoint };
  }
}

/** A Swagger source that can be read now: undefined for the text of an earlier run, which is gone. */
function readable(swagger: Exclude<Arguments["swagger"], Unknown>): Derived<SwaggerSource> {
  if ("inline" in swagger) return undefined;
  if ("file" in swagger) return isUnknown(swagger.file) ? UNKNOWN : { file: swagger.file };
  return isUnknown(swagger.text) ? UNKNOWN : { text: swagger.text };
}

async function doubtEndPoint(
  run: Run,
  label: string,
  { oauth2 }: Partial<Arguments>,
  endPoint: unknown,
): Promise<void> {
  if (
    oauth2 === undefined ||
    isUnknown(oauth2) ||
    isUnknown(oauth2.tokenUrl) ||
    typeof endPoint !== "string" ||
    !URL.canParse(endPoint)
  )
    return;
  const doubt = doubtSalesforceHosts(new URL(oauth2.tokenUrl), new URL(endPoint));
  if (doubt) await run.voice.warn(`${label}: ${doubt}`);
}

function combine<A, B, C>(a: Derived<A>, b: Derived<B>, make: (a: A, b: B) => C): Derived<C> {
  if (a === undefined || b === undefined) return undefined;
  if (isUnknown(a) || isUnknown(b)) return UNKNOWN;
  return make(a, b);
}
