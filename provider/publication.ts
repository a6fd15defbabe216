import type { Author } from "./aem/author";
import type { LiveDataSource, Write } from "./aem/dataSource";
import { replicate, replicationOf } from "./aem/publish";
import { asDataSourceError, DataSourceError } from "./errors";
import type { State, Wanted } from "./inputs";
import { NOT_PUBLISHED, PartialFailure } from "./outputs";
import { isEmpty } from "./plan";
import type { Run } from "./run";

/** Publication as a step of the lifecycle: after what was saved, before what is deleted. */

type Raw = Readonly<Record<string, unknown>>;

/** Activates what was saved, where the program wants it. A failure leaves the data source saved and known. */
export async function publish(run: Run, author: Author, wanted: Wanted, outputs: Raw): Promise<Raw> {
  if (!wanted.publish) return outputs;
  try {
    return { ...outputs, published: await replicate(author, wanted.path, "Activate", waiting(run, author)) };
  } catch (thrown) {
    const { code, message, remedy } = asDataSourceError(thrown);
    const reason = new DataSourceError("not-published", `${wanted.path} is saved, not published: ${message}`, remedy);
    const refused = code.startsWith("author-") && code !== "author-busy";
    const published = refused ? outputs.published : ASKED_FOR;
    throw new PartialFailure(wanted.path, { ...outputs, published, publish: NOT_PUBLISHED }, [reason]);
  }
}

/** Stands for the time of a publication that the author may still be at: whoever deletes the page has to undo it. */
const ASKED_FOR = "asked for, not seen to be done";

/** Takes the page off publish before it is deleted: afterwards nothing on the author could. */
export async function unpublish(
  run: Run,
  author: Author,
  path: string,
  live: LiveDataSource,
  { published }: State,
): Promise<void> {
  const { action } = replicationOf(live);
  const pending = published === ASKED_FOR;
  if (!pending && (action === "Deactivate" || (action === undefined && published === undefined))) return;
  try {
    await replicate(author, path, "Deactivate", waiting(run, author));
  } catch (thrown) {
    const { message, remedy } = asDataSourceError(thrown);
    const what = `${path} is live on publish and could not be deactivated, so it was not deleted: ${message}`;
    throw new DataSourceError("not-published", what, remedy);
  }
}

/** A page that is live on publish and changes on the author only is an outage in waiting, above all with its secret. */
export async function warnIfLive(
  run: Run,
  { name, path, publish: wanted }: Wanted,
  before: LiveDataSource | "absent",
  write: Write,
): Promise<void> {
  if (wanted || before === "absent" || replicationOf(before).action !== "Activate" || isEmpty(write)) return;
  const what = write.secret
    ? "publish keeps the old client secret, and forms there fail as soon as that one is revoked"
    : "publish keeps what it has";
  await run.voice.warn(
    `${name}: ${path} is live on publish, and \`publish\` is false: ${what}. Set \`publish\` to true`,
  );
}

/** As long as two requests may take: the author has to hand the page over and to note that it did. */
function waiting(run: Run, { connection }: Author) {
  return {
    deadlineMs: 2 * connection.deadlineMs,
    progressMs: 10_000,
    progress: (text: string) => run.voice.note(text),
  };
}
