import { setTimeout as pause } from "node:timers/promises";
import { type Author, REPEATS, waitBefore } from "./aem/author";
import {
  type LiveDataSource,
  readDataSource,
  readSwaggerFile,
  removeSecret,
  sameDataSource,
  writeDataSource,
} from "./aem/dataSource";
import { differences } from "./changes";
import { asDataSourceError, DataSourceError } from "./errors";
import type { Wanted } from "./inputs";
import { expectedOf, observe, type SeenFile } from "./observed";
import { notProven, outputsOf, PartialFailure, type Saving, unproven, unpublished } from "./outputs";
import { isEmpty, type Plan } from "./plan";
import { sha256 } from "./values";

type Raw = Readonly<Record<string, unknown>>;

/** A failure leaves open whether the author saved, unless it says in so many words that it refuses. */
type Outcome = { readonly created: boolean } | { readonly failed: DataSourceError };

interface Seen {
  readonly live: LiveDataSource;
  readonly file: SeenFile;
}

/**
 * Writes, then looks: the answer to a write is no proof. Answers with the outputs, or throws a PartialFailure. Where the
 * write failed and the page is proven to be as it was, the error is that failure, and the state stays as it was too.
 *
 * A save is an upsert, so a failed one is sent again, twice at most, each time after a look, and never over somebody
 * else's change.
 */
export async function save(author: Author, wanted: Wanted, plan: Plan, saving: Saving): Promise<Raw> {
  const outputs = outputsOf(wanted, plan, saving);
  const deadline = Date.now() + 2 * author.connection.deadlineMs;
  for (let repeats = 0; ; repeats += 1) {
    const outcome = await attempt(author, wanted, plan, saving);
    const seen = await readBack(author, wanted, plan, outputs, outcome);
    if (!("failed" in outcome)) {
      // An earlier attempt may have arrived late: that the page was there then proves nobody else's hand.
      const created = outcome.created || repeats > 0;
      return conclude(author, wanted, plan, saving, outputs, { created }, seen);
    }
    const { failed } = outcome;
    const found = whatCameOfIt(wanted, plan, saving, outputs, seen);
    if (found === "saved") return conclude(author, wanted, plan, saving, outputs, { created: true }, seen);
    if (found === "something else") throw overtaken(wanted, outputs, failed);
    if (repeats === REPEATS || Date.now() > deadline) {
      throw found === "as before" ? failed : unproven(wanted, outputs, leftOpen(wanted, failed));
    }
    await pause(waitBefore(repeats, failed.fields.waitSeconds));
  }
}

/** The author's own word that it refuses; a conflict is none, since it may be over in a moment. */
function isRefusal({ code, fields: { status = 0 } }: DataSourceError): boolean {
  if (["network-", "author-"].every((kind) => !code.startsWith(kind))) return true; // nothing was sent
  if (["author-login-refused", "author-no-rights"].includes(code)) return true;
  return code === "author-refused-write" && ![409, 500].includes(status);
}

async function attempt(author: Author, { path }: Wanted, { write }: Plan, { encryption }: Saving): Promise<Outcome> {
  if (isEmpty(write)) return { created: false };
  try {
    return await writeDataSource(author, path, write, encryption);
  } catch (thrown) {
    const failed = asDataSourceError(thrown);
    if (isRefusal(failed)) throw failed;
    return { failed };
  }
}

/** One look at the page, and at the file where one was sent, whose bytes must come back as they were. */
async function readBack(
  author: Author,
  wanted: Wanted,
  plan: Plan,
  outputs: Raw,
  outcome: Outcome,
): Promise<Seen | "absent"> {
  const { path } = wanted;
  try {
    const live = await readDataSource(author, path);
    if (live === "absent") return live;
    if (!plan.swagger) return { live, file: undefined };
    if (!live.hasFile) return { live, file: "removed" };
    const same = sha256(await readSwaggerFile(author, path)) === plan.swagger.document.sha256;
    return { live, file: same ? plan.swagger : "not what was sent" };
  } catch (thrown) {
    if ("failed" in outcome) throw unproven(wanted, outputs, leftOpen(wanted, outcome.failed));
    const { code, message, remedy } = asDataSourceError(thrown);
    const reason = new DataSourceError(code, `${path} was written, but can't be read back: ${message}`, remedy);
    throw unproven(wanted, outputs, reason);
  }
}

