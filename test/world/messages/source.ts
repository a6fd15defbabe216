import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { REPOSITORY } from "../stack";

/** The provider's source as the compiler sees it, without the packages that it uses: names are enough here. */
export interface Source {
  readonly files: readonly ts.SourceFile[];
  readonly checker: ts.TypeChecker;
}

export function readSource(): Source {
  const folder = join(REPOSITORY, "provider");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort();
  const options: ts.CompilerOptions = { noLib: true, types: [], target: ts.ScriptTarget.ES2022, strict: true };
  const host = ts.createCompilerHost(options, true);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      const place = join(dirname(from), text);
      const file = [`${place}.ts`, join(place, "index.ts")].find(ts.sys.fileExists);
      const known = text.startsWith(".") && file !== undefined;
      return { resolvedModule: known ? { resolvedFileName: file, extension: ts.Extension.Ts } : undefined };
    });
  const roots = names.map((name) => join(folder, name));
  const program = ts.createProgram(roots, options, host);
  return {
    files: program.getSourceFiles().filter(({ fileName }) => roots.includes(fileName)),
    checker: program.getTypeChecker(),
  };
}
