import type { StatusMode, TestAuthor } from "../../world/testAuthor";
import { Bench, type TheBench } from "./bench";
import { concurrency } from "./concurrency";
import { creating } from "./creating";
import { deleting } from "./deleting";
import { encryption } from "./encryption";
import { fieldNames } from "./fieldNames";
import { files } from "./files";
import { logins } from "./logins";
import { reading } from "./reading";
import { refusals } from "./refusals";
import { replication } from "./replication";
import { rights } from "./rights";
import { statusDocument } from "./statusDocument";
import { updating } from "./updating";
import { values } from "./values";

type Part = (bench: TheBench) => void;

/** What doesn't come from the POST servlet, and knows no status modes therefore. */
const AROUND_IT: readonly Part[] = [logins, reading, replication];

const POST_SERVLET: readonly Part[] = [
  creating,
  updating,
  fieldNames,
  values,
  files,
  deleting,
  statusDocument,
  refusals,
  rights,
  concurrency,
  encryption,
];

/**
 * What every server in an author's place has to answer, so that tests on the quick one mean something for the real one.
 * One expectation for all of them; of Sling's own behaviour, the real Sling is right.
 */
export function contract(server: TestAuthor["server"], mode: StatusMode, author: () => TestAuthor): void {
  describe(`${server} ${mode}`, () => {
    let bench: Bench;
    before(async () => {
      bench = new Bench(author(), mode);
      await author().setStatusMode(mode);
    });
    const parts = mode === "modern" ? [...AROUND_IT, ...POST_SERVLET] : POST_SERVLET;
    for (const part of parts) part(() => bench);
  });
}
