import { randomBytes } from "node:crypto";
import { asDataSourceError, DataSourceError } from "../errors";
import { Secret, sha256 } from "../values";
import { judgeCiphertext } from "./answer";
import type { Author, FormField } from "./author";
import { folderPath } from "./paths";
import { SECRET_PROPERTY } from "./productTable";

/** How an author comes to store the secret encrypted (aem.md §3.2). There is no way that leaves it in clear. */
export type Encryption = "by suffix" | "by console";

/** AEM never gives the secret back. `witness` is a digest of its ciphertext, which is new at each save. */
export type LiveSecret = { readonly witness: string } | "absent" | "in clear";

/** AEM's ciphertext: `{hex}`, at least 32 bytes in whole blocks of 16. */
const CIPHERTEXT = /^\{(?:[0-9a-f]{32}){2,}\}$/i;

export function liveSecret(value: unknown): LiveSecret {
  if (value === undefined || value === "") return "absent";
  return isCiphertext(value) ? { witness: sha256(value).slice(0, 32) } : "in clear";
}

export function isCiphertext(value: unknown): value is string {
  return typeof value === "string" && CIPHERTEXT.test(value);
}

const CONSOLE = "/system/console/crypto/.json";

/**
 * Finds out how this author encrypts, with dummies instead of the real secret: on a server where nothing reacts to
 * `@Encrypted`, a real one would lie in the repository in clear.
 *
 * The dummy goes into a folder of its own beside the data sources, which is no data source itself (no `cq:Page`, no
 * resource type), and is removed at once. A crash in between leaves that folder with the dummy: nothing of worth.
 */
export async function findEncryption(author: Author, container: string): Promise<Encryption> {
  const came = await tryDummy(author, container);
  if (came === "encrypted") return "by suffix";
  if ((await encryptByConsole(author, dummy())) !== undefined) return "by console";
  throw new DataSourceError(
    "secret-not-encrypted",
    `${author.connection.origin} does not encrypt: a dummy secret came back ${came}, and its crypto console can't be used; the real secret was not sent`,
    "Look for AEM's encryption post processor (com.adobe.granite.crypto) on that author, or let this login use /system/console/crypto.",
  );
}

/** The fields of a POST that stores the secret. Without a proven way to encrypt there are none: that is a defect. */
export async function secretFields(
  author: Author,
  secret: Secret,
  encryption: Encryption | undefined,
): Promise<FormField[]> {
  if (encryption === undefined) throw new Error("a secret was to be written before encryption was proven");
  if (encryption === "by suffix") return suffixFields(secret);
  const ciphertext = await encryptByConsole(author, secret);
  if (ciphertext === undefined) {
    throw new DataSourceError(
      "secret-not-encrypted",
      `the crypto console of ${author.connection.origin} no longer answers; nothing was written`,
      "Run pulumi up again.",
    );
  }
  return [{ name: `./${SECRET_PROPERTY}`, value: ciphertext }];
}

/** The suffix is always empty: where nothing reacts to it, an empty field leaves no property of its own behind. */
function suffixFields(secret: Secret): FormField[] {
  return [
    { name: `./${SECRET_PROPERTY}`, value: secret.reveal() },
    { name: `./${SECRET_PROPERTY}@Encrypted`, value: "" },
  ];
}

async function tryDummy(author: Author, container: string): Promise<"encrypted" | "absent" | "in clear"> {
  const secret = dummy();
  const probe = `${folderPath(container)}/aem-datasource-probe-${randomBytes(6).toString("hex")}`;
  await author.post(`${probe}/jcr:content`, [
    { name: "../jcr:primaryType", value: "sling:Folder" },
    { name: "./jcr:primaryType", value: "nt:unstructured" },
    ...suffixFields(secret),
  ]);
  const content = await author
    .node(`${probe}/jcr:content`)
    .finally(() => author.post(probe, [{ name: ":operation", value: "delete" }]));
  const value = content === "absent" ? undefined : content[SECRET_PROPERTY];
  if (holds(value, secret)) return "encrypted";
  return value === undefined || value === "" ? "absent" : "in clear";
}

/** Undefined where there is no console for this login, as on the cloud service. */
async function encryptByConsole(author: Author, secret: Secret): Promise<string | undefined> {
  try {
    const ciphertext = await author.ask(CONSOLE, { datum: secret.reveal() }, judgeCiphertext, CONSOLE);
    return holds(ciphertext, secret) ? ciphertext : undefined;
  } catch (thrown) {
    const { code, message, remedy, fields } = asDataSourceError(thrown);
    throw new DataSourceError(code, `the crypto console can't be asked: ${message}`, remedy, fields);
  }
}

/** Whether a ciphertext can be that of `secret`: one of an empty text, which AEM makes as well, would be shorter. */
function holds(ciphertext: unknown, secret: Secret): ciphertext is string {
  if (!isCiphertext(ciphertext)) return false;
  return (ciphertext.length - 2) / 2 >= Buffer.byteLength(secret.reveal());
}

/** So long that its ciphertext can't be one of nothing. */
function dummy(): Secret {
  return new Secret(`dummy-${randomBytes(48).toString("hex")}`);
}
