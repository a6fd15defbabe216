import { relative } from "node:path";
import ts from "typescript";
import { ERROR_CODES } from "../../../provider/errorCodes";
import { REPOSITORY } from "../stack";
import type { Source } from "./source";
import { alternatives, isHole, shape, type Text } from "./text";
import { bind, type Callable, isCallable, membersOf, NOTHING_KNOWN, type Scope, Values } from "./values";

/** Something that the source tells a user. */
export interface Told {
  readonly kind: "error" | "finding" | "wrong use" | "warning" | "note" | "printed";
  /** Undefined where it has none, or where it is another error's. */
  readonly code: string | undefined;
  readonly message: Text;
  readonly remedy: Text;
  readonly file: string;
}

/** A place in the source where a text leaves it. */
interface Place {
  readonly kind: Told["kind"];
  readonly node: ts.Node;
  readonly code?: ts.Expression | undefined;
  readonly message: ts.Expression;
  readonly remedy?: ts.Expression | undefined;
}

/** Callers of callers of helpers: none of ours is further away. */
const FURTHEST = 4;

export function toldBy({ files, checker }: Source): Told[] {
  const callers = new Callers(files, checker);
  const all = files.flatMap((file) => {
    return placesIn(file).flatMap((place) => toldAt(place, callers, checker, relative(REPOSITORY, file.fileName)));
  });
  // From the last to the first, so that of several names for one hole the first one stays.
  return [...new Map(all.reverse().map((told) => [keyOf(told), told])).values()].reverse();
}

function keyOf({ kind, code, message, remedy, file }: Told): string {
  return JSON.stringify([kind, code, shape(message), shape(remedy), file]);
}

function toldAt(place: Place, callers: Callers, checker: ts.TypeChecker, file: string): Told[] {
  const { kind, node, code, message, remedy } = place;
  const parts = [code, message, remedy].filter((part) => part !== undefined);
  const read = (scope: Scope) => {
    const values = new Values(checker);
    const texts = (part: ts.Expression | undefined) => (part ? values.text(part, scope) : []);
    return { told: [texts(code), texts(message), texts(remedy)] as const, missed: values.missed };
  };
  const scopes = scopesOf(node, NOTHING_KNOWN, (scope) => read(scope).missed, callers, FURTHEST);
  return scopes
    .flatMap((scope) => rowsOf(parts, scope, checker))
    .flatMap((scope) => {
      const [codes, message, remedy] = read(scope).told;
      return alternatives(codes).map((one): Told => {
        const [word] = one;
        const known = one.length === 1 && typeof word === "string" && Object.hasOwn(ERROR_CODES, word);
        return { kind, code: known ? word : undefined, message, remedy, file };
      });
    });
}

/** A scope for each way into the function around `node`, as long as something that is asked for comes from its caller. */
function scopesOf(
  node: ts.Node,
  scope: Scope,
  missedIn: (scope: Scope) => ReadonlySet<ts.ParameterDeclaration>,
  callers: Callers,
  left: number,
): Scope[] {
  const missed = [...missedIn(scope)];
  const around = callableAround(node);
  if (left === 0 || around === undefined || missed.length === 0) return [scope];
  if (!missed.some((parameter) => parameter.parent === around)) return scopesOf(around, scope, missedIn, callers, left);
  const calls = callers.of(around).map((call) => ({ call, bound: callers.bound(around, call) }));
  const telling = calls.filter(({ bound }) => bound.size > 0);
  if (telling.length === 0) return scopesOf(around, scope, missedIn, callers, left - 1);
  return calls.flatMap(({ call, bound }) => {
    return scopesOf(call, new Map([...scope, ...bound]), missedIn, callers, left - 1);
  });
}

