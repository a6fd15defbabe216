/**
 * Stands in a server's place, author or token server, and does one thing wrong at one request. What it can do wrong
 * stands in `faults.ts`.
 */
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Issued } from "./certificates";

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** One request on its way, in the hands of a fault. */
export interface Exchange {
  /** Hands the request to the server, each time that it is called. */
  forward(): Promise<Answer>;
  reply(answer: Answer): Promise<void>;
  /** The answer in pieces of `size` bytes, with its whole length in the headers: `between` is done after each one. */
  replyInPieces(answer: Answer, size: number, between: () => Promise<void>): Promise<void>;
  /** Closes the connection, without an answer or in the middle of one. */
  drop(): void;
  /** Resolves when the client has gone away. */
  clientGone(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** What becomes of the connection, before a request can come: reset, or another certificate is shown (https only). */
  readonly connection?: "reset" | Issued;
  /** What becomes of the request; default: it is answered as by the server. */
  readonly exchange?: (exchange: Exchange) => Promise<void>;
}

export interface Arrival {
  /** As in `seen`. */
  readonly line: string;
  /** Counted from 1. */
  readonly n: number;
}

export interface FaultProxy {
  readonly origin: string;
  /** What has come since the last call of `inject` or `pass`, as "GET /path"; a broken connection as "(connection)". */
  readonly seen: readonly string[];
  /** How often a fault has come true since then. */
  readonly injected: number;
  /**
   * The n-th request from now, counted from 1, meets this fault; or the first one that `where` is true for, which can't
   * be a fault of the connection. All others pass.
   */
  inject(where: number | ((arrival: Arrival) => boolean), fault: Fault): void;
  /** From now on nothing is wrong. */
  pass(): void;
  stop(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Speaks TLS, with this certificate. Default: plain http. */
  readonly tls?: Issued;
}

const CONNECTION = "(connection)";

/** Each request has a connection of its own, so that what is done to the n-th connection is done to the n-th request. */
export async function startFaultProxy(target: string, { tls }: FaultProxyOptions = {}): Promise<FaultProxy> {
  let seen: string[] = [];
  let injected = 0;
  let planned: { readonly where: (arrival: Arrival) => boolean; readonly fault: Fault } | undefined;
  /** Of the connections that are open, by the client's port. */
  const numbers = new Map<number, number>();

  const secure = tls && createTlsServer(contextOf(tls));
  const server = secure ?? createServer();
  /** The certificate has to be there before the connection is. */
  const prepare = () => {
    const { connection } = faultOf({ n: seen.length + 1, line: CONNECTION }) ?? {};
    if (secure && tls) secure.setSecureContext(contextOf(typeof connection === "object" ? connection : tls));
  };
  const faultOf = (arrival: Arrival) => (injected === 0 && planned?.where(arrival) ? planned.fault : undefined);

  server.on("connection", (socket: Socket) => {
    const n = seen.push(CONNECTION);
    numbers.set(socket.remotePort ?? 0, n);
    const { connection } = faultOf({ n, line: CONNECTION }) ?? {};
    prepare();
    if (connection !== undefined) injected += 1;
    if (connection === "reset") socket.resetAndDestroy();
  });
  server.on("request", async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const n = numbers.get(incoming.socket.remotePort ?? 0) ?? 0;
    const line = `${incoming.method} ${decodeURI(incoming.url ?? "")}`;
    seen[n - 1] = line;
    const { exchange: act = passOn } = faultOf({ n, line }) ?? {};
    if (act !== passOn) injected += 1;
    // A client or a server that goes away ends the exchange, as it would without a proxy.
    await exchangeOf(incoming, outgoing, target)
      .then(act)
      .catch(() => outgoing.destroy());
  });
  const begin = (next: typeof planned) => {
    seen = [];
    injected = 0;
    numbers.clear();
    planned = next;
    prepare();
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    get seen() {
      return seen;
    },
    get injected() {
      return injected;
    },
    inject: (where, fault) => begin({ where: typeof where === "number" ? ({ n }) => n === where : where, fault }),
    pass: () => begin(undefined),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function contextOf({ key, certificate }: Issued) {
  return { key, cert: certificate };
}

async function passOn({ forward, reply }: Exchange): Promise<void> {
  await reply(await forward());
}

async function exchangeOf(incoming: IncomingMessage, outgoing: ServerResponse, target: string): Promise<Exchange> {
  const { method, url = "/", headers } = incoming;
  const body = await buffer(incoming);
  const replyInPieces: Exchange["replyInPieces"] = async (answer, size, between) => {
    const { "transfer-encoding": _, ...kept } = answer.headers;
    outgoing.writeHead(answer.status, { ...kept, "content-length": answer.body.length, connection: "close" });
    for (let at = 0; at < answer.body.length; at += size) {
      await new Promise((resolve) => outgoing.write(answer.body.subarray(at, at + size), resolve));
      await between();
    }
    outgoing.end();
  };
  return {
    forward: async () => {
      const onward = send(new URL(url, target), { method, headers: { ...headers, connection: "close" }, agent: false });
      onward.end(body);
      const [answer]: IncomingMessage[] = await once(onward, "response");
      if (answer === undefined) throw new Error("The server answered nothing.");
      return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
    },
    reply: (answer) => replyInPieces(answer, Math.max(answer.body.length, 1), async () => undefined),
    replyInPieces,
    drop: () => outgoing.destroy(),
    clientGone: async () => {
      if (!outgoing.destroyed && !outgoing.closed) await once(outgoing, "close");
    },
  };
}
