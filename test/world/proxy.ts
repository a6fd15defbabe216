import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands between provider and author, where a test can break a run in the middle. */
export interface HttpProxy {
  readonly origin: string;
  /** Once, at the next such request: it gets this status for an answer and never reaches the author. */
  refuse(method: string, path: string, status: number): void;
  /** Once, at the next answer to such a request: `act` is done, then the answer goes on. */
  onAnswer(method: string, path: string, act: () => void | Promise<void>): void;
  stop(): Promise<void>;
}

export async function startProxy(target: string): Promise<HttpProxy> {
  const acts: { method: string; path: string; act: () => void | Promise<void> }[] = [];
  const refusals: { method: string; path: string; status: number }[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const refused = refusals.findIndex((one) => one.method === method && one.path === decodeURI(url));
    if (refused >= 0) {
      const [refusal] = refusals.splice(refused, 1);
      incoming.resume();
      outgoing.writeHead(refusal?.status ?? 503, { "content-type": "text/html" }).end("<html>");
      return;
    }
    const onward = request(new URL(url, target), { method, headers }, async (answer) => {
      const index = acts.findIndex((wanted) => wanted.method === method && wanted.path === decodeURI(url));
      const [found] = index < 0 ? [] : acts.splice(index, 1);
      await found?.act();
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    refuse: (method, path, status) => refusals.push({ method, path, status }),
    onAnswer: (method, path, act) => acts.push({ method, path, act }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
