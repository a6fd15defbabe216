import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Fleet, failed, reason, type Told } from "./fleet";
import { inParallel } from "./inParallel";
import { type Row, readList, takeSecrets, UsageError } from "./list";
import { exitCode, type Outcome, progressLine, summary } from "./report";

const HELP = `npm run fleet -- COMMAND [STACK…] [--list fleet.json] [--parallel 4]

  init      makes the stacks that are missing, and puts into each stack's config what the list says;
            secrets from the environment: EMEA_CLIENT_SECRET and EMEA_AEM_PASSWORD for a stack emea
  preview   pulumi preview
  up        pulumi up
  drift     pulumi refresh --preview-only

Without STACK all of the list. Ends with 0, 1 (a stack failed), 2 (one has drifted) or 64 (called in a wrong way).`;

const COMMANDS = ["init", "preview", "up", "drift"] as const;

/** A connection in the environment counts before the stacks' own, and for all of them. */
const CONNECTION =
  /^AEM_(AUTHOR|USERNAME|PASSWORD|TOKEN|SERVICE_CREDENTIALS_FILE|CLIENT_(CERT|KEY)_FILE|PREVIOUS_ORIGIN)$/;

async function main(words: string[]): Promise<number> {
  const { command, names, listFile, parallel } = readWords(words);
  if (command === undefined) {
    console.log(HELP);
    return 0;
  }
  const shared = Object.keys(process.env).find((variable) => CONNECTION.test(variable));
  if (shared) throw new UsageError(`${shared} is set, which would count for every stack: unset it`);
  const { rows, secretsProvider } = readList(await textOf(listFile));
  const secrets = new Map(rows.map(({ stack }) => [stack, takeSecrets(stack, process.env)]));
  const unknown = names.find((name) => !rows.some(({ stack }) => stack === name));
  if (unknown !== undefined) throw new UsageError(`${unknown} is no stack of the list`);
  const wanted = rows.filter(({ stack }) => names.length === 0 || names.includes(stack));

  const fleet = await Fleet.open(process.cwd());
  const acts: Record<(typeof COMMANDS)[number], (row: Row) => Promise<Told>> = {
    init: (row) => fleet.init(row, secrets.get(row.stack) ?? new Map(), secretsProvider),
    preview: (row) => fleet.preview(row, cancelled.signal),
    up: (row) => fleet.up(row, cancelled.signal),
    drift: (row) => fleet.drift(row, cancelled.signal),
  };
  let done = 0;
  const outcomes = await inParallel(wanted, parallel, async (row): Promise<Outcome> => {
    const { stack } = row;
    if (stopped) return { stack, kind: "not run", what: "", messages: [], seconds: 0 };
    const begun = performance.now();
    const told = await acts[command](row).catch((thrown: unknown) => failed(reason(thrown)));
    const outcome = { stack, ...told, seconds: (performance.now() - begun) / 1000 };
    done += 1;
    console.log(progressLine(done, wanted.length, outcome));
    return outcome;
  });
  console.log(`\n${summary(command, outcomes)}`);
  return exitCode(outcomes);
}

function readWords(words: string[]) {
  const options = { list: { type: "string" }, parallel: { type: "string" }, help: { type: "boolean" } } as const;
  const { values, positionals } = parsed(() => parseArgs({ args: words, options, allowPositionals: true }));
  const [word, ...names] = positionals;
  const command = COMMANDS.find((known) => known === word);
  if (command === undefined && !values.help) throw new UsageError(HELP);
  const { list = "fleet.json", parallel = "4" } = values;
  if (!/^[1-9]\d?$/.test(parallel)) throw new UsageError("--parallel takes a number from 1 to 99");
  return { command: values.help ? undefined : command, names, listFile: list, parallel: Number(parallel) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UsageError(`${file} can't be read: name the list with --list`);
  }
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : HELP);
  }
}

/**
 * Ctrl-C: what runs is ended by its own engine in good order, and no further stack is begun. The terminal sends it to the
 * engines too, and a second one would kill them; a SIGTERM comes to this process alone and is handed on.
 */
const cancelled = new AbortController();
let stopped = false;
process.on("SIGINT", () => {
  stopped = true;
});
process.on("SIGTERM", () => {
  stopped = true;
  cancelled.abort();
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    console.error(`fleet: ${thrown instanceof Error ? thrown.message : thrown}`);
    process.exitCode = thrown instanceof UsageError ? 64 : 1;
  },
);
