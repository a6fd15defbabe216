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
  const own: unknown = structuredClone(content); // the library writes into what it gets
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

/** Of several forms that a place may have, Ajv tells for each why it does not fit: one line stands for them all. */
function findingsOf(violations: readonly Violation[]): Finding[] {
  const choices = violations.filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf");
  const inChoice = ({ instancePath }: Violation) =>
    choices.find(
      (choice) => instancePath === choice.instancePath || instancePath.startsWith(`${choice.instancePath}/`),
    );
  const places = new Map<string, string>();
  for (const violation of violations) {
    const choice = inChoice(violation);
    const place = choice?.instancePath ?? placeOf(violation);
    if (!places.has(place))
      places.set(place, choice ? "has none of the forms that are allowed here" : wordsOf(violation));
  }
  const found = [...places].filter(([place]) => ![...places.keys()].some((other) => other.startsWith(`${place}/`)));
  return found
    .slice(0, MOST_FINDINGS)
    .map(([pointer, words]) => doubted(pathOf(pointer), `not as its specification has it: ${words}`));
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
