import { type Answer, empty, errorPage, json } from "./answer";
import { offeredDepths, renderNode } from "./jsonRendering";
import type { Login } from "./logins";
import { findResource, toUrlPath } from "./paths";
import { propertyAsJson, propertyAsText } from "./propertyResource";
import { NotEmulated } from "./refusal";
import { JcrNode, type Repository } from "./repository";
import { Session } from "./session";
import type { Property } from "./values";

export interface GetRequest {
  /** As it was sent, without the query. */
  uri: string;
  path: string;
  login: Login;
  accept?: string;
  ifModifiedSince?: string;
  /** Of the server, as the client addresses it. */
  origin: string;
}

/** The default Sling GET servlet: JSON and files. What may not be read is not there. */
export function slingGet(repository: Repository, request: GetRequest): Answer {
  const { path } = request;
  const session = new Session(repository.root, request.login);
  const resource = findResource(path.replace(/\/$/, ""), (candidate) => session.exists(candidate));
  if (!resource) return failed(request, 404, `Resource at '${path}' not found: No resource found`);
  const [, selectors = "", extension] = /^\.(?:([^/]*)\.)?([^./]+)(?:\/.*)?$/.exec(resource.rest) ?? [];
  const [node, property] = [session.node(resource.path), session.property(resource.path)];
  if (extension === "json") return getJson(resource.path, node ?? property, selectors.split("."), request);
  if (["html", "txt", "xml"].includes(extension ?? "")) throw new NotEmulated(`a resource as ${extension}`);
  if (extension !== undefined) return failed(request, 404);
  if (path.endsWith("/")) return failed(request, 403);
  const answer = node ? getFile(node, request) : property && propertyAsText(property);
  return answer ?? empty(302, { Location: `${request.origin}${toUrlPath(resource.path)}/` });
}

/** The last selector is the depth; `tidy` in any place asks for line breaks. */
function getJson(
  path: string,
  found: JcrNode | Property | undefined,
  selectors: string[],
  request: GetRequest,
): Answer {
  const depthSelector = selectors.at(-1) ?? "";
  const depth = readDepth(depthSelector);
  if (depth === undefined) return failed(request, 400, `Invalid recursion selector value '${depthSelector}'`);
  if (!(found instanceof JcrNode)) return found ? propertyAsJson(path, found) : failed(request, 404);
  const tidy = selectors.includes("tidy");
  const offered = offeredDepths(found, depth);
  if (offered)
    return json(
      300,
      offered.map((offer) => `${path}${tidy ? ".tidy" : ""}.${offer}.json`),
    );
  return json(200, renderNode(found, depth), tidy ? 2 : undefined);
}

function failed({ uri, accept }: GetRequest, status: number, message?: string): Answer {
  return errorPage(status, message, uri, accept);
}

function readDepth(selector: string): number | undefined {
  if (selector === "" || selector === "tidy") return 0;
  if (selector === "infinity" || selector === "-1") return Number.POSITIVE_INFINITY;
  return /^(?:0|[1-9]\d*)$/.test(selector) ? Number(selector) : undefined;
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
