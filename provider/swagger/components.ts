/**
 * Closes every node that `start` reaches: those that reach each other at once, and whatever they reach before them
 * (Tarjan's strongly connected components). By a list in the place of recursion: chains of definitions may be long.
 */
export function closeReached<T>(
  start: T,
  nextOf: (node: T) => readonly T[],
  isClosed: (node: T) => boolean,
  close: (members: readonly T[]) => void,
): void {
  if (isClosed(start)) return;
  const index = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const calls: { readonly node: T; readonly next: readonly T[]; at: number }[] = [];
  const enter = (node: T) => {
    lowest.set(node, index.size);
    index.set(node, index.size);
    open.push(node);
    calls.push({ node, next: nextOf(node), at: 0 });
  };
  const lower = (node: T, to = 0) => lowest.set(node, Math.min(lowest.get(node) ?? 0, to));
  enter(start);
  for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
    if (call.at < call.next.length) {
      const target = call.next[call.at];
      call.at += 1;
      if (target === undefined || isClosed(target)) continue;
      if (index.has(target)) lower(call.node, index.get(target));
      else enter(target);
      continue;
    }
    calls.pop();
    const caller = calls.at(-1);
    if (caller) lower(caller.node, lowest.get(call.node));
    if (lowest.get(call.node) === index.get(call.node)) close(open.splice(open.lastIndexOf(call.node)));
  }
}
