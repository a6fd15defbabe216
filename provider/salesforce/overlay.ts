import { isRecord } from "../values";

type Content = Readonly<Record<string, unknown>>;

export interface Overlaid {
  readonly document: Content;
  /** JSON pointers (RFC 6901) of what the overlay removes and what is not there: it may be out of date. */
  readonly removedNothing: readonly string[];
}

/**
 * Hand-made additions over a generated document, by JSON Merge Patch (RFC 7396): objects are merged, anything else takes
 * the place of what was there, lists whole, and `null` removes.
 */
export function overlay(document: Content, patch: Content): Overlaid {
  const removedNothing: string[] = [];
  const merge = (target: Content, changes: Content, at: string): Content => {
    const merged = new Map(Object.entries(target));
    for (const [key, change] of Object.entries(changes)) {
      const place = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const there = merged.get(key);
      if (change === null) {
        if (!merged.delete(key)) removedNothing.push(place);
      } else merged.set(key, isRecord(change) ? merge(isRecord(there) ? there : {}, change, place) : change);
    }
    return Object.fromEntries(merged);
  };
  return { document: merge(document, patch, ""), removedNothing };
}
