import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import type { Output, Stack } from "./stack";
import { count } from "./tally";

export interface ShellCall {
  /** What is typed, or piped, into it. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What the output is noted under, where that isn't the commands themselves. */
  readonly shownAs?: string;
}

/**
 * Runs commands by bash in a stack's project, as a person or a pipeline does: `pulumi`, `npx` and all else that is on PATH.
 * Stops at the first that fails. The output is kept with the stack's, for the search for leaks.
 */
export async function runByShell(stack: Stack, commands: string, call: ShellCall = {}): Promise<Output> {
  const { PATH = "", ...rest } = stack.commandEnvironment();
  const child = spawn("bash", ["-eo", "pipefail", "-c", commands], {
    cwd: stack.project,
    env: {
      CI: "true", // as forges set it; npm would look for a newer npm without it
      HOME: stack.folder,
      TMPDIR: stack.folder,
      PULUMI_OPTION_COLOR: "never",
      PULUMI_OPTION_SUPPRESS_PROGRESS: "true",
      PATH: [PATH, dirname(process.execPath), process.env.PATH].join(delimiter),
      ...rest,
      ...call.environment,
    },
    stdio: "pipe",
  });
  let [text, stdout] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
    text += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  child.stdin.on("error", () => undefined); // it may have ended before it read
  child.stdin.end(call.input ?? "");
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve(status ?? -1));
  });
  const output = { command: call.shownAs ?? commands, code, text, stdout };
  stack.outputs.push(output);
  count("command");
  return output;
}
