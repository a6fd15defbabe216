import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Engine, engineEnvironment } from "./engine";
import { searchFiles, searchText } from "./leaks";
import { count } from "./tally";

/** The repository, seen from dist/test/world. */
export const REPOSITORY = join(__dirname, "..", "..", "..");

export interface Output {
  readonly command: string;
  readonly code: number;
  /** Standard output and standard error, as a terminal would show them. */
  readonly text: string;
  readonly stdout: string;
}

/**
 * A Pulumi program with a stack, a backend and a PULUMI_HOME of its own, all in one temporary folder. Every command's
 * output is kept, for the search for leaks.
 */
export class Stack {
  readonly outputs: Output[] = [];
  /** Where commands and their output are shown while they run; nowhere unless somebody asks. */
  echo: ((text: string) => void) | undefined;
  readonly project: string;
  /** The command that was started last. */
  private running: ChildProcess | undefined;

  private constructor(
    private readonly engine: Engine,
    readonly folder: string,
    /** Environment of every command; tests change it in place. */
    readonly environment: Record<string, string | undefined>,
  ) {
    this.project = join(folder, "project");
  }

  /** `files`: text by path, below the project's folder. Packages resolve to the repository's. */
  static async create(
    engine: Engine,
    files: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Stack> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "aem-datasource-")));
    open.add(folder);
    const stack = new Stack(engine, folder, { ...environment });
    await mkdir(stack.project);
    await mkdir(join(folder, "backend"));
    await symlink(join(REPOSITORY, "node_modules"), join(stack.project, "node_modules"), "dir");
    for (const [path, text] of Object.entries(files)) await stack.write(path, text);
    return stack;
  }

  /** Copies a file or folder of the repository to the same place in the project, or to another one. */
  async copy(path: string, place = path): Promise<void> {
    await cp(join(REPOSITORY, path), join(this.project, place), { recursive: true });
  }

  async write(path: string, text: string | Buffer): Promise<void> {
    await mkdir(join(this.project, path, ".."), { recursive: true });
    await writeFile(join(this.project, path), text);
  }

  /** A folder beside the project with nothing in it. Answers with its path. */
  async emptyFolder(name: string): Promise<string> {
    const path = join(this.folder, name);
    await rm(path, { recursive: true, force: true });
    await mkdir(path);
    return path;
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.project, path), "utf8");
  }

  /** Runs `pulumi` and expects it to succeed. */
  async pulumi(...words: string[]): Promise<Output> {
    const output = await this.try(...words);
    if (output.code !== 0) throw new Error(`${output.command} ended with ${output.code}:\n${output.text}`);
    return output;
  }

  /** Runs `pulumi`, whatever comes of it. */
  try(...words: string[]): Promise<Output> {
    return this.run(words, "");
  }

  /** Puts a secret into the stack's config by standard input, so that no command line holds it. */
  async setSecret(key: string, secret: string): Promise<void> {
    const { code, text } = await this.run(["config", "set", "--secret", key], secret);
    if (code !== 0) throw new Error(`pulumi config set --secret ${key} ended with ${code}:\n${text}`);
  }

  /** What a command runs with, beside the words on its line. */
  commandEnvironment(): Record<string, string | undefined> {
    return {
      ...engineEnvironment(this.engine, join(this.folder, "home")),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...this.environment,
    };
  }

  /** SIGINT to the command that is running, as Ctrl-C sends it. */
  interrupt(): void {
    this.running?.kill("SIGINT");
  }

  private async run(words: string[], input: string): Promise<Output> {
    const command = ["pulumi", ...words.map((word) => (/[\s()"']/.test(word) ? JSON.stringify(word) : word))].join(" ");
    this.echo?.(`$ ${command}\n`);
    const child = spawn(join(this.engine.bin, "pulumi"), words, {
      cwd: this.project,
      env: {
        HOME: this.folder,
        TMPDIR: this.folder,
        PULUMI_OPTION_COLOR: "never",
        PULUMI_OPTION_SUPPRESS_PROGRESS: "true",
        ...this.commandEnvironment(),
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.running = child;
    let text = "";
    let stdout = "";
    const keep = (chunk: Buffer) => {
      text += chunk;
      this.echo?.(chunk.toString());
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
      keep(chunk);
    });
    child.stderr.on("data", keep);
    child.stdin.end(input);
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve(status ?? -1));
    });
    const output = { command, code, text, stdout };
    this.outputs.push(output);
    count("command");
    return output;
  }

  /**
   * For programs in plain JavaScript. The older language host that can be built here ignores `typescript: false` and
   * loads the compiler each time; and a provider leaves its process id, for `killProvider`.
   */
  async preload(): Promise<void> {
    const hook = join(this.folder, "preload.cjs");
    const lines = [
      "process.env.PULUMI_NODEJS_TYPESCRIPT = 'false';",
      `const note = () => require("node:fs").writeFileSync(${JSON.stringify(this.providerNote)}, String(process.pid));`,
      "if (/dynamic-provider/.test(process.argv[1])) note();",
    ];
    await writeFile(hook, lines.join("\n"));
    this.environment.NODE_OPTIONS = `--require ${hook}`;
  }

  /** SIGKILL to the provider's process, as a crash or an impatient operator would. */
  async killProvider(): Promise<void> {
    process.kill(Number(await readFile(this.providerNote, "utf8")), "SIGKILL");
  }

  /** SIGKILL to the engine and to all that it has started, as when a machine or a pipeline's job is taken away. */
  killEngine(): void {
    const pid = this.running?.pid;
    if (pid !== undefined) for (const one of [pid, ...descendantsOf(pid)]) process.kill(one, "SIGKILL");
  }

  /** Memory that the provider's process holds now; 0 before its beginning and after its end. */
  async providerKibibytes(): Promise<number> {
    try {
      const pid = await readFile(this.providerNote, "utf8");
      return Number((await promisify(execFile)("ps", ["-o", "rss=", "-p", pid])).stdout);
    } catch {
      return 0;
    }
  }

  private get providerNote(): string {
    return join(this.folder, "provider.pid");
  }

  /** The state as the engine exports it: secrets encrypted. */
  async state(): Promise<{ deployment: { resources?: StateResource[] } }> {
    return JSON.parse((await this.pulumi("stack", "export")).stdout);
  }

  /** The data source in the state; undefined when there is none. */
  async dataSource(): Promise<StateResource | undefined> {
    return (await this.state()).deployment.resources?.find(({ type }) => type.includes("RestDataSource"));
  }

  /** Where any of `secrets` stands in clear: in an output, in the project's files, in the backend with its history. */
  async leaks(secrets: readonly string[]): Promise<string[]> {
    count("search");
    const printed = this.outputs.flatMap(({ command, text }) => searchText(`output of ${command}`, text, secrets));
    return [...printed, ...(await searchFiles(this.folder, secrets))];
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    open.delete(this.folder);
  }
}

function descendantsOf(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

/** Folders of stacks that nobody has removed yet: a test that fails in the middle leaves nothing behind either. */
const open = new Set<string>();
process.once("exit", () => {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
});

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: string[];
}
