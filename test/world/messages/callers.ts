import ts from "typescript";
import type { Declarations } from "./declarations";
import { bind, NOTHING_KNOWN, type Scope } from "./scope";
import type { Source } from "./source";
import { type Callable, isCallable } from "./syntax";
import { isHole } from "./text";
import type { Values } from "./values";

/** Who calls a function, and what with: a helper's words come from there. */
export class Callers {
  readonly #calls = new Map<Callable, ts.CallExpression[]>();
  readonly #ways = new Map<Callable, readonly Way[]>();

  constructor(
    { files }: Source,
    private readonly values: Values,
    declarations: Declarations,
  ) {
    const open: ts.CallExpression[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const named = ts.isIdentifier(node.expression) || ts.isPropertyAccessExpression(node.expression);
        const reached = named ? values.callees(node.expression) : [];
        if (reached.length === 0) open.push(node);
        for (const { node: callee } of reached) this.note(callee, node);
      }
      ts.forEachChild(node, look);
    };
    for (const file of files) look(file);
    // Helpers that were handed over as an argument.
    for (const call of open) {
      const parameter = declarations.of(call.expression);
      if (!parameter || !ts.isParameter(parameter) || !isCallable(parameter.parent)) continue;
      const index = parameter.parent.parameters.indexOf(parameter);
      for (const { arguments: given } of this.#calls.get(parameter.parent) ?? []) {
        const handed = given[index];
        for (const { node: callee } of handed ? values.callees(handed) : []) this.note(callee, call);
      }
    }
  }

  /** The ways into a function; none where no call says more than the names of its parameters. */
  of(callee: Callable): readonly Way[] {
    const known = this.#ways.get(callee);
    if (known) return known;
    const calls = this.#calls.get(callee) ?? [];
    const ways = calls.map((call) => ({ call, bound: this.bound(callee, call) }));
    const found = ways.some(({ bound }) => bound.size > 0) ? ways : [];
    this.#ways.set(callee, found);
    return found;
  }

  /** What a call gives; an argument that is a name and no more leaves the parameter its own name. */
  private bound(callee: Callable, call: ts.CallExpression): Scope {
    const given = [...bind(callee, call.arguments)].filter(([, value]) => {
      if (value === "left out") return true;
      const says = this.values.of(value.node, NOTHING_KNOWN).some((one) => {
        return "text" in one ? !isHole(one.text) : isCallable(one.node);
      });
      return says || this.values.missedIn([value.node], NOTHING_KNOWN).size > 0;
    });
    return new Map(given);
  }

  private note(callee: Callable, call: ts.CallExpression): void {
    this.#calls.set(callee, [...(this.#calls.get(callee) ?? []), call]);
  }
}

interface Way {
  readonly call: ts.CallExpression;
  readonly bound: Scope;
}
