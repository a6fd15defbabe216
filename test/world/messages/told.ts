import type ts from "typescript";
import { ERROR_CODES, type ErrorCode } from "../../../provider/errorCodes";
import { Callers } from "./callers";
import { Declarations } from "./declarations";
import { type Kind, type Place, placesIn } from "./places";
import { NOTHING_KNOWN, type Scope } from "./scope";
import { readSource } from "./source";
import { type Callable, isCallable } from "./syntax";
import { alternatives, shape, type Text } from "./text";
import { Values } from "./values";

/** Something that the source tells a user. */
export interface Told {
  readonly kind: Kind;
  /** Undefined where it has none, or where it is another error's. */
  readonly code: ErrorCode | undefined;
  readonly message: Text;
  readonly remedy: Text;
}

/** Callers of callers of helpers: none of ours is further away. */
const FURTHEST = 5;

/** Every text of the provider's source, each once. */
export function readTold(): Told[] {
  const source = readSource();
  const declarations = new Declarations(source);
  const values = new Values(declarations);
  const callers = new Callers(source, values, declarations);
  const all = source.files.flatMap(placesIn).flatMap((place) => toldAt(place, callers, values));
  // From the last to the first, so that of several names for one hole the first one stays.
  return [...new Map(all.reverse().map((told) => [keyOf(told), told])).values()].reverse();
}

function keyOf({ kind, code, message, remedy }: Told): string {
  return JSON.stringify([kind, code, shape(message), shape(remedy)]);
}

function toldAt({ kind, node, code, message, remedy }: Place, callers: Callers, values: Values): Told[] {
  const parts = [code, message, remedy].filter((part) => part !== undefined);
  return scopesOf(node, parts, NOTHING_KNOWN, callers, values, FURTHEST)
    .flatMap((scope) => rowsOf(parts, scope, values))
    .flatMap((scope) => {
      const texts = kind === "argument" ? values.said(message, scope) : [values.text(message, scope)];
      const codes = code ? alternatives(values.text(code, scope)) : [[]];
      return texts.flatMap((text) =>
        codes.map((one): Told => {
          return { kind, code: codeIn(one), message: text, remedy: remedy ? values.text(remedy, scope) : [] };
        }),
      );
    });
}

function codeIn([word]: Text): ErrorCode | undefined {
  return Object.keys(ERROR_CODES).find((code): code is ErrorCode => code === word);
}

/** A scope for each way into the functions around `node`, as long as what is asked for comes from a caller. */
function scopesOf(
  node: ts.Node,
  parts: readonly ts.Node[],
  scope: Scope,
  callers: Callers,
  values: Values,
  left: number,
): Scope[] {
  const missed = [...values.missedIn(parts, scope)];
  const around = callableAround(node);
  if (left === 0 || around === undefined || missed.length === 0) return [scope];
  const ways = missed.some((parameter) => parameter.parent === around) ? callers.of(around) : [];
  if (ways.length === 0) return scopesOf(around, parts, scope, callers, values, left);
  return ways.flatMap(({ call, bound }) => {
    return scopesOf(call, parts, new Map([...scope, ...bound]), callers, values, left - 1);
  });
}

function callableAround(node: ts.Node): Callable | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) if (isCallable(at)) return at;
  return undefined;
}

/** A scope for each row of the tables that the text is taken from, so that a code stays with its words. */
function rowsOf(parts: readonly ts.Node[], scope: Scope, values: Values): Scope[] {
  for (const part of parts) {
    const [first] = values.rowsIn(part, scope);
    if (first === undefined) continue;
    const [root, rows] = first;
    return rows.flatMap((row) => rowsOf(parts, new Map([...scope, [root, row]]), values));
  }
  return [scope];
}
