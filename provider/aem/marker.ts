import { randomBytes } from "node:crypto";

/** The marker on a node: whose data source it is, and which create made it. */
export interface Marker {
  /** Organisation/project/stack/resource. */
  readonly owner: string;
  /** Random per create, so that a delete can tell its own page from its successor's on the same path. */
  readonly id: string;
}

export function newMarker(owner: string): Marker {
  return { owner, id: randomBytes(8).toString("hex") };
}

export function formatMarker({ owner, id }: Marker): string {
  return `${owner}#${id}`;
}

/** Undefined when the text is no marker of ours. An owner may hold a "#" itself: the last one counts. */
export function parseMarker(text: unknown): Marker | undefined {
  const match = typeof text === "string" ? /^(.+)#([0-9a-f]{16})$/.exec(text) : null;
  return match?.[1] && match[2] ? { owner: match[1], id: match[2] } : undefined;
}
