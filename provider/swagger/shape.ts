import { isRecord, sha256 } from "../values";
import { lookUp, referenceOf } from "./reference";

/** JSON with sorted keys: equal texts mean equal documents. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, child: unknown) =>
      isRecord(child) ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))) : child,
    ) ?? "null"
  );
}

/** What describes a value to people and binds nobody. */
const PROSE: ReadonlySet<string> = new Set(["title", "description", "example", "examples", "externalDocs", "xml"]);
/** Members of a schema whose own members are names of the API, not keywords. */
const NAMED: ReadonlySet<string> = new Set(["properties", "patternProperties", "definitions"]);
/** Members of a schema that hold values, whatever these look like. */
const VALUES: ReadonlySet<string> = new Set(["enum", "default", "required"]);

/** A schema without its prose: two that differ in nothing else mean the same to a form. */
export function bindingPart(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bindingPart);
  if (!isRecord(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => !PROSE.has(key) && !key.startsWith("x-"));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (VALUES.has(key)) return [key, key === "required" && Array.isArray(value) ? [...value].sort() : value];
      if (!NAMED.has(key) || !isRecord(value)) return [key, bindingPart(value)];
      return [key, Object.fromEntries(Object.entries(value).map(([name, child]) => [name, bindingPart(child)]))];
    }),
  );
}

/**
 * Digests of schemas with all that they reach, so that a change far below shows. What a definition holds is looked at
 * once, however many operations reach it; circles end.
 */
export class SchemaDigests {
  readonly #definitions = new Map<string, { readonly digest: string; readonly next: readonly string[] }>();

  constructor(private readonly content: unknown) {}

  /** Eight hex digits: enough to tell two versions of one schema apart. */
  of(schema: unknown): string {
    const part = bindingPart(schema);
    const reached = new Set<string>();
    const open = referencesIn(part);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      for (const further of this.#definition(name).next) if (!reached.has(further)) open.push(further);
    }
    const below = [...reached].sort().map((name) => `${name} ${this.#definition(name).digest}`);
    return sha256([canonical(part), ...below].join("\n")).slice(0, 8);
  }

  #definition(name: string) {
    const known = this.#definitions.get(name);
    if (known) return known;
    const part = bindingPart(lookUp(this.content, name));
    const definition = { digest: sha256(canonical(part)), next: referencesIn(part) };
    this.#definitions.set(name, definition);
    return definition;
  }
}

function referencesIn(part: unknown): string[] {
  const found = new Set<string>();
  const look = (value: unknown) => {
    if (Array.isArray(value)) for (const item of value) look(item);
    if (!isRecord(value)) return;
    const reference = referenceOf(value);
    if (reference !== undefined) found.add(reference);
    for (const child of Object.values(value)) look(child);
  };
  look(part);
  return [...found];
}
