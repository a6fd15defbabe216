import { excerpt } from "../errors";
import { isRecord } from "../values";
import { doubted, type Finding, MOST_FINDINGS, type Path } from "./problem";

/**
 * The specification's own schema. What breaks it may still be taken by AEM, whose reader is lenient, so each is a doubt.
 * References are not followed: each definition is looked at where it stands, which is enough and always ends.
 */
export function specificationFindings(content: Readonly<Record<string, unknown>>): Finding[] {
  if (!isRecord(content.info)) return [doubted([], "has no `info`", "Give it a title and a version.")];
  // Loaded only here: a preview without a change in the Swagger file does without it.
  const validators: Record<"swagger2" | "openApi3", Validator> = require("./validators");
  const validate = content.swagger === "2.0" ? validators.swagger2 : validators.openApi3;
  return validate(beginning(content)) ? [] : findingsOf(validate.errors ?? []);
}

/** What Ajv makes of a schema. `build/validators.mjs` writes it after the compilation. */
interface Validator {
  (content: unknown): boolean;
  readonly errors?: readonly Violation[] | null;
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

/** A copy that has of very large documents the beginning of each part only. */
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

/** One line of the validator, Ajv. */
interface Violation {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
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
