import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Issued } from "./certificates";

/** A proxy as companies run them: it makes tunnels (CONNECT, RFC 9110 §9.3.6), and remembers all that it saw. */
export interface ConnectProxy {
  /** Host and port, without a scheme. */
  readonly host: string;
  readonly requests: readonly ProxiedRequest[];
  /** Everything that clients sent: requests with all headers, and the bytes that went through the tunnels. */
  seen(): string;
  /** Called with each TLS connection to the proxy itself. */
  onSecure(look: (socket: TLSSocket) => void): void;
  stop(): Promise<void>;
}

export interface ProxiedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ConnectProxyOptions {
  /** Where names lead, as in `author.example:443` to `127.0.0.1:8443`. It goes to no other host but this machine. */
  readonly routes?: Readonly<Record<string, string>>;
  /** Demanded as `user:password`; 407 without it. */
  readonly credentials?: string;
  /** The kind of login that it says it wants. Default: Basic. */
  readonly challenge?: string;
  /** What it does instead of a tunnel: a status, no answer ever, or a closed connection. May be changed on the way. */
  readonly instead?: number | "swallow" | "hang up" | undefined;
  /** Speaks TLS itself. */
  readonly tls?: Issued;
}

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const requests: ProxiedRequest[] = [];
  const chunks: Buffer[] = [];
  const sockets = new Set<Duplex>();

  const note = ({ method = "", url = "", headers, rawHeaders }: IncomingMessage) => {
    requests.push({ method, target: url, headers });
    chunks.push(Buffer.from(`${method} ${url}\n${rawHeaders.join("\n")}\n`));
  };
  const keep = <S extends Duplex>(socket: S): S => {
    sockets.add(socket);
    return socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket)) && socket;
  };

  const server: Server = options.tls
    ? createTlsServer({
        key: options.tls.key,
        cert: options.tls.certificate,
        requestCert: true,
        rejectUnauthorized: false,
      })
    : createServer();
  server.on("connection", (socket: Socket) => keep(socket));
  server.on("request", (request: IncomingMessage, response) => {
    note(request);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.writeHead(405).end(); // tunnels only
  });
  server.on("connect", (request: IncomingMessage, client: Duplex) => {
    note(request);
    keep(client);
    const status = refusal(request, options);
    if (status === "swallow") return;
    if (status === "hang up") {
      client.destroy();
      return;
    }
    const target = options.routes?.[request.url ?? ""] ?? request.url ?? "";
    const [host, port] = target.split(":");
    if (status !== undefined || (host !== "127.0.0.1" && host !== "localhost")) {
      const challenge = status === 407 ? `proxy-authenticate: ${options.challenge ?? 'Basic realm="proxy"'}\r\n` : "";
      client.end(`HTTP/1.1 ${status ?? 502} No\r\n${challenge}content-length: 0\r\n\r\n`);
      return;
    }
    const onward = keep(connect(Number(port), host, () => client.write("HTTP/1.1 200 OK\r\n\r\n")));
    client.on("data", (chunk: Buffer) => chunks.push(chunk));
    client.pipe(onward).pipe(client);
    // Whatever arrived before the end is handed on, a last alert of TLS for one.
    onward.once("close", () => client.end(() => client.destroy()));
    client.once("close", () => onward.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    requests,
    onSecure: (look) => server.on("secureConnection", look),
    seen: () => Buffer.concat(chunks).toString("latin1"),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusal({ headers }: IncomingMessage, { credentials, instead }: ConnectProxyOptions): typeof instead {
  const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
  return wanted !== undefined && headers["proxy-authorization"] !== wanted ? 407 : instead;
}
