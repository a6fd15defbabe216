import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { REPOSITORY } from "../world/stack";

const BIOME = join(REPOSITORY, "node_modules", "@biomejs", "biome", "bin", "biome");
const TSC = join(REPOSITORY, "node_modules", "typescript", "bin", "tsc");

/** A file of a room, and an import that its floor forbids. */
const FORBIDDEN: readonly (readonly [file: string, from: string])[] = [
  ["provider/http.ts", "./connection"],
  ["provider/allowedHosts.ts", "./connection"],
  ["provider/route.ts", "./connection"],
  ["provider/proxy.ts", "./run"],
  ["provider/pem.ts", "./inputs"],
  ["provider/connection.ts", "./run"],
  ["provider/swagger/x.ts", "../oauth/verdict"],
  ["provider/oauth/x.ts", "../aem/author"],
  ["provider/oauth/x.ts", "../connection"],
  ["provider/salesforce/x.ts", "../oauth/session"],
  ["provider/salesforce/x.ts", "../swagger/documents"],
  ["provider/salesforce/x.ts", "../connection"],
  ["provider/swagger/x.ts", "../salesforce/org"],
  ["provider/oauth/x.ts", "../salesforce/org"],
  ["provider/repeats.ts", "./connection"],
  ["provider/aem/x.ts", "../lifecycle"],
  ["provider/aem/x.ts", "@pulumi/pulumi"],
  ["provider/inputs.ts", "./lifecycle"],
  ["provider/lifecycle.ts", "./dynamic"],
  ["provider/check.ts", "@pulumi/pulumi"],
  ["provider/check.ts", "./cli/token"],
  ["provider/comparison.ts", "./cli/compare"],
  ["provider/stackState.ts", "@pulumi/pulumi"],
  ["provider/dynamic.ts", "./cli/token"],
  ["provider/errors.ts", "./cli/usage"],
  ["provider/http.ts", "./oauth/verdict"],
  ["provider/oauth/x.ts", "../cli/usage"],
  ["provider/cli/x.ts", "../lifecycle"],
  ["provider/cli/x.ts", "../restDataSource"],
  ["provider/cli/x.ts", "@pulumi/pulumi"],
  ["examples/policy/rules.ts", "@pulumi/policy"],
];

/** The forbidden imports of each file. */
const IMPORTS = new Map<string, string[]>();
for (const [file, from] of FORBIDDEN) IMPORTS.set(file, [...(IMPORTS.get(file) ?? []), from]);

describe("the house", () => {
  it("is linted and formatted", async () => {
    const { code, text } = await run(REPOSITORY, BIOME, "ci", "--error-on-warnings", "--colors=off", ".");
    assert.equal(code, 0, text);
  });

  it("has an example whose types are right", async () => {
    const { code, text } = await run(REPOSITORY, TSC, "-p", join("examples", "salesforce"));
    assert.equal(code, 0, text);
  });

  describe("lets no import go up a floor:", () => {
    let told: string;

    before(async function () {
      this.timeout(20_000);
      const folder = await mkdtemp(join(tmpdir(), "house-"));
      try {
        await cp(join(REPOSITORY, "biome.json"), join(folder, "biome.json"));
        for (const [file, imports] of IMPORTS) {
          await mkdir(join(folder, dirname(file)), { recursive: true });
          await writeFile(join(folder, file), imports.map((from) => `import "${from}";\n`).join(""));
        }
        const lint = ["lint", "--vcs-enabled=false", "--colors=off", "--max-diagnostics=none", "."];
        const { code, text } = await run(folder, BIOME, ...lint);
        assert.equal(code, 1, text);
        told = text;
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    for (const [file, imports] of IMPORTS) {
      imports.forEach((from, index) => {
        it(`of ${from} into ${file}`, () => {
          const place = `${file}:${index + 1}:`;
          const lines = told.split("\n").filter((line) => line.startsWith(place));
          assert.ok(
            lines.some((line) => line.includes("noRestrictedImports")),
            told,
          );
        });
      });
    }
  });

  it("shows in the README the very rights that the tests give a deployer on Apache Sling", () => {
    const rights = (file: string) => readFileSync(join(REPOSITORY, file), "utf8").match(/^ *allow .*$/gm) ?? [];
    const lines = (file: string) => rights(file).map((line) => line.trim());
    assert.ok(lines("README.md").length > 0);
    assert.deepEqual(lines("README.md"), lines("test/world/sling/deployer.repoinit"));
  });
});

function run(cwd: string, script: string, ...words: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...words], { cwd }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, text: stdout + stderr });
    });
  });
}
