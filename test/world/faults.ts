import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Issued } from "./certificates";
import type { Answer, Exchange, Fault } from "./faultProxy";
import { close, originOf } from "./loopback";

/** What can go wrong between a client and a server, one small function each; the server has acted where it says so. */

export const refused: Fault = { name: "refused", connection: "reset" };

export const droppedBefore = fault("dropped before the server acted", async ({ drop }) => drop());

export const droppedAfter = fault("dropped after the server acted", async ({ forward, drop }) => {
  await forward();
  drop();
});

/** No answer ever: the client has to give up. */
export const silentBefore = fault("silence before the server acted", ({ clientGone }) => clientGone());

export const silentAfter = fault("silence after the server acted", async ({ forward, clientGone }) => {
  await forward();
  await clientGone();
});

export const delayed = fault("delayed", async ({ forward, reply }) => {
  await pause(300);
  await reply(await forward());
});

export const dripped = fault("dripped", async ({ forward, replyInPieces }) => {
  const answer = await forward();
  await replyInPieces(answer, Math.ceil(answer.body.length / 20), () => pause(10));
});

export const truncated = fault("truncated", async ({ forward, replyInPieces, drop }) => {
  const answer = await forward();
  await replyInPieces(answer, Math.ceil(answer.body.length / 2), async () => drop());
});

/** It reaches the server twice, and the second answer is the one that comes back. */
export const duplicated = fault("sent twice", async ({ forward, reply }) => {
  await forward();
  await reply(await forward());
});

/** The server acts, and its answer is another one on the way back. */
export function rewritten(name: string, change: (answer: Answer) => Partial<Answer>): Fault {
  return fault(name, async ({ forward, reply }) => {
    const answer = await forward();
    await reply({ ...answer, ...change(answer) });
  });
}

/** Something in between answers, and the server never hears of it. */
export function answeredInstead(
  name: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = "<html>",
): Fault {
  return fault(name, ({ reply }) =>
    reply({ status, headers: { "content-type": "text/html", ...headers }, body: Buffer.from(body) }),
  );
}

export function redirected(status: number, to: string): Fault {
  return answeredInstead(`redirected by ${status}`, status, { location: `${to}/elsewhere` });
}

/** Before the request arrives, or before its answer goes back, `act` is done. */
export function heldBefore(act: () => unknown): Fault {
  return fault("held before the server acted", async ({ forward, reply }) => {
    await act();
    await reply(await forward());
  });
}

export function heldAfter(act: () => unknown): Fault {
  return fault("held after the server acted", async ({ forward, reply }) => {
    const answer = await forward();
    await act();
    await reply(answer);
  });
}

export function otherCertificate(issued: Issued): Fault {
  return { name: "another certificate", connection: issued };
}

function fault(name: string, exchange: (exchange: Exchange) => Promise<void>): Fault {
  return { name, exchange };
}

/** Where redirects lead, and where nothing may ever arrive. */
export interface Elsewhere {
  readonly origin: string;
  /** One line a request: method, path, and the headers' names and values. */
  readonly arrived: string[];
  stop(): Promise<void>;
}

export async function startElsewhere(): Promise<Elsewhere> {
  const arrived: string[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    arrived.push(`${method} ${url} ${JSON.stringify(headers)}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: originOf(server), arrived, stop: () => close(server) };
}
