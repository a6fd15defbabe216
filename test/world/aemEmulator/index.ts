import { CryptoSupport, isProtected } from "./crypto";
import { renderNode } from "./jsonRendering";
import { type Account, DEFAULT_ACCOUNTS, Login } from "./logins";
import { Repository } from "./repository";
import { AemServer, type RecordedRequest } from "./server";
import { Session } from "./session";
import { type EditedProperties, Somebody } from "./somebody";

export type { RecordedField } from "./form";
export { type Account, DEFAULT_ACCOUNTS } from "./logins";
export type { RecordedRequest } from "./server";
export { suggestedUser } from "./startPage";

export interface AemEmulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  accounts?: readonly Account[];
  /** How refusals are told apart: 409 and 422 (POST servlet 2.4.2 and later, the default), or 500 for all. */
  statusMode?: "modern" | "legacy";
  /** Whether something reacts to `@Encrypted`. Default true. */
  encryption?: boolean;
  /** Each gets /conf/<container>/settings/cloudconfigs/fdm. Default: global, acme. */
  containers?: readonly string[];
}

export interface AemEmulator {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** What came in, for assertions on the wire. */
  readonly requests: RecordedRequest[];
  /** One line a request: method, path without query, status. Never a header, a body or a secret. */
  readonly log: string[];
  /** Closes all sockets at once. */
  stop(): Promise<void>;
  /** The tree below this path as .infinity.json would show it; undefined when there is none. */
  node(path: string): unknown;
  /** The decrypted client_secret of this page; undefined when there is none, or when it isn't encrypted. */
  plainSecret(path: string): string | undefined;
  /** Somebody edits the page in AEM: undefined removes a property. */
  edit(path: string, properties: EditedProperties): void;
  /** Somebody replaces the bytes of the page's Swagger file. */
  editFile(path: string, bytes: Buffer): void;
  /** Somebody saves the secret in the wizard: a new ciphertext, even of the same secret. */
  saveSecretAgain(path: string, plain: string): void;
  /** Somebody deletes the page in AEM. */
  remove(path: string): void;
  /** Somebody makes a data source by hand. */
  addPage(path: string, properties: Record<string, string>): void;
}

export async function startAemEmulator(options: AemEmulatorOptions = {}): Promise<AemEmulator> {
  const { port = 0, accounts = DEFAULT_ACCOUNTS, statusMode = "modern", encryption = true } = options;
  const repository = new Repository();
  const crypto = new CryptoSupport();
  for (const container of options.containers ?? ["global", "acme"]) addContainer(repository, container);
  const server = new AemServer({ repository, accounts, statusMode, ...(encryption && { crypto }) });
  await server.start(port);
  const somebody = new Somebody(repository, crypto);
  return {
    origin: server.origin,
    requests: server.requests,
    log: server.log,
    stop: () => server.stop(),
    node: (path) => {
      const node = repository.root.at(path);
      return node && renderNode(node);
    },
    plainSecret: (path) => {
      const secret = repository.root.at(`${path}/jcr:content`)?.text("client_secret");
      return secret !== undefined && isProtected(secret) ? crypto.unprotect(secret) : undefined;
    },
    edit: (path, properties) => somebody.edit(path, properties),
    editFile: (path, bytes) => somebody.editFile(path, bytes),
    saveSecretAgain: (path, plain) => somebody.saveSecretAgain(path, plain),
    remove: (path) => somebody.remove(path),
    addPage: (path, properties) => somebody.addPage(path, properties),
  };
}

/** The folders that AEM has by itself, and those it makes when "Cloud Configurations" is switched on for a container. */
function addContainer(repository: Repository, container: string): void {
  const admin = new Login({ user: "admin", password: "", rights: "admin" });
  repository.save((root) => {
    for (const path of ["/libs", "/content", `/conf/${container}/settings/cloudconfigs/fdm`]) {
      new Session(root, admin).ensureNode(path, new Map());
    }
  });
}
