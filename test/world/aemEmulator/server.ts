import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { type Answer, errorPage } from "./answer";
import type { RecordedField } from "./form";
import { type Incoming, readRequest } from "./incoming";
import { Login } from "./logins";
import { NotEmulated } from "./refusal";
import { route, type Site } from "./routes";

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

/** The HTTP side of the emulator: connections, who sends a request, and a record of what came in. */
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
    this.site.replication.stop();
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
      return route(this.site, incoming, login, this.#origin);
    } catch (error) {
      const [status, reason] = error instanceof NotEmulated ? [501, "Not emulated"] : [500, "The emulator has a bug"];
      return errorPage(status, `${reason}: ${error instanceof Error ? error.message : error}`, incoming.path);
    }
  }

  #record({ method, url, headers, fields, writes }: Incoming, status: number, login: Login | undefined): void {
    this.requests.push({ method, path: url, ...(login && { user: login.user }), status, headers, fields, writes });
    this.log.push(`${method} ${url.replace(/\?.*$/, "")} ${status}`);
  }
}
