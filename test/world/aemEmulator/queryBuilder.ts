import { type Answer, json } from "./answer";
import type { RecordedField } from "./form";
import { renderProperty } from "./jsonRendering";
import type { Login } from "./logins";
import { nodeName } from "./paths";
import { NotEmulated } from "./refusal";
import type { JcrNode, Repository } from "./repository";

export const QUERY_BUILDER = "/bin/querybuilder.json";

/** A condition with its parameters, or a group of them; `property` has one of its own name, as has `path`. */
interface Predicate {
  readonly type: string;
  readonly parameters: Map<string, string>;
  readonly members: Map<string, Predicate>;
}

/**
 * AEM's query builder, as Adobe's public documentation of its predicates has it: a search over the nodes that this login
 * may read. The predicates `path`, `property`, `nodename` and groups of them; hits as "selective". Anything else: 501.
 */
export function queryBuilder(repository: Repository, login: Login, fields: readonly RecordedField[]): Answer {
  const root = newPredicate("group");
  for (const { name, value = "" } of fields) put(root, name.split("."), value);
  if (root.parameters.get("p.hits") !== "selective") throw new NotEmulated("hits other than p.hits=selective");
  const hits = [...nodesBelow(repository.root, "")].filter(([path, node]) => {
    return login.canRead(path) && matches(root, path, node);
  });
  const [limit, offset] = [numberOf(root, "p.limit", 10), numberOf(root, "p.offset", 0)];
  const page = hits.slice(offset, limit < 0 ? undefined : offset + limit);
  return json(200, {
    success: true,
    results: page.length,
    total: hits.length,
    more: offset + page.length < hits.length,
    offset,
    hits: page.map(([path, node]) => renderHit(path, node, root.parameters)),
  });
}

/** `group.1_property.value=x`: the number only tells two of a kind apart; `p` are parameters of the group it stands in. */
function put(group: Predicate, [name = "", ...rest]: string[], value: string): void {
  if (name === "p") {
    group.parameters.set(["p", ...rest].join("."), value);
    return;
  }
  const type = name.replace(/^\d+_/, "");
  const member = group.members.get(name) ?? newPredicate(type);
  group.members.set(name, member);
  if (type === "group") put(member, rest, value);
  else member.parameters.set(rest.length === 0 ? type : rest.join("."), value);
}

function newPredicate(type: string): Predicate {
  return { type, parameters: new Map(), members: new Map() };
}

function* nodesBelow(node: JcrNode, path: string): Generator<[path: string, node: JcrNode]> {
  yield [path || "/", node];
  for (const [name, child] of node.children) yield* nodesBelow(child, `${path}/${name}`);
}

function matches(predicate: Predicate, path: string, node: JcrNode): boolean {
  switch (predicate.type) {
    case "group":
      return matchesGroup(predicate, path, node);
    case "path":
      return isBelow(predicate, path);
    case "property":
      return hasProperty(predicate, node);
    case "nodename":
      return wildcard(only(predicate, "nodename").nodename ?? "").test(nodeName(path));
    default:
      throw new NotEmulated(`the predicate ${predicate.type} of ${QUERY_BUILDER}`);
  }
}

function matchesGroup({ parameters, members }: Predicate, path: string, node: JcrNode): boolean {
  const unknown = [...parameters.keys()].filter((name) => !GROUP_PARAMETERS.includes(name));
  if (unknown.length > 0) throw new NotEmulated(`${unknown.join()} of ${QUERY_BUILDER}`);
  // Each is asked, also where one decides: what is not emulated must not hide behind what does not fit.
  const all = [...members.values()].map((member) => matches(member, path, node));
  return parameters.get("p.or") === "true" ? all.includes(true) : !all.includes(false);
}

const GROUP_PARAMETERS = ["p.or", "p.limit", "p.offset", "p.hits", "p.properties"];

function isBelow(predicate: Predicate, path: string): boolean {
  const { path: top = "", self } = only(predicate, "path", "self");
  return path.startsWith(top === "/" ? top : `${top}/`) || (self === "true" && path === top);
}

/** Equal if one of its values is; without a word about the operation that is what is asked. */
function hasProperty(predicate: Predicate, node: JcrNode): boolean {
  const { property: name = "", value, operation = "equals" } = only(predicate, "property", "value", "operation");
  if (name.includes("/")) throw new NotEmulated(`a property of another node (${name}) in ${QUERY_BUILDER}`);
  const values = node.properties.get(name)?.values;
  if (operation === "exists" && value !== "false") return values !== undefined;
  if (operation !== "equals" || value === undefined) throw new NotEmulated(`property.operation=${operation}`);
  return values?.some((one) => String(one) === value) ?? false;
}

/** The parameters of a predicate, if they are among those that are emulated. */
function only({ type, parameters }: Predicate, ...names: string[]): Record<string, string | undefined> {
  const unknown = [...parameters.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new NotEmulated(`${type}.${unknown} of ${QUERY_BUILDER}`);
  return Object.fromEntries(parameters);
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

function numberOf({ parameters }: Predicate, name: string, otherwise: number): number {
  return Number(parameters.get(name) ?? otherwise);
}

/** What a hit does not have is left out; `jcr:path` is no property of the node, and comes only where it is asked for. */
function renderHit(path: string, node: JcrNode, parameters: ReadonlyMap<string, string>): Record<string, unknown> {
  const names = (parameters.get("p.properties") ?? "").split(" ");
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      if (name.includes("/")) throw new NotEmulated(`${name} in p.properties`);
      if (name === "jcr:path") return [[name, path]];
      if (name === "jcr:primaryType") return [[name, node.type]];
      const property = node.properties.get(name);
      return property ? [renderProperty(name, property)] : [];
    }),
  );
}
