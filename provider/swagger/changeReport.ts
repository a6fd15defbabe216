import type { Change } from "./change";

/** From so many operations on, one line stands for all that changed alike. */
const ALIKE = 4;

/**
 * One line a change, as in `GET /query: removed`; where one kind of change hits many operations, one line for them all.
 * At most `most` lines, the last of which then says how many changes it leaves out.
 */
export function changeLines(changes: readonly Change[], most: number): string[] {
  const alike = new Map<string, string[]>();
  for (const change of changes) {
    const key = keyOf(change);
    const operations = alike.get(key) ?? [];
    operations.push(change.operation);
    alike.set(key, operations);
  }
  const told = new Set<string>();
  const lines: { text: string; count: number }[] = [];
  for (const change of changes) {
    const { detail, operation } = change;
    const key = keyOf(change);
    const operations = alike.get(key) ?? [];
    if (operations.length < ALIKE) lines.push({ text: `${operation}: ${detail}`, count: 1 });
    else if (!told.has(key)) {
      const few = operations.slice(0, 3).join(", ");
      lines.push({ text: `${operations.length} operations (${few}, …): ${gistOf(change)}`, count: operations.length });
      told.add(key);
    }
  }
  if (lines.length <= most) return lines.map(({ text }) => text);
  const left = lines.slice(most - 1).reduce((sum, { count }) => sum + count, 0);
  return [...lines.slice(0, most - 1).map(({ text }) => text), `and ${left} more changes`];
}

function keyOf(change: Change): string {
  return `${change.kind} ${gistOf(change)}`;
}

/** A new property that a thing has wherever it is read, made and changed is one piece of news, whatever its schemas are called. */
function gistOf({ kind, class: judged, detail }: Change): string {
  const everywhere = kind === "property-added" && judged === "compatible";
  return everywhere ? detail.replace(/^.*? (?=has property )/, "") : detail;
}
