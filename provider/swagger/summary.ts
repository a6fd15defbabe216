import { isRecord, sha256 } from "../values";

/** What a Swagger file means, small enough for the state and exact enough for a reviewer. */
export interface Api {
  /** SHA-256 over the meaning: order of keys, comments and format do not count. */
  readonly digest: string;
  readonly title: string;
  readonly version: string;
  /** `"GET /lead/{id}"` → signature. A map, since the engine repaints a whole list when one entry moves. */
  readonly operations: Readonly<Record<string, string>>;
}

type Content = Readonly<Record<string, unknown>>;

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

export function summarise(content: Content): Api {
  const info = isRecord(content.info) ? content.info : {};
  return {
    digest: sha256(canonical(content)),
    title: String(info.title ?? ""),
    version: String(info.version ?? ""),
    operations: Object.fromEntries(operations(content)),
  };
}

function operations(content: Content): [string, string][] {
  const paths = isRecord(content.paths) ? content.paths : {};
  return Object.entries(paths).flatMap(([path, item]) => {
    if (!isRecord(item)) return [];
    const shared = Array.isArray(item.parameters) ? item.parameters : [];
    return METHODS.flatMap((method): [string, string][] => {
      const operation = item[method];
      return isRecord(operation) ? [[`${method.toUpperCase()} ${path}`, signature(content, operation, shared)]] : [];
    });
  });
}

/** As in `getLead(path id* string, query fields string) -> 200 5d41402a`; `*` marks what is required. */
function signature(content: Content, operation: Content, shared: readonly unknown[]): string {
  const own = Array.isArray(operation.parameters) ? operation.parameters : [];
  const parameters = new Map<string, string>(); // by place and name: an operation's own parameter replaces the path's
  for (const given of [...shared, ...own]) {
    const parameter = resolve(content, given);
    if (!isRecord(parameter)) continue;
    const key = `${parameter.in} ${parameter.name}`;
    parameters.set(key, `${key}${parameter.required === true ? "*" : ""} ${typeOf(content, parameter)}`);
  }
  const body = resolve(content, operation.requestBody);
  if (isRecord(body))
    parameters.set("body", `body${body.required === true ? "*" : ""} ${schemaDigest(content, body.content)}`);
  const answers = Object.entries(successes(operation.responses)).map(([status, given]) => {
    const response = resolve(content, given);
    const schema = isRecord(response) ? (response.schema ?? response.content) : undefined;
    return schema === undefined ? status : `${status} ${schemaDigest(content, schema)}`;
  });
  const id = typeof operation.operationId === "string" ? operation.operationId : "";
  return `${id}(${[...parameters.values()].sort().join(", ")}) -> ${answers.sort().join(", ")}`;
}

/** The answers that a form works with; errors would only repeat themselves in every line. */
function successes(responses: unknown): Content {
  if (!isRecord(responses)) return {};
  const good = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  return good.length > 0 ? Object.fromEntries(good) : { default: responses.default };
}

/** Swagger 2.0 puts the type on the parameter, OpenAPI 3 and body parameters into a schema. */
function typeOf(content: Content, parameter: Content): string {
  if (parameter.in === "body") return schemaDigest(content, parameter.schema);
  const schema = isRecord(parameter.schema) ? parameter.schema : parameter;
  if (typeof schema.type !== "string") return schemaDigest(content, schema);
  if (schema.type !== "array") return schema.type;
  return isRecord(schema.items) && typeof schema.items.type === "string" ? `${schema.items.type}[]` : "array";
}

/** Eight hex digits over a schema and every definition that it reaches, so that a change far below shows; cycles end. */
function schemaDigest(content: Content, schema: unknown): string {
  const reached = new Map<string, unknown>();
  const open: unknown[] = [schema]; // a list, not recursion: a chain of definitions may be long
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...value);
    if (!isRecord(value)) continue;
    if (typeof value.$ref === "string" && !reached.has(value.$ref)) {
      const target = resolve(content, value);
      reached.set(value.$ref, target);
      open.push(target);
    }
    open.push(...Object.values(value));
  }
  return sha256(canonical([schema, [...reached].sort(([a], [b]) => (a < b ? -1 : 1))])).slice(0, 8);
}

/** Follows a reference within the document, one step; anything else stays as it is. */
function resolve(content: Content, value: unknown): unknown {
  if (!isRecord(value) || typeof value.$ref !== "string" || !value.$ref.startsWith("#/")) return value;
  const steps = value.$ref
    .slice(2)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce<unknown>((at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined), content);
}

/** JSON with sorted keys: equal texts mean equal documents. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, child: unknown) =>
      isRecord(child) ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))) : child,
    ) ?? "null"
  );
}
