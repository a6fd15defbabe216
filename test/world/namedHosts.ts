import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { makeAuthority } from "./certificates";
import { startConnectProxy } from "./connectProxy";

/**
 * Servers of this machine under the names that examples give them, by https on port 443: what a program says then runs
 * as it stands. A proxy knows the names; it leads to nothing else, and remembers who was asked for.
 */
export interface NamedHosts {
  /** Lets a process find them, and trust them. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on the host leads to the server of this origin, on loopback. */
  name(host: string, origin: string): void;
  /** Host and port of each connection that anybody wanted, in turn; also of those that lead nowhere. */
  asked(): string[];
  stop(): Promise<void>;
}

/** `servers`: origin on loopback by host name. */
export async function startNamedHosts(servers: Readonly<Record<string, string>>): Promise<NamedHosts> {
  const origins = new Map<string, string>();
  const routes: Record<string, string> = {};
  const authority = await makeAuthority();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket));
  };
  const secured = async (host: string) => {
    const { key, certificate } = await authority.issue({ hosts: [host] });
    return createSecureContext({ key, cert: certificate });
  };
  const SNICallback: TlsOptions["SNICallback"] = (host, callback) => {
    secured(host).then((context) => callback(null, context), callback);
  };
  const front = createServer({ SNICallback }, (client: TLSSocket) => {
    keep(client);
    const origin = origins.get(String(client.servername));
    if (origin === undefined) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(origin);
    const server = connect(Number(port), hostname);
    keep(server);
    client.pipe(server).pipe(client);
    client.once("close", () => server.destroy());
    server.once("close", () => client.end(() => client.destroy()));
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const { port } = front.address() as AddressInfo;
  const name = (host: string, origin: string) => {
    origins.set(host, origin);
    routes[`${host}:443`] = `127.0.0.1:${port}`;
  };
  for (const [host, origin] of Object.entries(servers)) name(host, origin);
  const proxy = await startConnectProxy({ routes });
  const folder = await mkdtemp(join(tmpdir(), "named-hosts-"));
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, authority.certificate);
  return {
    environment: {
      HTTPS_PROXY: `http://${proxy.host}`,
      NO_PROXY: "127.0.0.1,localhost",
      NODE_EXTRA_CA_CERTS: caFile,
    },
    name,
    asked: () => proxy.requests.map(({ target }) => target),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([proxy.stop(), new Promise((resolve) => front.close(resolve))]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
