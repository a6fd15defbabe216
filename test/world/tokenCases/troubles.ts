import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer } from "node:net";
import type { IssueOptions } from "../certificates";
import { type ConnectProxyOptions, startConnectProxy } from "../connectProxy";
import { startTokenServer } from "../tokenServer";
import type { Ground, TokenCase, Trouble } from "./tokenCase";

/** Token servers that are not to be reached, or are none; and the real one. */

const NAMED = "https://tokens.example/token";
export const CLIENT_ID = "3MVG9.key";
/** Characters that every encoding treats in its own way. */
export const CLIENT_SECRET = 'rV6-fB3&+%/"tZ8 kP1';

/** What a lookup fails with is stubbed: no test can make the DNS of a machine fail, or take its route away. */
const lookup =
  (code: string): Trouble =>
  async () => ({ tokenUrl: "https://tokens.example.invalid/token", lookup: code });

const http =
  (answer: RequestListener): Trouble =>
  async ({ listen }) => ({ tokenUrl: `http://${await listen(createServer(answer))}/token` });

const closedPort = async ({ listen }: Ground): Promise<string> => {
  const server = createTcpServer();
  const host = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return host;
};

const proxy =
  (options: ConnectProxyOptions, login = ""): Trouble =>
  async ({ stopLater }) => {
    const started = await startConnectProxy(options);
    stopLater(started.stop);
    return { tokenUrl: NAMED, environment: { HTTPS_PROXY: `http://${login}${started.host}` } };
  };

const proxyAt =
  (origin: string | ((ground: Ground) => Promise<string>)): Trouble =>
  async (ground) => ({
    tokenUrl: NAMED,
    environment: { HTTPS_PROXY: typeof origin === "string" ? origin : `http://${await origin(ground)}` },
  });

/** A TLS server with a certificate of the authority that is trusted. */
const tls =
  (
    certificate: IssueOptions = {},
    options: ServerOptions = {},
    answer: RequestListener = (_, response) => response.end(),
  ): Trouble =>
  async ({ authority, listen }) => {
    const { key, certificate: cert } = await authority.issue(certificate);
    const asking = options.requestCert ? { ca: authority.certificate } : {};
    const host = await listen(createHttpsServer({ key, cert, ...asking, ...options }, answer));
    return { tokenUrl: `https://${host}/token`, trusting: true };
  };

/** A fatal alert (RFC 8446 §6) as the only answer to the handshake. */
const alert =
  (description: number): Trouble =>
  async ({ listen }) => {
    const server = createTcpServer((socket) =>
      socket.once("data", () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, description]))),
    );
    return { tokenUrl: `https://${await listen(server)}/token` };
  };

const ssh = () => createTcpServer((socket) => socket.end("SSH-2.0-Server\r\n"));
const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") };
const future = { notBefore: new Date("2120-01-01"), notAfter: new Date("2121-01-01") };

const flood: RequestListener = (_, response) => {
  const piece = Buffer.alloc(1024 * 1024, "x");
  let left = 50;
  const more = () => {
    while (left > 0 && response.write(piece)) left -= 1;
    if (left > 0) response.once("drain", more);
    else response.end();
  };
  more();
};

