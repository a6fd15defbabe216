import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atDeath } from "./processes";

/** A fault that was brought about; a command of `pulumi`; a search of all that a stack's run left for its secrets. */
export type Counted = "fault" | "command" | "search";

const FILE = "AEM_DATASOURCE_TALLY";

/** Counts what the tests have been through. Without somebody who wants to know it does nothing. */
export function count(what: Counted, times = 1): void {
  const file = process.env[FILE];
  if (file !== undefined) appendFileSync(file, `${what}\n`.repeat(times));
}

/** What is counted between its beginning and its end, in a file, since tests run in processes of their own. */
export class Tally {
  readonly #folder = mkdtempSync(join(tmpdir(), "aem-datasource-tally-"));

  constructor() {
    process.env[FILE] = join(this.#folder, "counted");
    count("fault", 0);
    atDeath(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  end(): Readonly<Record<Counted, number>> {
    const lines = readFileSync(join(this.#folder, "counted"), "utf8").split("\n");
    delete process.env[FILE];
    const of = (what: Counted) => lines.filter((line) => line === what).length;
    return { fault: of("fault"), command: of("command"), search: of("search") };
  }
}
