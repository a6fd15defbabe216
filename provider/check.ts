import { dataSourcePath } from "./aem/paths";
import { defaultProduct, refusedExtraProperty } from "./aem/productTable";
import { carryOver, logicalName, nextRevision } from "./carryOver";
import { checkSwagger } from "./checkSwagger";
import { checkToken } from "./checkToken";
import type { Connection } from "./connection";
import { combine, type Derived } from "./derived";
import { DataSourceError, excerpt } from "./errors";
import { type Arguments, parseArguments } from "./inputs";
import { doubtSalesforceHosts } from "./oauth/salesforce";
import { originProblem, placeOf, type Run } from "./run";
import { isRecord, isUnknown, type Product, UNKNOWN } from "./values";

/**
 * Offline rules and the token request, never the author: it runs in each preview, the first included. All problems of
 * one data source come in one answer, since the first resource that fails ends the preview.
 */
export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly problems: readonly DataSourceError[];
}

type Raw = Readonly<Record<string, unknown>>;

export async function check(run: Run, olds: Raw, news: Raw): Promise<Checked> {
  const given = carryOver(run, olds, news);
  const { value, problems } = parseArguments(withAwaitedSecret(given));
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
  const place = combine(origin, path, placeOf);
  const swagger = await checkSwagger(run, label, value, olds, { place, product }, found);
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

/** An import can't know the secret: until the program gives it, revision 0 stands for it, and nothing is sent. */
function withAwaitedSecret(given: Raw): Record<string, unknown> {
  const { oauth2, secretRevision } = given;
  if (secretRevision !== 0 || !isRecord(oauth2) || oauth2.clientSecret !== undefined) return given;
  return { ...given, oauth2: { ...oauth2, clientSecret: UNKNOWN } };
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
    return refused
      ? [new DataSourceError("input-invalid", `\`extraProperties\`: "${excerpt(property)}" ${refused}`)]
      : [];
  });
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
