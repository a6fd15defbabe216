import ts from "typescript";

/** Parts of TypeScript's syntax that hold texts or make them. */

export type Literal = ts.ObjectLiteralExpression | ts.ArrayLiteralExpression | Callable;
export type Callable =
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.FunctionDeclaration
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration;

export function isCallable(node: ts.Node): node is Callable {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node)
  );
}

export function returnsOf(body: ts.Node): ts.Expression[] {
  const found: ts.Expression[] = [];
  const look = (node: ts.Node): void => {
    if (isCallable(node)) return;
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    ts.forEachChild(node, look);
  };
  look(body);
  return found;
}

export function membersOf(node: ts.Node): { name: string; initializer: ts.Expression }[] {
  if (ts.isArrayLiteralExpression(node))
    return node.elements.map((initializer, index) => ({ name: String(index), initializer }));
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap((member) => {
    if (ts.isShorthandPropertyAssignment(member)) return [{ name: member.name.text, initializer: member.name }];
    if (!ts.isPropertyAssignment(member) || ts.isComputedPropertyName(member.name)) return [];
    return [{ name: member.name.text, initializer: member.initializer }];
  });
}

/** Names of its methods. */
export function methodsIn(node: ts.Node): string[] {
  const names: string[] = [];
  const look = (part: ts.Node): void => {
    if (ts.isMethodDeclaration(part)) names.push(part.name.getText());
    ts.forEachChild(part, look);
  };
  look(node);
  return names;
}
