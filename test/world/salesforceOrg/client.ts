import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { generate } from "openapi-typescript-codegen";
import { REPOSITORY } from "../stack";

const TSC = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");
const run = promisify(execFile);

/**
 * A client that somebody else's generator makes of a Swagger file, and a program that uses it: both are compiled with
 * strict types, then the program runs with `environment`. Answers with what it prints, as JSON.
 */
export async function runWithClient(
  swaggerFile: string,
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const folder = join(swaggerFile, "..");
  const input: unknown = JSON.parse(await readFile(swaggerFile, "utf8"));
  assert.ok(typeof input === "object" && input !== null);
  const output = join(folder, "client");
  await generate({ input: { ...input }, output, httpClient: "fetch", useOptions: true, useUnionTypes: true });
  await writeFile(join(folder, "program.ts"), program);
  const options = ["--strict", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom"];
  await run(process.execPath, [TSC, ...options, "--outDir", join(folder, "js"), join(folder, "program.ts")]).catch(
    ({ stdout }: { stdout: string }) => assert.fail(stdout),
  );
  const { stdout } = await run(process.execPath, [join(folder, "js", "program.js")], { env: { ...environment } });
  return JSON.parse(stdout);
}
