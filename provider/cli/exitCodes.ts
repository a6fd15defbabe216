import type { ErrorCode } from "../errors";

/** How a command ends: one meaning each, whichever command it is. From 64 on as sysexits.h has them. */
export const EXIT = { done: 0, failed: 1, differs: 2, wrongUse: 64, defect: 70, later: 75 } as const;

/** What is nobody's mistake here and may be over soon. */
const FOR_LATER: readonly ErrorCode[] = [
  "author-busy",
  "ims-busy",
  "ims-unreachable",
  "network-timeout",
  "network-unreachable",
  "org-busy",
  "token-not-judged",
];

/** How a command ends that an error stopped. */
export function exitCodeOf(code: ErrorCode): number {
  return FOR_LATER.includes(code) ? EXIT.later : EXIT.failed;
}

const WORDS = { wrongUse: "called in a wrong way" };

/** The end of a command's help: the codes that it may end with, in its own words. */
export function exitCodes(own: Readonly<Partial<Record<keyof typeof EXIT, string>>>): string {
  const words: typeof own = { ...WORDS, ...own };
  const lines = Object.entries(EXIT).flatMap(([ending, code]) => {
    const said = Object.entries(words).find(([name]) => name === ending)?.[1];
    return said === undefined ? [] : [`  ${String(code).padEnd(4)}${said}`];
  });
  return ["Exit codes:", ...lines].join("\n");
}
