import { randomUUID } from "node:crypto";
import { now } from "./moments";
import { nodeType } from "./nodeTypes";
import { type Property, single, text } from "./values";

/** A node of the JCR tree. */
export class JcrNode {
  readonly properties = new Map<string, Property>();
  readonly children = new Map<string, JcrNode>();

  /** The primary type stands beside the properties: it can be changed, never removed. */
  constructor(public type: string) {}

  at(path: string): JcrNode | undefined {
    let node: JcrNode | undefined = this;
    for (const name of path.split("/").filter((segment) => segment !== "")) node = node?.children.get(name);
    return node;
  }

  /** The value of a single String property. */
  text(name: string): string | undefined {
    const value = this.properties.get(name)?.values[0];
    return typeof value === "string" ? value : undefined;
  }

  copy(): JcrNode {
    const copy = new JcrNode(this.type);
    for (const [name, property] of this.properties) copy.properties.set(name, property);
    for (const [name, child] of this.children) copy.children.set(name, child.copy());
    return copy;
  }

  /** Adds what the repository sets by itself for this type, unless it is there already. */
  addSystemProperties(user: string): void {
    const { created, resource } = nodeType(this.type);
    if (created) this.addMissing({ "jcr:created": single("Date", now()), "jcr:createdBy": text(user) });
    if (resource) {
      const modified = { "jcr:lastModified": single("Date", now()), "jcr:lastModifiedBy": text(user) };
      this.addMissing({ "jcr:uuid": text(randomUUID()), ...modified });
    }
  }

  private addMissing(properties: Record<string, Property>): void {
    for (const [name, property] of Object.entries(properties)) {
      if (!this.properties.has(name)) this.properties.set(name, property);
    }
  }
}

export function newNode(type: string, user: string): JcrNode {
  const node = new JcrNode(type);
  node.addSystemProperties(user);
  return node;
}

/** Holds the tree. It changes in whole saves only. */
export class Repository {
  #root = newNode("sling:Folder", "admin");

  get root(): JcrNode {
    return this.#root;
  }

  /** One save: what `work` does to the tree is visible when it returns, and none of it when it throws. */
  save<T>(work: (root: JcrNode) => T): T {
    const draft = this.#root.copy();
    const result = work(draft);
    this.#root = draft;
    return result;
  }
}
