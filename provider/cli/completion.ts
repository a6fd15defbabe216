import { Argument, Command, type Option } from "commander";
import { SCRIPTS, SHELLS, type Shell } from "./completionScripts";
import { EXIT, exitCodes } from "./exitCodes";

/** `aem-datasource completion`: the words of the command, completed by the shell. */

const HELP = `
Examples:
  echo 'source <(aem-datasource completion bash)' >> ~/.bashrc
  echo 'source <(aem-datasource completion zsh)' >> ~/.zshrc
  aem-datasource completion fish > ~/.config/fish/completions/aem-datasource.fish

${exitCodes({ done: "the script is printed" })}`;

/** `end` is told the exit code. */
export function completionCommand(end: (code: number) => void): Command {
  return new Command("completion")
    .description("Prints a script by which a shell completes commands, options and their values.")
    .addArgument(new Argument("<shell>", "The shell that it is for.").choices(SHELLS))
    .addHelpText("after", HELP)
    .action((shell: Shell) => {
      process.stdout.write(SCRIPTS[shell]);
      end(EXIT.done);
    });
}

/**
 * What the last of `words` may become, each with a tab and what it is. Empty where a file belongs, or where nobody can
 * know. bash hands over `--option=value` in three words.
 */
export function completionsOf(program: Command, words: readonly string[]): string[] {
  const [typed = "", ...before] = words.toReversed();
  const [, inOne, begun] = /^(--[a-z-]+=)(.*)$/s.exec(typed) ?? [];
  if (inOne !== undefined) {
    const { command } = placeAfter(program, before.toReversed());
    return choicesOf(optionOf(command, inOne.slice(0, -1)), begun).map((line) => `${inOne}${line}`);
  }
  const earlier = typed === "=" ? before : before[0] === "=" ? before.slice(1) : before;
  const { command, option, only } = placeAfter(program, earlier.toReversed());
  if (option) return choicesOf(option, typed === "=" ? "" : typed);
  const help = command.createHelp();
  if (typed.startsWith("-") && !only) {
    return fitting(
      help.visibleOptions(command).map(({ long, description }) => [long ?? "", description]),
      typed,
    );
  }
  const below = help.visibleCommands(command).map((one): Entry => [one.name(), one.description()]);
  if (below.length > 0) return fitting(below, typed);
  const [argument] = command.registeredArguments;
  return fitting(
    (argument?.argChoices ?? []).map((choice): Entry => [choice, argument?.description ?? ""]),
    typed,
  );
}

type Entry = readonly [word: string, about: string];

function fitting(entries: readonly Entry[], begun: string): string[] {
  return entries.filter(([word]) => word.startsWith(begun)).map(([word, about]) => `${word}\t${about}`);
}

function choicesOf(option: Option | undefined, begun = ""): string[] {
  return fitting(
    (option?.argChoices ?? []).map((choice): Entry => [choice, option?.description ?? ""]),
    begun,
  );
}

interface Place {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly option?: Option | undefined;
  /** After `--` there are arguments only. */
  readonly only: boolean;
}

function placeAfter(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, only: false };
  for (const word of words) {
    const { command, option, only } = place;
    if (option) place = { command, only };
    else if (word === "--") place = { command, only: true };
    else if (word.startsWith("-"))
      place = { command, only, option: only ? undefined : takesValue(optionOf(command, word)) };
    else place = { command: command.commands.find((below) => below.name() === word) ?? command, only };
  }
  return place;
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long }) => long === flag);
}

function takesValue(option: Option | undefined): Option | undefined {
  return option?.required || option?.optional ? option : undefined;
}
