import { posix } from "node:path";

export const parentPath = posix.dirname;
export const nodeName = posix.basename;

/** The path of `name` seen from `base`; undefined when it leads out of the tree. */
export function resolveFrom(base: string, name: string): string | undefined {
  const relative = posix.normalize(name.startsWith("/") ? name.slice(1) : `${base.slice(1)}/${name}`);
  if (relative === ".." || relative.startsWith("../")) return undefined;
  return `/${relative}`.replace(/\/\.?$/, "") || "/";
}

/** Sling writes jcr:content as _jcr_content in URLs, and reads both. */
export function unmangle(path: string): string {
  return path.replace(/\/_(jcr|cq|sling|nt|mix|rep)_/g, "/$1:");
}

export function toUrlPath(path: string): string {
  return encodeURI(path).replace(/\/(jcr|cq|sling|nt|mix|rep):/g, "/_$1_");
}

export interface Resource {
  path: string;
  /** What follows the path: ".2.json", ".json/suffix" or nothing. */
  rest: string;
}

/** Sling's rule: the longest path that exists wins, and what is cut off begins with a dot. */
export function findResource(path: string, exists: (path: string) => boolean): Resource | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    const candidate = path.slice(0, end);
    if (exists(candidate)) return { path: candidate, rest: path.slice(end) };
  }
  return undefined;
}
