import { loginName } from "../connection";
import { DataSourceError } from "../errors";
import { isRecord } from "../values";
import type { Json, Judge } from "./answer";
import type { Author } from "./author";
import { failure } from "./failures";
import { containerPath } from "./paths";
import { look } from "./seen";

/**
 * Who is bound to a data source. A form data model names it by its node's name, below `jcr:content/sources`, and AEM
 * looks that name up in the container that `cq:conf` of the model says (aem.md §1.5).
 */

const QUERY_BUILDER = "/bin/querybuilder.json";
const MODELS = "/content/dam/formsanddocuments-fdm";
/** Where AEM looks for the configurations of what names no container. */
const DEFAULT_CONTAINER = "/conf/global";

/** The form data models of an author, with the data sources that they use. */
export interface FormDataModels {
  /**
   * Paths of those bound to `name` in `container`, sorted. Counted are those whose own `cq:conf`, or that of the nearest
   * folder above them, is this very container; without any it is `global`. Models of a container above or below are not:
   * that AEM inherits there was not seen.
   */
  boundTo(container: string, name: string): string[];
}

/**
 * All of them, in one request, never repeated. Throws where the author does not tell: no query builder, no right to read
 * the models, an answer of another shape.
 */
export async function readFormDataModels(author: Author): Promise<FormDataModels> {
  const hits = await author.query(QUERY_BUILDER, PREDICATES, judgeHits);
  const paths = new Map(hits.map((hit) => [String(hit["jcr:path"]), hit]));
  if (!paths.has(MODELS)) throw unreadable(author);
  const containers = new Map<string, string>();
  const users = new Map<unknown, Set<string>>();
  for (const [path, { "cq:conf": conf, configurationPath: name }] of paths) {
    if (typeof conf === "string" && conf !== "") {
      containers.set(path.replace(/\/jcr:content$/, ""), conf.replace(/\/+$/, ""));
    }
    const model = /^(.+)\/jcr:content\/sources\/[^/]+$/.exec(path)?.[1];
    if (name !== undefined && model !== undefined) users.set(name, (users.get(name) ?? new Set()).add(model));
  }
  return {
    boundTo: (container, name) => {
      const wanted = containerPath(container);
      return [...(users.get(name) ?? [])].filter((model) => containerOf(model, containers) === wanted).sort();
    },
  };
}

/**
 * Three kinds of nodes in one query: the sources that name a data source, whatever has a `cq:conf`, and the root. Only a
 * login that may read the models gets the root, so that no hits can be told from no rights.
 */
const PREDICATES: Readonly<Record<string, string>> = {
  path: MODELS,
  "path.self": "true",
  "group.p.or": "true",
  "group.1_group.1_property": "configurationPath",
  "group.1_group.1_property.operation": "exists",
  "group.1_group.2_property": "dataSourceType",
  "group.1_group.2_property.value": "REST",
  "group.2_property": "cq:conf",
  "group.2_property.operation": "exists",
  "group.3_nodename": MODELS.slice(MODELS.lastIndexOf("/") + 1),
  "p.limit": "-1",
  "p.hits": "selective",
  "p.properties": "jcr:path configurationPath cq:conf",
};

const judgeHits: Judge<Json[]> = (answer, path, connection) => {
  const seen = look(answer, "read", path, connection);
  if (answer.status === 404) {
    throw new DataSourceError("author-answer-unexpected", `${connection.origin} has no query builder (404)`);
  }
  if (answer.status !== 200 || !isRecord(seen.json)) throw failure(seen);
  const { success, more, hits } = seen.json;
  // A part of the answer would say of the others that there are none.
  if (success !== true || more === true || !Array.isArray(hits) || !hits.every(isHit)) throw failure(seen);
  return hits;
};

function isHit(hit: unknown): hit is Json {
  return isRecord(hit) && typeof hit["jcr:path"] === "string";
}

function containerOf(model: string, containers: ReadonlyMap<string, string>): string {
  for (let path = model; path.startsWith(MODELS); path = path.slice(0, path.lastIndexOf("/"))) {
    const container = containers.get(path);
    if (container !== undefined) return container;
  }
  return DEFAULT_CONTAINER;
}

function unreadable({ connection }: Author): DataSourceError {
  const message = `${MODELS} on ${connection.origin} is not there, or ${loginName(connection.login)} may not read it`;
  return new DataSourceError("author-no-rights", message);
}
