import { Command, CommanderError } from "commander";
import { asDataSourceError, redact } from "../errors";
import { PACKAGE_VERSION } from "../version";
import { tokenCommand } from "./token";
import { USAGE, UsageError } from "./usage";

/** The command `aem-datasource`: what the provider does, one thing at a time, without Pulumi's engine. */

/** EX_SOFTWARE of sysexits.h. */
const DEFECT = 70;

/** Answers with the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command("aem-datasource")
    .description("Helps with AEM Forms data sources that Pulumi manages.")
    .version(PACKAGE_VERSION, "--version", "Prints the version of this package.")
    .helpOption("--help", "Prints this help.")
    .helpCommand(false);
  program.addCommand(tokenCommand((ended) => (code = ended)));
  for (const command of [program, ...program.commands]) {
    // Commander's own lines repeat what was typed, and that may be a secret in the wrong place.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    command.helpOption("--help", "Prints this help.");
  }
  try {
    if (words.length === 0) {
      program.outputHelp({ error: true });
      return USAGE;
    }
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0; // help and version
    const wrong = thrown instanceof CommanderError ? usageOf(thrown) : thrown;
    if (wrong instanceof UsageError) {
      process.stderr.write(`error: ${redact(wrong.message)}\n  See: aem-datasource token --help\n`);
      return USAGE;
    }
    process.stderr.write(`error: ${asDataSourceError(wrong).text()}\n`);
    return DEFECT;
  }
}

/** Lines of commander that name flags of ours and nothing else. */
const HARMLESS = ["commander.optionMissingArgument", "commander.conflictingOption"];

function usageOf({ code, message }: CommanderError): UsageError {
  const own = message.replace(/^error: /, "");
  if (HARMLESS.includes(code)) return new UsageError(own);
  if (code === "commander.invalidArgument") return new UsageError("--client-auth must be post or basic");
  if (code === "commander.excessArguments") return new UsageError("only options are taken, no further words");
  if (code === "commander.unknownCommand") return new UsageError("no such command; there is one: token");
  if (code === "commander.unknownOption") {
    const secret = /'--client-secret(=|')/.test(own);
    const meant = /\(Did you mean (--[a-z-]+)\?\)/.exec(own)?.[1];
    if (secret) {
      return new UsageError(
        "a secret never stands on a command line, where others can read it: give --client-secret-stdin, --client-secret-env or --client-secret-config",
      );
    }
    return new UsageError(meant === undefined ? "no such option" : `no such option; did you mean ${meant}?`);
  }
  return new UsageError("that is not understood");
}
