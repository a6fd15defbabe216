import { execFile } from "node:child_process";

/** The user's own `pulumi`, called for what it prints. */

/** Its own words are never printed: they may hold what they should not. */
export type PulumiFailure =
  | "no-pulumi"
  | "no-key"
  | "no-stack"
  | "none-selected"
  | "no-program"
  | "passphrase"
  | "other";

/** What `pulumi` says of its failures, in parts. */
const SAYS: readonly (readonly [says: string, failure: PulumiFailure])[] = [
  ["not found for stack", "no-key"],
  ["no stack named", "no-stack"],
  ["no stack selected", "none-selected"],
  ["no Pulumi.yaml", "no-program"],
  ["passphrase", "passphrase"],
];

/** The state of a large stack is many megabytes; more than this no text of Node's could hold for long. */
const MOST_BYTES = 256 * 1024 * 1024;

export function callPulumi(words: readonly string[]): Promise<{ stdout: string } | { failure: PulumiFailure }> {
  return new Promise((resolve) => {
    const child = execFile("pulumi", words, { maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout });
      if (error.code === "ENOENT") return resolve({ failure: "no-pulumi" });
      resolve({ failure: SAYS.find(([says]) => stderr.includes(says))?.[1] ?? "other" });
    });
    child.stdin?.end();
  });
}
