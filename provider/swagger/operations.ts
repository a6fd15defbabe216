import { isRecord } from "../values";
import { resolve } from "./reference";
import { textOf } from "./shape";

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
  const parts = new Parts(content);
  return new Map(
    operationEntries(content).map(({ name, operation, shared }) => {
      return [name, describe(parts, operation, shared)] as const;
    }),
  );
}

/**
 * How many parameters and responses the operations have, when each reference to a path's item stands for all that it
 * means: a few thousand references to one long list of parameters are an attack.
 */
export function operationsExtent(content: Content): number {
  return operationEntries(content).reduce((sum, { operation, shared }) => {
    return sum + 1 + shared.length + listOf(operation.parameters).length + successes(operation.responses).length;
  }, 0);
}

/** Each operation as it stands in the document, with the parameters that its path shares. */
export function operationEntries(content: Content) {
  const paths = isRecord(content.paths) ? content.paths : {};
  return Object.entries(paths).flatMap(([path, given]) => {
    const item = resolve(content, given);
    if (!isRecord(item)) return [];
    const shared = listOf(item.parameters);
    return METHODS.flatMap((method) => {
      const operation = item[method];
      const name = `${method.toUpperCase()} ${path}`;
      return isRecord(operation) ? [{ name, path: ["paths", path, method], operation, shared }] : [];
    });
  });
}

function describe(parts: Parts, operation: Content, shared: readonly unknown[]): Operation<DocumentSchema> {
  const parameters = new Map<string, Parameter<DocumentSchema>>();
  for (const given of [...shared, ...listOf(operation.parameters)]) {
    const described = parts.parameter(given);
    if (described) parameters.set(...described);
  }
  const body = parts.body(operation.requestBody);
  if (body) parameters.set(BODY, body);
  return {
    id: typeof operation.operationId === "string" ? operation.operationId : "",
    parameters,
    responses: new Map(successes(operation.responses).map(([status, given]) => [status, parts.response(given)])),
  };
}

/** What many operations refer to is described once, and is then one object for all who digest or compare it. */
class Parts {
  readonly parameter = this.#once((given): readonly [string, Parameter<DocumentSchema>] => {
    const key = given.in === "body" ? BODY : `${textOf(given.in)} ${textOf(given.name)}`;
    return [key, { required: given.required === true, schema: parameterSchema(given) }];
  });
  readonly body = this.#once((given): Parameter<DocumentSchema> => {
    return { required: given.required === true, schema: mediaSchema(given.content) };
  });
  readonly response = this.#once((given): DocumentSchema => given.schema ?? mediaSchema(given.content));

  constructor(private readonly content: Content) {}

  #once<T>(describe: (given: Content) => T): (given: unknown) => T | undefined {
    const known = new Map<Content, T>();
    return (given) => {
      const own = resolve(this.content, given);
      if (!isRecord(own)) return undefined;
      const described = known.get(own) ?? describe(own);
      known.set(own, described);
      return described;
    };
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
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
