import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { completionsOf } from "../../../provider/cli/completion";
import { makeProgram } from "../../../provider/cli/program";
import { COMMAND, commandLine } from "../../world/commandLine";

const run = promisify(execFile);

describe("aem-datasource completion", function () {
  this.timeout(20_000);
  const program = makeProgram(() => undefined);
  const words = (...typed: string[]) => completionsOf(program, typed).map((line) => line.split("\t")[0]);

  const cases: readonly (readonly [typed: string[], expected: string[]])[] = [
    [["l"], ["learn", "list"]],
    [
      ["swagger", ""],
      ["check", "diff", "from-salesforce"],
    ],
    [
      ["token", "--client-"],
      [
        "--client-id",
        "--client-secret-stdin",
        "--client-secret-env",
        "--client-id-config",
        "--client-secret-config",
        "--client-auth",
      ],
    ],
    [["doctor", "--container", "global", "--wr"], ["--write"]],
    [
      ["swagger", "check", "api.json", "--product", ""],
      ["aem65", "aem65lts", "aemcs"],
    ],
    [["swagger", "check", "--product=aemc"], ["--product=aemcs"]],
    [
      ["swagger", "check", "--product", "="],
      ["aem65", "aem65lts", "aemcs"],
    ],
    [["swagger", "check", "--product", "=", "aemc"], ["aemcs"]],
    [["completion", "f"], ["fish"]],
  ];
  for (const [typed, expected] of cases) {
    it(`of ${typed.join(" ")}: ${expected.join(", ")}`, () => assert.deepEqual(words(...typed), expected));
  }

  it("says nothing where a file, a name or an argument belongs", () => {
    for (const typed of [
      ["swagger", "check", ""],
      ["compare", "--html", ""],
      ["list", "--stack", "d"],
      ["import", "--", "--all"],
      ["list", "--no-such=x"],
    ])
      assert.deepEqual(words(...typed), [], typed.join(" "));
  });

  it("says with each word what it is", () => {
    assert.deepEqual(completionsOf(program, ["swagger", "d"]), [
      "diff\tTells what form data models would notice of a new version of a Swagger file.",
    ]);
  });

  it("is refused for a shell that it has no script for, by the name of those that it has", async () => {
    const { code, stderr } = await commandLine(["completion", "ksh"]);
    assert.equal(code, 64);
    assert.match(stderr, /^error: the command takes one of: bash, zsh, fish\n/);
  });

  describe("in a shell", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "cli-"));
      await chmod(COMMAND, 0o755); // as npm does at an installation
      await symlink(COMMAND, join(folder, "aem-datasource"));
    });
    after(() => rm(folder, { recursive: true }));

    async function shell(program: string, options: readonly string[], script: string): Promise<string[]> {
      const PATH = [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
      const { stdout } = await run(program, [...options, "-c", script], { env: { PATH, HOME: folder, TERM: "dumb" } });
      return stdout.trimEnd().split("\n");
    }

    /** The line as readline hands it over. */
    function bash(...typed: string[]): Promise<string[]> {
      const array = typed.map((word) => `'${word}'`).join(" ");
      return shell(
        "bash",
        ["--norc"],
        `source <(aem-datasource completion bash)
         complete -p aem-datasource
         COMP_WORDS=(${array}); COMP_CWORD=${typed.length - 1}
         _aem_datasource
         printf '%s\\n' "\${COMPREPLY[@]}"`,
      );
    }

    const REGISTERED = "complete -o default -F _aem_datasource aem-datasource";

    it("completes commands, options and choices in bash", async () => {
      assert.deepEqual(await bash("aem-datasource", "sw"), [REGISTERED, "swagger"]);
      assert.deepEqual(await bash("aem-datasource", "swagger", "check", "--p"), [REGISTERED, "--product"]);
      const choices = await bash("aem-datasource", "swagger", "check", "--product", "=", "aem65");
      assert.deepEqual(choices, [REGISTERED, "aem65", "aem65lts"]);
    });

    it("leaves files to bash", async () => {
      assert.deepEqual(await bash("aem-datasource", "swagger", "check", "api"), [REGISTERED]);
    });
  });
});
