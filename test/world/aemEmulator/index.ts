import { makeContainers } from "./containers";
import { CryptoSupport, isProtected } from "./crypto";
import { renderNode } from "./jsonRendering";
import { listProperties } from "./listing";
import { type Account, DEFAULT_ACCOUNTS } from "./logins";
import type { Modes } from "./modes";
import { Replication } from "./replication";
import { Repository } from "./repository";
import { AemServer, type RecordedRequest } from "./server";
import { type EditedProperties, Somebody } from "./somebody";

export type { RecordedField } from "./form";
export { type Account, DEFAULT_ACCOUNTS } from "./logins";
export type { Modes } from "./modes";
export type { RecordedRequest } from "./server";
export { suggestedUser } from "./startPage";

/** `statusMode` is "modern", `encryption` "suffix", `replication` and `queryBuilder` "works" unless something else is said. */
export interface AemEmulatorOptions extends Partial<Modes> {
  /** Default 0: any free port. */
  port?: number;
  accounts?: readonly Account[];
  /** How long a replication takes. Default 20 ms. */
  replicationDelayMs?: number;
  /** Each gets /conf/<container>/settings/cloudconfigs/fdm. Default: global, acme, acme/emea. */
  containers?: readonly string[];
  /** Each gets /conf/<container>/settings/cloudconfigs. Default: nofdm. */
  containersWithoutFdm?: readonly string[];
  /** Each gets /conf/<container> only. Default: bare. */
  bareContainers?: readonly string[];
}

export interface AemEmulator {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** What came in, for assertions on the wire. */
  readonly requests: RecordedRequest[];
  /** One line a request: method, path without query, status. Never a header, a body or a secret. */
  readonly log: string[];
  /** Closes all sockets at once; what was not replicated by then never is. */
  stop(): Promise<void>;
  /** The tree below this path as .infinity.json would show it; undefined when there is none. */
  node(path: string): unknown;
  /** Every property of this node and of all below it, as "<path>/<property>"; files with their bytes as text. */
  list(path: string): Record<string, unknown>;
  /** The decrypted client_secret of this page; undefined when there is none, or when it isn't encrypted. */
  plainSecret(path: string): string | undefined;
  /** What is live on publish, sorted. Deleting a page here doesn't take it from there. */
  published(): string[];
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
  /** Somebody makes a node of any type, with the folders above it. */
  addNode(path: string, type: string, properties?: EditedProperties): void;
  setStatusMode(mode: Modes["statusMode"]): void;
  setEncryption(by: Modes["encryption"]): void;
  setReplication(mode: Modes["replication"]): void;
}

export async function startAemEmulator(options: AemEmulatorOptions = {}): Promise<AemEmulator> {
  const { port = 0, accounts = DEFAULT_ACCOUNTS, replicationDelayMs = 20 } = options;
  const { statusMode = "modern", encryption = "suffix", replication: replicationMode = "works" } = options;
  const { queryBuilder = "works" } = options;
  const modes: Modes = { statusMode, encryption, queryBuilder, replication: replicationMode };
  const repository = new Repository();
  const crypto = new CryptoSupport();
  makeContainers(repository, {
    ready: options.containers ?? ["global", "acme", "acme/emea"],
    withoutFdm: options.containersWithoutFdm ?? ["nofdm"],
    bare: options.bareContainers ?? ["bare"],
  });
  const replication = new Replication(repository, replicationDelayMs);
  const server = new AemServer({ repository, crypto, replication, accounts, modes });
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
    list: (path) => {
      const node = repository.root.at(path);
      return node ? listProperties(node, path.replace(/\/$/, "")) : {};
    },
    plainSecret: (path) => {
      const secret = repository.root.at(`${path}/jcr:content`)?.text("client_secret");
      return secret !== undefined && isProtected(secret) ? crypto.unprotect(secret) : undefined;
    },
    published: () => replication.published,
    edit: (path, properties) => somebody.edit(path, properties),
    editFile: (path, bytes) => somebody.editFile(path, bytes),
    saveSecretAgain: (path, plain) => somebody.saveSecretAgain(path, plain),
    remove: (path) => somebody.remove(path),
    addPage: (path, properties) => somebody.addPage(path, properties),
    addNode: (path, type, properties) => somebody.addNode(path, type, properties),
    setStatusMode: (mode) => {
      modes.statusMode = mode;
    },
    setEncryption: (by) => {
      modes.encryption = by;
    },
    setReplication: (mode) => {
      modes.replication = mode;
    },
  };
}
