import { isRecord } from "../values";
import { resolve } from "./reference";

/**
 * The operations of an API as form data models use them: by method and path (aem.md §1.5). `Schema` is a schema of a
 * document, or what the state keeps of one.
 */
export interface Operation<Schema> {
  /** Empty where the document gives none. */
  readonly id: string;
  /** By place and name, as in `query fields`; the body as `body`. */
  readonly parameters: ReadonlyMap<string, Parameter<Schema>>;
  /** By status: the responses that a form works with. Undefined for a response without content. */
  readonly responses: ReadonlyMap<string, Schema | undefined>;
}

export interface Parameter<Schema> {
  readonly required: boolean;
  readonly schema: Schema;
}

/** By method and path, as in `GET /lead/{id}`. */
export type Operations<Schema> = ReadonlyMap<string, Operation<Schema>>;

/** A part of a document that describes values; it may be a reference, or nothing. */
export type DocumentSchema = unknown;

type Content = Readonly<Record<string, unknown>>;

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

export const BODY = "body";

export function operationsOf(content: Content): Operations<DocumentSchema> {
  return new Map(
    operationEntries(content).map(({ name, operation, shared }) => {
      return [name, describe(content, operation, shared)] as const;
    }),
  );
}

/** Each operation as it stands in the document, with the parameters that its path shares. */
export function operationEntries(content: Content) {
  const paths = isRecord(content.paths) ? content.paths : {};
  return Object.entries(paths).flatMap(([path, given]) => {
    const item = resolve(content, given);
    if (!isRecord(item)) return [];
    const shared: readonly unknown[] = Array.isArray(item.parameters) ? item.parameters : [];
    return METHODS.flatMap((method) => {
      const operation = item[method];
      const name = `${method.toUpperCase()} ${path}`;
      return isRecord(operation) ? [{ name, path: ["paths", path, method], operation, shared }] : [];
    });
  });
}

function describe(content: Content, operation: Content, shared: readonly unknown[]): Operation<DocumentSchema> {
  const own: readonly unknown[] = Array.isArray(operation.parameters) ? operation.parameters : [];
  const parameters = new Map<string, Parameter<DocumentSchema>>();
  for (const given of [...shared, ...own]) {
    const parameter = resolve(content, given);
    if (!isRecord(parameter)) continue;
    const key = parameter.in === "body" ? BODY : `${parameter.in} ${parameter.name}`;
    parameters.set(key, { required: parameter.required === true, schema: parameterSchema(parameter) });
  }
  const body = resolve(content, operation.requestBody);
  if (isRecord(body)) parameters.set(BODY, { required: body.required === true, schema: mediaSchema(body.content) });
  const responses = successes(operation.responses).map(([status, given]) => {
    const response = resolve(content, given);
    if (!isRecord(response)) return [status, undefined] as const;
    return [status, response.schema ?? mediaSchema(response.content)] as const;
  });
  return {
    id: typeof operation.operationId === "string" ? operation.operationId : "",
    parameters,
    responses: new Map(responses),
  };
}

/** Swagger 2.0 describes the value beside name and place, OpenAPI 3 and bodies in a schema of its own. */
function parameterSchema({ in: place, name, required, schema, content, ...described }: Content): DocumentSchema {
  return schema ?? mediaSchema(content) ?? described;
}

/** AEM takes one body per operation, so the first media type speaks for all; further ones stay visible as properties. */
function mediaSchema(content: unknown): DocumentSchema {
  if (!isRecord(content)) return undefined;
  const schemas = Object.entries(content).map(
    ([type, media]) => [type, isRecord(media) ? media.schema : undefined] as const,
  );
  const [first, ...others] = schemas;
  if (first === undefined) return undefined;
  return others.length === 0 ? first[1] : { type: "object", properties: Object.fromEntries(schemas) };
}

/** The responses that a form works with; errors would only repeat themselves in every line. */
function successes(responses: unknown): [string, unknown][] {
  if (!isRecord(responses)) return [];
  const good = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  if (good.length > 0) return good;
  return responses.default === undefined ? [] : [["default", responses.default]];
}
