import ts from "typescript";
import type { Source } from "./source";
import { methodsIn } from "./syntax";

/** Where names are declared, as the compiler knows it; each is looked up once. */
export class Declarations {
  readonly #checker: ts.TypeChecker;
  readonly #found = new Map<ts.Node, ts.Declaration | undefined>();
  readonly #methods: ReadonlySet<string>;

  constructor({ files, checker }: Source) {
    this.#checker = checker;
    this.#methods = new Set(files.flatMap(methodsIn));
  }

  of(node: ts.Node): ts.Declaration | undefined {
    if (!this.#found.has(node)) this.#found.set(node, this.find(node));
    return this.#found.get(node);
  }

  /** Of a member that may be a method of ours: to look up any other would only make the compiler work out types. */
  ofMethod(name: ts.MemberName): ts.Declaration | undefined {
    return this.#methods.has(name.text) ? this.of(name) : undefined;
  }

  private find(node: ts.Node): ts.Declaration | undefined {
    const { parent } = node;
    const symbol =
      parent && ts.isShorthandPropertyAssignment(parent)
        ? this.#checker.getShorthandAssignmentValueSymbol(parent)
        : this.#checker.getSymbolAtLocation(node);
    const isAlias = symbol && symbol.flags & ts.SymbolFlags.Alias;
    return (isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol)?.valueDeclaration;
  }
}
