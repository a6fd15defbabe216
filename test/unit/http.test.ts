import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createServer as createTlsServer } from "node:tls";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import sinon from "sinon";
import undici from "undici";
import { DataSourceError, type ErrorCode } from "../../provider/errors";
import { Door, type DoorOptions, type HttpRequest, linkLocalHost, loopbackHost } from "../../provider/http";
import { shows } from "../world/faultRows";

const GET: HttpRequest = { method: "GET", path: "/" };

describe("the door to the network", function () {
  this.timeout(10_000);

  const closing: (() => Promise<unknown>)[] = [];
  afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

  /** Lets a server listen on loopback until the test is over; answers `host:port` and the connections it gets. */
  async function listen(server: Server): Promise<{ host: string; sockets: Socket[] }> {
    const sockets: Socket[] = [];
    server.on("connection", (socket) => sockets.push(socket.on("error", () => {}))); // a reset is as good as an end
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    return { host: `127.0.0.1:${address.port}`, sockets };
  }

  const serve = (answer: RequestListener) => listen(createServer(answer));

  function door(origin: string, options: Partial<DoorOptions> = {}): Door {
    const opened = new Door(origin, { deadlineMs: 5_000, maxBytes: 1024, ...options });
    closing.push(() => opened.close());
    return opened;
  }

  async function failure(opened: Door, request = GET): Promise<DataSourceError> {
    const error: unknown = await opened.send(request).then(
      () => assert.fail("an answer came"),
      (thrown) => thrown,
    );
    assert.ok(error instanceof DataSourceError);
    return error;
  }

  async function failsWith(opened: Door, code: ErrorCode, message: string): Promise<void> {
    const error = await failure(opened);
    assert.deepEqual([error.code, error.message], [code, message]);
  }

  describe("a request", () => {
    it("brings method, path with query, headers and body to the origin", async () => {
      let seen: unknown;
      const { host } = await serve(async (request, response) => {
        const { method, url, headers } = request;
        seen = { method, url, accept: headers.accept, body: await text(request) };
        response.end();
      });
      await door(`http://${host}`).send({ method: "POST", path: "/a?b=c", headers: { accept: "x/y" }, body: "d=e" });
      assert.deepEqual(seen, { method: "POST", url: "/a?b=c", accept: "x/y", body: "d=e" });
    });

    it("names a user agent that no login page takes for a browser", async () => {
      const { host } = await serve((request, response) => response.end(request.headers["user-agent"]));
      const { body } = await door(`http://${host}`).send(GET);
      assert.match(body.toString(), /pulumi-aem-datasource/);
      assert.doesNotMatch(body.toString(), /Mozilla/i);
    });
  });

  describe("an answer", () => {
    it("has status, headers, media type without parameters, and the whole body", async () => {
      const { host } = await serve((_, response) => {
        response.writeHead(404, { "Content-Type": "Application/JSON; charset=utf-8", "X-One": "1" });
        response.write("first ");
        response.end("second");
      });
      const { status, headers, contentType, body } = await door(`http://${host}`).send(GET);
      assert.deepEqual([status, headers["x-one"], contentType], [404, "1", "application/json"]);
      assert.equal(body.toString(), "first second");
    });

    it("without a media type has an empty one", async () => {
      const { host } = await serve((_, response) => response.end());
      assert.equal((await door(`http://${host}`).send(GET)).contentType, "");
    });

    it("that redirects is handed over, and nobody goes where it points", async () => {
      const elsewhere = await serve((_, response) => response.end("followed"));
      for (const status of [301, 302, 307, 308]) {
        const { host } = await serve((_, response) =>
          response.writeHead(status, { location: `http://${elsewhere.host}/` }).end(),
        );
        const answer = await door(`http://${host}`).send({ method: "POST", path: "/", body: "secret" });
        assert.equal(answer.status, status);
      }
      assert.equal(elsewhere.sockets.length, 0);
    });

    it("is read up to the byte cap, and refused beyond it", async () => {
      const { host } = await serve(({ url }, response) => response.end(Buffer.alloc(url === "/fits" ? 2048 : 2049)));
      const opened = door(`http://${host}`, { maxBytes: 2048 });
      assert.equal((await opened.send({ method: "GET", path: "/fits" })).body.length, 2048);
      await failsWith(opened, "answer-too-large", `${host}: the answer has more than 2 KiB`);
    });

    it("that never ends is refused too, and its connection dropped", async () => {
      const { host, sockets } = await serve((_, response) => {
        const more = () => {
          while (response.write(Buffer.alloc(512)));
          response.once("drain", more);
        };
        more();
      });
      await failsWith(door(`http://${host}`), "answer-too-large", `${host}: the answer has more than 1 KiB`);
      await closed(sockets[0]);
    });

    it("is let go of with its request, and not only when the deadline has passed", async () => {
      const { host } = await serve((_, response) => response.end("body"));
      const opened = door(`http://${host}`, { deadlineMs: 60_000 });
      const bodies: WeakRef<Buffer>[] = [];
      for (let n = 0; n < 8; n += 1) bodies.push(new WeakRef((await opened.send(GET)).body));
      await collectGarbage();
      const kept = bodies.filter((body) => body.deref() !== undefined);
      assert.ok(kept.length <= 1, `${kept.length} of ${bodies.length} are kept`); // the connection may hold its last one
    });
  });

  describe("the deadline", () => {
    const short = { deadlineMs: 250 };
    const late = "no full answer within 0.25 s";

    it("ends a request that is never answered, and drops its connection", async () => {
      const { host, sockets } = await serve(() => undefined);
      await failsWith(door(`http://${host}`, short), "network-timeout", `${host}: ${late}`);
      await closed(sockets[0]);
    });

    it("ends an answer that drips on and on", async () => {
      const { host, sockets } = await serve((_, response) => {
        const drip = setInterval(() => response.write("x"), 10);
        response.once("close", () => clearInterval(drip));
      });
      await failsWith(door(`http://${host}`, short), "network-timeout", `${host}: ${late}`);
      await closed(sockets[0]);
    });

    it("ends a TLS handshake that the other side never takes up", async () => {
      const { host } = await listen(createTcpServer());
      const opened = door(`https://${host}`, { ...short, connectMs: 60_000 });
      await failsWith(opened, "network-timeout", `${host}: ${late}`);
    });

    it("for a connection may be shorter than the one for the answer", async () => {
      const { host } = await listen(createTcpServer());
      const opened = door(`https://${host}`, { deadlineMs: 60_000, connectMs: 100 });
      const message = `${host}: no connection within the deadline (UND_ERR_CONNECT_TIMEOUT)`;
      await failsWith(opened, "network-timeout", message);
    });
  });

  describe("a failure of the network", () => {
    const unreachable = "network-unreachable";
    const unanswered = "the connection was closed without an answer (UND_ERR_SOCKET)";

    it("is told when nobody listens", async () => {
      const server = createTcpServer();
      const { host } = await listen(server);
      await new Promise((resolve) => server.close(resolve));
      await failsWith(door(`http://${host}`), unreachable, `${host}: the connection was refused (ECONNREFUSED)`);
    });

    it("is told when there is no such host", async () => {
      const { code, message } = await failure(door("http://no-such-host.invalid"));
      assert.equal(code, unreachable);
      // The second is a machine that can ask nobody.
      assert.match(
        message,
        /^no-such-host\.invalid: (no such host \(ENOTFOUND|the name lookup failed on .* \(EAI_AGAIN)\)$/,
      );
    });

    it("is told when the connection is closed instead of an answer", async () => {
      const { host } = await serve(({ socket }) => socket.end());
      await failsWith(door(`http://${host}`), unreachable, `${host}: ${unanswered}`);
    });

    it("is told when the connection is closed amid an answer", async () => {
      const { host } = await serve((_, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("half", () => response.socket?.destroy());
      });
      await failsWith(door(`http://${host}`), unreachable, `${host}: ${unanswered}`);
    });

    it("is told when http is spoken to a TLS port", async () => {
      const { host } = await listen(createTlsServer());
      await failsWith(door(`http://${host}`), unreachable, `${host}: ${unanswered}`);
    });

    it("is told when TLS is spoken to an http port", async () => {
      const { host } = await serve((_, response) => response.end());
      const { code, message } = await failure(door(`https://${host}`));
      assert.equal(code, "network-not-http");
      assert.match(message, /: that port does not speak TLS \((EPROTO|ERR_SSL_\w+)\)$/);
    });

    it("is told when the certificate is not trusted, and nothing is sent", async () => {
      let asked = false;
      const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (socket) =>
        socket.once("data", () => (asked = true)),
      );
      const { host } = await listen(server);
      const { code, message } = await failure(door(`https://${host}`));
      assert.equal(code, "network-tls");
      assert.match(message, /self-signed and not trusted on this machine \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
      assert.equal(asked, false);
    });

    describe("that no test server can bring about", () => {
      afterEach(() => sinon.restore());

      const untrusted = "its certificate is not trusted on this machine";
      const rows: [reason: string, code: ErrorCode, words: string][] = [
        ["EAI_AGAIN", "network-unreachable", "the name lookup failed on this machine"],
        ["EHOSTUNREACH", "network-unreachable", "there is no route to the host"],
        ["ENETUNREACH", "network-unreachable", "there is no route to the network"],
        ["ECONNRESET", "network-unreachable", "the connection was closed without an answer"],
        ["UND_ERR_HEADERS_TIMEOUT", "network-timeout", "no answer within the deadline"],
        ["UND_ERR_BODY_TIMEOUT", "network-timeout", "no full answer within the deadline"],
        ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "network-tls", untrusted],
        ["UNABLE_TO_GET_ISSUER_CERT", "network-tls", untrusted],
        ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "network-tls", untrusted],
        ["SELF_SIGNED_CERT_IN_CHAIN", "network-tls", untrusted],
        ["CERT_HAS_EXPIRED", "network-tls", "its certificate has expired"],
        ["ERR_TLS_CERT_ALTNAME_INVALID", "network-tls", "its certificate is for another host"],
        ["EPROTO", "network-not-http", "that port does not speak TLS"],
        ["E_NEVER_SEEN", "network-unreachable", "the request failed"],
      ];
      for (const [reason, code, words] of rows) {
        it(`is told by its code, ${reason}, without the words of the library`, async () => {
          sinon.stub(undici, "request").rejects(Object.assign(new Error("what was sent"), { code: reason }));
          await failsWith(door("https://acme.example"), code, `acme.example: ${words} (${reason})`);
        });
      }

      it("is told by the first of its addresses when a host has several", async () => {
        const errors = ["ECONNREFUSED", "ENETUNREACH"].map((code) => Object.assign(new Error(), { code }));
        sinon.stub(undici, "request").rejects(new AggregateError(errors));
        const message = "acme.example: the connection was refused (ECONNREFUSED)";
        await failsWith(door("https://acme.example"), "network-unreachable", message);
      });

      it("is told by its class when it has no code", async () => {
        sinon.stub(undici, "request").rejects(new RangeError("what was sent"));
        const message = "acme.example: the request failed (RangeError)";
        await failsWith(door("https://acme.example"), "network-unreachable", message);
      });
    });

    it("names the host and nothing of what was sent", async () => {
      const { host } = await serve(({ socket }) => socket.end());
      const request: HttpRequest = { method: "POST", path: "/p4th?qu3ry", headers: { "x-a": "h3ader" }, body: "b0dy" };
      const error = await failure(door(`http://${host}`), request);
      assert.doesNotMatch(`${error.text()}${JSON.stringify(error.fields)}`, /p4th|qu3ry|h3ader|b0dy/);
    });
  });

  shows("N7", "finds the address that answers, among several and where there is IPv6 alone", async () => {
    const { host } = await serve((_, response) => response.end("four"));
    const six = createServer((_, response) => response.end("six")).listen(0, "::1");
    await once(six, "listening");
    const address = six.address();
    assert.ok(typeof address === "object" && address !== null);
    const read = async (origin: string) => (await door(origin).send({ method: "GET", path: "/" })).body.toString();
    assert.equal(await read(`http://[::1]:${address.port}`), "six");
    const both = [
      { address: "::1", family: 6 },
      { address: "127.0.0.1", family: 4 },
    ];
    sinon.stub(dns, "lookup").yieldsAsync(null, both);
    assert.equal(await read(`http://author.example:${host.split(":")[1]}`), "four");
    sinon.restore();
    six.closeAllConnections();
    await new Promise((resolve) => six.close(resolve));
    return "";
  });

  it("lets the other requests go on when one of them fails", async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let answerSlow = () => {};
    const { host } = await serve(({ url }, response) => {
      if (url === "/slow") {
        answerSlow = () => response.end("slow");
        arrived();
      } else {
        response.end(Buffer.alloc(2048));
      }
    });
    const opened = door(`http://${host}`);
    const slow = opened.send({ method: "GET", path: "/slow" });
    await arrival;
    assert.equal((await failure(opened, { method: "GET", path: "/large" })).code, "answer-too-large");
    answerSlow();
    assert.equal((await slow).body.toString(), "slow");
  });

  describe("the origin pin", () => {
    it("keeps what looks like another host behind the own origin, as a path", async () => {
      const own = await serve((request, response) => response.end(request.url));
      const evil = await serve((_, response) => response.end());
      for (const path of [`//${evil.host}/x`, `/\\${evil.host}/x`, "//evil.example"]) {
        const { body } = await door(`http://${own.host}`).send({ method: "GET", path });
        assert.match(body.toString(), /^\/\/(127|evil)/, path);
      }
      assert.equal(evil.sockets.length, 0);
    });

    it("refuses every path that is none, and nothing is sent to anybody", async () => {
      const own = await serve((_, response) => response.end());
      const evil = await serve((_, response) => response.end());
      const opened = door(`http://${own.host}`);
      const paths = [
        `http://${evil.host}/x`,
        `\\\\${evil.host}/x`,
        `https://${own.host}/x`,
        `@${evil.host}/`,
        "http://evil",
      ];
      for (const path of paths) {
        const { code, message } = await failure(opened, { method: "GET", path });
        assert.equal(code, "origin-escape", path);
        assert.equal(message, `a request would have left http://${own.host}; nothing was sent`);
      }
      assert.deepEqual([own.sockets.length, evil.sockets.length], [0, 0]);
    });
  });

  it("makes no stack when closed: the SDK's host would read and sort source maps for it", async () => {
    const { host, sockets } = await serve((_, response) => response.end());
    const opened = door(`http://${host}`);
    await opened.send(GET);
    const usual = Error.prepareStackTrace;
    let stacks = 0;
    Error.prepareStackTrace = () => {
      stacks += 1;
      return "";
    };
    try {
      await opened.close();
      await closed(sockets[0]);
    } finally {
      Error.prepareStackTrace = usual;
    }
    assert.equal(stacks, 0);
  });

  it("drops its connections when closed, and opens a new one for the next request", async () => {
    const { host, sockets } = await serve((_, response) => response.end());
    const opened = door(`http://${host}`);
    await opened.send(GET);
    await opened.close();
    await closed(sockets[0]);
    assert.equal((await opened.send(GET)).status, 200);
    assert.equal(sockets.length, 2);
  });
});

