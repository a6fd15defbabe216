import type { Change, SchemaChange } from "./change";
import { compareOperations, printable } from "./compareOperations";
import type { Operation } from "./operations";
import { parseSignature, type SchemaMark } from "./signature";
import { type Api, isLineDigest, lineDigest } from "./summary";

/** What the state's lines tell of the changes between two versions of an API. */
export function compareApis(before: Api, after: Api): Change[] {
  const [lines, newLines] = [new Map(Object.entries(before.operations)), new Map(Object.entries(after.operations))];
  const untold: Change[] = [];
  const [old, now] = [new Map<string, Operation<SchemaMark>>(), new Map<string, Operation<SchemaMark>>()];
  const put = (operations: typeof old, name: string, line: string | undefined) => {
    if (line !== undefined) operations.set(name, parseSignature(line) ?? UNREADABLE);
  };
  for (const name of new Set([...lines.keys(), ...newLines.keys()])) {
    const [line, newLine] = [lines.get(name), newLines.get(name)];
    if (line !== undefined && newLine !== undefined) {
      if (sameLine(line, newLine)) continue;
      if (parseSignature(line) === undefined || parseSignature(newLine) === undefined) {
        untold.push({ operation: printable(name), kind: "operation-changed", class: "unclear", detail: "changed" });
        continue;
      }
    }
    put(old, name, line);
    put(now, name, newLine);
  }
  return [...compareOperations(old, now, compareMarks), ...untold];
}

/** Its only job is to be there, or not: what it holds is never compared. */
const UNREADABLE: Operation<SchemaMark> = { id: "", parameters: new Map(), responses: new Map() };

/** Whether a form data model could notice it: also where a digest leaves open what changed inside. */
export function mayBreak(before: Api, after: Api): boolean {
  return compareApis(before, after).some((change) => change.class !== "compatible");
}

/** Two lines may say the same though one is a digest: an API that grows is kept as digests from then on. */
function sameLine(before: string, after: string): boolean {
  const digest = (line: string) => (isLineDigest(line) ? line : lineDigest(line));
  return before === after || digest(before) === digest(after);
}

function compareMarks(
  before: SchemaMark = "",
  after: SchemaMark = "",
  _direction: unknown,
  at: string,
): SchemaChange[] {
  if (before === after) return [];
  const [old, now] = [typeOf(before), typeOf(after)];
  if (old !== undefined && now !== undefined && old !== now) {
    return [{ kind: "type-changed", class: "breaking", detail: `${at}: type ${old} is now ${now}` }];
  }
  return [{ kind: "schema-changed", class: "unclear", detail: `${at}: changed inside` }];
}

/** The type before the digest of a mark; undefined where there is only a digest. */
function typeOf(mark: SchemaMark): string | undefined {
  const [type = ""] = mark.split(":");
  return /^[0-9a-f]{8}$/.test(type) ? undefined : printable(type);
}
