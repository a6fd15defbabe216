import { isRecord } from "../values";
import { callPulumi, type PulumiFailure } from "./pulumi";
import { UsageError } from "./usage";

/** A value of a stack's config as the user's own `pulumi` reads it, decrypted, ESC environments included. */
export interface ConfigValue {
  readonly value: string;
  readonly secret: boolean;
}

const NO_SUCH_KEY = "the stack's config has no such key";

/** What the user is told; what is not here has no words of its own. */
const WHY: Readonly<Partial<Record<PulumiFailure, string>>> = {
  "no-pulumi": "there is no pulumi on PATH",
  "no-key": NO_SUCH_KEY,
  "no-stack": "there is no stack of the name that --stack gives",
  "none-selected": "no stack is selected: give --stack",
  "no-program": "this folder holds no Pulumi program",
  passphrase: "the passphrase of the stack's secrets is missing or wrong",
};

/** `option` is the one that named the key, for messages; the key itself is not repeated. */
export async function readConfig(option: string, key: string, stack: string | undefined): Promise<ConfigValue> {
  const stdout = await pulumi(option, "config get", [...stackWords(stack), "--", key]);
  const { value, secret } = parse(stdout);
  if (typeof value !== "string") throw new UsageError(`${option}: the value is no text`);
  return { value, secret: secret === true };
}

/** The same for a key that need not be there. */
export async function readConfigIfSet(
  option: string,
  key: string,
  stack: string | undefined,
): Promise<ConfigValue | undefined> {
  try {
    return await readConfig(option, key, stack);
  } catch (thrown) {
    if (thrown instanceof UsageError && thrown.message === `${option}: ${NO_SUCH_KEY}`) return undefined;
    throw thrown;
  }
}

/** All values of a stack's config that are texts, by their whole keys, as in `aem-datasource:author`. */
export async function readWholeConfig(option: string, stack: string): Promise<ReadonlyMap<string, ConfigValue>> {
  const entries = Object.entries(parse(await pulumi(option, "config", ["--show-secrets", ...stackWords(stack)])));
  const values = new Map<string, ConfigValue>();
  for (const [key, entry] of entries) {
    if (!isRecord(entry) || typeof entry.value !== "string") continue;
    values.set(key, { value: entry.value, secret: entry.secret === true });
  }
  return values;
}

/** The stack of the program in this folder, as `organisation/project/stack`: the one named, or the selected one. */
export async function ownStack(stack: string | undefined): Promise<string> {
  const option = stack === undefined ? "the selected stack" : "--stack";
  const words = ["--json", "--non-interactive", ...(stack === undefined ? [] : [`--stack=${stack}`])];
  const { currentStack } = parse(await pulumi(option, "about", words));
  const name = isRecord(currentStack) ? currentStack.fullyQualifiedName : undefined;
  if (typeof name === "string" && name.split("/").length === 3) return name;
  throw new UsageError(`${option}: there is none; run this in the program's folder, or give --stack`);
}

function stackWords(stack: string | undefined): string[] {
  return ["--json", "--non-interactive", ...(stack === undefined ? [] : [`--stack=${stack}`])];
}

/** What `pulumi` prints. Throws a UsageError that names `option` where it fails. */
async function pulumi(option: string, command: string, words: readonly string[]): Promise<string> {
  const called = await callPulumi([...command.split(" "), ...words]);
  if ("stdout" in called) return called.stdout;
  const why = WHY[called.failure] ?? `pulumi ${command} failed; call it yourself to see why`;
  throw new UsageError(`${option}: ${why}`);
}

function parse(stdout: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(stdout);
    return isRecord(content) ? content : {};
  } catch (thrown) {
    // Not to be shown: the words of this failure hold the beginning of the text.
    if (thrown instanceof SyntaxError) return {};
    throw thrown;
  }
}
