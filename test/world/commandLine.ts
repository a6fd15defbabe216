import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { searchText } from "./leaks";
import { REPOSITORY } from "./stack";

export const COMMAND = join(REPOSITORY, "dist", "provider", "cli", "index.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly input?: string | Buffer;
  /** Beside a PATH that holds node alone. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
  /** What must not be seen in the output, in any shape. */
  readonly secrets?: readonly string[];
}

/** Calls the compiled command `aem-datasource` as a user would, and fails where a secret is printed. */
export async function commandLine(words: readonly string[], call: Call = {}): Promise<Ended> {
  const { input = "", environment = {}, folder, secrets = [] } = call;
  const env = { PATH: dirname(process.execPath), ...environment };
  const child = spawn(process.execPath, [COMMAND, ...words], { env, cwd: folder, stdio: "pipe" });
  child.stdin.on("error", () => undefined); // it may have ended before it read
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  assert.deepEqual(searchText("the command's output", stdout + stderr, secrets), []);
  return { code, stdout, stderr };
}
