import type { Author } from "./aem/author";
import { type LiveDataSource, readDataSource, readSwaggerFile, removeSecret, writeDataSource } from "./aem/dataSource";
import { formatMarker, type Marker } from "./aem/marker";
import { differences, saysInAem } from "./changes";
import { asDataSourceError, DataSourceError } from "./errors";
import type { State, Wanted } from "./inputs";
import { expectedOf, observe, type SeenFile } from "./observed";
import { isEmpty, type Plan } from "./plan";
import { sha256 } from "./values";
import { PACKAGE_VERSION } from "./version";

type Raw = Readonly<Record<string, unknown>>;

/** The shape of the outputs. Raised when a later release writes them otherwise, and never forgotten by `parseState`. */
const STATE_VERSION = 1;

/** The page stands, but not all that was wanted was achieved. The engine keeps `properties` and tries again next time. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly properties: Raw,
    readonly reasons: readonly DataSourceError[],
  ) {
    super(reasons.map((reason) => reason.text()).join("\n"));
    this.stack = "";
  }
}

export interface Saving {
  readonly marker: Marker;
  /** The page was absent before: a write that meets one met somebody else's. */
  readonly isNew: boolean;
  /** The outputs before this update; none for a create. */
  readonly state?: State;
  /** What the token check of this phase said, for the state. */
  readonly verdict: string;
}

/** Writes, then looks: the answer to a write is no proof. Answers with the outputs, or throws a PartialFailure. */
export async function save(author: Author, wanted: Wanted, plan: Plan, saving: Saving): Promise<Raw> {
  const { write } = plan;
  const outcome = isEmpty(write)
    ? { created: saving.isNew }
    : await attempt(() => writeDataSource(author, wanted.path, write));
  const outputs = outputsOf(wanted, plan, saving);
  let live: LiveDataSource | "absent";
  let file: SeenFile;
  try {
    live = await readDataSource(author, wanted.path);
    file = plan.swagger && live !== "absent" ? await fileReadBack(author, wanted.path, plan.swagger) : undefined;
  } catch (thrown) {
    if ("lost" in outcome) throw outcome.lost;
    throw new PartialFailure(wanted.path, unproven(outputs), [asDataSourceError(thrown)]);
  }
  if ("lost" in outcome && (live === "absent" || live.marker?.id !== saving.marker.id)) throw outcome.lost;
  if (live === "absent") {
    throw new DataSourceError(
      "read-back-differs",
      `${wanted.path} was written and is not there`,
      "Run pulumi up again.",
    );
  }
  return judge(author, wanted, plan, {
    outputs,
    live,
    file,
    metOther: saving.isNew && "created" in outcome && !outcome.created,
  });
}

interface ReadBack {
  readonly outputs: Raw;
  readonly live: LiveDataSource;
  readonly file: SeenFile;
  /** Sling did not create the page, although it was absent a moment before. */
  readonly metOther: boolean;
}

async function judge(
  author: Author,
  wanted: Wanted,
  { write }: Plan,
  { outputs, live, file, metOther }: ReadBack,
): Promise<Raw> {
  const witness = typeof live.secret === "object" ? live.secret.witness : undefined;
  const written = write.secret ? { ...outputs, secretWitness: witness } : outputs;
  const expected = expectedOf({ ...wanted, ...written }, live);
  const seen = { ...wanted, ...observe(expected, live, file) };
  const left = differences(wanted, seen).map(({ field }) => field);
  const reasons: DataSourceError[] = [];
  if (metOther) {
    const message = `${wanted.path} was made by somebody else at the same moment, and is written over`;
    reasons.push(new DataSourceError("data-source-exists", message, "Look at it in AEM, then run pulumi up again."));
  }
  if (live.secret === "in clear") {
    await removeSecret(author, wanted.path);
    const message = `${wanted.path} held the client secret in clear; it was removed at once`;
    const remedy =
      "Rotate it, since versions and backups of that author may hold it, and see why it stopped encrypting.";
    reasons.push(new DataSourceError("secret-not-encrypted", message, remedy));
  } else if (left.length > 0) {
    const message = `${wanted.path}: AEM did not keep what was written: ${left.join(", ")}`;
    reasons.push(new DataSourceError("read-back-differs", message, "Run pulumi up again, which writes it again."));
  }
  if (reasons.length > 0) throw new PartialFailure(wanted.path, { ...written, ...achieved(seen) }, reasons);
  return written;
}

/** A write whose answer got lost may have been saved all the same: the read-back tells. A refusal is a refusal. */
async function attempt(
  write: () => Promise<{ created: boolean }>,
): Promise<{ created: boolean } | { lost: DataSourceError }> {
  try {
    return await write();
  } catch (thrown) {
    const error = asDataSourceError(thrown);
    if (error.code.startsWith("network-") || error.code === "author-answer-unexpected") return { lost: error };
    throw error;
  }
}

/** The bytes must come back as they were sent. */
async function fileReadBack(author: Author, path: string, sent: NonNullable<Plan["swagger"]>): Promise<SeenFile> {
  const bytes = await readSwaggerFile(author, path);
  if (bytes === "absent") return "removed";
  return sha256(bytes) === sent.document.sha256 ? sent : "not what was sent";
}

function outputsOf(wanted: Wanted, { write, swagger }: Plan, { marker, state, verdict }: Saving): Raw {
  return {
    ...wanted,
    managedBy: formatMarker(marker),
    sha256: swagger?.document.sha256 ?? state?.sha256,
    secretWrittenAt: write.secret ? new Date().toISOString() : state?.secretWrittenAt,
    secretWitness: write.secret ? undefined : state?.secretWitness,
    tokenVerdict: verdict,
    stateVersion: STATE_VERSION,
    packageVersion: PACKAGE_VERSION,
  };
}

/** Without what is not proven, the next diff finds something to do, even after a refresh has cleared the engine's note. */
function unproven(outputs: Raw): Raw {
  const { api: _, sha256: __, secretRevision: ___, ...rest } = outputs;
  return rest;
}

/** What AEM holds of what was wanted; a text that only says how AEM differs is left out, which makes the next diff act. */
function achieved(seen: Raw): Raw {
  const { api, secretRevision, owner, ...rest } = seen;
  const digest = typeof api === "object" && api !== null && "digest" in api ? api.digest : undefined;
  return {
    ...rest,
    owner: saysInAem(owner) ? undefined : owner,
    secretRevision: saysInAem(secretRevision) ? undefined : secretRevision,
    ...(saysInAem(digest) ? { api: undefined, sha256: undefined } : {}),
  };
}