/** In turns, since what was awaited is let go of at the end of a turn. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}

describe("a loopback host", () => {
  for (const url of [
    "http://localhost",
    "http://LOCALHOST:1",
    "http://127.0.0.1",
    "http://127.8.9.1",
    "http://[::1]",
  ]) {
    it(`is that of ${url}`, () => assert.equal(loopbackHost(new URL(url).hostname), true));
  }
  const others = [
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://evil.example/127.0.0.1",
    "http://localhost@evil.example",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
  ];
  for (const url of others) {
    it(`is not that of ${url}`, () => assert.equal(loopbackHost(new URL(url).hostname), false));
  }
});

describe("a link-local host", () => {
  const urls = [
    "http://169.254.169.254",
    "http://169.254.0.1",
    "http://0xa9fea9fe",
    "http://[fe80::1]",
    "http://[FEBF::1]",
    "http://[::ffff:169.254.169.254]",
    "http://[::169.254.169.254]",
    "http://[64:ff9b::169.254.169.254]",
    "http://[fd00:ec2::254]",
    "http://metadata.google.internal",
    "http://METADATA.google.internal.",
    "http://metadata",
    "http://instance-data",
    "http://168.63.129.16",
    "http://100.100.100.200",
  ];
  for (const url of urls) {
    it(`is that of ${url}`, () => assert.equal(linkLocalHost(new URL(url).hostname), true));
  }
  const others = [
    "http://169.253.0.1",
    "http://169.254.169.254.example",
    "http://10.0.0.1",
    "http://100.100.100.100",
    "http://[fec0::1]",
    "http://metadata.example",
  ];
  for (const url of others) {
    it(`is not that of ${url}`, () => assert.equal(linkLocalHost(new URL(url).hostname), false));
  }
});

async function closed(socket: Socket | undefined): Promise<void> {
  assert.ok(socket);
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}

/** Self-signed, for 127.0.0.1, from 2000 to 2120; made for this test and used nowhere else. */
const KEY = pem(
  "PRIVATE KEY",
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg41rRSUS2/MM/JI0nB0LDlv7RJRgtd0hZpLi9CIP1HKWhRANCAAQVTVy5sxTWY5xx18wf",
  "pme3zAGZ40G3rg19uaYTsvNYtVz3+0XInCd/mBGurKKyHk8Kf3827qQeV7xYtV/XcxiQ",
);
const CERTIFICATE = pem(
  "CERTIFICATE",
  "MIIBSjCB8aADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCTEyNy4wLjAuMTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDES",
  "MBAGA1UEAwwJMTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEFU1cubMU1mOccdfMH6Znt8wBmeNBt64NfbmmE7LzWLVc9/tFyJwnf5gR",
  "rqyish5PCn9/Nu6kHle8WLVf13MYkKMyMDAwDwYDVR0RBAgwBocEfwAAATAdBgNVHQ4EFgQUcYw3LTJD8/hkbPkbPsgYSHTBJD4wCgYIKoZIzj0EAwID",
  "SAAwRQIgKKgE4qYXkdTtbumeJR0p5Nct2uNRxjxHoCEU6zv8sAYCIQDsN0esIBzoR6IJeA9QrsiFl5JABrRYczbGxfxYsc87yg==",
);

function pem(label: string, ...lines: string[]): string {
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
