import type { CryptoSupport } from "./crypto";
import { Login } from "./logins";
import { now } from "./moments";
import type { JcrNode, Repository } from "./repository";
import { Session } from "./session";
import { propertyOf, single, text } from "./values";

const SOMEBODY = "somebody";
const LOGIN = new Login({ user: SOMEBODY, password: "", rights: "admin" });

export type EditedProperties = Record<string, string | number | boolean | string[] | undefined>;

/** The colleague who works in AEM's own pages while the provider isn't looking. */
export class Somebody {
  constructor(
    private readonly repository: Repository,
    private readonly crypto: CryptoSupport,
  ) {}

  /** Changes properties of the page's content; undefined removes one. */
  edit(path: string, properties: EditedProperties): void {
    this.change(path, (content) => {
      for (const [name, value] of Object.entries(properties)) {
        if (value === undefined) content.properties.delete(name);
        else content.properties.set(name, propertyOf(value));
      }
    });
  }

  editFile(path: string, bytes: Buffer): void {
    this.change(path, (content) => {
      const file = content.at("swaggerFile/jcr:content");
      if (!file) throw new Error(`${path} holds no Swagger file`);
      file.properties.set("jcr:data", single("Binary", bytes));
      stamp(file, "jcr");
    });
  }

  /** As the wizard does: a new ciphertext, even of the same secret. */
  saveSecretAgain(path: string, plain: string): void {
    this.edit(path, { client_secret: this.crypto.protect(plain) });
  }

  remove(path: string): void {
    this.repository.save((root) => {
      if (!root.at(path)) throw nothingAt(path);
      new Session(root, LOGIN).delete(path);
    });
  }

  addPage(path: string, properties: Record<string, string>): void {
    const content = `${path}/jcr:content`;
    const types = new Map([
      [path, "cq:Page"],
      [content, "cq:PageContent"],
    ]);
    this.repository.save((root) => new Session(root, LOGIN).ensureNode(content, types));
    this.edit(path, properties);
  }

  /** Makes any node, with the folders above it that are missing, and sets its properties. */
  addNode(path: string, type: string, properties: EditedProperties = {}): void {
    this.repository.save((root) => {
      const node = new Session(root, LOGIN).ensureNode(path, new Map([[path, type]]));
      for (const [name, value] of Object.entries(properties)) {
        if (value !== undefined) node.properties.set(name, propertyOf(value));
      }
    });
  }

  private change(path: string, work: (content: JcrNode) => void): void {
    this.repository.save((root) => {
      const content = root.at(`${path}/jcr:content`);
      if (!content) throw nothingAt(path);
      work(content);
      stamp(content, "cq");
    });
  }
}

function stamp(node: JcrNode, prefix: "cq" | "jcr"): void {
  node.properties.set(`${prefix}:lastModified`, single("Date", now()));
  node.properties.set(`${prefix}:lastModifiedBy`, text(SOMEBODY));
}

function nothingAt(path: string): Error {
  return new Error(`There is nothing at ${path} in the emulator`);
}
