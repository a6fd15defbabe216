import ts from "typescript";
import { membersOf } from "./syntax";

/** A place in the source where a text leaves it. */
export interface Place {
  readonly kind: Kind;
  readonly node: ts.Node;
  readonly code?: ts.Expression | undefined;
  readonly message: ts.Expression;
  readonly remedy?: ts.Expression | undefined;
}

/**
 * `finding`: in a Swagger file. `argument`: what a rule says of one, after its name. `wrong use`: of the command.
 * `printed`: by the command, beside its result.
 */
export type Kind = "error" | "finding" | "argument" | "wrong use" | "warning" | "note" | "printed";

export function placesIn(file: ts.SourceFile): Place[] {
  const places: Place[] = [];
  const inCommand = file.fileName.includes("/cli/");
  const inRules = /\/(inputs|credentialRules)\.ts$/.test(file.fileName);
  const look = (node: ts.Node): void => {
    const place = placeAt(node, inCommand) ?? (inRules ? ruleAt(node) : undefined);
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
    if (name === "DataSourceError" && second) {
      return { kind: "error", node, code: first, message: second, remedy: third };
    }
    if (name === "UsageError" && first) return { kind: "wrong use", node, message: first };
    if (name === "pulumi.RunError" && first) return { kind: "error", node, message: first };
  }
  if (ts.isCallExpression(node)) {
    const [text] = node.arguments;
    const name = node.expression.getText();
    if (text && /\bvoice\.warn$/.test(name)) return { kind: "warning", node, message: text };
    if (text && /\b(voice\.note|waiting\.progress)$/.test(name)) return { kind: "note", node, message: text };
    if (text && inCommand && name === "process.stderr.write") return { kind: "printed", node, message: text };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const [severity, code, message, remedy] = ["severity", "code", "message", "remedy"].map((wanted) => {
      return membersOf(node).find(({ name }) => name === wanted)?.initializer;
    });
    if (severity && code && message) return { kind: "finding", node, code, message, remedy };
  }
  return undefined;
}

/** Where zod is told what to say. */
function ruleAt(node: ts.Node): Place | undefined {
  if (ts.isPropertyAssignment(node) && node.name.getText() === "error") {
    return { kind: "argument", node, message: node.initializer };
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [first, second] = node.arguments;
  const { text: name } = node.expression.name;
  if (name === "addIssue" && first) return { kind: "argument", node, message: first };
  return ["min", "refine", "regex"].includes(name) && second ? { kind: "argument", node, message: second } : undefined;
}
