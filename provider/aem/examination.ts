import { loginName } from "../connection";
import { DataSourceError, type ErrorCode } from "../errors";
import type { Author } from "./author";
import { findFolder, prepareContainer } from "./container";
import { type Encryption, findEncryption } from "./encryption";
import { folderPath } from "./paths";
import { defaultProduct } from "./productTable";
import { hasReplication } from "./publish";
import { asMissingReadRight, asMissingRights, tryRights } from "./rights";

/** What an author, a login and a container are good for, found out one after the other before anybody deploys. */

/** What one check came to. What could not be found out is neither good nor bad. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "wrong" | "not checked";
  readonly message: string;
  readonly code?: ErrorCode;
  readonly remedy?: string;
}

export const notChecked = (check: string, message: string): Finding => ({ check, state: "not checked", message });
const ok = (check: string, message: string): Finding => ({ check, state: "ok", message });

/** A check that an error ended; its own words say what to do. */
export function failed(
  check: string,
  { code, message, remedy }: DataSourceError,
  state: "warning" | "wrong" = "wrong",
) {
  return { check, state, message, code, ...(remedy === undefined ? {} : { remedy }) } satisfies Finding;
}

/**
 * All checks of an author. With `write` a dummy secret is written and removed again, to prove rights and encryption, and
 * the folder of the data sources is made where it is missing, as the first create would; without it nothing is written.
 */
export async function examine(author: Author, container: string, write: boolean): Promise<Finding[]> {
  const login = await examineLogin(author);
  const product = examineProduct(author);
  if (login.some(({ state }) => state === "wrong")) {
    const rest = ["container", "rights", "encryption", "publish"];
    return [...login, product, ...rest.map((check) => notChecked(check, "needs a login"))];
  }
  const inside = await examineContainer(author, container, write);
  return [...login, product, ...inside, await examinePublish(author)];
}

/** One request tells all four, and which of them fails: the CSRF token, which only an author gives, to those it knows. */
async function examineLogin(author: Author): Promise<Finding[]> {
  const { origin, plainHttp, login } = author.connection;
  const reached: Finding = plainHttp
    ? {
        ...ok("author", `${origin} answers, by plain http: login and secret cross the network readable`),
        state: "warning",
        remedy: "Use https.",
      }
    : ok("author", `${origin} answers`);
  const good = [
    reached,
    ok("AEM", "it answers like an author"),
    ok("login", `${loginName(login)} is known there`),
    ok("CSRF token", "given"),
  ];
  const failure = await failureOf(author.logIn());
  if (failure === undefined) return good;
  const error = asMoved(failure, origin);
  const broken = good.findIndex(({ check }) => check === brokenBy(error.code));
  return good.map((finding, place) => {
    const { check } = finding;
    if (place === broken) return failed(check, error);
    // Any server can refuse a login.
    if (check === "AEM" && place < broken) return notChecked(check, "can't be told without a login");
    return place < broken ? finding : notChecked(check, "needs the one before it");
  });
}

/** A login page is only ever a redirect for now; one for good is a server that has moved, to https above all. */
function asMoved(error: DataSourceError, origin: string): DataSourceError {
  const { status } = error.fields;
  if (error.code !== "author-login-refused" || !(status === 301 || status === 308)) return error;
  const remedy = "Give the author's own address, with https where it wants that.";
  return new DataSourceError("author-not-aem", `${origin} sends everybody elsewhere for good (${status})`, remedy);
}

function brokenBy(code: ErrorCode): string {
  if (code === "author-login-refused") return "login";
  if (code === "author-no-rights") return "CSRF token";
  return ["author-not-aem", "author-answer-unexpected"].includes(code) ? "AEM" : "author";
}

function examineProduct({ connection: { origin } }: Author): Finding {
  const product = defaultProduct(origin);
  const other = product === "aem65" ? "; for 6.5 LTS the program says so by `product`" : "";
  return ok("product", `${product}, by the author's host${other}`);
}

async function examineContainer(author: Author, container: string, write: boolean): Promise<Finding[]> {
  let folder: string;
  try {
    folder = await findFolder(author, container);
  } catch (thrown) {
    const error = await asMissingReadRight(author, ours(thrown), container);
    const rest = ["rights", "encryption"].map((check) => notChecked(check, "needs the container"));
    return [failed("container", error), ...rest];
  }
  const isReady = folder === folderPath(container);
  const made = write ? "is made now" : "is made by the first create";
  const found = ok("container", isReady ? `${folder} is there` : `${folder} is there; its folder fdm ${made}`);
  return [found, ...(write ? await proveByWriting(author, container) : await askForRights(author, container, folder))];
}

async function askForRights(author: Author, container: string, folder: string): Promise<Finding[]> {
  const encryption = notChecked("encryption", "--write proves it, by a dummy secret that is removed again");
  if (folder !== folderPath(container)) {
    // Asked of the folder above, it would be refused to those who may write below it alone.
    return [notChecked("rights", "there is nothing yet to ask it of; --write proves them"), encryption];
  }
  const error = await failureOf(tryRights(author, container));
  if (error) return [failed("rights", error), encryption];
  const who = loginName(author.connection.login);
  return [ok("rights", `${who} may write below ${folder}, as far as can be known without writing`), encryption];
}

async function proveByWriting(author: Author, container: string): Promise<Finding[]> {
  const who = loginName(author.connection.login);
  const rights = ok("rights", `${who} wrote a dummy below ${folderPath(container)} and removed it`);
  try {
    await prepareContainer(author, container);
    return [rights, ok("encryption", ENCRYPTED[await findEncryption(author, container)])];
  } catch (thrown) {
    const error = asMissingRights(author, ours(thrown), container);
    if (error.code === "secret-not-encrypted") return [rights, failed("encryption", error)];
    return [failed("rights", error), notChecked("encryption", "needs a write that works")];
  }
}

const ENCRYPTED: Readonly<Record<Encryption, string>> = {
  "by suffix": "a dummy secret came back encrypted, by the suffix @Encrypted",
  "by console": "by the crypto console: nothing reacts to the suffix @Encrypted",
};

async function examinePublish(author: Author): Promise<Finding> {
  const check = "publish";
  try {
    if (await hasReplication(author))
      return ok(check, "there is a replication; its right (crx:replicate) can't be seen");
  } catch (thrown) {
    return failed(check, ours(thrown), "warning");
  }
  const { origin } = author.connection;
  const error = new DataSourceError(
    "not-published",
    `${origin} has no /bin/replicate.json`,
    "Data sources can be made there, but not published: leave `publish` off.",
  );
  return failed(check, error, "warning");
}

async function failureOf(act: Promise<unknown>): Promise<DataSourceError | undefined> {
  try {
    await act;
    return undefined;
  } catch (thrown) {
    return ours(thrown);
  }
}

/** A defect is no finding. */
function ours(thrown: unknown): DataSourceError {
  if (thrown instanceof DataSourceError) return thrown;
  throw thrown;
}
