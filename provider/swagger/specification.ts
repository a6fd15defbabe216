import type { OpenAPI } from "openapi-types";
import { excerpt } from "../errors";
import { isRecord } from "../values";
import { doubted, type Finding, MOST_FINDINGS, type Path } from "./problem";

/**
 * The specification's own schema. What breaks it may still be taken by AEM, whose reader is lenient, so each is a doubt.
 * References are not followed: each definition is looked at where it stands, which is enough and always ends.
 */
export async function specificationFindings(content: Readonly<Record<string, unknown>>): Promise<Finding[]> {
  if (!isRecord(content.info)) return [doubted([], "has no `info`", "Give it a title and a version.")];
  const own = beginning(content);
  if (!isOpenApi(own)) return [];
  // Loaded only here: a preview without a change in the Swagger file does without it.
  const parser: typeof import("@apidevtools/swagger-parser") = require("@apidevtools/swagger-parser");
  try {
    await parser.validate(own, {
      resolve: { external: false, file: false, http: false },
      dereference: { excludedPathMatcher: () => true, circular: "ignore" },
      validate: { schema: true, spec: false },
    });
    return [];
  } catch (thrown) {
    const violations = isRecord(thrown) && Array.isArray(thrown.details) ? thrown.details.filter(isViolation) : [];
    return violations.length === 0 ? [doubted([], "is not as its specification has it")] : findingsOf(violations);
  }
}

/** The validator compares the items of a list each with each, and makes some fifty objects of one violation. */
const MOST_IN_LIST = 200;
const MOST_VALUES = 20_000;
/** Members whose own members are names, which may be as many as the API wants: the beginning speaks for the others. */
const NAMES: ReadonlySet<string> = new Set([
  "paths",
  "definitions",
  "parameters",
  "responses",
  "properties",
  "schemas",
  "requestBodies",
  "headers",
]);

/** A copy, since the library writes into what it gets; of very large documents the beginning of each part. */
function beginning(content: Readonly<Record<string, unknown>>): unknown {
  let left = MOST_VALUES;
  const copy = (value: unknown, names: boolean): unknown => {
    left -= 1;
    if (Array.isArray(value)) return value.slice(0, left > 0 ? MOST_IN_LIST : 1).map((item) => copy(item, false));
    if (!isRecord(value)) return value;
    const members: [string, unknown][] = [];
    for (const [key, child] of Object.entries(value)) {
      const most = left > 0 ? MOST_VALUES : 1;
      if (members.length >= (names ? most : MOST_IN_LIST)) break;
      members.push([key, copy(child, !names && NAMES.has(key))]);
    }
    return Object.fromEntries(members);
  };
  return copy(content, false);
}

function isOpenApi(content: unknown): content is OpenAPI.Document {
  return isRecord(content) && (content.swagger === "2.0" || typeof content.openapi === "string");
}

/** One line of the validator, Ajv. */
interface Violation {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function isViolation(value: unknown): value is Violation {
  return (
    isRecord(value) &&
    typeof value.instancePath === "string" &&
    typeof value.keyword === "string" &&
    isRecord(value.params)
  );
}

/**
 * Of several forms that a place may have, Ajv tells for each why it does not fit: one line stands for them all. A place
 * is left out where something below it is told.
 */
function findingsOf(violations: readonly Violation[]): Finding[] {
  const choices = new Set(
    violations.flatMap(({ keyword, instancePath }) =>
      keyword === "oneOf" || keyword === "anyOf" ? [instancePath] : [],
    ),
  );
  const places = new Map<string, string>();
  for (const violation of violations) {
    const choice = waysTo(violation.instancePath).findLast((way) => choices.has(way));
    const place = choice ?? placeOf(violation);
    if (!places.has(place)) {
      places.set(place, choice === undefined ? wordsOf(violation) : "has none of the forms that are allowed here");
    }
  }
  const above = new Set([...places.keys()].flatMap((place) => waysTo(place).slice(0, -1)));
  const found = [...places].filter(([place]) => !above.has(place));
  return found
    .slice(0, MOST_FINDINGS)
    .map(([pointer, words]) => doubted(pathOf(pointer), `not as its specification has it: ${words}`));
}

/** A pointer and all that lead to it, from the top. */
function waysTo(pointer: string): string[] {
  const ends = [...pointer.matchAll(/\//g)].map(({ index }) => index);
  return [...ends, pointer.length].map((end) => pointer.slice(0, end));
}

function placeOf({ instancePath, params: { additionalProperty } }: Violation): string {
  if (typeof additionalProperty !== "string") return instancePath;
  return `${instancePath}/${additionalProperty.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function wordsOf({ keyword, message = "", params: { allowedValues, missingProperty } }: Violation): string {
  if (keyword === "additionalProperties") return "a member of this name is not known here";
  if (keyword === "required") return `the member ${excerpt(String(missingProperty), 80)} is missing`;
  if (Array.isArray(allowedValues)) return `must be one of: ${excerpt(allowedValues.join(", "), 120)}`;
  return excerpt(message, 120);
}

function pathOf(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
