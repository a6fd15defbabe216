import { DataSourceError, type ErrorCode, excerpt } from "../errors";

/** What is wrong with a Swagger file, and where: for a person in an editor, and for a script. */

/** The way from the top of a document to a value in it: names of members, and numbers of items. */
export type Path = readonly (string | number)[];

export type SwaggerCode = Extract<ErrorCode, `swagger-${string}`>;

/** One thing that was found, before it is known on which line it stands. */
export interface Finding {
  /** An error stops a preview; a warning tells of a doubt. */
  readonly severity: "error" | "warning";
  readonly code: SwaggerCode;
  readonly message: string;
  readonly remedy?: string | undefined;
  readonly path: Path;
}

/** A finding with its place in the text. */
export interface SwaggerProblem extends Omit<Finding, "path"> {
  /** JSON pointer (RFC 6901); empty for the whole document. */
  readonly pointer: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

/** More would hide the first ones, and one cause has many of them. */
export const MOST_FINDINGS = 20;

/** An error in a document that was refused before it meant anything. */
export function unreadable(message: string, remedy?: string, path: Path = []): Finding {
  return { severity: "error", code: "swagger-unreadable", message, remedy, path };
}

/** An error by AEM's rules. */
export function refused(path: Path, message: string, remedy: string): Finding {
  return { severity: "error", code: "swagger-not-accepted", message, remedy, path };
}

/** Something that AEM may take, and that looks wrong. */
export function doubted(path: Path, message: string, remedy?: string): Finding {
  return { severity: "warning", code: "swagger-doubtful", message, remedy, path };
}

/** RFC 6901. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** A finding with its place; `offset` counts UTF-16 units of the text. */
export type Placed = (finding: Finding, offset: number) => SwaggerProblem;

/** The lines of `text` are counted once, and only when there is something to place: there may be thousands of it. */
export function placesIn(text: string): Placed {
  let counted: readonly number[] | undefined;
  return ({ path, ...finding }, offset) => {
    counted ??= lineStarts(text);
    const line = linesUntil(counted, offset);
    return { ...finding, pointer: pointerOf(path), line, column: offset - (counted[line - 1] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** How many of these begin at `offset` or before it; by halves. */
function linesUntil(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Told = Omit<SwaggerProblem, "code"> & { readonly code: ErrorCode };

/** As an error of the provider; `called` is the file's name. */
export function asError(problem: Told, called: string): DataSourceError {
  return new DataSourceError(problem.code, `Swagger file ${inOneLine(problem, called)}`, problem.remedy);
}

/** With its place as editors and terminals spell it; what concerns the whole document has none. */
export function inOneLine({ message, pointer, line, column }: Told, called: string): string {
  const shown = pointer.length > 200 ? `${pointer.slice(0, 200)}…` : pointer;
  const where = pointer === "" ? "" : ` (#${excerpt(shown)})`;
  const place = line === 1 && column === 1 && pointer === "" ? "" : `:${line}:${column}`;
  return `${called}${place}${where}: ${message}`;
}

/** A document that is not taken, with everything that was found in it. It is itself the first of them. */
export class SwaggerRefused extends DataSourceError {
  readonly errors: readonly DataSourceError[];

  constructor(
    readonly problems: readonly [SwaggerProblem, ...SwaggerProblem[]],
    called: string,
  ) {
    const [first] = problems;
    const { code, message, remedy } = asError(first, called);
    super(code, message, remedy);
    this.errors = problems.map((problem) => asError(problem, called));
  }
}
