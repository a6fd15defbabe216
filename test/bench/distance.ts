import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server on this machine that is as long as one through a network: every byte arrives so much later. */
export interface Distance {
  readonly origin: string;
  stop(): Promise<void>;
}

/** `roundTripMs`: from a byte sent to the answer to it, beyond the time that the server takes. */
export async function startDistance(origin: string, roundTripMs: number): Promise<Distance> {
  const { hostname, port } = new URL(origin);
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket)).on("error", () => socket.destroy());
  };
  const late = (from: Socket, to: Socket) => {
    // Timers of one length go off in the order in which they were set, so the bytes stay in theirs.
    from.on("data", (bytes) => setTimeout(() => to.write(bytes), roundTripMs / 2));
    from.on("close", () => setTimeout(() => to.destroy(), roundTripMs / 2));
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) keep(socket.setNoDelay());
    late(near, far);
    late(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
