import type { Login } from "./logins";
import { now } from "./moments";
import { allows, findNodeType, hasKnownPrefix, isFolder, isLegalName, nodeType } from "./nodeTypes";
import { nodeName, parentPath } from "./paths";
import { classCast, conflict, conflictAtSave, illegalArgument, invalid, nullPointer } from "./refusal";
import { JcrNode, newNode } from "./repository";
import { asJava, type Property, single, text } from "./values";

export interface Change {
  type: "created" | "modified" | "deleted";
  argument: string;
}

export interface Upload {
  bytes: Buffer;
  mimeType: string;
}

/**
 * What one login sees of the tree, and the changes of one POST: each is checked and noted when it is made, some only by
 * `checkSave`, as recorded on Apache Sling 12.
 */
export class Session {
  readonly changes: Change[] = [];
  #refusedAtSave = false;

  constructor(
    private readonly root: JcrNode,
    private readonly login: Login,
  ) {}

  get user(): string {
    return this.login.user;
  }

  node(path: string): JcrNode | undefined {
    return this.login.canRead(path) ? this.root.at(path) : undefined;
  }

  property(path: string): Property | undefined {
    return this.node(parentPath(path))?.properties.get(nodeName(path));
  }

  /** For Sling a property is a resource as well, of which a node of the same name takes precedence. */
  exists(path: string): boolean {
    return this.node(path) !== undefined || this.property(path) !== undefined;
  }

  /** The node at this path, made with its missing ancestors if need be. `types`: the wanted primary types, by path. */
  ensureNode(path: string, types: ReadonlyMap<string, string>): JcrNode {
    const existing = this.node(path);
    if (existing) {
      const type = types.get(path);
      if (type !== undefined) this.retype(path, existing, type);
      return existing;
    }
    if (this.property(path)) return new JcrNode("nt:base"); // holds nothing, and whoever writes into it is refused
    if (path === "/") throw illegalArgument("Can't create child on a synthetic root");
    return this.create(path, this.ensureNode(parentPath(path), types), types.get(path));
  }

  setProperty(path: string, property: Property): void {
    const [owner, name] = [parentPath(path), nodeName(path)];
    this.checkProperty(owner, name, property);
    this.root.at(owner)?.properties.set(name, property);
    if (name === "jcr:isCheckedOut") this.#refusedAtSave = true; // what only a versionable node has
    this.note("modified", path);
  }

  /** Removes a property by an empty value: refused as a new value would be. */
  clearProperty(path: string): void {
    const [owner, name] = [parentPath(path), nodeName(path)];
    this.modifiableNode(owner).properties.delete(name);
    this.note("deleted", path);
  }

  /** The suffix `@Delete`: reported even if nothing is there; without such a property a child node is meant. */
  removeItem(path: string): void {
    const [owner, name] = [parentPath(path), nodeName(path)];
    const node = this.node(owner);
    if (!node) return;
    if (!this.login.canWrite(owner)) throw conflict(`Resource '${owner}' is not modifiable.`);
    if (name === "jcr:primaryType") throw nullPointer('"this.values" is null'); // recorded, a bug of Sling's
    if (this.isProtected(node, name)) {
      throw illegalArgument(`Property '${name}' can't be removed from node '${owner}'.`);
    }
    if (!node.properties.delete(name)) node.children.delete(name);
    this.note("deleted", path);
  }

  /** Removes a node or a property. What is gone, or can't be seen, is reported as deleted all the same. */
  delete(path: string): void {
    const [parent, name] = [this.root.at(parentPath(path)), nodeName(path)];
    if (this.node(path) || this.node(parentPath(path))?.properties.has(name)) {
      if (!this.login.canWrite(path)) this.#refusedAtSave = true;
      if (!parent?.children.delete(name)) parent?.properties.delete(name);
    }
    this.note("deleted", path);
  }

  writeFile(path: string, upload: Upload, typeHint?: string): void {
    const parent = this.root.at(parentPath(path));
    const existing = parent?.children.get(nodeName(path));
    const isProperty = !existing && this.property(path) !== undefined;
    const asFile = typeHint === undefined ? isFolder(parent?.type ?? "") : typeHint === "nt:file";
    const isRefused = existing ? !this.login.canWrite(path) : isProperty && !asFile;
    if (isRefused) throw nullPointer('"mvm" is null'); // recorded, a bug of Sling's
    const type = existing?.type ?? (asFile ? "nt:file" : "nt:resource");
    const data = type === "nt:file" ? `${path}/jcr:content` : path;
    const types = existing ? [] : [[path, type] as const];
    this.ensureNode(data, new Map([[data, "nt:resource"], ...types]));
    this.setProperty(`${data}/jcr:lastModified`, single("Date", now()));
    this.setProperty(`${data}/jcr:mimeType`, text(upload.mimeType));
    this.setProperty(`${data}/jcr:data`, single("Binary", upload.bytes));
  }

  checkSave(): void {
    if (this.#refusedAtSave) throw conflictAtSave();
  }

  private create(path: string, parent: JcrNode, explicitType: string | undefined): JcrNode {
    const name = nodeName(path);
    if (explicitType === "") throw illegalArgument("Invalid name: ");
    if (!this.node(parentPath(path))) throw classCast("a property can't be cast to class javax.jcr.Node");
    const parentType = nodeType(parent.type);
    const type = explicitType ?? parentType.defaultChild(name);
    const mayTry = this.login.canWrite(path) || explicitType === undefined;
    if (!mayTry || !type || !findNodeType(type) || !isLegalName(name) || !allows(parentType.children, name)) {
      throw conflict(`Unable to create node at ${path}`);
    }
    if (!this.login.canWrite(path) || !hasKnownPrefix(name)) this.#refusedAtSave = true;
    const node = newNode(type, this.user);
    parent.children.set(name, node);
    this.note("created", path);
    return node;
  }

  /** Without a word in the list of changes, and without the right to: silently not at all. */
  private retype(path: string, node: JcrNode, type: string): void {
    if (!this.login.canWrite(path)) return;
    if (type === "") throw illegalArgument("Invalid name: ");
    const wanted = findNodeType(type);
    if (!wanted) throw invalid(type);
    const leftOver = [...node.properties.keys()].filter((name) => !this.isProtected(node, name));
    if (!leftOver.every((name) => allows(wanted.properties, name))) this.#refusedAtSave = true;
    node.type = type;
    node.addSystemProperties(this.user);
  }

  private checkProperty(owner: string, name: string, { values }: Property): void {
    const node = this.modifiableNode(owner);
    if (!isLegalName(name)) throw conflict(`Invalid name or path: ${name}`);
    if (this.isProtected(node, name) && name !== "jcr:created") {
      throw invalid(`Property is protected: ${name} = ${values.join()}`);
    }
    if (this.isProtected(node, name) || !allows(nodeType(node.type).properties, name)) {
      throw illegalArgument(
        `Value '${values.map(asJava).join()}' for property '${name}' can't be put into node '${owner}'.`,
      );
    }
  }

  private modifiableNode(path: string): JcrNode {
    const node = this.login.canWrite(path) ? this.node(path) : undefined;
    if (!node) throw invalid(`Resource at '${path}' is not modifiable.`);
    return node;
  }

  private isProtected(node: JcrNode, name: string): boolean {
    const { created, resource } = nodeType(node.type);
    return (created && ["jcr:created", "jcr:createdBy"].includes(name)) || (resource && name === "jcr:uuid");
  }

  private note(type: Change["type"], argument: string): void {
    this.changes.push({ type, argument });
  }
}
