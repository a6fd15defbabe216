import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Stands before an author that has much to do: of each nineteen requests one goes wrong. */
export interface BusyProxy {
  readonly origin: string;
  readonly requests: number;
  /** How many went wrong. */
  readonly failures: number;
  /** The most POST requests that were under way at once. */
  readonly mostWrites: number;
  stop(): Promise<void>;
}

/** A prime number, so that it meets each of the requests that are made for one data source. */
const EACH = 19;
const BUSY: Failure = (answer) => {
  answer.writeHead(503, { "retry-after": "0", "content-type": "text/html" }).end("<html>");
};
/** What goes wrong with a request that never reached the author, or with the answer of one that did. */
type Failure = (answer: ServerResponse) => void;
interface Way {
  readonly reaches: boolean;
  readonly fail: Failure;
}
const UNABLE: Failure = (answer) => {
  answer.writeHead(500, { "content-type": "application/json" }).end('{"status.code":500,"error":{"message":"commit"}}');
};

/** A read that finds no connection fails at once, so of reads only busy answers are made. */
const READ: Way = { reaches: false, fail: BUSY };
const WRITE: readonly Way[] = [
  { reaches: false, fail: BUSY },
  { reaches: false, fail: UNABLE },
  { reaches: true, fail: BUSY },
  { reaches: true, fail: (answer) => answer.destroy() },
];

export async function startBusyProxy(target: string): Promise<BusyProxy> {
  const seen = { requests: 0, failures: 0, mostWrites: 0 };
  let [writes, failedWrites] = [0, 0];
  const wayOf = (method: string): Way | undefined => {
    if (seen.requests % EACH !== 0) return undefined;
    seen.failures += 1;
    return method === "POST" ? WRITE[failedWrites++ % WRITE.length] : READ;
  };
  const server = createServer(async (incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    seen.requests += 1;
    const way = wayOf(method);
    if (method === "POST") {
      writes += 1;
      seen.mostWrites = Math.max(seen.mostWrites, writes);
      outgoing.once("close", () => {
        writes -= 1;
      });
    }
    const body = await buffer(incoming);
    if (way?.reaches === false) return way.fail(outgoing);
    const onward = request(new URL(url, target), { method, headers });
    onward.on("error", () => outgoing.destroy());
    onward.on("response", async (answer) => {
      const bytes = await buffer(answer);
      if (way !== undefined) return way.fail(outgoing);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes);
    });
    onward.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(seen, {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
}
