import { styleText } from "node:util";
import type { Finding } from "../aem/examination";
import { redact } from "../errors";
import { inWords } from "./report";

/** What a row of checks came to, for people and for scripts. */

const COLOURS = { ok: "green", warning: "yellow", wrong: "red", "not checked": "gray" } as const;

/** One line a check, its remedy on the next; coloured only where `stream` is a terminal that takes it. */
export function findingLines(findings: readonly Finding[], stream: NodeJS.WriteStream): string {
  const [states, checks] = [width(Object.keys(COLOURS)), width(findings.map(({ check }) => check))];
  const indent = " ".repeat(states + checks + 4);
  return findings
    .map(inPlainWords)
    .flatMap(({ state, check, message, code, remedy }) => [
      `${styleText(COLOURS[state], state.padEnd(states), { stream })}  ${check.padEnd(checks)}  ${message}${code ? ` [${code}]` : ""}`,
      ...(remedy === undefined ? [] : [`${indent}${remedy}`]),
    ])
    .join("\n");
}

export function findingsJson(origin: string, findings: readonly Finding[]): string {
  return JSON.stringify({ origin, ok: allRight(findings), checks: findings.map(inPlainWords) });
}

/** What could not be checked, and what only deserves a second look, is not wrong. */
export function allRight(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== "wrong");
}

function width(words: readonly string[]): number {
  return Math.max(...words.map((word) => word.length));
}

/** The errors speak of a program and of `pulumi up`; here is neither. */
function inPlainWords({ message, remedy, ...finding }: Finding): Finding {
  const plain = (text: string) =>
    redact(inWords(text)).replaceAll("`container`", "--container").replaceAll("run pulumi up again", "try again");
  return { ...finding, message: plain(message), ...(remedy === undefined ? {} : { remedy: plain(remedy) }) };
}
