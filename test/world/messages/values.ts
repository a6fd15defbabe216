import ts from "typescript";
import type { Declarations } from "./declarations";
import { isTransparent, nameOf, settingName, wordFor } from "./names";
import { bind, NOTHING_KNOWN, type Scope } from "./scope";
import { type Callable, isCallable, type Literal, membersOf, returnsOf } from "./syntax";
import { hole, isHole, joined, oneOf, type Text } from "./text";

/** What an expression can come to, found by reading it: texts, tables of them, and functions that make them. */
export type Value = { readonly text: Text } | { readonly node: Literal; readonly scope: Scope };

interface Read {
  readonly values: readonly Value[];
  readonly missed: ReadonlySet<ts.ParameterDeclaration>;
}

const DEEPEST = 40;

export class Values {
  /** Parameters that were asked for and not known. */
  #missed = new Set<ts.ParameterDeclaration>();
  #depth = 0;
  readonly #known = new WeakMap<Scope, Map<ts.Node, Read>>();

  constructor(private readonly declarations: Declarations) {}

  text(node: ts.Expression, scope: Scope): Text {
    const texts = this.of(node, scope).map((value) => ("text" in value ? value.text : hole(nameOf(node))));
    return texts.length === 0 ? [] : oneOf(texts, nameOf(node));
  }

  of(node: ts.Node, scope: Scope): readonly Value[] {
    const known = this.#known.get(scope) ?? new Map<ts.Node, Read>();
    this.#known.set(scope, known);
    const read = known.get(node) ?? this.readAnew(node, scope);
    known.set(node, read);
    for (const parameter of read.missed) this.#missed.add(parameter);
    return read.values;
  }

  /** The parameters on which the values of `nodes` depend, and which `scope` does not know. */
  missedIn(nodes: readonly ts.Node[], scope: Scope): ReadonlySet<ts.ParameterDeclaration> {
    const outer = this.#missed;
    this.#missed = new Set();
    for (const node of nodes) this.of(node, scope);
    const missed = this.#missed;
    this.#missed = outer;
    return missed;
  }

