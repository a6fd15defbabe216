import { type Answer, empty, errorPage, json } from "./answer";
import { offeredDepths, renderNode } from "./jsonRendering";
import type { Login } from "./logins";
import { findResource, toUrlPath } from "./paths";
import type { JcrNode, Repository } from "./repository";
import { Session } from "./session";

export interface GetRequest {
  path: string;
  login: Login;
  accept?: string;
  ifModifiedSince?: string;
}

/** The default Sling GET servlet: JSON and files. What may not be read is not there. */
export function slingGet(repository: Repository, request: GetRequest): Answer {
  const { path, accept } = request;
  const session = new Session(repository.root, request.login);
  const resource = findResource(path.replace(/\/$/, ""), (candidate) => session.node(candidate));
  if (!resource) return errorPage(404, `Resource at '${path}' not found: No resource found`, path, accept);
  const [, selectors = "", extension] = /^\.(?:([^/]*)\.)?([^./]+)(?:\/.*)?$/.exec(resource.rest) ?? [];
  if (extension === "json") return getJson(resource.path, resource.node, selectors.split("."), request);
  if (extension !== undefined) return errorPage(404, "Not Found", path, accept);
  if (path.endsWith("/")) return errorPage(403, "Forbidden", path, accept);
  return getFile(resource.node, request) ?? empty(302, { Location: `${toUrlPath(resource.path)}/` });
}

/** The last selector is the depth; `tidy` in any place asks for line breaks. */
function getJson(path: string, node: JcrNode, selectors: string[], request: GetRequest): Answer {
  const depthSelector = selectors.at(-1) ?? "";
  const depth = readDepth(depthSelector);
  if (depth === undefined) {
    return errorPage(400, `Invalid recursion selector value '${depthSelector}'`, request.path, request.accept);
  }
  const tidy = selectors.includes("tidy");
  const offered = offeredDepths(node, depth);
  if (offered)
    return json(
      300,
      offered.map((offer) => `${path}${tidy ? ".tidy" : ""}.${offer}.json`),
    );
  return json(200, renderNode(node, depth), tidy ? 2 : undefined);
}

function readDepth(selector: string): number | undefined {
  if (selector === "" || selector === "tidy") return 0;
  if (selector === "infinity" || selector === "-1") return Number.POSITIVE_INFINITY;
  return /^\d+$/.test(selector) ? Number(selector) : undefined;
}

function getFile(node: JcrNode, { ifModifiedSince = "" }: GetRequest): Answer | undefined {
  const content = node.type === "nt:file" ? node.at("jcr:content") : node;
  const data = content?.properties.get("jcr:data")?.values[0];
  if (!(content && data instanceof Buffer)) return undefined;
  const lastModified = lastModifiedOf(content);
  if (Date.parse(ifModifiedSince) >= Date.parse(lastModified)) return empty(304);
  const type = content.text("jcr:mimeType") ?? "application/octet-stream";
  return { status: 200, headers: { "Content-Type": type, "Last-Modified": lastModified }, body: data };
}

function lastModifiedOf(content: JcrNode): string {
  const value = content.properties.get("jcr:lastModified")?.values[0];
  const epoch = typeof value === "object" && "epoch" in value ? value.epoch : 0;
  return new Date(epoch).toUTCString();
}
