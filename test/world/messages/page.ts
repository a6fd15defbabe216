import { ERROR_CODES, type ErrorCode } from "../../../provider/errorCodes";
import type { Kind } from "./places";
import { alternatives, rendered, type Text, wordsOf } from "./text";
import type { Told } from "./told";

/** docs/messages.md: every text that a user can meet, as the source has it. */

const INTRODUCTION = `# Every message

What the provider and its command can say, read out of the source, by code: search this page for the words in your terminal. \`npm test\` fails when it
and the source differ; \`RECORD=1 npm test -- messagesPage\` writes it anew. How it looks in a run: [faults.md](faults.md), and of the token check
[token-check.md](token-check.md).

Words in braces stand for what is another each time; \`‹a | b›\` is one of several, \`‹a›\` is there only sometimes. The code stands in brackets at the
end of the first line and stays what it is: scripts may look for it. What is to be done follows, indented.

Under a code stand all the texts that come with it. A problem of a preview begins with \`has a problem: \`, an error of the command with \`error: \`, a
warning with \`warning: \` and the name of the data source; a finding in a Swagger file with the file, its line, column and JSON pointer.
`;

/** What has no code of its own. */
const OTHERS: readonly { readonly kind: Kind; readonly title: string; readonly about: string }[] = [
  {
    kind: "error",
    title: "Around the words of another error",
    about: "Where the code is that of the error within, which stands for `{message}`; its remedy follows.",
  },
  { kind: "warning", title: "Warnings of a run", about: "They stop nothing." },
  { kind: "note", title: "Notes of a run", about: "They stop nothing, and ask for nothing." },
  {
    kind: "wrong use",
    title: "The command, called in a wrong way",
    about: "After `error: `, with exit code 64; the next line names the help. What was typed is never repeated.",
  },
  {
    kind: "printed",
    title: "What the command says beside its result",
    about: "On standard error; of a Salesforce org also what of its objects was left out.",
  },
];

export function pageOf(told: readonly Told[]): string {
  const saying = told.filter(({ message }) => isSaid(message));
  const codes = Object.entries(ERROR_CODES).map(([code, meaning]) => {
    const own = saying.filter((one) => codeOf(one) === code);
    return section(`\`${code}\``, meaning, own);
  });
  const others = OTHERS.map(({ kind, title, about }) => {
    const own = saying.filter((one) => one.kind === kind && codeOf(one) === undefined);
    return section(title, about, own);
  });
  return [INTRODUCTION, ...codes, ...others].join("\n");
}

/** The code that a text comes with. Rules of arguments are told as problems of the input. */
export function codeOf({ kind, code, message }: Told): ErrorCode | undefined {
  if (kind === "argument") return "input-invalid";
  return code ?? Object.keys(ERROR_CODES).find((one): one is ErrorCode => rendered(message).includes(`[${one}]`));
}

/** What says the same and differs in what is to be done stands together. */
function section(title: string, about: string, told: readonly Told[]): string {
  const remedies = new Map<string, Set<string>>();
  for (const one of told) {
    const message = messageOf(one);
    const known = remedies.get(message) ?? new Set();
    remedies.set(message, known);
    for (const remedy of remediesOf(one)) known.add(`  ${remedy}`);
  }
  const lines = [...remedies].flatMap(([message, known]) => [message, ...known]);
  return `## ${title}\n\n${about}\n\n\`\`\`\n${lines.join("\n")}\n\`\`\`\n`;
}

const BEFORE: Readonly<Partial<Record<Kind, string>>> = {
  argument: "`{argument}` ",
  finding: "Swagger file {place}: ",
};

/** As the terminal shows it: a first line with the code, and what belongs to it. */
function messageOf(told: Told): string {
  const { kind, code, message } = told;
  const shown = kind === "argument" ? codeOf(told) : code;
  const texts = alternatives(message)
    .filter(isSaid)
    .map((text) => {
      const [first = "", ...details] = rendered(text).trimEnd().split("\n");
      return [`${BEFORE[kind] ?? ""}${first}${shown === undefined ? "" : ` [${shown}]`}`, ...details].join("\n");
    });
  return texts.join("\n");
}

export function remediesOf({ remedy }: Told): string[] {
  return alternatives(remedy).filter(isSaid).map(rendered);
}

/** Whether it has words of its own. */
function isSaid(text: Text): boolean {
  return /[a-z]{2}/.test(wordsOf(text));
}
