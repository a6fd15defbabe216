import { defaultProduct } from "./aem/productTable";
import { beforeComma } from "./changes";
import type { Derived } from "./derived";
import { asDataSourceError, DataSourceError, excerpt } from "./errors";
import { type Arguments, storedApi } from "./inputs";
import type { Run } from "./run";
import { changeLines } from "./swagger/changeReport";
import { compareApis } from "./swagger/compareApis";
import { type CheckedSwagger, type SwaggerSource, TEXT_IN_PROGRAM } from "./swagger/documents";
import { endPointFinding, endPointOf } from "./swagger/endPoint";
import { asError, inOneLine, MOST_FINDINGS, type SwaggerProblem, SwaggerRefused } from "./swagger/problem";
import { type Api, keptAsDigests } from "./swagger/summary";
import { isUnknown, type Product, UNKNOWN } from "./values";

/** The Swagger file as a step of `check`: read, judged, compared with the one before, and its end point filled in. */

type Raw = Readonly<Record<string, unknown>>;

interface SwaggerResult {
  readonly source: unknown;
  readonly api: unknown;
  readonly serviceEndPoint: unknown;
}

export async function checkSwagger(
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
      new DataSourceError(
        "input-invalid",
        "`swagger` holds a text of an earlier run, and its API is not given",
        'Ignore both: `ignoreChanges: ["swagger", "api"]`.',
      ),
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
    const before = storedApi(olds.api);
    const known = before !== undefined && beforeComma(before.digest) === checked.api.digest;
    if (typeof product === "string" && !(known && product === productOf(olds))) {
      await judgeSwagger(run, label, checked, product, called, found);
    }
    if (before !== undefined && !known) await compareSwagger(run, label, before, checked.api, value, found);
    if (!known && keptAsDigests(checked.api)) await run.voice.note(`${label}: ${LARGE}`);
    await fillInEndPoint(run, label, checked, value, olds, called, found);
    if (typeof place === "string") run.documents.keep(place, checked);
    return {
      source: "text" in source ? { inline: `swagger.${checked.document.format}` } : swagger,
      api: checked.api,
      serviceEndPoint: serviceEndPoint ?? endPointOf(checked.document.content),
    };
  } catch (thrown) {
    found.push(...(thrown instanceof SwaggerRefused ? thrown.errors : [asDataSourceError(thrown)]));
    return { source: swagger, api: undefined, serviceEndPoint };
  }
}

const LARGE =
  "the Swagger file is so large that the state keeps a digest of each operation: a preview tells which of them changed, and not how";

/** A Swagger source that can be read now: undefined for the text of an earlier run, which is gone. */
function readable(swagger: Exclude<Arguments["swagger"], typeof UNKNOWN>): Derived<SwaggerSource> {
  if ("inline" in swagger) return undefined;
  if ("file" in swagger) return isUnknown(swagger.file) ? UNKNOWN : { file: swagger.file };
  return isUnknown(swagger.text) ? UNKNOWN : { text: swagger.text };
}

/** The product that the old inputs were judged for. */
function productOf({ product, origin }: Raw): unknown {
  return product ?? (typeof origin === "string" ? defaultProduct(origin) : undefined);
}

/** Errors stop the preview; doubts are told once, however many data sources use the file. */
async function judgeSwagger(
  run: Run,
  label: string,
  { document }: CheckedSwagger,
  product: Product,
  called: string,
  found: DataSourceError[],
): Promise<void> {
  const problems = run.documents.judge(document, product);
  const [errors, doubts] = [true, false].map((wrong) => {
    return problems.filter(({ severity }) => (severity === "error") === wrong);
  });
  found.push(...fewErrors(errors ?? [], called));
  const text = doubtText(doubts ?? [], called);
  if (text !== undefined) await run.said.do(text, () => run.voice.warn(`${label}: ${text}`));
}

/** One cause may have thousands of them, and a preview prints each. */
function fewErrors(problems: readonly SwaggerProblem[], called: string): DataSourceError[] {
  const few = problems.slice(0, MOST_FINDINGS).map((problem) => asError(problem, called));
  const left = problems.length - few.length;
  if (left === 0) return few;
  const message = `Swagger file ${called}: and ${left} more errors`;
  return [
    ...few,
    new DataSourceError("swagger-not-accepted", message, "See them all: npx aem-datasource swagger check"),
  ];
}

function doubtText([first, ...more]: readonly SwaggerProblem[], called: string): string | undefined {
  if (first === undefined || more.length === 0) return first && asError(first, called).text();
  const lines = [first, ...more].slice(0, MOST_LINES).map((doubt) => `\n  ${inOneLine(doubt, called)}`);
  const heading = `the Swagger file is doubtful in ${more.length + 1} places (npx aem-datasource swagger check tells what to do) [${first.code}]`;
  return `${heading}${lines.join("")}${more.length >= MOST_LINES ? "\n  …" : ""}`;
}

const MOST_LINES = 10;

/** What forms would notice of the change, in words for a reviewer; the engine's own lines show only that there is one. */
async function compareSwagger(
  run: Run,
  label: string,
  before: Api,
  after: Api,
  { onBreakingSwagger }: Partial<Arguments>,
  found: DataSourceError[],
): Promise<void> {
  const changes = compareApis(before, after);
  const lines = (kind: (change: (typeof changes)[number]) => boolean) => {
    return changeLines(changes.filter(kind), MOST_LINES).map((line) => `\n  ${line}`);
  };
  const breaking = lines((change) => change.class === "breaking");
  const unclear = lines((change) => change.class === "unclear");
  const renamed = lines((change) => change.kind === "operation-renamed");
  if (breaking.length > 0) {
    const fails = onBreakingSwagger === "fail";
    const error = new DataSourceError(
      "swagger-breaking",
      `the new Swagger file breaks form data models that use these operations${breaking.join("")}`,
      fails ? 'If that is meant, set `onBreakingSwagger` to "warn".' : undefined,
    );
    if (fails) found.push(error);
    else await run.voice.warn(`${label}: ${error.text()}`);
  }
  if (unclear.length > 0) {
    const what = `the new Swagger file changes what the state knows by digests alone, so it may break form data models${unclear.join("")}`;
    const remedy = "Compare the files: npx aem-datasource swagger diff OLD NEW";
    await run.voice.warn(`${label}: ${new DataSourceError("swagger-doubtful", what, remedy).text()}`);
  }
  if (renamed.length > 0) {
    await run.voice.note(`${label}: operation ids changed, to which no form data model binds${renamed.join("")}`);
  }
}

/** As the wizard fills it in. A given one wins, and where it differs from the file's own the user hears of it. */
async function fillInEndPoint(
  run: Run,
  label: string,
  { document, api }: CheckedSwagger,
  { serviceEndPoint }: Partial<Arguments>,
  olds: Raw,
  called: string,
  found: DataSourceError[],
): Promise<void> {
  if (serviceEndPoint === undefined) {
    const finding = endPointFinding(document.content);
    if (finding) found.push(...document.place([finding]).map((problem) => asError(problem, called)));
    return;
  }
  const own = endPointOf(document.content);
  const said = olds.serviceEndPoint === serviceEndPoint && storedApi(olds.api)?.digest === api.digest;
  if (own === undefined || isUnknown(serviceEndPoint) || own === serviceEndPoint || said) return;
  await run.voice.note(
    `${label}: \`serviceEndPoint\` ${serviceEndPoint} counts; Swagger file ${called} names another: ${excerpt(own)}`,
  );
}