  private readAnew(node: ts.Node, scope: Scope): Read {
    if (this.#depth > DEEPEST) return { values: unknown(node), missed: new Set() };
    const outer = this.#missed;
    this.#missed = new Set();
    this.#depth += 1;
    try {
      return { values: this.read(node, scope), missed: this.#missed };
    } finally {
      this.#depth -= 1;
      this.#missed = outer;
    }
  }

  /** What a rule says of a value: its text, or what its function makes of the value. */
  said(node: ts.Expression, scope: Scope): Text[] {
    return this.of(node, scope).flatMap((value) => {
      if ("text" in value) return [value.text];
      if (!isCallable(value.node)) return [];
      return this.answers(value.node, value.scope).flatMap((answer) => {
        if ("text" in answer) return [answer.text];
        return isCallable(answer.node)
          ? this.answers(answer.node, answer.scope).flatMap((text) => ("text" in text ? [text.text] : []))
          : [];
      });
    });
  }

  /** The variables in `node` that stand for one of several rows of a table, with those rows. */
  rowsIn(node: ts.Node, scope: Scope): Map<ts.Node, readonly Extract<Value, { node: Literal }>[]> {
    const found = new Map<ts.Node, readonly Extract<Value, { node: Literal }>[]>();
    const look = (part: ts.Node): void => {
      const root = ts.isIdentifier(part) ? this.rootOf(part) : undefined;
      if (root !== undefined && !scope.has(root) && !found.has(root)) {
        const rows = this.valuesOfRoot(root, scope).filter(
          (value) => "node" in value && !ts.isFunctionLike(value.node),
        );
        if (rows.length > 1)
          found.set(
            root,
            rows.filter((value) => "node" in value),
          );
      }
      ts.forEachChild(part, look);
    };
    look(node);
    return found;
  }

  /** The functions of ours that a call may reach. */
  callees(node: ts.Expression, scope: Scope = NOTHING_KNOWN): { readonly node: Callable; readonly scope: Scope }[] {
    return this.of(node, scope).flatMap((value) =>
      "node" in value && isCallable(value.node) ? [{ node: value.node, scope: value.scope }] : [],
    );
  }

  private read(node: ts.Node, scope: Scope): readonly Value[] {
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node))
      return [{ text: node.text === "" ? [] : [node.text] }];
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) => joined([this.text(span.expression, scope), [span.literal.text]]));
      return [{ text: joined([[node.head.text], ...spans]) }];
    }
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isAwaitExpression(node) ||
      ts.isSpreadElement(node)
    )
      return this.of(node.expression, scope);
    if (ts.isConditionalExpression(node)) return [...this.of(node.whenTrue, scope), ...this.of(node.whenFalse, scope)];
    if (ts.isBinaryExpression(node)) return this.binary(node, scope);
    if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node) || isCallable(node))
      return [{ node, scope }];
    if (ts.isIdentifier(node)) return node.text === "undefined" ? [] : this.identifier(node, scope);
    if (ts.isPropertyAccessExpression(node)) return this.property(node, node.expression, node.name.text, scope);
    if (ts.isElementAccessExpression(node)) return this.element(node, scope);
    if (ts.isCallExpression(node)) return this.call(node, scope);
    return unknown(node);
  }

  private binary(node: ts.BinaryExpression, scope: Scope): readonly Value[] {
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.PlusToken && !ts.isNumericLiteral(node.right)) {
      return [{ text: joined([this.text(node.left, scope), this.text(node.right, scope)]) }];
    }
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return this.of(node.right, scope);
    if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken) {
      return [...this.of(node.left, scope), ...this.of(node.right, scope)];
    }
    return unknown(node);
  }

  private identifier(node: ts.Identifier, scope: Scope): readonly Value[] {
    const declaration = this.declarations.of(node);
    if (declaration === undefined) return unknown(node);
    if (isCallable(declaration)) return [{ node: declaration, scope: NOTHING_KNOWN }];
    if (ts.isPropertyAssignment(declaration)) return this.of(declaration.initializer, scope);
    return this.bound(declaration, node, scope);
  }

  /** The values of a variable, a parameter, or of a name taken out of one. */
  private bound(declaration: ts.Node, node: ts.Node, scope: Scope): readonly Value[] {
    if (ts.isVariableDeclaration(declaration) || ts.isParameter(declaration)) {
      const values = this.valuesOfRoot(declaration, scope);
      return values.length > 0 || scope.has(declaration) ? values : unknown(node);
    }
    if (!ts.isBindingElement(declaration)) return unknown(node);
    const { parent: pattern, propertyName, name, initializer, dotDotDotToken } = declaration;
    if (dotDotDotToken || !ts.isIdentifier(name)) return unknown(node);
    const otherwise = initializer ? this.of(initializer, scope) : [];
    const whole = this.bound(pattern.parent, pattern, scope).filter((value) => "node" in value);
    if (whole.length === 0) return [...unknown(node), ...otherwise.filter((value) => "node" in value)];
    const key = ts.isArrayBindingPattern(pattern)
      ? pattern.elements.indexOf(declaration)
      : propertyName && (ts.isIdentifier(propertyName) || ts.isStringLiteral(propertyName))
        ? propertyName.text
        : name.text;
    const values = whole.flatMap((value) => this.member(value, key) ?? otherwise);
    return values.length > 0 || ts.isObjectBindingPattern(pattern) ? values : unknown(node);
  }

  private valuesOfRoot(root: ts.Node, scope: Scope): readonly Value[] {
    const known = scope.get(root);
    if (known === "left out") return ts.isParameter(root) && root.initializer ? this.of(root.initializer, scope) : [];
    if (known !== undefined) return this.of(known.node, known.scope ?? scope);
    if (ts.isParameter(root)) {
      this.#missed.add(root);
      return [];
    }
    if (!ts.isVariableDeclaration(root)) return [];
    const isFixed = ts.getCombinedNodeFlags(root) & ts.NodeFlags.Const;
    if (root.initializer) return isFixed ? this.of(root.initializer, scope) : [];
    const loop = root.parent.parent;
    return ts.isForOfStatement(loop) ? this.elements(loop.expression, scope) : [];
  }

  /** What an array holds. */
  private elements(node: ts.Expression, scope: Scope): Value[] {
    const entriesOf = ts.isCallExpression(node) && /^Object\.(entries|values)$/.exec(node.expression.getText());
    const [table] = ts.isCallExpression(node) ? node.arguments : [];
    if (entriesOf && table) {
      return this.of(table, scope).flatMap((value) =>
        ("node" in value ? membersOf(value.node) : []).flatMap((member) => {
          const name = ts.factory.createStringLiteral(member.name);
          const pair = ts.factory.createArrayLiteralExpression([name, member.initializer]);
          return entriesOf[1] === "entries" ? [{ node: pair, scope }] : this.of(member.initializer, scope);
        }),
      );
    }
    return this.of(node, scope).flatMap((value) => {
      if ("text" in value) return isHole(value.text) ? [] : [value];
      if (!ts.isArrayLiteralExpression(value.node)) return [];
      return value.node.elements.flatMap((item) =>
        ts.isSpreadElement(item) ? this.elements(item.expression, value.scope) : this.of(item, value.scope),
      );
    });
  }

  private member(value: Value, key: string | number): readonly Value[] | undefined {
    if ("text" in value) return undefined;
    if (ts.isArrayLiteralExpression(value.node)) {
      const item = value.node.elements[Number(key)];
      return item && this.of(item, value.scope);
    }
    const found = membersOf(value.node).find(({ name }) => name === key);
    if (found) return this.of(found.initializer, value.scope);
    if (!ts.isObjectLiteralExpression(value.node)) return undefined;
    const spreads = value.node.properties.filter(ts.isSpreadAssignment);
    const spread = spreads.flatMap(({ expression }) =>
      this.of(expression, value.scope).flatMap((inner) => this.member(inner, key) ?? []),
    );
    return spread.length > 0 ? spread : undefined;
  }

  private property(node: ts.Node, base: ts.Expression, name: string, scope: Scope): readonly Value[] {
    const declaration = ts.isPropertyAccessExpression(node) ? this.declarations.ofMethod(node.name) : undefined;
    if (declaration && isCallable(declaration)) return [{ node: declaration, scope: NOTHING_KNOWN }];
    const tables = this.of(base, scope).filter((value) => "node" in value);
    const found = tables.flatMap((table) => this.member(table, name) ?? []);
    return tables.length > 0 && found.length > 0 ? found : unknown(node);
  }

  private element(node: ts.ElementAccessExpression, scope: Scope): readonly Value[] {
    const key = this.text(node.argumentExpression, scope);
    const tables = this.of(node.expression, scope).filter((value) => "node" in value);
    const [word] = key;
    const exact = key.length === 1 && typeof word === "string";
    const found = tables.flatMap((table) => {
      const member = exact ? this.member(table, word) : undefined;
      return member ?? membersOf(table.node).flatMap(({ initializer }) => this.of(initializer, table.scope));
    });
    return found.length > 0 ? found : unknown(node);
  }

  private call(node: ts.CallExpression, scope: Scope): readonly Value[] {
    const { expression: callee, arguments: given } = node;
    const [first] = given;
    const name = nameOf(callee);
    if (isTransparent(name) && first) return this.of(first, scope);
    if (name === "called" && first && ts.isStringLiteral(first)) return [{ text: hole(settingName(first.text)) }];
    const word = wordFor(name);
    if (word !== undefined) return [{ text: hole(word) }];
    if (ts.isPropertyAccessExpression(callee)) {
      const made = this.method(callee.expression, name, first, scope);
      if (made) return made;
    }
    const reached = this.callees(callee, scope);
    if (reached.length === 0) return unknown(node);
    return reached.flatMap((reach) => this.answers(reach.node, bind(reach.node, given, scope, reach.scope)));
  }

  /** Those methods of arrays and texts by which messages are put together. */
  private method(
    base: ts.Expression,
    name: string,
    first: ts.Expression | undefined,
    scope: Scope,
  ): readonly Value[] | undefined {
    if (name === "find" || name === "at") {
      const items = this.elements(base, scope);
      return items.length > 0 ? items : undefined;
    }
    if (name === "toLowerCase")
      return this.of(base, scope).map((value) =>
        "text" in value
          ? { text: value.text.map((part) => (typeof part === "string" ? part.toLowerCase() : part)) }
          : value,
      );
    if (name === "map" && first) {
      const made = this.callees(first, scope).flatMap((reach) => this.answers(reach.node, reach.scope));
      return made.length > 0 ? made : undefined;
    }
    if (name !== "join" || !ts.isArrayLiteralExpression(base) || !first) return undefined;
    const between = this.text(first, scope);
    const items = base.elements.map((item, index) => joined([index === 0 ? [] : between, this.text(item, scope)]));
    return [{ text: joined(items) }];
  }

  private answers(callee: Callable, scope: Scope): readonly Value[] {
    const { body } = callee;
    if (body === undefined) return [];
    if (!ts.isBlock(body)) return this.of(body, scope);
    return returnsOf(body).flatMap((expression) => this.of(expression, scope));
  }

  private rootOf(node: ts.Identifier): ts.Node | undefined {
    let declaration = this.declarations.of(node);
    while (declaration && ts.isBindingElement(declaration)) declaration = declaration.parent.parent;
    return declaration && (ts.isVariableDeclaration(declaration) || ts.isParameter(declaration))
      ? declaration
      : undefined;
  }
}

function unknown(node: ts.Node): Value[] {
  return [{ text: hole(nameOf(node)) }];
}
