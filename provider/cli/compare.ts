import { Command, InvalidArgumentError } from "commander";
import { PROMOTED } from "../comparedFields";
import { compareStacks } from "../comparison";
import { DataSourceError } from "../errors";
import { readStackState, type StackState } from "../stackState";
import { page } from "./comparisonPage";
import { json, text } from "./comparisonText";
import { EXIT, exitCodes } from "./exitCodes";
import { type Tell, withProgress } from "./progress";
import { callPulumi, type PulumiFailure } from "./pulumi";
import { UsageError } from "./usage";
import { writeWhole } from "./writeWhole";

/** `aem-datasource compare`: what differs between the stages of a program, by their states alone. */

const HELP = `
Run it in the program's folder. It reads each stack's state as \`pulumi stack export\` gives it,
secrets encrypted: neither author nor token server is asked, no passphrase is needed, nothing is
changed. What somebody changed in AEM is seen only where a \`pulumi refresh\` has noted it.

What counts is what a promotion carries over:
  ${wrapped(PROMOTED, 88).join("\n  ")}
Author, hosts, token URL and client id differ by nature: they are shown and don't count.

Examples:
  aem-datasource compare dev stage prod
  aem-datasource compare stage prod --expect title,publish
  aem-datasource compare dev stage prod --html stages.html

${exitCodes({
  done: "the same in all that counts",
  failed: "a stack's state can't be read, or no stack has a data source",
  differs: "something differs",
})}`;

interface Given {
  readonly expect?: readonly string[];
  readonly html?: string;
  readonly json?: true;
}

/** `end` is told the exit code. */
export function compareCommand(end: (code: number) => void): Command {
  return new Command("compare")
    .description("Tells what differs between stacks of one program, and what a promotion would change.")
    .argument("<stacks...>", "Stacks, from the first stage to the last.")
    .option("--expect <fields>", "Fields that are meant to differ, with commas between: shown, not counted.", fieldsIn)
    .option("--html <file>", "Writes one page for a browser as well, over what is there.")
    .option("--json", "Prints one JSON object.")
    .addHelpText("after", HELP)
    .action(async (names: string[], given: Given) => {
      const { expect = [], html, json: asJson } = given;
      refuseOddStacks(names);
      if (html !== undefined && !/\.html?$/i.test(html)) throw new UsageError("--html takes a file named *.html");
      const comparison = compareStacks(await withProgress(given, (tell) => statesOf(names, tell)), expect);
      if (comparison.dataSources.length === 0) {
        throw new DataSourceError(
          "stack-unreadable",
          "there is nothing to compare: none of these stacks has a data source",
          "Run this in the folder of the program that makes them.",
        );
      }
      const now = new Date();
      if (html !== undefined) await writeWhole(html, page(comparison, now), "--html");
      process.stdout.write(`${asJson ? json(comparison, now) : text(comparison, process.stdout)}\n`);
      end(comparison.same ? EXIT.done : EXIT.differs);
    });
}

function fieldsIn(list: string): string[] {
  const fields = list.split(",").map((field) => field.trim());
  if (fields.every((field) => PROMOTED.includes(field))) return fields;
  throw new InvalidArgumentError(`Allowed choices are ${PROMOTED.join(", ")}.`);
}

/** What `pulumi` takes for a stack's name; nothing else may reach its command line or our messages. */
const STACK = /^(?:[\w.-]{1,100}\/){0,2}[\w.-]{1,100}$/;

function refuseOddStacks(names: readonly string[]): void {
  if (names.length < 2) throw new UsageError("give two stacks or more, as in: compare dev prod");
  if (new Set(names).size < names.length) throw new UsageError("a stack stands there twice");
  if (names.every((name) => STACK.test(name))) return;
  throw new UsageError("a stack's name is letters, digits, -, _ and ., perhaps with organisation/project/ before it");
}

/** All at once, since each is a process that waits for a backend; the first that failed, in their order, is told. */
async function statesOf(names: readonly string[], tell: Tell): Promise<StackState[]> {
  let read = 0;
  const told = () => tell(`${read++} of ${names.length} stacks read`);
  told();
  const settled = await Promise.allSettled(names.map((name) => stateOf(name).finally(told)));
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

async function stateOf(name: string): Promise<StackState> {
  const called = await callPulumi(["stack", "export", "--non-interactive", `--stack=${name}`]);
  if ("stdout" in called) return readStackState(name, called.stdout);
  const [why, remedy] = WHY[called.failure] ?? ["pulumi stack export failed", "Call it yourself to see why."];
  throw new DataSourceError("stack-unreadable", `stack ${name}: ${why}`, remedy);
}

const WHY: Readonly<Partial<Record<PulumiFailure, readonly [why: string, remedy: string]>>> = {
  "no-pulumi": ["there is no pulumi on PATH", "Install it, or run this where it is."],
  "no-stack": ["there is no stack of that name", "See: pulumi stack ls"],
  "no-program": ["this folder holds no Pulumi program", "Run this in the program's folder."],
};

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length + 2 > width) lines.push(word);
    else lines[lines.length - 1] = `${line}, ${word}`;
  }
  return lines;
}
