import { isRecord, sha256 } from "../values";
import { closeReached } from "./components";
import { lookUp, referenceOf } from "./reference";

/** JSON with sorted keys: equal texts mean equal documents. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  const keys = Object.keys(value).sort();
  const members = keys.flatMap((key) => {
    const child = value[key];
    return child === undefined ? [] : [`${JSON.stringify(key)}:${canonical(child)}`];
  });
  return `{${members.join(",")}}`;
}

/** A value where a document should hold a text: whatever it is, in words. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : canonical(value);
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

/** What a definition holds by itself, and which ones it refers to. */
interface Definition {
  readonly digest: string;
  readonly next: readonly string[];
}

/**
 * Digests of schemas with all that they reach, so that a change far below shows. Each definition is looked at once,
 * however many operations reach it; those that reach each other have one digest in common.
 */
export class SchemaDigests {
  readonly #definitions = new Map<string, Definition>();
  readonly #reached = new Map<string, string>();
  readonly #parts = new Map<unknown, { readonly part: unknown; digest: string | undefined }>();

  constructor(private readonly content: unknown) {}

  /** Eight hex digits: enough to tell two versions of one schema apart. */
  of(schema: unknown): string {
    const known = this.#known(schema);
    known.digest ??= this.#digest(known.part);
    return known.digest;
  }

  /** A schema without its prose. */
  bindingPart(schema: unknown): unknown {
    return this.#known(schema).part;
  }

  #known(schema: unknown) {
    const known = this.#parts.get(schema) ?? { part: bindingPart(schema), digest: undefined };
    this.#parts.set(schema, known);
    return known;
  }

  #digest(part: unknown): string {
    const below = referencesIn(part).map((name) => `${name} ${this.ofReference(name)}`);
    return sha256([canonical(part), ...below.sort()].join("\n")).slice(0, 8);
  }

  /** Of a definition, by its reference, with all that it reaches. */
  ofReference(name: string): string {
    const nextOf = (node: string) => this.#definition(node).next;
    const isClosed = (node: string) => this.#reached.has(node);
    closeReached(name, nextOf, isClosed, (members) => this.#close(members));
    return this.#reached.get(name) ?? "";
  }

  /** Those who reach each other; what else they reach has its digest already. */
  #close(members: readonly string[]): void {
    const own = members.map((name) => `${name} ${this.#definition(name).digest}`);
    const next = members.flatMap((name) => this.#definition(name).next);
    const further = [...new Set(next)].flatMap((name) => {
      const digest = this.#reached.get(name);
      return digest === undefined ? [] : [`${name} ${digest}`];
    });
    const digest = sha256([...own.sort(), ...further.sort()].join("\n"));
    for (const name of members) this.#reached.set(name, digest);
  }

  #definition(name: string): Definition {
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