type Found = "saved" | "perhaps saved" | "as before" | "something else";

/** What a look at the page says of a write that failed. A secret in clear is ours, whatever else is not. */
function whatCameOfIt(wanted: Wanted, plan: Plan, saving: Saving, outputs: Raw, seen: Seen | "absent"): Found {
  const { before, marker } = saving;
  if (seen === "absent") return before === "absent" ? "as before" : "something else";
  const { live } = seen;
  const wasOurs = before !== "absent" && before.marker?.id === marker.id;
  if (live.secret === "in clear" || (!wasOurs && live.marker?.id === marker.id)) return "saved";
  if (fieldsLeft(wanted, heldOf(wanted, plan, saving, outputs, seen)).length === 0) {
    // A new ciphertext may be of the old secret, saved again by somebody at this very moment.
    return plan.write.secret ? "perhaps saved" : "saved";
  }
  return before !== "absent" && sameDataSource(before, live) ? "as before" : "something else";
}

function overtaken(wanted: Wanted, outputs: Raw, failed: DataSourceError): Error {
  // After a conflict nothing of ours was saved; after silence that is not known.
  const refused = failed.code === "author-refused-write";
  const ours = refused ? "nothing of ours was saved" : "whether ours was saved is not known";
  const message = `${wanted.path} was made, changed or deleted by somebody else at the same moment; ${ours} (${failed.message})`;
  const reason = new DataSourceError("data-source-exists", message, "Look at it in AEM, then run pulumi up again.");
  return refused ? reason : unproven(wanted, outputs, reason);
}

function leftOpen({ path }: Wanted, { code, message, remedy, fields }: DataSourceError): DataSourceError {
  return new DataSourceError(
    code,
    `${path} was sent, and whether it was saved is not known: ${message}`,
    remedy,
    fields,
  );
}

/** What came of a write that was saved. */
async function conclude(
  author: Author,
  wanted: Wanted,
  plan: Plan,
  saving: Saving,
  outputs: Raw,
  { created }: { readonly created: boolean },
  seen: Seen | "absent",
): Promise<Raw> {
  const { path } = wanted;
  if (seen === "absent") {
    const reason = new DataSourceError(
      "read-back-differs",
      `${path} is not there after the write`,
      "Run pulumi up again.",
    );
    throw unproven(wanted, outputs, reason);
  }
  const held = heldOf(wanted, plan, saving, outputs, seen);
  const left = fieldsLeft(wanted, held);
  const reasons: DataSourceError[] = [];
  if (saving.before === "absent" && !created) {
    const message = `${path} was made by somebody else at the same moment, and is written over`;
    reasons.push(new DataSourceError("data-source-exists", message, "Look at it in AEM, then run pulumi up again."));
  }
  if (seen.live.secret === "in clear") reasons.push(await takeAwayClearSecret(author, path));
  else if (left.length > 0) reasons.push(notKept(path, left));
  const { secret } = seen.live;
  const proven =
    plan.write.secret && typeof secret === "object" ? { ...outputs, secretWitness: secret.witness } : outputs;
  if (reasons.length > 0) throw new PartialFailure(path, { ...proven, ...held, ...unpublished(wanted) }, reasons);
  return proven;
}

function fieldsLeft(wanted: Wanted, held: Raw): string[] {
  return differences(wanted, { ...wanted, ...held }).map(({ field }) => field);
}

/** The inputs as AEM holds them after the write; equal to what was wanted where all of it was kept. */
function heldOf(wanted: Wanted, { write }: Plan, { before }: Saving, outputs: Raw, { live, file }: Seen): Raw {
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
    publish: wanted.publish, // comes after the write
    ...(notRemoved.length > 0
      ? { extraProperties: { ...held.extraProperties, ...Object.fromEntries(notRemoved) } }
      : {}),
    ...(stale ? { secretRevision: notProven(wanted.secretRevision) } : {}),
  };
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
