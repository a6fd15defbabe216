import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import type { DescribedObject } from "../../../provider/salesforce/describe";
import { close, originOf } from "../loopback";
import { objectsOfTheOrg } from "./objects";
import { Records, Refusal } from "./records";

/**
 * A replayed Salesforce org on loopback: token endpoint, versions, descriptions, and records to query, create, read,
 * change and delete. Its answers have the shapes that Salesforce documents; no org was recorded.
 */
export interface SalesforceOrg {
  readonly origin: string;
  readonly tokenUrl: string;
  readonly objects: Map<string, DescribedObject>;
  readonly requests: OrgRequest[];
  /** The tokens given out, for the search for leaks. */
  readonly tokens: string[];
  /** What it calls its API's origin (`instance_url`); undefined leaves it out. Default: its own. */
  instanceUrl: string | undefined;
  /** Stand in for the answers to the next requests of the API whose paths begin so, one each. */
  instead(path: string, ...answers: readonly OrgAnswer[]): void;
  stop(): Promise<void>;
}

export interface OrgRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface OrgAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** A text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

export const ORG_CLIENT = { clientId: "3MVG9consumer-key", clientSecret: "S3cret+/=&% of the org's app" };
const VERSIONS = ["59.0", "61.0", "60.0"];

export async function startSalesforceOrg(client = ORG_CLIENT): Promise<SalesforceOrg> {
  const objects = objectsOfTheOrg();
  const requests: OrgRequest[] = [];
  const tokens: string[] = [];
  const records = new Map(VERSIONS.map((version) => [version, new Records(objects, `/services/data/v${version}`)]));
  const replaced: { readonly path: string; readonly answer: OrgAnswer }[] = [];

  const server = createServer(async (request, response) => {
    const seen = await look(request);
    requests.push(seen);
    const { status, headers, body } = answerTo(seen);
    const own = typeof body === "string" ? "text/html" : "application/json;charset=UTF-8";
    response.writeHead(status, { "content-type": own, ...headers });
    response.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const org: SalesforceOrg = {
    origin: originOf(server),
    tokenUrl: `${originOf(server)}/services/oauth2/token`,
    objects,
    requests,
    tokens,
    instanceUrl: originOf(server),
    instead: (path, ...answers) => {
      for (const answer of answers) replaced.push({ path, answer });
    },
    stop: () => close(server),
  };

  function answerTo(seen: OrgRequest): OrgAnswer {
    const url = new URL(seen.url, org.origin);
    const at = replaced.findIndex(({ path }) => url.pathname.startsWith(path));
    const [instead] = at < 0 ? [] : replaced.splice(at, 1);
    if (instead) return instead.answer;
    if (url.pathname === "/services/oauth2/token") return tokenAnswer(seen);
    if (url.pathname === "/services/data/") {
      return {
        status: 200,
        body: VERSIONS.map((version) => ({ label: "", url: `/services/data/v${version}`, version })),
      };
    }
    if (!tokens.some((token) => seen.authorization === `Bearer ${token}`)) return refused(401, "INVALID_SESSION_ID");
    const [, version = "", rest = ""] = /^\/services\/data\/v([\d.]+)\/(.*)$/.exec(url.pathname) ?? [];
    const kept = records.get(version);
    return kept ? apiAnswer(kept, rest, url, seen) : refused(404, "NOT_FOUND");
  }

  function tokenAnswer({ method, body }: OrgRequest): OrgAnswer {
    const form = new URLSearchParams(body);
    const right =
      method === "POST" &&
      form.get("grant_type") === "client_credentials" &&
      form.get("client_id") === client.clientId &&
      form.get("client_secret") === client.clientSecret;
    if (!right) {
      return { status: 400, body: { error: "invalid_client", error_description: "invalid client credentials" } };
    }
    const token = `00D000000000001!${randomBytes(24).toString("base64url")}`;
    tokens.push(token);
    return {
      status: 200,
      body: {
        access_token: token,
        signature: randomBytes(32).toString("base64"),
        scope: "api",
        instance_url: org.instanceUrl,
        id: "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA",
        token_type: "Bearer",
        issued_at: "1700000000000",
      },
    };
  }

  function apiAnswer(kept: Records, rest: string, url: URL, { method, body }: OrgRequest): OrgAnswer {
    if (rest === "query" && method === "GET") {
      const found = kept.query(url.searchParams.get("q") ?? "");
      return answerOf(found, 200, (list) => ({ totalSize: list.length, done: true, records: list }));
    }
    const [collection, name = "", id] = rest.split("/");
    // Salesforce does not mind how a name is spelled.
    const object = [...objects.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (collection !== "sobjects" || object === undefined) return refused(404, "NOT_FOUND");
    if (id === "describe" && method === "GET") return { status: 200, body: object };
    const sent = method === "POST" || method === "PATCH" ? JSON.parse(body) : {};
    if (id === undefined && method === "POST") {
      return answerOf(kept.create(object, sent), 201, (made) => ({ id: made, success: true, errors: [] }));
    }
    if (id === undefined) return refused(405, "METHOD_NOT_ALLOWED");
    if (method === "GET") return answerOf(kept.read(object, id), 200, (record) => record);
    if (method === "PATCH") return answerOf(kept.update(object, id, sent), 204, () => undefined);
    if (method === "DELETE") return answerOf(kept.delete(object, id), 204, () => undefined);
    return refused(405, "METHOD_NOT_ALLOWED");
  }

  return org;
}

async function look(request: IncomingMessage): Promise<OrgRequest> {
  const { method = "", url = "", headers } = request;
  const body = await text(request);
  return { method, url, authorization: headers.authorization, contentType: headers["content-type"], body };
}

function refused(status: number, errorCode: string, fields: readonly string[] = []): OrgAnswer {
  return { status, body: [{ message: `refused by the replayed org: ${errorCode}`, errorCode, fields }] };
}

function answerOf<T>(outcome: T | Refusal, status: number, body: (value: T) => unknown): OrgAnswer {
  if (outcome instanceof Refusal) return refused(outcome.status, outcome.errorCode, outcome.fields);
  return { status, body: body(outcome) };
}
