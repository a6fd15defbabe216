import { type Command, CommanderError } from "commander";
import { asDataSourceError, DataSourceError, redact } from "../errors";
import { completionsOf } from "./completion";
import { EXIT, exitCodeOf } from "./exitCodes";
import { printable } from "./printable";
import { makeProgram } from "./program";
import { UsageError } from "./usage";

/** Answers with the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  let code: number = EXIT.done;
  const program = makeProgram((ended) => (code = ended));
  const [first, ...typed] = words;
  // What the scripts of `completion` ask: no command for people.
  if (first === "complete") {
    const found = completionsOf(program, typed[0] === "--" ? typed.slice(1) : typed);
    process.stdout.write(found.map((line) => `${line}\n`).join(""));
    return EXIT.done;
  }
  if (first === undefined) {
    program.outputHelp({ error: true });
    return EXIT.wrongUse;
  }
  try {
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done; // help and version
    return failed(thrown, program, words);
  }
}

/** Says why on standard error, and a script on standard output. */
function failed(thrown: unknown, program: Command, words: readonly string[]): number {
  const called = calledIn(program, words);
  const wrong = thrown instanceof CommanderError ? usageOf(thrown, namesBelow(called)) : thrown;
  if (wrong instanceof UsageError) {
    process.stderr.write(`error: ${redact(wrong.message)}\n  See: ${pathTo(called)} --help\n`);
    return EXIT.wrongUse;
  }
  const error = asDataSourceError(wrong);
  process.stderr.write(`error: ${error.text()}\n`);
  const { code, message, remedy } = error;
  if (words.includes("--json")) {
    process.stdout.write(`${printable(redact(JSON.stringify({ error: { code, message, remedy } })))}\n`);
  }
  return wrong instanceof DataSourceError ? exitCodeOf(code) : EXIT.defect;
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
      /(?:option '(?:-\w, )?(--[a-z-]+)[^']*'|command-argument) .*Allowed choices are (.*)\.$/s.exec(own) ?? [];
    if (allowed === undefined) return new UsageError("that is not understood");
    return new UsageError(`${option ?? "the command"} takes one of: ${allowed}`);
  }
  if (code === "commander.excessArguments") return new UsageError("there are more words than the command takes");
  if (code === "commander.unknownCommand" || code === "commander.help") {
    const list = names.length === 1 ? `there is one: ${names[0]}` : `there are: ${names.join(", ")}`;
    if (code === "commander.help") return new UsageError(`which command? ${list}`);
    const meant = /\(Did you mean (?:one of )?([a-z-]+(?:, [a-z-]+)*)\?\)/.exec(own)?.[1];
    return new UsageError(`no such command; ${meant === undefined ? list : `did you mean ${meant}?`}`);
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
