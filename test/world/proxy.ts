import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** As often as the provider asks, or writes, when it meets a busy author. */
export const EACH_TIME = 3;

/** Stands between provider and author, where a test can break a run in the middle. */
export interface HttpProxy {
  readonly origin: string;
  /** At the next such requests: they get this status for an answer and never reach the author. Default: one. */
  refuse(method: string, path: string, status: number, times?: number): void;
  /** From now on: each GET of a path that `hides` is true for gets this status and "{}". */
  hide(hides: (path: string) => boolean, status: number): void;
  /** Once, at the next answer to such a request: `act` is done, then the answer goes on. */
  onAnswer(method: string, path: string, act: () => void | Promise<void>): void;
  stop(): Promise<void>;
}

export async function startProxy(target: string): Promise<HttpProxy> {
  const acts: { method: string; path: string; act: () => void | Promise<void> }[] = [];
  const refusals: { method: string; path: string; status: number }[] = [];
  let hidden: { hides: (path: string) => boolean; status: number } | undefined;
  const server: Server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const refused = refusals.findIndex((one) => one.method === method && one.path === decodeURI(url));
    if (refused >= 0) {
      const [refusal] = refusals.splice(refused, 1);
      incoming.resume();
      outgoing.writeHead(refusal?.status ?? 503, { "content-type": "text/html" }).end("<html>");
      return;
    }
    if (method === "GET" && hidden?.hides(decodeURI(url))) {
      outgoing.writeHead(hidden.status, { "content-type": "application/json" }).end("{}");
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
    refuse: (method, path, status, times = 1) => {
      for (let time = 0; time < times; time += 1) refusals.push({ method, path, status });
    },
    hide: (hides, status) => {
      hidden = { hides, status };
    },
    onAnswer: (method, path, act) => acts.push({ method, path, act }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
