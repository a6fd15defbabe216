import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unreachable } from "../../provider/aem/unreachable";
import { DataSourceError, redact } from "../../provider/errors";
import { Door, type DoorOptions, type HttpRequest } from "../../provider/http";
import type { Route } from "../../provider/route";
import { Secret } from "../../provider/values";
import { type Authority, type Issued, makeAuthority } from "../world/certificates";
import { connectionTo } from "../world/connections";
import { type ConnectProxy, type ConnectProxyOptions, startConnectProxy } from "../world/connectProxy";
import { shows } from "../world/faultRows";

const AUTHORIZATION = "Bearer kX4-pQ9-mZ2";
const POST: HttpRequest = {
  method: "POST",
  path: "/content?query",
  headers: { authorization: AUTHORIZATION },
  body: "title=Salesforce",
};
const NAMED = "https://author.example";

describe("the way to an origin", function () {
  this.timeout(10_000);

  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  let authority: Authority;
  let stranger: Authority;
  let certified: Issued;
  before(async () => {
    authority = await makeAuthority();
    stranger = await makeAuthority("Somebody else");
    certified = await authority.issue({ hosts: ["127.0.0.1", "localhost", "author.example"] });
  });

  async function listen(server: Server): Promise<number> {
    const sockets = new Set<{ destroy(): void }>();
    server.on("connection", (socket) => {
      sockets.add(socket.on("error", () => socket.destroy()));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    return address.port;
  }

  const greet: RequestListener = (request, response) => {
    response.writeHead(200, { "x-authorization": String(request.headers.authorization) });
    request.resume().on("end", () => response.end(`hello ${request.headers.host}`));
  };

  /** A server with a certificate of the test's authority; answers its port. */
  function serve(options: ServerOptions = {}, answer = greet): Promise<number> {
    return listen(createServer({ key: certified.key, cert: certified.certificate, ...options }, answer));
  }

  async function proxied(options: ConnectProxyOptions): Promise<ConnectProxy> {
    const proxy = await startConnectProxy(options);
    closing.push(proxy.stop);
    return proxy;
  }

  function door(origin: string, route: Route, options: Partial<DoorOptions> = {}): Door {
    const opened = new Door(origin, { deadlineMs: 5_000, maxBytes: 4096, route, ...options });
    closing.push(() => opened.close());
    return opened;
  }

  async function answer(opened: Door, request = POST): Promise<string> {
    return (await opened.send(request)).body.toString();
  }

  async function failure(opened: Door, request = POST): Promise<DataSourceError> {
    const error: unknown = await opened.send(request).then(
      () => assert.fail("an answer came"),
      (thrown) => thrown,
    );
    assert.ok(error instanceof DataSourceError);
    // The words themselves, before the redactor has had its turn.
    assert.doesNotMatch(`${error.message} ${error.remedy}`, /kX4-pQ9-mZ2|PRIVATE KEY|Salesforce|p4ss/);
    return error;
  }

  /** Code and words, without the host that stands before them. */
  async function failsWith(opened: Door, code: string, words: RegExp): Promise<DataSourceError> {
    const error = await failure(opened);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return error;
  }

  const trusting = (): Route => ({ ca: authority.certificate });

  describe("with a CA file", () => {
    it("trusts what that CA has signed", async () => {
      const port = await serve();
      assert.equal(await answer(door(`https://localhost:${port}`, trusting())), `hello localhost:${port}`);
    });

    it("does not trust what another has signed", async () => {
      const port = await serve();
      const route = { ca: stranger.certificate };
      await failsWith(door(`https://127.0.0.1:${port}`, route), "network-tls", /: its certificate is not trusted on/);
      await failsWith(door(`https://127.0.0.1:${port}`, {}), "network-tls", /not trusted .*UNABLE_TO_VERIFY_LEAF/);
    });

    it("still trusts what NODE_EXTRA_CA_CERTS names, since a `ca` of one's own replaces all of Node's", async () => {
      const port = await serve();
      const folder = await mkdtemp(join(tmpdir(), "ca-"));
      closing.push(() => rm(folder, { recursive: true }));
      await writeFile(join(folder, "ca.pem"), authority.certificate);
      const earlier = process.env.NODE_EXTRA_CA_CERTS;
      closing.push(async () => {
        if (earlier === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
        else process.env.NODE_EXTRA_CA_CERTS = earlier;
      });
      const route = { ca: stranger.certificate };
      process.env.NODE_EXTRA_CA_CERTS = join(folder, "ca.pem");
      assert.match(await answer(door(`https://127.0.0.1:${port}`, route)), /^hello/);
      process.env.NODE_EXTRA_CA_CERTS = join(folder, "gone.pem");
      await failsWith(door(`https://127.0.0.1:${port}`, route), "network-tls", /not trusted/);
    });

    it("is not needed where NODE_EXTRA_CA_CERTS names the CA at the start of the process", async () => {
      const port = await serve();
      const folder = await mkdtemp(join(tmpdir(), "ca-"));
      closing.push(() => rm(folder, { recursive: true }));
      await writeFile(join(folder, "ca.pem"), authority.certificate);
      assert.match(await inProcess(port, { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") }), /^hello/);
    });
  });

  describe("checks the server's certificate", () => {
    const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") };
    const future = { notBefore: new Date("2120-01-01"), notAfter: new Date("2121-01-01") };
    const rows: [what: string, options: Parameters<Authority["issue"]>[0], words: RegExp][] = [
      ["that has expired", past, /: its certificate has expired \(CERT_HAS_EXPIRED\)$/],
      ["that is not valid yet", future, /: its certificate is not valid yet \(CERT_NOT_YET_VALID\)$/],
      ["for another host", { hosts: ["other.example"] }, /: its certificate is for another host \(ERR_TLS_CERT_ALT/],
      ["that is a client's", { client: true }, /: its certificate is not one for a server \(INVALID_PURPOSE\)$/],
    ];
    for (const [what, options, words] of rows) {
      it(`and refuses one ${what}, directly and through a proxy`, async () => {
        const issued = await authority.issue(options);
        const port = await serve({ key: issued.key, cert: issued.certificate });
        await failsWith(door(`https://127.0.0.1:${port}`, trusting()), "network-tls", words);
        const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
        const route = { ...trusting(), proxy: { origin: `http://${proxy.host}` } };
        await failsWith(door(NAMED, route), "network-tls", what === "for another host" ? words : /: its certificate/);
      });
    }

    shows("N4", "and refuses each that is wrong, and a server that wants a client's", async () => {
      const told: string[] = [];
      const kinds: [options: Parameters<Authority["issue"]>[0], route: Route, server: ServerOptions][] = [
        [{}, {}, {}],
        [past, trusting(), {}],
        [{ hosts: ["other.example"] }, trusting(), {}],
        [{}, trusting(), { ca: authority.certificate, requestCert: true, rejectUnauthorized: true }],
      ];
      for (const [options, route, server] of kinds) {
        const issued = await authority.issue(options);
        const port = await serve({ key: issued.key, cert: issued.certificate, ...server });
        const error = await failure(door(`https://127.0.0.1:${port}`, route));
        assert.equal(error.code, "network-tls");
        told.push(unreachable(error, connectionTo(`https://127.0.0.1:${port}`)).text());
      }
      return told.join("\n");
    });

    it("whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
      const port = await serve();
      const text = await inProcess(port, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
      assert.match(text, /^network-tls: .*not trusted/);
    });

    it("and the TLS version", async () => {
      const port = await serve({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" });
      const opened = door(`https://127.0.0.1:${port}`, trusting());
      await failsWith(opened, "network-tls", /: it speaks no TLS version that this machine accepts \(ERR_SSL_/);
    });
  });

  describe("with a client certificate", () => {
    const show = ({ certificate, key }: Issued): Route => ({ ...trusting(), certificate, key: new Secret(key) });
    let client: Issued;
    before(async () => {
      client = await authority.issue({ client: true });
    });

    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const demanding = () => {
        const asking = { ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
        return serve({ ...asking, minVersion: version, maxVersion: version });
      };

      it(`is let in by a server that asks for one: ${version}`, async () => {
        const port = await demanding();
        assert.match(await answer(door(`https://127.0.0.1:${port}`, show(client))), /^hello/);
      });

      it(`is let in through a proxy as well: ${version}`, async () => {
        const port = await demanding();
        const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
        const route = { ...show(client), proxy: { origin: `http://${proxy.host}` } };
        assert.equal(await answer(door(NAMED, route)), "hello author.example");
      });

      it(`is asked for one when there is none: ${version}, directly and through a proxy`, async () => {
        const port = await demanding();
        const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
        const ways: [string, Route][] = [
          [`https://127.0.0.1:${port}`, trusting()],
          [NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}` } }],
        ];
        for (const [origin, route] of ways) {
          await failsWith(door(origin, route), "network-tls", /asks for a client certificate/);
          // While much is being sent, the connection may be gone before the reason was read.
          const { code } = await failure(door(origin, route), { ...POST, body: "long ".repeat(500_000) });
          assert.ok(["network-tls", "network-unreachable"].includes(code), code);
        }
      });

      it(`gets no answer with one of another authority: ${version}`, async () => {
        const port = await demanding();
        const opened = door(`https://127.0.0.1:${port}`, show(await stranger.issue({ client: true })));
        // Node's servers close without an alert; others send one, see the alerts below.
        await failsWith(opened, "network-unreachable", /: the connection was closed without an answer/);
      });
    }

    it("shows it to nobody who does not ask, and to no proxy", async () => {
      let shown: unknown;
      const port = await serve();
      const tls = await authority.issue();
      const proxy = await proxied({ tls, routes: { "author.example:443": `127.0.0.1:${port}` } });
      proxy.onSecure((socket) => {
        shown = socket.getPeerCertificate();
      });
      const route = { ...show(client), proxy: { origin: `https://${proxy.host}` } };
      assert.equal(await answer(door(NAMED, route)), "hello author.example");
      assert.deepEqual(shown, {});
    });
  });

  describe("through a proxy", () => {
    it("to https: the proxy sees a name and bytes that it can't read", async () => {
      const port = await serve();
      const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
      const opened = door(NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}` } });
      const got = await opened.send(POST);
      assert.equal(got.body.toString(), "hello author.example");
      assert.equal(got.headers["x-authorization"], AUTHORIZATION);
      assert.deepEqual(
        proxy.requests.map(({ method, target, headers }) => [method, target, headers.host]),
        [["CONNECT", "author.example:443", "author.example:443"]],
      );
      assert.ok(proxy.seen().length > 500, "the tunnel was not recorded");
      assert.doesNotMatch(proxy.seen(), /authorization|Bearer|kX4|Salesforce|content\?query/i);
    });

    it("to a port of one's own, which is named to it", async () => {
      const port = await serve();
      const proxy = await proxied({ routes: { "author.example:8443": `127.0.0.1:${port}` } });
      const opened = door(`${NAMED}:8443`, { ...trusting(), proxy: { origin: `http://${proxy.host}` } });
      assert.equal(await answer(opened), "hello author.example:8443");
    });

    it("to plain http: by a tunnel too, so that no proxy takes a request for its own", async () => {
      const port = await listen(createHttpServer(greet));
      const proxy = await proxied({ routes: { "author.example:80": `127.0.0.1:${port}` } });
      const opened = door("http://author.example", { proxy: { origin: `http://${proxy.host}` } });
      assert.equal(await answer(opened), "hello author.example");
      assert.deepEqual(
        proxy.requests.map(({ method, target, headers }) => [method, target, headers.authorization]),
        [["CONNECT", "author.example:80", undefined]],
      );
    });

    it("that speaks TLS itself", async () => {
      const port = await serve();
      const routes = { "author.example:443": `127.0.0.1:${port}` };
      const proxy = await proxied({ tls: await authority.issue(), routes });
      const opened = door(NAMED, { ...trusting(), proxy: { origin: `https://${proxy.host}` } });
      assert.equal(await answer(opened), "hello author.example");
    });

    it("gives the proxy's login to the proxy, and to nobody behind it", async () => {
      const seen: unknown[] = [];
      const port = await serve({}, (request, response) => {
        seen.push(request.headers["proxy-authorization"]);
        response.end();
      });
      const routes = { "author.example:443": `127.0.0.1:${port}` };
      const proxy = await proxied({ routes, credentials: "deployer:p4ss word" });
      const authorization = new Secret(`Basic ${Buffer.from("deployer:p4ss word").toString("base64")}`);
      const opened = door(NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}`, authorization } });
      assert.equal((await opened.send(POST)).status, 200);
      assert.deepEqual(seen, [undefined]);
      assert.equal(proxy.requests[0]?.headers["proxy-authorization"], authorization.reveal());
    });

    it("follows no redirect: no second tunnel, no login for anybody else", async () => {
      const port = await serve({}, (_, response) =>
        response.writeHead(302, { location: "https://evil.example/" }).end(),
      );
      const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
      const opened = door(NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}` } });
      assert.equal((await opened.send(POST)).status, 302);
      assert.equal(proxy.requests.length, 1);
    });

    it("trusts nobody that it would not trust directly", async () => {
      const port = await serve();
      const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
      for (const route of [{}, { ca: stranger.certificate }]) {
        const opened = door(NAMED, { ...route, proxy: { origin: `http://${proxy.host}` } });
        await failsWith(opened, "network-tls", /^author\.example: its certificate is not trusted on this machine/);
      }
    });

    const login = new Secret(`Basic ${Buffer.from("deployer:p4ss-wrong").toString("base64")}`);
    const refusals: [what: string, options: ConnectProxyOptions, words: RegExp, remedy: RegExp, login?: Secret][] = [
      [
        "a login",
        { credentials: "a:b" },
        /asks for a login \(407\)$/,
        /^Put it into HTTPS_PROXY, as in http:\/\/user:/,
      ],
      [
        "another login",
        { credentials: "a:b" },
        /refused the login \(407\)$/,
        /^Correct the login in HTTPS_PROXY/,
        login,
      ],
      [
        "a login of another kind",
        { credentials: "a:b", challenge: "NTLM" },
        /another kind of login than Basic/,
        /^Only/,
      ],
      ["another target", { instead: 403 }, /refused the way there \(403\)$/, /^Let the proxy allow it/],
      ["another method", { instead: 405 }, /refused the way there \(405\)$/, /check HTTPS_PROXY/],
      ["a target that it can reach", { instead: 502 }, /does not get there \(502\)$/, /^Check the address/],
      [
        "nothing, and closes",
        { instead: "hang up" },
        /can't be used: .*closed without an answer/,
        /^Check HTTPS_PROXY/,
      ],
    ];
    for (const [what, options, words, remedy, authorization] of refusals) {
      it(`that wants ${what} says so, by the proxy's name, after one request`, async () => {
        const proxy = await proxied(options);
        const opened = door(NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}`, authorization } });
        const error = await failsWith(opened, "network-proxy", words);
        assert.ok(error.message.startsWith(`author.example: the proxy ${proxy.host} `), error.message);
        assert.match(String(error.remedy), remedy);
        assert.match(
          String(error.remedy),
          /If author\.example can be reached without it, name that host in NO_PROXY\.$/,
        );
        assert.equal(proxy.requests.length, 1);
        assert.doesNotMatch(proxy.seen(), /Bearer|kX4/);
      });
    }

    shows("N5", "that refuses, or wants a login: its own goes to nobody else, and stands in no message", async () => {
      const told: string[] = [];
      for (const [, options, , , authorization] of refusals.slice(0, 4)) {
        const proxy = await proxied(options);
        const opened = door(NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}`, authorization } });
        const text = (await failure(opened)).text();
        assert.doesNotMatch(text, /p4ss-wrong|ZGVwbG95/);
        told.push(text);
      }
      return told.join("\n");
    });

    it("says that nobody listens there", async () => {
      const proxy = await startConnectProxy();
      await proxy.stop();
      const opened = door("http://author.example", { proxy: { origin: `http://${proxy.host}` } });
      const error = await failsWith(
        opened,
        "network-proxy",
        /can't be used: the connection was refused \(ECONNREFUSED\)/,
      );
      assert.match(String(error.remedy), /^Check HTTP_PROXY\./);
    });

    it("says that there is no such proxy", async () => {
      const opened = door(NAMED, { proxy: { origin: "http://no-such-proxy.invalid:3128" } });
      await failsWith(opened, "network-proxy", /the proxy no-such-proxy\.invalid:3128 can't be used/);
    });

    it("says that it is no proxy at all", async () => {
      const port = await listen(createTcpServer((socket) => socket.end("SSH-2.0-Server\r\n")));
      const opened = door(NAMED, { proxy: { origin: `http://127.0.0.1:${port}` } });
      await failsWith(opened, "network-proxy", /can't be used: it does not speak HTTP/);
    });

    it("says that the proxy's own certificate is not trusted", async () => {
      const proxy = await proxied({ tls: await stranger.issue() });
      const opened = door(NAMED, { ...trusting(), proxy: { origin: `https://${proxy.host}` } });
      await failsWith(opened, "network-proxy", /the proxy \S+ can't be used: its certificate is not trusted/);
      assert.deepEqual(proxy.requests, []);
    });

    it("ends at the deadline when the proxy swallows the request, and closes at once", async () => {
      const proxy = await proxied({ instead: "swallow" });
      const opened = door(NAMED, { proxy: { origin: `http://${proxy.host}` } }, { deadlineMs: 250, connectMs: 60_000 });
      const begun = performance.now();
      const words = /^author\.example: no full answer within 0\.25 s through the proxy 127\.0\.0\.1:\d+$/;
      await failsWith(opened, "network-timeout", words);
      await opened.close();
      const took = performance.now() - begun;
      assert.ok(took < 1_000, `${took} ms`);
    });

    it("ends at the deadline when nobody answers behind the tunnel", async () => {
      const port = await listen(createTcpServer());
      const proxy = await proxied({ routes: { "author.example:443": `127.0.0.1:${port}` } });
      const opened = door(NAMED, { proxy: { origin: `http://${proxy.host}` } }, { deadlineMs: 250, connectMs: 60_000 });
      await failsWith(opened, "network-timeout", /no full answer within 0\.25 s/);
      await opened.close();
    });

    it("tries again after a proxy that failed for a moment", async () => {
      const port = await serve();
      const options = { routes: { "author.example:443": `127.0.0.1:${port}` }, instead: 503 as number | undefined };
      const proxy = await proxied(options);
      const opened = door(NAMED, { ...trusting(), proxy: { origin: `http://${proxy.host}` } });
      await failsWith(opened, "network-proxy", /503/);
      options.instead = undefined;
      assert.equal(await answer(opened), "hello author.example");
    });
  });
});

/** The answer to a GET, or code and message of the failure, from a process with this environment. */
async function inProcess(port: number, environment: Record<string, string>): Promise<string> {
  const script = `
    const { Door } = require(${JSON.stringify(require.resolve("../../provider/http"))});
    const door = new Door("https://127.0.0.1:${port}", { deadlineMs: 5000, maxBytes: 4096 });
    door.send({ method: "GET", path: "/" }).then(({ body }) => body.toString(), ({ code, message }) => code + ": " + message)
      .then(async (text) => { console.log(text); await door.close(); });`;
  const env = { PATH: process.env.PATH, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
  return redact(stdout.trim());
}
