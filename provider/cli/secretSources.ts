import { buffer } from "node:stream/consumers";
import { Secret } from "../values";
import { UsageError } from "./usage";

/** Where a client secret may come from; never the command line, which other users of the machine can read. */

/** All of standard input, as UTF-8. The one line break that tools put behind a text is not part of it. */
export async function secretFromStdin(input: NodeJS.ReadStream): Promise<Secret> {
  if (input.isTTY) {
    throw new UsageError(
      "--client-secret-stdin reads from a pipe, and here is a terminal: pipe the secret, or use --client-secret-env",
    );
  }
  const bytes = await buffer(input);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return new Secret(text.replace(/\r?\n$/, ""));
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new UsageError("standard input is not UTF-8 text");
  }
}

/** The variable's name isn't repeated: who mistakes the option gives the secret in its place. */
export function secretFromVariable(name: string, environment: NodeJS.ProcessEnv): Secret {
  const value = environment[name];
  if (value === undefined || value === "") {
    throw new UsageError("the environment has no variable of the name that --client-secret-env gives, or an empty one");
  }
  return new Secret(value);
}
