import ts from "typescript";
import { VARIABLES } from "../../../provider/places";

/** What stands in the place of what is another each time. */

/** Functions of ours through which a text goes and stays what it is, as far as this page is concerned. */
const TRANSPARENT: ReadonlySet<string> = new Set(["excerpt", "String", "redact", "inWords", "inCommandWords"]);
/** Functions whose answer is one thing to a reader, with the word for it. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["called", "setting"],
  ["cloudConfigurationsPath", "folder"],
  ["containerPath", "container"],
  ["dataSourcePath", "path"],
  ["folderPath", "folder"],
  ["logicalName", "name"],
  ["loginName", "login"],
  ["text", "text"],
  ["pathTo", "command"],
  ["placeOf", "path"],
  ["resolve", "file"],
]);
/** Functions of the language that change how a thing is written. */
const GLOBAL: ReadonlySet<string> = new Set(["floor", "round", "max", "min", "Number", "seconds"]);
/** Whether a text goes through this function and stays what it is. */
export function isTransparent(called: string): boolean {
  return TRANSPARENT.has(called);
}

/** The word for what this function answers, where it is one thing to a reader. */
export function wordFor(called: string): string | undefined {
  return NAMES.get(called);
}

/** A setting of a connection, by its variable in the environment. */
export function settingName(setting: string): string {
  return Object.entries(VARIABLES).find(([name]) => name === setting)?.[1] ?? setting;
}

/** What a reader may call it: the last word of the expression. */
export function nameOf(node: ts.Node): string {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return node.text.replace(/^#/, "");
  if (ts.isPropertyAccessExpression(node)) return nameOf(node.name);
  if (ts.isElementAccessExpression(node)) return nameOf(node.expression);
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const { expression } = node;
    if (
      ts.isPropertyAccessExpression(expression) &&
      /^(join|to[A-Z]\w*|replace(All)?|slice|trim|map|filter|flatMap|split|sort|pad\w+|stringify)$/.test(
        expression.name.text,
      )
    ) {
      return nameOf(expression.name.text === "stringify" && first ? first : expression.expression);
    }
    const called = nameOf(expression);
    return (TRANSPARENT.has(called) || GLOBAL.has(called)) && first ? nameOf(first) : (NAMES.get(called) ?? called);
  }
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return nameOf(node.expression);
  if (ts.isBinaryExpression(node)) return nameOf(node.left) === "…" ? nameOf(node.right) : nameOf(node.left);
  return "…";
}
