import { excerpt } from "../errors";
import type { Change, CompareSchemas, SchemaChange } from "./change";
import { BODY, type Operation, type Operations, type Parameter } from "./operations";

/**
 * Operation by operation. Form data models bind by method and path: an operation that moved breaks them though its id
 * stays, and another id alone breaks nothing (aem.md §1.5).
 */
export function compareOperations<Schema>(
  before: Operations<Schema>,
  after: Operations<Schema>,
  compareSchemas: CompareSchemas<Schema>,
): Change[] {
  const changes: Change[] = [];
  const newById = new Map([...after].filter(([name]) => !before.has(name)).map(([name, { id }]) => [id, name]));
  const moved = new Set<string>();
  for (const [name, old] of before) {
    const operation = printable(name);
    const now = after.get(name);
    if (now !== undefined) {
      const found = compareOperation(old, now, compareSchemas);
      for (const change of found) changes.push({ operation, ...change });
      continue;
    }
    const target = old.id === "" ? undefined : newById.get(old.id);
    if (target === undefined) {
      changes.push({ operation, kind: "operation-removed", class: "breaking", detail: "removed" });
    } else {
      moved.add(target);
      changes.push({ operation, kind: "operation-moved", class: "breaking", detail: `moved to ${printable(target)}` });
    }
  }
  for (const name of after.keys()) {
    if (before.has(name) || moved.has(name)) continue;
    changes.push({ operation: printable(name), kind: "operation-added", class: "compatible", detail: "added" });
  }
  return changes;
}

function compareOperation<Schema>(
  before: Operation<Schema>,
  after: Operation<Schema>,
  compareSchemas: CompareSchemas<Schema>,
): SchemaChange[] {
  return [
    ...(before.id === after.id ? [] : [renamed(before.id, after.id)]),
    ...compareParameters(before, after, compareSchemas),
    ...compareResponses(before, after, compareSchemas),
  ];
}

function renamed(before: string, after: string): SchemaChange {
  const spelled = (id: string) => (id === "" ? "none" : printable(id));
  const detail = `operation id ${spelled(before)} is now ${spelled(after)}`;
  return { kind: "operation-renamed", class: "compatible", detail };
}

function compareParameters<Schema>(
  { parameters: before }: Operation<Schema>,
  { parameters: after }: Operation<Schema>,
  compareSchemas: CompareSchemas<Schema>,
): SchemaChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    return compareParameter(spelledParameter(key), before.get(key), after.get(key), compareSchemas);
  });
}

function compareParameter<Schema>(
  called: string,
  before: Parameter<Schema> | undefined,
  after: Parameter<Schema> | undefined,
  compareSchemas: CompareSchemas<Schema>,
): SchemaChange[] {
  if (after === undefined) return [{ kind: "parameter-removed", class: "breaking", detail: `${called} removed` }];
  if (before === undefined) {
    return after.required
      ? [{ kind: "parameter-added", class: "breaking", detail: `${called} added, and required` }]
      : [{ kind: "parameter-added", class: "compatible", detail: `${called} added` }];
  }
  const changes = compareSchemas(before.schema, after.schema, "request", called);
  if (before.required === after.required) return changes;
  const duty: SchemaChange = after.required
    ? { kind: "parameter-required", class: "breaking", detail: `${called} became required` }
    : { kind: "parameter-optional", class: "compatible", detail: `${called} became optional` };
  return [duty, ...changes];
}

function spelledParameter(key: string): string {
  if (key === BODY) return "request body";
  const [place, ...name] = key.split(" ");
  return `${printable(place ?? "")} parameter ${printable(name.join(" "))}`;
}

function compareResponses<Schema>(
  { responses: before }: Operation<Schema>,
  { responses: after }: Operation<Schema>,
  compareSchemas: CompareSchemas<Schema>,
): SchemaChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((status): SchemaChange[] => {
    const called = `response ${printable(status)}`;
    if (!after.has(status)) return [{ kind: "response-removed", class: "breaking", detail: `${called} removed` }];
    if (!before.has(status)) return [{ kind: "response-added", class: "compatible", detail: `${called} added` }];
    const [old, now] = [before.get(status), after.get(status)];
    if (old !== undefined && now === undefined) {
      return [{ kind: "response-removed", class: "breaking", detail: `${called} has no content any more` }];
    }
    if (old === undefined && now !== undefined) {
      return [{ kind: "response-added", class: "compatible", detail: `${called} has content now` }];
    }
    return compareSchemas(old, now, "response", called);
  });
}

/** A name of the document, for a line that people read. */
export function printable(name: string): string {
  return excerpt(name, 120);
}