export const TROUBLE_CASES: readonly TokenCase[] = [
  { row: "dns-unknown", what: "no such host", behaviour: lookup("ENOTFOUND") },
  { row: "dns-temporary", what: "the lookup fails", behaviour: lookup("EAI_AGAIN"), attempts: 3 },
  {
    row: "connection-refused",
    what: "nobody listens",
    behaviour: async (ground) => ({ tokenUrl: `http://${await closedPort(ground)}/token` }),
    attempts: 3,
  },
  { row: "no-route", what: "no route", behaviour: lookup("ENETUNREACH"), attempts: 3 },
  { row: "closed", what: "it closes the connection", behaviour: http(({ socket }) => socket.destroy()), attempts: 3 },
  { row: "timeout", what: "it never answers", behaviour: http(() => undefined), attempts: 2, endless: true },
  {
    row: "timeout",
    what: "it drips",
    behaviour: http((_, response) => {
      const drip = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(drip));
    }),
    attempts: 2,
    endless: true,
  },
  {
    row: "timeout",
    what: "nobody takes up the TLS handshake",
    behaviour: async ({ listen }) => ({ tokenUrl: `https://${await listen(createTcpServer())}/token` }),
    attempts: 2,
    endless: true,
  },
  { row: "proxy-login", what: "the proxy asks for a login", behaviour: proxy({ credentials: "a:b" }) },
  {
    row: "proxy-login",
    what: "the proxy refuses the login",
    behaviour: proxy({ credentials: "a:b" }, "deployer:p4ss-wX3@"),
  },
  { row: "proxy-gateway", what: "the proxy does not get there", behaviour: proxy({ instead: 502 }), attempts: 3 },
  { row: "proxy-refused", what: "the proxy forbids it", behaviour: proxy({ instead: 403 }) },
  { row: "proxy-unreachable", what: "the proxy is not there", behaviour: proxyAt(closedPort), attempts: 3 },
  { row: "proxy-unreachable", what: "the proxy hangs up", behaviour: proxy({ instead: "hang up" }), attempts: 3 },
  { row: "proxy-unusable", what: "the proxy is none", behaviour: proxyAt(({ listen }) => listen(ssh())) },
  { row: "proxy-setting", what: "HTTPS_PROXY is no proxy's URL", behaviour: proxyAt("socks5://127.0.0.1:1080") },
  {
    row: "tls-client-certificate",
    what: "it asks for a client certificate",
    behaviour: tls({}, { requestCert: true, rejectUnauthorized: true }),
  },
  {
    row: "tls-untrusted",
    what: "its authority is not trusted",
    behaviour: async (ground) => ({ ...(await tls()(ground)), trusting: false }),
  },
  { row: "tls-expired", what: "its certificate has expired", behaviour: tls(past) },
  { row: "tls-not-yet-valid", what: "its certificate is not valid yet", behaviour: tls(future) },
  { row: "tls-wrong-host", what: "its certificate is another host's", behaviour: tls({ hosts: ["other.example"] }) },
  { row: "tls-purpose", what: "its certificate is a client's", behaviour: tls({ client: true }) },
  {
    row: "tls-version",
    what: "it speaks TLS 1.1 alone",
    behaviour: tls({}, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" }),
  },
  { row: "tls-unknown-name", what: "its alert says that it has no such name", behaviour: alert(112) },
  {
    row: "not-tls",
    what: "it speaks plain http",
    behaviour: async ({ listen }) => ({
      tokenUrl: `https://${await listen(createServer())}/token`,
    }),
  },
  {
    row: "not-http",
    what: "it speaks SSH",
    behaviour: async ({ listen }) => ({ tokenUrl: `http://${await listen(ssh())}/token` }),
  },
  { row: "answer-too-large", what: "it sends 50 MB", behaviour: http(flood) },
  {
    row: "not-secure",
    what: "plain http to another machine",
    behaviour: async () => ({ tokenUrl: "http://tokens.example/token" }),
  },
  { row: "unforeseen", what: "its alert says that it failed inside", behaviour: alert(80) },
  {
    row: "redirect-plain-http",
    what: "https redirects to http on the same host",
    behaviour: tls({}, {}, (request, response) =>
      response.writeHead(301, { location: `http://${request.headers.host}/token` }).end(),
    ),
  },
];

const real =
  (clientSecret: string): Trouble =>
  async ({ stopLater }) => {
    const server = await startTokenServer({ clients: [{ clientId: CLIENT_ID, clientSecret }] });
    stopLater(server.stop);
    return { tokenUrl: server.tokenUrl };
  };

/** oidc-provider, which is nobody's replay. */
export const REAL_CASES: readonly TokenCase[] = [
  { row: "issued", what: "oidc-provider: the right secret", behaviour: real(CLIENT_SECRET) },
  {
    row: "issued",
    what: "oidc-provider: the right secret in the Basic header",
    behaviour: real(CLIENT_SECRET),
    request: { clientAuth: "basic" },
  },
  { row: "invalid-client", what: "oidc-provider: a wrong secret", behaviour: real("yT5-another-bQ2") },
  {
    row: "invalid-scope",
    what: "oidc-provider: an unknown scope",
    behaviour: real(CLIENT_SECRET),
    request: { scope: "everything" },
  },
  {
    row: "not-found",
    what: "oidc-provider: a wrong path",
    behaviour: async (ground) => ({ tokenUrl: `${(await real(CLIENT_SECRET)(ground)).tokenUrl}s` }),
  },
];
