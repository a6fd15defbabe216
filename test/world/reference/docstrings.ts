import { join } from "node:path";
import ts from "typescript";
import { REPOSITORY } from "../stack";

/** What the provider's sources say of themselves: names, types and docstrings, by the compiler that builds them. */

export interface Documented {
  readonly name: string;
  /** As a user writes it: without the SDK's envelopes, with the words of a closed list. Empty for what is no property. */
  readonly type: string;
  readonly optional: boolean;
  /** Of a constant that is a text; else empty. */
  readonly value: string;
  /** The docstring in one line of Markdown; empty where there is none. */
  readonly meaning: string;
  /** What stands behind `@defaultValue`. */
  readonly defaultValue: string | undefined;
}

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es5.d.ts"], // what a closed list of words needs, and no more: this runs with the quick tests
  types: [],
  strict: true,
};

export class Sources {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  /** `files`: their paths below the repository. */
  constructor(files: readonly string[]) {
    const host = ts.createCompilerHost(OPTIONS, true);
    // Our own modules alone: the SDK's types would be read for seconds, and only their names are told.
    host.resolveModuleNameLiterals = (literals, from) =>
      literals.map(({ text }) => {
        return text.startsWith(".") ? ts.resolveModuleName(text, from, OPTIONS, host) : { resolvedModule: undefined };
      });
    const rootNames = files.map((file) => join(REPOSITORY, file));
    this.#program = ts.createProgram({ rootNames, options: OPTIONS, host });
    this.#checker = this.#program.getTypeChecker();
  }

  /** The properties of an interface, a class or a constant object, in their order. */
  membersOf(file: string, name: string): Documented[] {
    const declared = this.#declared(file, name);
    const members = isOfMembers(declared) ? [...declared.members] : objectOf(declared)?.properties;
    return (members ?? []).flatMap((member): Documented[] => {
      if (ts.isPropertyAssignment(member)) return [documented(member, member.name.getText(), member.initializer)];
      if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return [];
      const type = member.type ? this.#typeText(member.type) : "";
      return [{ ...documented(member, member.name.getText()), type, optional: member.questionToken !== undefined }];
    });
  }

  /** A function, a constant, or a method as `Class.method`, by itself. */
  one(file: string, name: string): Documented {
    const [first = name, method] = name.split(".");
    const declared = this.#declared(file, first);
    if (method === undefined) return documented(declared, name, initializerOf(declared));
    const members: readonly ts.Node[] = isOfMembers(declared) ? declared.members : [];
    const found = members.filter(ts.isMethodDeclaration).find((each) => each.name.getText() === method);
    if (found === undefined) throw new Error(`There is no ${name} in ${file}.`);
    return documented(found, name);
  }

  #typeText(node: ts.TypeNode): string {
    if (ts.isUnionTypeNode(node)) return node.types.map((each) => this.#typeText(each)).join(" | ");
    if (ts.isTypeOperatorNode(node)) return this.#typeText(node.type); // `readonly`, which says nothing to who gives
    if (ts.isIndexedAccessTypeNode(node)) return this.#closedList(node);
    return ts.isTypeReferenceNode(node) ? this.#referenceText(node) : node.getText();
  }

  #referenceText({ typeName, typeArguments = ts.factory.createNodeArray() }: ts.TypeReferenceNode): string {
    const inner = typeArguments.map((each) => this.#typeText(each)).join(", ");
    const name = typeName.getText();
    if (["pulumi.Input", "pulumi.Output"].includes(name)) return inner;
    if (inner !== "") return `${name}<${inner}>`;
    const symbol = this.#checker.getSymbolAtLocation(typeName);
    const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    const alias = meant?.declarations?.find(ts.isTypeAliasDeclaration);
    return alias ? this.#typeText(alias.type) : name.replace(/^.*\./, "");
  }

  /** The words of a list that is a constant as well. */
  #closedList(node: ts.TypeNode): string {
    const type = this.#checker.getTypeFromTypeNode(node);
    const words = type.isUnion() ? type.types : [type];
    return words.map((word) => this.#checker.typeToString(word)).join(" | ");
  }

  #declared(file: string, name: string): ts.Node {
    const statements = this.#program.getSourceFile(join(REPOSITORY, file))?.statements ?? [];
    const all = statements.flatMap((each): readonly ts.Node[] => {
      return ts.isVariableStatement(each) ? each.declarationList.declarations : [each];
    });
    const found = all.find((each) => nameOf(each) === name);
    if (found === undefined) throw new Error(`There is no ${name} in ${file}.`);
    return found;
  }
}

function nameOf(node: ts.Node): string | undefined {
  const named = isOfMembers(node) || ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
  return named ? node.name?.getText() : undefined;
}

function isOfMembers(node: ts.Node): node is ts.InterfaceDeclaration | ts.ClassDeclaration {
  return ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node);
}

function initializerOf(node: ts.Node): ts.Expression | undefined {
  return ts.isVariableDeclaration(node) ? node.initializer : undefined;
}

function objectOf(node: ts.Node): ts.ObjectLiteralExpression | undefined {
  const value = initializerOf(node);
  const plain = value && ts.isAsExpression(value) ? value.expression : value;
  return plain && ts.isObjectLiteralExpression(plain) ? plain : undefined;
}

function documented(node: ts.Node, name: string, value?: ts.Expression): Documented {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const defaultValue = comment?.tags?.find(({ tagName }) => tagName.text === "defaultValue");
  return {
    name,
    type: "",
    optional: false,
    value: value && ts.isStringLiteral(value) ? value.text : "",
    meaning: oneLine(comment?.comment),
    defaultValue: defaultValue && oneLine(defaultValue.comment),
  };
}

function oneLine(comment: ts.JSDoc["comment"]): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\s+/g, " ").trim();
}
