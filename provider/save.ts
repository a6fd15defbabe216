import type { Author } from "./aem/author";
import { type LiveDataSource, readDataSource, readSwaggerFile, removeSecret, writeDataSource } from "./aem/dataSource";
import { formatMarker, type Marker } from "./aem/marker";
import { differences, IN_AEM } from "./changes";
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
  /** What stood at the path before. */
  readonly before: LiveDataSource | "absent";
  /** The outputs before this update; none for a create. */
  readonly state?: State;
  /** What the token check of this phase said, for the state. */
  readonly verdict: string;
}

/** An answer that did not come, or was none of an author's: the write may have been saved all the same. */
type Outcome = { readonly created: boolean } | { readonly lost: DataSourceError };

/**
 * Writes, then looks: the answer to a write is no proof. Answers with the outputs, or throws a PartialFailure. Where the
 * answer was lost and not everything was saved, the error is the loss itself, and the state stays as it was.
 */
export async function save(author: Author, wanted: Wanted, plan: Plan, saving: Saving): Promise<Raw> {
  const { path } = wanted;
  const { write } = plan;
  const outcome = isEmpty(write) ? { created: false } : await attempt(() => writeDataSource(author, path, write));
  const outputs = outputsOf(wanted, plan, saving);
  const seen = await readBack(author, wanted, plan, outputs, outcome);
  const held = heldOf(wanted, plan, saving, outputs, seen);
  const left = differences(wanted, { ...wanted, ...held }).map(({ field }) => field);
  const inClear = seen.live.secret === "in clear" ? await takeAwayClearSecret(author, path) : undefined;
  if ("lost" in outcome && left.length > 0 && !inClear) throw outcome.lost;

  const reasons: DataSourceError[] = [];
  if (saving.before === "absent" && "created" in outcome && !outcome.created) {
    const message = `${path} was made by somebody else at the same moment, and is written over`;
    reasons.push(new DataSourceError("data-source-exists", message, "Look at it in AEM, then run pulumi up again."));
  }
  if (inClear) reasons.push(inClear);
  else if (left.length > 0) reasons.push(notKept(path, left));
  const { secret } = seen.live;
  const proven = write.secret && typeof secret === "object" ? { ...outputs, secretWitness: secret.witness } : outputs;
  if (reasons.length > 0) throw new PartialFailure(path, { ...proven, ...held }, reasons);
  return proven;
}

interface Seen {
  readonly live: LiveDataSource;
  readonly file: SeenFile;
}

/** One look at the page, and at the file where one was sent, whose bytes must come back as they were. */
async function readBack(author: Author, wanted: Wanted, plan: Plan, outputs: Raw, outcome: Outcome): Promise<Seen> {
  const { path } = wanted;
  try {
    const live = await readDataSource(author, path);
    if (live === "absent")
      throw new DataSourceError("read-back-differs", `${path} is not there`, "Run pulumi up again.");
    if (!plan.swagger) return { live, file: undefined };
    if (!live.hasFile) return { live, file: "removed" };
    const same = sha256(await readSwaggerFile(author, path)) === plan.swagger.document.sha256;
    return { live, file: same ? plan.swagger : "not what was sent" };
  } catch (thrown) {
    if ("lost" in outcome) throw outcome.lost;
    const { code, message, remedy } = asDataSourceError(thrown);
    const reason = new DataSourceError(code, `${path} was written, but can't be read back: ${message}`, remedy);
    const unproven = {
      secretRevision: notProven(wanted.secretRevision),
      api: { ...wanted.api, digest: notProven(wanted.api.digest) },
    };
    throw new PartialFailure(path, { ...outputs, ...unproven }, [reason]);
  }
}

/** The inputs as AEM holds them after the write; equal to what was wanted where all of it was kept. */
function heldOf(wanted: Wanted, { write }: Plan, { before }: Saving, outputs: Raw, { live, file }: Seen) {
  const held = observe(expectedOf({ ...wanted, ...outputs }, live), live, file);
  const notRemoved = write.remove.flatMap((name) => {
    const value = live.properties.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  // AEM encrypts anew at each save: the ciphertext of before is the secret of before.
  const [old, now] = [before === "absent" ? "absent" : before.secret, live.secret];
  const stale =
    write.secret !== undefined && typeof old === "object" && typeof now === "object" && old.witness === now.witness;
  return {
    ...held,
    ...(notRemoved.length > 0
      ? { extraProperties: { ...held.extraProperties, ...Object.fromEntries(notRemoved) } }
      : {}),
    ...(stale ? { secretRevision: notProven(wanted.secretRevision) } : {}),
  };
}

/** Makes the next diff find something to do, even after a refresh has cleared the engine's note of the failure. */
function notProven(value: number | string): string {
  return `${value}, not proven${IN_AEM}`;
}

async function takeAwayClearSecret(author: Author, path: string): Promise<DataSourceError> {
  const rotate = "Rotate it, since versions and backups of that author may hold it, and see why it stopped encrypting.";
  try {
    await removeSecret(author, path);
    return new DataSourceError(
      "secret-not-encrypted",
      `${path} held the client secret in clear; it was removed at once`,
      rotate,
    );
  } catch (thrown) {
    const message = `${path} holds the client secret IN CLEAR, and it could not be removed: ${asDataSourceError(thrown).message}`;
    return new DataSourceError(
      "secret-not-encrypted",
      message,
      `Delete its property client_secret in AEM now. ${rotate}`,
    );
  }
}

function notKept(path: string, left: readonly string[]): DataSourceError {
  const message = `${path}: AEM does not hold what was written: ${left.join(", ")}`;
  const remedy = left.includes("marker")
    ? "Somebody else wrote at the same moment: look at the page in AEM."
    : "Run pulumi up again, which writes it again.";
  return new DataSourceError("read-back-differs", message, remedy);
}

/** A refusal is a refusal; everything else leaves open whether the author saved. */
async function attempt(write: () => Promise<{ created: boolean }>): Promise<Outcome> {
  try {
    return await write();
  } catch (thrown) {
    const error = asDataSourceError(thrown);
    if (error.code.startsWith("network-") || error.code === "author-answer-unexpected") return { lost: error };
    throw error;
  }
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
