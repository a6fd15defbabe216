import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { COMMAND } from "../world/commandLine";

/** What zsh calls with what it has found, and where it puts the words of the line. */
const ZSH = `
compdef() { :; }
_describe() { print -rl -- "\${(@P)2}"; }
_files() { print files; }
complete_line() { words=("$@"); CURRENT=$#; _aem_datasource; }
source <(aem-datasource completion zsh)
`;

describe("aem-datasource completion, in shells that not every machine has", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-"));
    await chmod(COMMAND, 0o755); // as npm does at an installation
    await symlink(COMMAND, join(folder, "aem-datasource"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function linesOf(shell: string, ...words: string[]): Promise<string[]> {
    const PATH = [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { PATH, HOME: folder, TERM: "dumb" };
    const { stdout, stderr } = await promisify(execFile)(shell, words, { env });
    assert.equal(stderr, "");
    return stdout.trimEnd().split("\n");
  }

  it("offers commands, options and choices in zsh, and leaves files to it", async () => {
    const zsh = (line: string) => linesOf("zsh", "-f", "-c", `${ZSH}complete_line ${line}`);
    assert.match((await zsh("aem-datasource sw")).join("\n"), /^swagger:.+$/);
    assert.match((await zsh("aem-datasource swagger check --p")).join("\n"), /^--product:/);
    const choices = await zsh('aem-datasource swagger check --product ""');
    assert.deepEqual(
      choices.map((line) => line.split(":")[0]),
      ["aem65", "aem65lts", "aemcs"],
    );
    assert.deepEqual(await zsh("aem-datasource swagger check api"), ["files"]);
  });

  it("offers commands, options and choices in fish, and leaves files to it", async () => {
    const fish = async (line: string) => {
      const script = `aem-datasource completion fish | source; complete -C '${line}'`;
      return (await linesOf("fish", "--no-config", "-c", script)).map((found) => found.split("\t")[0]);
    };
    assert.deepEqual(await fish("aem-datasource sw"), ["swagger"]);
    assert.deepEqual(await fish("aem-datasource swagger check --p"), ["--product"]);
    assert.deepEqual(await fish("aem-datasource swagger check --product "), ["aem65", "aem65lts", "aemcs"]);
    assert.deepEqual(await fish("aem-datasource swagger check /et"), ["/etc/"]);
  });
});
