import { randomBytes } from "node:crypto";
import type { Tell } from "../cache";
import type { Account, TestAuthor } from "../testAuthor";
import { SlingAuthor } from "./author";
import { getJars, type Jars } from "./jars";
import { newKey } from "./secrets";
import { startServer } from "./server";
import { getStandIn } from "./standIn";
import { findJava, type Java, Missing } from "./tools";

export interface SlingOptions {
  /** Default: random ones. */
  readonly passwords?: Partial<Record<Exclude<Account, "admin">, string>>;
  readonly tell?: Tell;
}

/** Apache Sling, the server under AEM, on a free port of this machine, with stand-ins for what AEM adds to it. */
export async function startSling({ passwords = {}, tell = () => undefined }: SlingOptions = {}): Promise<TestAuthor> {
  for (const password of Object.values(passwords)) {
    // Sling reads Basic logins as ISO-8859-1, whoever sends them as UTF-8.
    if (!/^[ -~]+$/.test(password)) throw new Error("Apache Sling takes passwords in ASCII only");
  }
  const key = newKey();
  const server = await startServer({ ...(await getParts(tell)), key });
  const login = (account: Exclude<Account, "admin">) => ({
    username: `aem-${account}`,
    password: passwords[account] ?? randomBytes(12).toString("hex"),
  });
  const admin = { username: "admin", password: "admin" }; // Oak's own, on loopback only
  const logins = { admin, deployer: login("deployer"), reader: login("reader"), nobody: login("nobody") };
  const author = new SlingAuthor(server, key, logins);
  try {
    await author.prepare();
    return author;
  } catch (error) {
    await author.stop();
    throw error;
  }
}

/** Gets what is needed, once; undefined when Sling can run, else the line that says what is missing. */
export async function slingIsThere(tell: Tell = console.log): Promise<string | undefined> {
  try {
    await getParts(tell);
    return undefined;
  } catch (error) {
    if (error instanceof Missing) return error.message;
    throw error;
  }
}

async function getParts(tell: Tell): Promise<{ java: Java; jars: Jars; standIn: string }> {
  const java = await findJava();
  const jars = await getJars(tell);
  return { java, jars, standIn: await getStandIn(jars, tell) };
}
