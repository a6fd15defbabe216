/** What differs between two versions of an API, as a form data model would notice it. */

/**
 * `unclear` is what a digest can't tell: something inside a schema. Between two documents there is no such thing; what
 * can't be judged there counts as breaking.
 */
export type ChangeClass = "breaking" | "unclear" | "compatible";

export interface Change {
  /** As in `GET /lead/{id}`. */
  readonly operation: string;
  readonly kind: ChangeKind;
  readonly class: ChangeClass;
  /** What changed, in a few words; the names in it are the document's, made safe to print. */
  readonly detail: string;
}

export type ChangeKind =
  | "operation-added"
  | "operation-removed"
  | "operation-moved"
  | "operation-renamed"
  | "operation-changed"
  | "parameter-added"
  | "parameter-removed"
  | "parameter-required"
  | "parameter-optional"
  | "response-added"
  | "response-removed"
  | "type-changed"
  | "format-changed"
  | "property-added"
  | "property-removed"
  | "property-required"
  | "property-optional"
  | "enum-narrowed"
  | "enum-widened"
  | "constraint-tightened"
  | "constraint-loosened"
  | "schema-changed";

/** A difference of two schemas, before it is known which operation it belongs to. */
export type SchemaChange = Omit<Change, "operation">;

/** Whether a value goes to the API or comes from it: what is safe one way may break the other. */
export type Direction = "request" | "response";

/** The differences of two schemas; `at` says where they stand, as in `request body`. */
export type CompareSchemas<Schema> = (
  before: Schema | undefined,
  after: Schema | undefined,
  direction: Direction,
  at: string,
) => SchemaChange[];
