import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type ConfigMap, LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { Events } from "./events";
import { plainConfig, type Row } from "./list";
import type { Outcome } from "./report";

export type Told = Pick<Outcome, "kind" | "what" | "messages">;

/** The stacks of the Pulumi program in one folder, by the Automation API. */
export class Fleet {
  private constructor(
    private readonly workspace: LocalWorkspace,
    private readonly project: string,
    private readonly existing: ReadonlySet<string>,
  ) {}

  static async open(folder: string): Promise<Fleet> {
    const workspace = await LocalWorkspace.create({ workDir: folder });
    // The selected stack is one per folder, shared by all runs and by the person who works there. The API names the stack
    // in each of its commands, so there is no need to select any.
    workspace.selectStack = async () => undefined;
    const [{ name }, stacks] = await Promise.all([workspace.projectSettings(), workspace.listStacks()]);
    return new Fleet(workspace, name, new Set(stacks.map((stack) => lastName(stack.name))));
  }

  /** Makes the stack where there is none, and its config say what the list and the environment say. */
  async init(row: Row, secrets: ReadonlyMap<string, string>, secretsProvider: string | undefined): Promise<Told> {
    const { stack: name } = row;
    const isNew = !this.existing.has(name);
    if (isNew) {
      const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
      await this.pulumi(["stack", "init", name, "--no-select", ...provider]);
    }
    const stack = await Stack.select(name, this.workspace);
    const config = await stack.getAllConfig();
    const { wrong, unwanted } = this.compare(config, row);
    if (wrong.size > 0) {
      await stack.setAllConfig(Object.fromEntries([...wrong].map(([key, value]) => [key, { value }])));
    }
    if (unwanted.length > 0) await stack.removeAllConfig(unwanted);
    const rotated: string[] = [];
    for (const [key, secret] of secrets) {
      const held = config[this.wholeKey(key)];
      if (held?.secret && held.value === secret) continue;
      // Not by the API, which would put it on a command line for everybody on this machine to see.
      await this.pulumi(["config", "set", "--secret", key, "--stack", name], secret);
      rotated.push(key);
    }
    const keys = [...(isNew ? [] : [...wrong.keys(), ...unwanted]), ...rotated]; // of a new one all are new
    const what = [isNew ? "made" : "", keys.length > 0 ? `config: ${keys.join(", ")}` : ""].filter(Boolean).join("; ");
    return { kind: what === "" ? "unchanged" : "changed", what, messages: [] };
  }

  preview(row: Row, signal: AbortSignal): Promise<Told> {
    return this.run(row, "changed", (stack, onEvent) => stack.preview({ onEvent, signal }));
  }

  up(row: Row, signal: AbortSignal): Promise<Told> {
    return this.run(row, "changed", (stack, onEvent) => stack.up({ onEvent, signal, showSecrets: false }));
  }

  /** What `pulumi refresh --preview-only` finds, by the stack's config of today and not of its last update. */
  drift(row: Row, signal: AbortSignal): Promise<Told> {
    return this.run(row, "drifted", (stack, onEvent) => stack.previewRefresh({ onEvent, signal, runProgram: true }));
  }

  private async run(
    row: Row,
    changed: "changed" | "drifted",
    act: (stack: Stack, onEvent: Events["add"]) => Promise<unknown>,
  ): Promise<Told> {
    if (!this.existing.has(row.stack)) return failed("there is no such stack yet: run init");
    const stack = await Stack.select(row.stack, this.workspace);
    const { wrong, unwanted } = this.compare(await stack.getAllConfig(), row);
    const keys = [...wrong.keys(), ...unwanted];
    if (keys.length > 0) return failed(`the stack's config is not as the list says: ${keys.join(", ")}: run init`);
    const events = new Events();
    try {
      await act(stack, events.add);
    } catch (thrown) {
      return failed(...(events.errors.length > 0 ? events.errors : [reason(thrown)]), ...events.warnings);
    }
    const what = events.changes;
    const notes = changed === "drifted" ? events.notes : [];
    return { kind: what === "" ? "unchanged" : changed, what, messages: [...notes, ...events.warnings] };
  }

  /** Where the stack's config differs from the list: what is to be set, and what is to go. */
  private compare(config: ConfigMap, row: Row): { wrong: Map<string, string>; unwanted: string[] } {
    const wrong = new Map<string, string>();
    const unwanted: string[] = [];
    for (const [key, wanted] of Object.entries(plainConfig(row))) {
      const held = config[this.wholeKey(key)]?.value;
      if (wanted !== undefined && held !== wanted) wrong.set(key, wanted);
      if (wanted === undefined && held !== undefined) unwanted.push(key);
    }
    return { wrong, unwanted };
  }

  private wholeKey(key: string): string {
    return key.includes(":") ? key : `${this.project}:${key}`;
  }

  private async pulumi(words: readonly string[], input = ""): Promise<void> {
    const { pulumiCommand, workDir } = this.workspace;
    const child = spawn(pulumiCommand.command, [...words, "--non-interactive"], {
      cwd: workDir,
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin.on("error", () => undefined); // it may have ended before it read
    child.stdin.end(input);
    const [told, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    if (code !== 0) throw new Error(told);
  }
}

export function failed(...messages: string[]): Told {
  return { kind: "failed", what: "", messages };
}

/** The engine's own error out of all that a command has printed; its command line is nobody's business. */
export function reason(thrown: unknown): string {
  const all = thrown instanceof Error ? thrown.message : String(thrown);
  const errors = all.split("\n").filter((line) => /^ *error: /.test(line));
  return [...new Set(errors.map((line) => line.trim()))].join("\n") || all.trim().split("\n", 1).join();
}

/** The backend may name an organisation before the stack. */
function lastName(stack: string): string {
  return stack.split("/").pop() ?? stack;
}
