import { firstExecutable } from "./cache";

export const OTHER_SHELLS = ["zsh", "fish"] as const;

/** The line that says which of the shells is missing, if one is. */
export async function shellsAreMissing(): Promise<string | undefined> {
  for (const name of OTHER_SHELLS) {
    const path = process.env.PATH ?? "";
    if ((await firstExecutable(name, path)) === undefined) return `no ${name} on PATH: install the package ${name}`;
  }
  return undefined;
}
