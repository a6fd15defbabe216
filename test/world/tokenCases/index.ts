import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import sinon from "sinon";
import { askForToken } from "../../../provider/oauth/askForToken";
import type { TokenRequest } from "../../../provider/oauth/request";
import { Secret } from "../../../provider/values";
import { type Authority, makeAuthority } from "../certificates";
import { startConnectProxy } from "../connectProxy";
import { ENDPOINT_CASES, ERROR_CASES, ISSUING_CASES, STATUS_CASES } from "./answers";
import { type Judgement, judgement } from "./judgement";
import { type Answer, type Ground, isTrouble, type Place, type TokenCase } from "./tokenCase";
import { CLIENT_ID, CLIENT_SECRET, REAL_CASES, TROUBLE_CASES } from "./troubles";
import { SALESFORCE_CASES, VENDOR_CASES } from "./vendors";

export { TOKEN } from "./answers";
export type { Judgement } from "./judgement";
export type { Answer, TokenCase, Trouble } from "./tokenCase";
export { isTrouble } from "./tokenCase";
export { CLIENT_ID, CLIENT_SECRET } from "./troubles";

/** Every way of a token server that a test brings about, at least one for each row of the decision table. */
export const TOKEN_CASES: readonly TokenCase[] = [
  ...TROUBLE_CASES,
  ...STATUS_CASES,
  ...REAL_CASES,
  ...ERROR_CASES,
  ...SALESFORCE_CASES,
  ...VENDOR_CASES,
  ...ENDPOINT_CASES,
  ...ISSUING_CASES,
];

/** No long pauses, since the servers of the cases are here; but time enough for a machine that is busy. */
export const LIMITS = { attemptMs: 8_000, totalMs: 15_000, pauseMs: 2 };

let authority: Promise<Authority> | undefined;

/** Starts what a case needs, lets `act` ask it, and stops all of it again. */
export async function onCase<T>(
  { behaviour }: TokenCase,
  act: (place: Place, ground: Ground) => Promise<T>,
): Promise<T> {
  authority ??= makeAuthority();
  const stops: (() => Promise<unknown>)[] = [];
  const ground: Ground = {
    authority: await authority,
    listen: (server) => listen(server, stops),
    stopLater: (stop) => stops.push(stop),
  };
  try {
    return await act(await (isTrouble(behaviour) ? behaviour(ground) : answering(behaviour, ground)), ground);
  } finally {
    sinon.restore();
    for (const stop of stops.reverse()) await stop();
  }
}

export async function judgeCase(tokenCase: TokenCase): Promise<Judgement> {
  return onCase(tokenCase, async (place, ground) => {
    const request = { clientId: CLIENT_ID, ...tokenCase.request, tokenUrl: place.tokenUrl };
    const limits = tokenCase.endless ? { ...LIMITS, attemptMs: 250 } : LIMITS;
    const options = { environment: place.environment ?? {}, ...limits };
    if (place.trusting) return inTrustingProcess(ground.authority, request, options);
    if (place.lookup !== undefined) failLookups(place.lookup);
    return judgement(await askForToken({ clientSecret: new Secret(CLIENT_SECRET), ...request }, options));
  });
}

/** An http server of this answer; by TLS and through a proxy where the vendor is known by its host. */
async function answering(answer: Answer, { authority, listen, stopLater }: Ground): Promise<Place> {
  const { path = "/token", host } = answer;
  if (host === undefined) return { tokenUrl: `http://${await listen(createServer(replying(answer)))}${path}` };
  const { key, certificate: cert } = await authority.issue({ hosts: [host] });
  const target = await listen(createHttpsServer({ key, cert }, replying(answer)));
  const proxy = await startConnectProxy({ routes: { [`${host}:443`]: target } });
  stopLater(proxy.stop);
  const environment = { HTTPS_PROXY: `http://${proxy.host}` };
  return { tokenUrl: `https://${host}${path}`, environment, trusting: true };
}

/** A token request it answers as it is told; anything else is a defect of ours. */
function replying({ path = "/token", status = 200, headers, body = "" }: Answer): RequestListener {
  return async (request, response) => {
    if (!(await isTokenRequest(request)) || request.url !== path) {
      response.writeHead(599).end();
      return;
    }
    const isText = typeof body === "string";
    response.writeHead(status, { ...(isText ? {} : { "content-type": "application/json" }), ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
}

/** RFC 6749 §4.4.2, with the client's credentials in one place and not in two. */
async function isTokenRequest(request: IncomingMessage): Promise<boolean> {
  const sent = new URLSearchParams(await text(request));
  const inHeader = request.headers.authorization !== undefined;
  const inBody = sent.get("client_secret") === CLIENT_SECRET && sent.get("client_id") === CLIENT_ID;
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  return request.method === "POST" && isForm && sent.get("grant_type") === "client_credentials" && inHeader !== inBody;
}

async function listen(server: Server, stops: (() => Promise<unknown>)[]): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => socket.destroy())));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `127.0.0.1:${address.port}`;
}

function failLookups(code: string): void {
  sinon.stub(dns, "lookup").yieldsAsync(Object.assign(new Error("the lookup failed"), { code }));
}

/** The same, where the test's authority is trusted as a user would have it: by NODE_EXTRA_CA_CERTS. */
async function inTrustingProcess(
  { certificate }: Authority,
  request: Omit<TokenRequest, "clientSecret">,
  options: object,
): Promise<Judgement> {
  const folder = await mkdtemp(join(tmpdir(), "trusting-"));
  try {
    await writeFile(join(folder, "ca.pem"), certificate);
    const place = (path: string) => JSON.stringify(require.resolve(path));
    const script = `
      const { askForToken } = require(${place("../../../provider/oauth/askForToken")});
      const { Secret } = require(${place("../../../provider/values")});
      const { judgement } = require(${place("./judgement")});
      const { request, options, secret } = JSON.parse(process.env.ASK);
      askForToken({ ...request, clientSecret: new Secret(secret) }, options).then((asked) =>
        console.log(JSON.stringify(judgement(asked))));`;
    const asking = JSON.stringify({ request, options, secret: CLIENT_SECRET });
    const env = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), ASK: asking };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
    const judged: Judgement = JSON.parse(stdout);
    return judged;
  } finally {
    await rm(folder, { recursive: true });
  }
}
