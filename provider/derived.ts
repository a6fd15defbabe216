import { isUnknown, UNKNOWN, type Unknown } from "./values";

/** A value that a rule made: known, not known yet, or not to be had because something else is wrong. */
export type Derived<T> = T | Unknown | undefined;

/** What `make` makes of two values, once both are known. */
export function combine<A, B, C>(a: Derived<A>, b: Derived<B>, make: (a: A, b: B) => C): Derived<C> {
  if (a === undefined || b === undefined) return undefined;
  if (isUnknown(a) || isUnknown(b)) return UNKNOWN;
  return make(a, b);
}
