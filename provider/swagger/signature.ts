import { isRecord } from "../values";
import type { DocumentSchema, Operation, Parameter } from "./operations";
import type { SchemaDigests } from "./shape";

/**
 * An operation in one line, for the state and for reviewers:
 * `getLead(path id* string, query fields string:1a2b3c4d, body* 5d41402a) -> 200 5d41402a, 204`. `*` marks what is
 * required; a type with a digest behind it has constraints; a digest alone stands for a schema.
 */

/** What a line says of a schema: a type, a digest, or both. */
export type SchemaMark = string;

export function formatSignature(
  { id, parameters, responses }: Operation<DocumentSchema>,
  digests: SchemaDigests,
): string {
  const given = [...parameters].map(([key, { required, schema }]) => {
    const [place = "", ...name] = key.split(" ");
    const named = name.length === 0 ? place : `${word(place)} ${word(name.join(" "))}`;
    return `${named}${required ? "*" : ""} ${markOf(schema, digests)}`;
  });
  const returned = [...responses].map(([status, schema]) => {
    return schema === undefined ? word(status) : `${word(status)} ${digests.of(schema)}`;
  });
  return `${id === "" ? "" : word(id)}(${given.sort().join(", ")}) -> ${returned.sort().join(", ")}`.trimEnd();
}

/** Undefined where the line is none of ours: of a later version, or a digest that stands for it. */
export function parseSignature(line: string): Operation<SchemaMark> | undefined {
  try {
    return parse(line);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined; // between quotation marks that are not ours
    throw thrown;
  }
}

function parse(line: string): Operation<SchemaMark> | undefined {
  const words = line.match(TOKEN);
  if (words === null || words.join("") !== line) return undefined;
  const tokens = words.filter((token) => token !== " ");
  const id = tokens[0] === "(" ? "" : (unword(tokens.shift()) ?? "");
  if (tokens.shift() !== "(") return undefined;
  const close = tokens.indexOf(")");
  if (close < 0 || tokens[close + 1] !== "->") return undefined;
  const parameters = new Map<string, Parameter<SchemaMark>>();
  for (const part of split(tokens.slice(0, close))) {
    const schema = part.pop();
    const required = part.at(-1) === "*";
    const key = (required ? part.slice(0, -1) : part).map(unword).join(" ");
    if (schema === undefined || key === "") return undefined;
    parameters.set(key, { required, schema });
  }
  const responses = split(tokens.slice(close + 2)).map(([status, mark]) => [unword(status) ?? "", mark] as const);
  return { id, parameters, responses: new Map(responses) };
}

const PLAIN = /^[\w.$[\]:{}-]+$/;
const TOKEN = /->|[\w.$[\]:{}-]+|"(?:[^"\\]|\\.)*"|[(),* ]/g;

/** Names are the document's: whatever could be mistaken for the line's own signs is put in quotation marks. */
function word(name: string): string {
  return PLAIN.test(name) && !name.includes("->") ? name : JSON.stringify(name);
}

function unword(token: string | undefined): string | undefined {
  if (token === undefined || !token.startsWith('"')) return token;
  const name: unknown = JSON.parse(token);
  return String(name);
}

function split(tokens: readonly string[]): string[][] {
  const parts: string[][] = tokens.length === 0 ? [] : [[]];
  for (const token of tokens) {
    if (token === ",") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function markOf(schema: DocumentSchema, digests: SchemaDigests): SchemaMark {
  const part = digests.bindingPart(schema);
  if (!isRecord(part)) return digests.of(schema);
  const { type, items, ...constraints } = part;
  const itemType = isRecord(items) && typeof items.type === "string" ? items.type : undefined;
  const name = type === "array" && itemType !== undefined ? `${itemType}[]` : type;
  if (
    typeof name !== "string" ||
    !PLAIN.test(name) ||
    name === "object" ||
    (type === "array" && itemType === undefined)
  ) {
    return digests.of(schema);
  }
  const plainItems = items === undefined || (isRecord(items) && Object.keys(items).length === (itemType ? 1 : 0));
  const plain = plainItems && Object.keys(constraints).length === 0;
  return plain ? name : `${name}:${digests.of(schema)}`;
}
