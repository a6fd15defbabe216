import type ts from "typescript";
import type { Callable, Literal } from "./syntax";

/**
 * What is known of parameters, and of variables that stand for one row of a table. Without a scope of its own an
 * expression is read in the one that it was found in.
 */
export type Scope = ReadonlyMap<ts.Node, Bound>;
type Bound = { readonly node: ts.Expression | Literal; readonly scope?: Scope } | "left out";

export const NOTHING_KNOWN: Scope = new Map();

/** The parameters of `callee` as a call gives them. */
export function bind(
  callee: Callable,
  given: readonly ts.Expression[],
  scope?: Scope,
  around: Scope = NOTHING_KNOWN,
): Map<ts.Node, Bound> {
  const bound = new Map(around);
  for (const [index, parameter] of callee.parameters.entries()) {
    const argument = given[index];
    bound.set(parameter, argument ? { node: argument, ...(scope && { scope }) } : "left out");
  }
  return bound;
}
