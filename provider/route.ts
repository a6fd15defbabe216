import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { rootCertificates } from "node:tls";
import type { buildConnector, Dispatcher, Pool } from "undici";
import { httpLibrary } from "./httpLibrary";
import { errorCode, proxyRefused, proxySilent } from "./networkErrors";
import type { Secret } from "./values";

/** The way to an origin: whom to trust, who to be, and through which proxy. */

export interface Route {
  /** Certificates as PEM that are trusted beside those that this machine trusts anyway. */
  readonly ca?: string;
  /** Client certificate as PEM, for the origin alone. */
  readonly certificate?: string;
  readonly key?: Secret;
  readonly proxy?: ProxyServer;
}

export interface ProxyServer {
  /** Scheme, host and port, without a login. */
  readonly origin: string;
  /** The value of `proxy-authorization`, for the proxy alone. */
  readonly authorization?: Secret;
}

export interface RouteOptions {
  readonly route: Route;
  /** Milliseconds until a connection must stand. */
  readonly connectMs: number;
  /** Milliseconds until the proxy must have made the tunnel. */
  readonly deadlineMs: number;
  /** Told the code by which TLS failed on a connection that stood, which undici itself reports as "closed". */
  readonly onTlsFailure: (code: string) => void;
}

/** What requests are sent with, to one origin alone. */
export interface OpenRoute {
  readonly dispatcher: Dispatcher;
  /** Drops every connection at once. */
  destroy(): Promise<void>;
}

export function openRoute(origin: string, { route, connectMs, deadlineMs, onTlsFailure }: RouteOptions): OpenRoute {
  const { Agent, buildConnector, Pool } = httpLibrary();
  // Said outright, or NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's environment would switch the check off.
  const trust = { rejectUnauthorized: true, timeout: connectMs, ...(route.ca ? { ca: trusted(route.ca) } : {}) };
  const own = route.certificate ? { cert: route.certificate, key: route.key?.reveal() } : {};
  const toOrigin = watched(buildConnector({ ...trust, ...own }), onTlsFailure);
  const { proxy } = route;
  if (proxy === undefined) {
    const agent = new Agent({ connect: toOrigin });
    return { dispatcher: agent, destroy: () => agent.destroy(destroyed()) };
  }
  const connectProxy = buildConnector(trust);
  const toProxy = new Pool(proxy.origin, {
    // The client takes the name for TLS from the Host header, where the target's stands.
    connect: (options, callback) => connectProxy({ ...options, servername: undefined }, callback),
  });
  const agent = new Agent({
    connect: (options, callback) => {
      tunnel(toProxy, origin, proxy, deadlineMs).then(
        (socket) => {
          if (options.protocol !== "https:") return callback(null, socket);
          try {
            toOrigin({ ...options, httpSocket: socket }, callback);
          } catch (thrown) {
            // OpenSSL does not take the client certificate. Thrown from here, nobody would ever hear of it.
            socket.destroy();
            callback(thrown instanceof Error ? thrown : new Error(String(thrown)), null);
          }
        },
        (failure: Error) => callback(failure, null),
      );
    },
  });
  return {
    dispatcher: agent,
    destroy: async () => {
      await Promise.all([agent.destroy(destroyed()), toProxy.destroy(destroyed())]);
    },
  };
}

/**
 * What undici says itself, without a stack: Node looks at that of a socket's end, and the SDK's dynamic host then reads
 * and sorts source maps for it, a tenth of a second in each preview.
 */
function destroyed(): Error {
  const { ClientDestroyedError } = httpLibrary().errors;
  return Object.assign(new ClientDestroyedError(), { stack: "" });
}

/**
 * A tunnel to `origin` (CONNECT), for plain http as well: what is sent through it is no business of the proxy's.
 *
 * Not by undici's ProxyAgent, for three reasons measured with 7.30: where a proxy closes the connection it asks again
 * without a pause, thousands of times within the deadline; the proxy's status stands in a text only; and why TLS failed
 * behind the proxy can't be seen.
 */
async function tunnel(toProxy: Pool, origin: string, proxy: ProxyServer, deadlineMs: number): Promise<Socket> {
  const { hostname, port, protocol } = new URL(origin);
  const target = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const login = proxy.authorization ? { "proxy-authorization": proxy.authorization.reveal() } : {};
  const answer = await toProxy
    .connect({ path: target, headers: { host: target, ...login }, signal: AbortSignal.timeout(deadlineMs) })
    .catch((thrown: unknown) => {
      throw errorCode(thrown) === "TimeoutError" ? thrown : proxySilent(thrown, origin, proxy.origin);
    });
  const { socket, statusCode, headers } = answer;
  if (statusCode >= 200 && statusCode < 300 && socket instanceof Socket) return socket;
  socket.on("error", () => undefined).destroy(); // what else goes wrong with it changes nothing
  throw proxyRefused(statusCode, String(headers["proxy-authenticate"] ?? ""), {
    origin,
    proxy: proxy.origin,
    login: proxy.authorization !== undefined,
  });
}

/**
 * In TLS 1.3 a client counts as connected before the server has looked at its certificate. The refusal arrives later, as
 * an error of the socket; undici sees the end of the stream before it, and says no more than "other side closed".
 */
function watched(connect: buildConnector.connector, onTlsFailure: (code: string) => void): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...outcome) => {
      const [, socket] = outcome;
      socket?.on("error", (error) => {
        const code = errorCode(error);
        if (code.startsWith("ERR_SSL_")) onTlsFailure(code);
      });
      callback(...outcome);
    });
}

/** A `ca` of one's own takes the place of everything that Node trusts, so the rest is named again. */
function trusted(ca: string): string[] {
  return [...rootCertificates, ...extraCertificates(), ca];
}

/** What Node itself adds at its start; where that can't be read, Node has warned of it and gone on without. */
function extraCertificates(): string[] {
  const path = process.env.NODE_EXTRA_CA_CERTS;
  if (!path) return [];
  try {
    return [readFileSync(path, "utf8")];
  } catch {
    return [];
  }
}
