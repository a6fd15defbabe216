import { DEFAULT_ACCOUNTS, startAemEmulator } from "./aemEmulator";
import type { TestAuthor } from "./testAuthor";

/** The AEM emulator as one of the servers that the same tests run against; like the others without a query builder. */
export async function startEmulatedAuthor(): Promise<TestAuthor> {
  const aem = await startAemEmulator({ queryBuilder: "none" });
  return {
    server: "AEM emulator",
    origin: aem.origin,
    logins: {
      admin: login("admin"),
      deployer: login("aem-deployer"),
      reader: login("aem-reader"),
      nobody: login("aem-nobody"),
    },
    list: async (path = "/conf") => aem.list(path),
    node: async (path) => aem.node(path),
    plainSecret: async (path) => aem.plainSecret(path),
    edit: async (path, properties) => aem.edit(path, properties),
    editFile: async (path, bytes) => aem.editFile(path, bytes),
    saveSecretAgain: async (path, plain) => aem.saveSecretAgain(path, plain),
    remove: async (path) => aem.remove(path),
    addPage: async (path, properties) => aem.addPage(path, properties),
    setEncryption: async (by) => aem.setEncryption(by),
    setReplication: async (mode) => aem.setReplication(mode),
    setStatusMode: async (mode) => aem.setStatusMode(mode),
    stop: () => aem.stop(),
  };
}

function login(username: string): { username: string; password: string } {
  const account = DEFAULT_ACCOUNTS.find(({ user }) => user === username);
  if (!account) throw new Error(`The emulator has no account ${username}`);
  return { username, password: account.password };
}
