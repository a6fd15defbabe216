/** What a node type allows. As recorded on Apache Sling 12 with the `cq:` types of Adobe's public documentation. */
export interface NodeType {
  /** jcr:created and jcr:createdBy appear by themselves and are protected. */
  created: boolean;
  /** jcr:uuid appears by itself and is protected; so do jcr:lastModified and jcr:lastModifiedBy, which aren't. */
  resource: boolean;
  properties: "any" | readonly string[];
  children: "any" | readonly string[];
  /** The type of a child that is made without one; undefined: such a child must name its type. */
  defaultChild(name: string): string | undefined;
}

const none: readonly string[] = [];
const only = (type: string | undefined) => () => type;
const folder: NodeType = {
  created: true,
  resource: false,
  properties: "any",
  children: "any",
  defaultChild: only("sling:Folder"),
};

const NODE_TYPES: ReadonlyMap<string, NodeType> = new Map<string, NodeType>([
  ["sling:Folder", folder],
  ["sling:OrderedFolder", folder],
  ["nt:folder", { ...folder, properties: none, defaultChild: only(undefined) }],
  ["nt:unstructured", { ...folder, created: false, defaultChild: only("nt:unstructured") }],
  ["cq:PageContent", { ...folder, defaultChild: only("nt:unstructured") }],
  [
    "cq:Page",
    {
      ...folder,
      properties: none,
      defaultChild: (name) => (name === "jcr:content" ? "nt:unstructured" : "nt:base"),
    },
  ],
  // Assets and their content, after Adobe's public documentation.
  ["dam:Asset", { ...folder, properties: none, defaultChild: only("nt:base") }],
  ["dam:AssetContent", { ...folder, created: false, defaultChild: only("nt:unstructured") }],
  ["nt:file", { ...folder, properties: none, children: ["jcr:content"], defaultChild: only(undefined) }],
  [
    "nt:resource",
    {
      created: false,
      resource: true,
      properties: ["jcr:data", "jcr:mimeType", "jcr:encoding", "jcr:lastModified", "jcr:lastModifiedBy"],
      children: none,
      defaultChild: only(undefined),
    },
  ],
  ["nt:base", { ...folder, created: false, properties: none, children: none, defaultChild: only(undefined) }],
]);

export function findNodeType(name: string): NodeType | undefined {
  return NODE_TYPES.get(name);
}

export function nodeType(name: string): NodeType {
  const type = NODE_TYPES.get(name);
  if (!type) throw new Error(`The emulator knows no node type ${name}`);
  return type;
}

export function allows(names: "any" | readonly string[], name: string): boolean {
  return names === "any" || names.includes(name);
}

/** Below these, an upload without a type hint becomes an nt:file; elsewhere a bare nt:resource. */
export function isFolder(type: string): boolean {
  return ["sling:Folder", "sling:OrderedFolder", "nt:folder"].includes(type);
}

export function isLegalName(name: string): boolean {
  return name !== "" && !name.startsWith(":") && !name.endsWith(":") && !/[/[\]|*]/.test(name);
}

const NAMESPACES = ["jcr", "nt", "mix", "sling", "cq", "granite", "rep", "oak", "sv", "xml"];

/** Oak checks the prefix of a node's name, and not before the save; that of a property's name never. */
export function hasKnownPrefix(name: string): boolean {
  const [prefix, rest] = name.split(":");
  return rest === undefined || NAMESPACES.includes(prefix ?? "");
}
