import type { Command } from "commander";

/** Its name with those above it: `aem-datasource swagger check`. */
export function pathTo(command: Command): string {
  return command.parent ? `${pathTo(command.parent)} ${command.name()}` : command.name();
}

/** What `--help` prints where nobody says how wide the terminal is. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 }).outputHelp();
  return text;
}
