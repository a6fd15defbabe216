import assert from "node:assert/strict";
import type { Output } from "./stack";

/**
 * Pages show commands with what they print. A block of ```console holds commands ("$ " in front) with lines of their
 * output under them; "…" stands for lines left out. A command goes on in the next line behind "\", as in a shell.
 */
export interface Shown {
  readonly command: string;
  readonly lines: readonly string[];
}

export function shownOn(page: string): Shown[] {
  return [...page.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [, command = "", printed = ""] = /^((?:[^\n]*\\\n)*[^\n]*)\n?(.*)$/s.exec(part.trimEnd()) ?? [];
        const lines = printed.split("\n").map((line) => line.trimEnd());
        return { command, lines: lines.filter((line) => !["", "…"].includes(line)) };
      }),
  );
}

/**
 * Fails where a page shows a command that was not run, in this order, or a line that it did not print. Where a command
 * was run with more words than the page shows, say so by leaving them out of `outputs`.
 */
export function assertShown(page: string, outputs: readonly Output[]): void {
  const shown = shownOn(page);
  assert.notEqual(shown.length, 0, "the page shows nothing");
  let from = 0;
  for (const { command, lines } of shown) {
    const index = outputs.findIndex((output, at) => at >= from && withoutYes(output.command) === command);
    const output = outputs[index];
    assert.ok(output, `the page shows, and nobody ran: ${command}`);
    from = index + 1;
    assertPrinted({ command, lines }, output.text);
  }
}

/** Fails where a command did not print, in this order, the lines that a page shows under it. */
export function assertPrinted({ command, lines }: Shown, text: string): void {
  let rest = lasting(text).split("\n");
  for (const line of lines) {
    const at = rest.indexOf(line);
    assert.notEqual(at, -1, `${command} did not print, at its place, what the page shows:\n${line}\nbut:\n${text}`);
    rest = rest.slice(at + 1);
  }
}

/** People are asked, and read the preview first; a test is not. */
function withoutYes(command: string): string {
  return command.replace(" --yes", "").replace(" --skip-preview", "");
}

/** Without what is another each time: how long it took. */
export function lasting(text: string): string {
  return text
    .replace(/ \(\d+(\.\d+)?s\)/g, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
