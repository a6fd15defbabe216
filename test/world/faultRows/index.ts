import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asDataSourceError } from "../../../provider/errors";
import { PartialFailure } from "../../../provider/outputs";
import { count } from "../tally";
import { PAGE, pageOf, placesOf, textsOf } from "./page";

/**
 * The test of a row of the fault table. `act` brings the fault about, asserts what is promised, and answers with what the
 * person at the terminal saw, empty for nothing. Where docs/faults.md tells that otherwise, the test fails.
 */
export function shows(number: string, title: string, act: (this: Mocha.Context) => Promise<string> | string): void {
  it(`${number}: ${title}`, async function () {
    const seen = plain(await act.call(this));
    count("fault");
    if (process.env.RECORD === "faults") alone(() => record(number, seen));
    const told = textsOf(readFileSync(PAGE, "utf8")).get(number);
    assert.ok(told !== undefined, `docs/faults.md does not tell ${number} (RECORD=faults writes it)`);
    assert.deepEqual(seen.split("\n"), told.split("\n"), "docs/faults.md tells it otherwise (RECORD=faults)");
  });
}

/** What `pulumi` leaves on the screen under "Diagnostics", each line once, without the headings. */
export function diagnostics(text: string): string {
  const [, told] = text.split(/^Diagnostics:$/m);
  if (told === undefined) return warnings(text);
  const lines = told.split(/^\S/m)[0]?.split("\n") ?? [];
  const kept = lines.filter((line) => /^ {4}/.test(line) && !/: (update|preview) failed$/.test(line));
  const all = [...new Set(kept.map((line) => line.slice(4).trimEnd()))].filter((line) => line !== "").join("\n");
  // The SDK's host prints some errors as well, before or after the engine does.
  return all.replace(/^Error: .*\n?(?: .*\n?)*/gm, "").trim();
}

/** With `--diff` there are no diagnostics: warnings and errors stand between the resources. */
function warnings(text: string): string {
  const told = text.match(/^ *(warning|error|info): .*\n(?: {2,}(?![-+~=] |pulumi:|\[)\S.*\n)*/gm) ?? [];
  return [...new Set(told.map((lines) => lines.replace(/^ {4}/gm, "").trimEnd()))].join("\n");
}

/** Without what is another each time: ports, folders, ids, digests, times. */
function plain(text: string): string {
  return text
    .replace(/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\b/g, "server.example")
    .replaceAll(tmpdir(), "/tmp")
    .replace(/\/tmp\/[\w-]+(\/project)?\//g, "")
    .replace(/#[0-9a-f]{16}\b/g, "#0123456789abcdef")
    .replace(/\b[0-9a-f]{64}\b/g, "(digest)")
    .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d{4} [\d:]{8} GMT[+-]\d{4}/g, "(time)")
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+( UTC|Z)?/g, "(time)")
    .replace(/[ \t]+$/gm, "")
    .trim();
}

function record(number: string, seen: string): void {
  const texts = textsOf(readFileSync(PAGE, "utf8"));
  writeFileSync(PAGE, pageOf(texts.set(number, seen), placesOf()));
}

/** Tests run side by side, and each row that is recorded writes the whole page. */
function alone(act: () => void): void {
  const lock = join(tmpdir(), "aem-datasource-faults.lock");
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
  try {
    act();
  } finally {
    rmdirSync(lock);
  }
}

/** What a step that must fail tells the person at the terminal. */
export async function refusalOf(act: Promise<unknown>): Promise<string> {
  const thrown: unknown = await act.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  return thrown instanceof PartialFailure ? thrown.message : asDataSourceError(thrown).text();
}
