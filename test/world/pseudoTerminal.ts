import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type Call, COMMAND } from "./commandLine";

/** A real terminal for the command: `script` of util-linux makes one. */
const SCRIPT = "/usr/bin/script";

/** The line that says what is missing for a terminal, if something is. */
export async function terminalIsMissing(): Promise<string | undefined> {
  return process.platform === "linux" && existsSync(SCRIPT) ? undefined : `no ${SCRIPT}: install util-linux, on Linux`;
}

/**
 * What a terminal gets of the command: everything, or standard error alone. Nothing of this process's own environment
 * goes along.
 */
export async function onTerminal(
  words: readonly string[],
  { environment = {}, folder }: Call = {},
  shows: "all" | "standard error" = "all",
): Promise<{ code: number | null; seen: string }> {
  const call = [process.execPath, COMMAND, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const line = shows === "all" ? call : `${call} >/dev/null`;
  const env = { TERM: "xterm-256color", SHELL: "/bin/sh", ...environment };
  const child = spawn(SCRIPT, ["--quiet", "--return", "--command", line, "/dev/null"], { env, cwd: folder });
  child.stdin.end();
  const [seen, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { code, seen };
}