/** A scope for each row of the tables that the text is taken from, so that a code stays with its words. */
function rowsOf(parts: readonly ts.Expression[], scope: Scope, checker: ts.TypeChecker): Scope[] {
  const values = new Values(checker);
  for (const part of parts) {
    const [first] = values.rowsIn(part, scope);
    if (first === undefined) continue;
    const [root, rows] = first;
    return rows.flatMap((row) => rowsOf(parts, new Map([...scope, [root, row]]), checker));
  }
  return [scope];
}

class Callers {
  readonly #calls = new Map<Callable, ts.CallExpression[]>();
  readonly #checker: ts.TypeChecker;

  constructor(files: readonly ts.SourceFile[], checker: ts.TypeChecker) {
    this.#checker = checker;
    const values = new Values(checker);
    const open: ts.CallExpression[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const reached =
          ts.isIdentifier(node.expression) || ts.isPropertyAccessExpression(node.expression)
            ? values.callees(node.expression)
            : [];
        if (reached.length === 0) open.push(node);
        for (const { node: callee } of reached) this.note(callee, node);
      }
      ts.forEachChild(node, look);
    };
    for (const file of files) look(file);
    // Helpers that were handed over as an argument.
    for (const call of open) {
      const parameter = values.declarationOf(call.expression);
      if (!parameter || !ts.isParameter(parameter) || !isCallable(parameter.parent)) continue;
      const index = parameter.parent.parameters.indexOf(parameter);
      for (const { arguments: given } of this.of(parameter.parent)) {
        const handed = given[index];
        for (const { node: callee } of handed ? values.callees(handed) : []) this.note(callee, call);
      }
    }
  }

  of(callee: Callable): readonly ts.CallExpression[] {
    return this.#calls.get(callee) ?? [];
  }

  /** What a call gives; an argument that is a name and no more leaves the parameter its own name. */
  bound(callee: Callable, call: ts.CallExpression): Scope {
    const given = bind(callee, call.arguments);
    return new Map(
      [...given].filter(([, value]) => {
        if (value === "left out") return true;
        const values = new Values(this.#checker);
        const says = values
          .of(value.node, NOTHING_KNOWN)
          .some((one) => ("text" in one ? !isHole(one.text) : isCallable(one.node)));
        return says || values.missed.size > 0;
      }),
    );
  }

  private note(callee: Callable, call: ts.CallExpression): void {
    this.#calls.set(callee, [...(this.#calls.get(callee) ?? []), call]);
  }
}

function callableAround(node: ts.Node): Callable | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) if (isCallable(at)) return at;
  return undefined;
}

function placesIn(file: ts.SourceFile): Place[] {
  const places: Place[] = [];
  const look = (node: ts.Node): void => {
    const place = placeAt(node, file.fileName.includes("/cli/"));
    if (place) places.push(place);
    ts.forEachChild(node, look);
  };
  look(file);
  return places;
}

function placeAt(node: ts.Node, inCommand: boolean): Place | undefined {
  if (ts.isNewExpression(node)) {
    const [first, second, third] = node.arguments ?? [];
    const name = node.expression.getText();
    if (name === "DataSourceError" && first && second)
      return { kind: "error", node, code: first, message: second, remedy: third };
    if (name === "UsageError" && first) return { kind: "wrong use", node, message: first };
    if (name === "pulumi.RunError" && first) return { kind: "error", node, message: first };
  }
  if (ts.isCallExpression(node)) {
    const [text] = node.arguments;
    const name = node.expression.getText();
    if (text && /\bvoice\.warn$/.test(name)) return { kind: "warning", node, message: text };
    if (text && /\bvoice\.note$/.test(name)) return { kind: "note", node, message: text };
    if (text && inCommand && name === "process.stderr.write") return { kind: "printed", node, message: text };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const member = (wanted: string) => membersOf(node).find(({ name }) => name === wanted)?.initializer;
    const [severity, code, message] = ["severity", "code", "message"].map(member);
    if (severity && code && message) return { kind: "finding", node, code, message, remedy: member("remedy") };
  }
  return undefined;
}
