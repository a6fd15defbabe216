import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { type Answer, empty, errorPage, json } from "./answer";
import type { CryptoSupport } from "./crypto";
import { firstValue, type RecordedField, readForm } from "./form";
import { type Account, Login } from "./logins";
import { unmangle } from "./paths";
import { NotEmulated } from "./refusal";
import type { Repository } from "./repository";
import { slingGet } from "./slingGet";
import { slingPost } from "./slingPost";
import { startPage } from "./startPage";

export interface RecordedRequest {
  method: string;
  /** As it was sent, with the query. */
  path: string;
  /** Who logged in; absent when nobody did. */
  user?: string;
  status: number;
  headers: IncomingHttpHeaders;
  fields: RecordedField[];
  /** Whether the method is one that writes, processed or refused. */
  writes: boolean;
}

export interface Site {
  repository: Repository;
  crypto?: CryptoSupport;
  statusMode: "modern" | "legacy";
  accounts: readonly Account[];
}

/** The HTTP side of the emulator: logins, CSRF tokens, routing, and a record of what came in. */
export class AemServer {
  readonly requests: RecordedRequest[] = [];
  readonly log: string[] = [];
  readonly #server: Server;
  readonly #logins: Login[];
  #origin = "";

  constructor(private readonly site: Site) {
    this.#logins = site.accounts.map((account) => new Login(account));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get origin(): string {
    return this.#origin;
  }

  /** Loopback only: these accounts are public. */
  async start(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    this.#origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : port}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const incoming = await readRequest(request);
      const login = this.#logins.find((candidate) => candidate.matches(request.headers.authorization ?? ""));
      const answer = this.#answer(incoming, login);
      this.#record(incoming, answer.status, login);
      response.writeHead(answer.status, { ...answer.headers, "Content-Length": Buffer.byteLength(answer.body) });
      response.end(answer.body);
    } catch {
      response.destroy(); // the client went away in the middle of its request
    }
  }

  #answer(incoming: Incoming, login: Login | undefined): Answer {
    try {
      return this.#route(incoming, login);
    } catch (error) {
      const [status, reason] = error instanceof NotEmulated ? [501, "Not emulated"] : [500, "The emulator has a bug"];
      return errorPage(status, `${reason}: ${error instanceof Error ? error.message : error}`, incoming.path);
    }
  }

  #route(incoming: Incoming, login: Login | undefined): Answer {
    const { method, path, headers } = incoming;
    if (!incoming.writes && path === "/") return startPage(this.#origin, this.site.accounts, this.site.repository.root);
    if (!login) return empty(401, { "WWW-Authenticate": 'Basic realm="AEM emulator"' });
    if (path.includes("\0")) return errorPage(400, "Bad Request", path);
    if (incoming.writes && !hasCsrfToken(incoming, login)) return errorPage(403, "Forbidden", path);
    if (["/bin/", "/system/console/"].some((prefix) => path.startsWith(prefix))) throw new NotEmulated(path);
    if (method === "GET" || method === "HEAD") return this.#get(incoming, login);
    if (method !== "POST") return errorPage(405, `Method ${method} not supported`, path, headers.accept);
    return slingPost(this.site, {
      path,
      fields: incoming.fields,
      login,
      accept: headers.accept,
      referer: headers.referer,
    });
  }

  #get({ path, headers }: Incoming, login: Login): Answer {
    switch (path) {
      case "/libs/granite/csrf/token.json":
        return json(200, { token: login.csrfToken });
      case "/libs/granite/security/currentuser.json":
        return json(200, { authorizableId: login.user });
      case "/system/sling/info.sessionInfo.json":
        return json(200, { authType: "BASIC", userID: login.user });
      default: {
        const ifModifiedSince = headers["if-modified-since"];
        return slingGet(this.site.repository, { path, login, accept: headers.accept, ifModifiedSince });
      }
    }
  }

  #record({ method, url, headers, fields, writes }: Incoming, status: number, login: Login | undefined): void {
    this.requests.push({ method, path: url, ...(login && { user: login.user }), status, headers, fields, writes });
    this.log.push(`${method} ${url.replace(/\?.*$/, "")} ${status}`);
  }
}

interface Incoming {
  method: string;
  url: string;
  /** Decoded, without the query; names like _jcr_content as JCR has them. */
  path: string;
  headers: IncomingHttpHeaders;
  fields: RecordedField[];
  writes: boolean;
}

async function readRequest(request: IncomingMessage): Promise<Incoming> {
  const { method = "GET", url = "/", headers } = request;
  const [pathname = "/", ...search] = url.split("?");
  const query = [...new URLSearchParams(search.join("?"))].map(([name, value]) => ({ name, value }));
  const form = await readForm(await buffer(request), headers["content-type"]);
  const writes = !["GET", "HEAD", "OPTIONS"].includes(method);
  return { method, url, path: decodePath(pathname), headers, fields: [...query, ...form], writes };
}

/** A path that can't be decoded is answered like one with a NUL in it: 400. */
function decodePath(pathname: string): string {
  try {
    return unmangle(posix.normalize(decodeURIComponent(pathname)));
  } catch {
    return "\0";
  }
}

function hasCsrfToken({ headers, fields }: Incoming, login: Login): boolean {
  return (headers["csrf-token"] ?? firstValue(fields, ":cq_csrf_token")) === login.csrfToken;
}
