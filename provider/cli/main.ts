import { Command, CommanderError } from "commander";
import { asDataSourceError, DataSourceError, redact } from "../errors";
import { PACKAGE_VERSION } from "../version";
import { compareCommand } from "./compare";
import { doctorCommand } from "./doctor";
import { importCommand } from "./import";
import { learnCommand } from "./learn";
import { listCommand } from "./list";
import { swaggerCommand } from "./swagger";
import { tokenCommand } from "./token";
import { USAGE, UsageError } from "./usage";

/** The command `aem-datasource`: what the provider does, one thing at a time, without Pulumi's engine. */

/** `end` is told the exit code. */
const COMMANDS: readonly ((end: (code: number) => void) => Command)[] = [
  compareCommand,
  doctorCommand,
  importCommand,
  learnCommand,
  listCommand,
  swaggerCommand,
  tokenCommand,
];

/** What was asked for could not be done, and the message says why. */
const FAILED = 1;
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
  for (const make of COMMANDS) program.addCommand(make((ended) => (code = ended)));
  for (const command of withAllBelow(program)) {
    // Commander's own lines repeat what was typed, and that may be a secret in the wrong place.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    command.helpOption("--help", "Prints this help.").helpCommand(false);
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
    const called = calledIn(program, words);
    const wrong = thrown instanceof CommanderError ? usageOf(thrown, namesBelow(called)) : thrown;
    if (wrong instanceof UsageError) {
      process.stderr.write(`error: ${redact(wrong.message)}\n  See: ${pathTo(called)} --help\n`);
      return USAGE;
    }
    process.stderr.write(`error: ${asDataSourceError(wrong).text()}\n`);
    return wrong instanceof DataSourceError ? FAILED : DEFECT;
  }
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}

function namesBelow(command: Command): string[] {
  return command.commands.map((below) => below.name());
}

/** The command that the first words name, as far as they name one. */
function calledIn(command: Command, [word, ...words]: readonly string[]): Command {
  const below = command.commands.find((known) => known.name() === word);
  return below === undefined ? command : calledIn(below, words);
}

function pathTo(command: Command): string {
  return command.parent ? `${pathTo(command.parent)} ${command.name()}` : command.name();
}

/** Lines of commander that name flags of ours and nothing else. */
const HARMLESS = [
  "commander.optionMissingArgument",
  "commander.conflictingOption",
  "commander.missingMandatoryOptionValue",
  "commander.missingArgument",
];

function usageOf({ code, message }: CommanderError, names: readonly string[]): UsageError {
  const own = message.replace(/^error: /, "");
  if (HARMLESS.includes(code)) return new UsageError(own);
  if (code === "commander.invalidArgument") {
    // The option and the words that it takes are ours; what was typed between them is not repeated.
    const [, option, allowed] =
      /option '(?:-\w, )?(--[a-z-]+)[^']*' argument .*Allowed choices are (.*)\.$/s.exec(own) ?? [];
    return new UsageError(option === undefined ? "that is not understood" : `${option} takes one of: ${allowed}`);
  }
  if (code === "commander.excessArguments") return new UsageError("there are more words than the command takes");
  if (code === "commander.unknownCommand" || code === "commander.help") {
    const list = names.length === 1 ? `there is one: ${names[0]}` : `there are: ${names.join(", ")}`;
    return new UsageError(code === "commander.help" ? `which command? ${list}` : `no such command; ${list}`);
  }
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
