import { Command } from "commander";
import { PACKAGE_VERSION } from "../version";
import { compareCommand } from "./compare";
import { completionCommand } from "./completion";
import { doctorCommand } from "./doctor";
import { exitCodes } from "./exitCodes";
import { importCommand } from "./import";
import { learnCommand } from "./learn";
import { listCommand } from "./list";
import { swaggerCommand } from "./swagger";
import { tokenCommand } from "./token";

/** The command `aem-datasource`: what the provider does, one thing at a time, without Pulumi's engine. */

const HELP = `
Examples:
  aem-datasource doctor --stack dev --container global
  aem-datasource list --help

Results go to standard output, everything else to standard error. With --json a
command prints one JSON object, also of an error. Colours are for terminals alone,
and NO_COLOR=1 switches them off.

${exitCodes({
  done: "done, and all is well",
  failed: "it could not be done, or something is wrong",
  differs: "done, and there is a difference",
  later: "nobody answered, or was too busy: try again later",
  defect: "a defect of this package",
})}`;

/** `end` is told the exit code. */
const COMMANDS: readonly ((end: (code: number) => void) => Command)[] = [
  compareCommand,
  completionCommand,
  doctorCommand,
  importCommand,
  learnCommand,
  listCommand,
  swaggerCommand,
  tokenCommand,
];

export function makeProgram(end: (code: number) => void): Command {
  const program = new Command("aem-datasource")
    .description("Helps with AEM Forms data sources that Pulumi manages.")
    .version(PACKAGE_VERSION, "--version", "Prints the version of this package.")
    .addHelpText("after", HELP);
  for (const make of COMMANDS) program.addCommand(make(end));
  for (const command of withAllBelow(program)) {
    // Commander's own lines repeat what was typed, and that may be a secret in the wrong place.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    command.helpOption("--help", "Prints this help.").helpCommand(false);
  }
  return program;
}

/** It and every command below it. */
export function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
