/** A server in an author's place, with what a test does to it behind the provider's back (as admin). */
export interface TestAuthor {
  readonly server: "AEM emulator" | "Apache Sling";
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  readonly logins: Readonly<Record<Account, Login>>;
  /** Every property of every node below `path` (default /conf), "<path>/<property>" → value; for listings before and after. */
  list(path?: string): Promise<Record<string, unknown>>;
  /** The tree below this path as `.infinity.json` shows it; undefined when there is none. */
  node(path: string): Promise<unknown>;
  /** Decrypted client_secret of this page; undefined when there is none or it isn't encrypted. */
  plainSecret(path: string): Promise<string | undefined>;
  /** Somebody edits jcr:content of the page; undefined removes a property. */
  edit(path: string, properties: EditedProperties): Promise<void>;
  /** Somebody replaces the bytes of the page's Swagger file. */
  editFile(path: string, bytes: Buffer): Promise<void>;
  /** Somebody saves the secret in the wizard: a new ciphertext, even of the same secret. */
  saveSecretAgain(path: string, plain: string): Promise<void>;
  /** Somebody deletes the page. */
  remove(path: string): Promise<void>;
  /** Somebody makes a data source by hand. */
  addPage(path: string, properties: Record<string, string>): Promise<void>;
  /** What reacts to a secret: the suffix @Encrypted, only the crypto console, or nothing. Default "suffix". */
  setEncryption(by: Encryption): Promise<void>;
  /** What comes of a publication. Default "works". */
  setReplication(mode: Replication): Promise<void>;
  /** How refusals are told apart: 409 and 422 (POST servlet 2.4.2 and later, the default), or 500 for all. */
  setStatusMode(mode: StatusMode): Promise<void>;
  stop(): Promise<void>;
}

/** Who may do what: everything, what a deployer needs, read /conf, nothing. */
export type Account = "admin" | "deployer" | "reader" | "nobody";

export interface Login {
  readonly username: string;
  readonly password: string;
}

export type EditedProperties = Readonly<Record<string, string | number | boolean | string[] | undefined>>;
export type Encryption = "suffix" | "console" | "none";
export type Replication = "works" | "refused" | "refused in the body" | "never done";
export type StatusMode = "modern" | "legacy";
