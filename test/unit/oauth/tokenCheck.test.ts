import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import sinon from "sinon";
import { type ClientCredentials, TokenChecks } from "../../../provider/oauth/tokenCheck";
import type { Verdict } from "../../../provider/oauth/verdict";
import { Secret } from "../../../provider/values";
import { shows } from "../../world/faultRows";
import { startTokenServer, type TokenServer } from "../../world/tokenServer";

const SECRET = 'rV6-fB3&+%/"tZ8 kP1';

async function refusal(verdict: Promise<Verdict>): Promise<[kind: string, code: string, text: string]> {
  const judged = await verdict;
  assert.ok(judged.kind !== "issued");
  return [judged.kind, judged.error.code, judged.error.text()];
}

describe("the token check, of a real token server", () => {
  let server: TokenServer;
  let tokens: TokenChecks;

  beforeEach(async () => {
    server = await startTokenServer({ clients: [{ clientId: "3MVG9.key", clientSecret: SECRET }] });
    tokens = new TokenChecks({});
  });
  afterEach(() => server.stop());

  function credentials(changed: Partial<ClientCredentials> = {}): ClientCredentials {
    const clientSecret = new Secret(SECRET);
    return { clientId: "3MVG9.key", clientSecret, tokenUrl: server.tokenUrl, ...changed };
  }
  const wrong = () => credentials({ clientSecret: new Secret("qH1-xC7-lW4") });

  shows("C14", "finds that a token is issued, and drops it", async () => {
    const verdict = await tokens.check(credentials());
    const [token] = server.issuedTokens;
    assert.deepEqual(verdict, { kind: "issued", row: "issued", doubts: [] });
    assert.ok(token && !inspect([verdict, tokens], { depth: null, showHidden: true }).includes(token));
    assert.equal(server.requests.length, 1);
    return verdict.kind === "issued" ? verdict.doubts.join() : verdict.error.text();
  });

  it("sends client id and secret in the body, and neither in the URL nor in a header", async () => {
    await tokens.check(credentials());
    const [request, ...more] = server.requests;
    assert.deepEqual(request?.fields, {
      grant_type: "client_credentials",
      client_id: "3MVG9.key",
      client_secret: SECRET,
    });
    assert.equal(request?.authorization, undefined);
    assert.deepEqual(more, []);
  });

  it("sends the scope that was asked for", async () => {
    const issued = { kind: "issued", row: "issued", doubts: [], scope: "api" };
    assert.deepEqual(await tokens.check(credentials({ scope: "api" })), issued);
    assert.equal(server.requests[0]?.fields.scope, "api");
  });

  it("finds a wrong secret, an unknown client, an unknown scope and a wrong path", async () => {
    const rows: [changed: ClientCredentials, code: string, words: RegExp][] = [
      [wrong(), "token-refused", /401 invalid_client/],
      [credentials({ clientId: "other" }), "token-refused", /401 invalid_client/],
      [credentials({ scope: "everything" }), "token-refused", /400 invalid_scope/],
      [credentials({ tokenUrl: `${server.origin}/oauth/token` }), "token-endpoint-wrong", /404/],
    ];
    for (const [changed, expected, words] of rows) {
      const [kind, code, said] = await refusal(tokens.check(changed));
      assert.deepEqual([kind, code], ["refused", expected]);
      assert.match(said, words);
    }
  });

  it("asks once for one app, however many ask at the same time and later", async () => {
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => tokens.check(credentials())));
    verdicts.push(await tokens.check(credentials()));
    assert.equal(server.requests.length, 1);
    assert.equal(new Set(verdicts).size, 1);
  });

  it("asks three times for ten data sources of three apps", async () => {
    const apps = [credentials(), wrong(), credentials({ clientId: "other" })];
    await Promise.all(Array.from({ length: 10 }, (_, index) => tokens.check(apps[index % 3] ?? credentials())));
    assert.equal(server.requests.length, 3);
  });

  it("sends nothing that AEM has no property for, whatever else comes along", async () => {
    const more = { ...credentials(), audience: "https://api.example", resource: "urn:x", clientAuth: "basic" };
    assert.equal((await tokens.check(more)).kind, "issued");
    assert.deepEqual(Object.keys(server.requests[0]?.fields ?? {}), ["grant_type", "client_id", "client_secret"]);
    assert.equal(server.requests[0]?.authorization, undefined);
  });

  it("keeps a refusal, since a second failed login would bring a lockout nearer", async () => {
    const first = await tokens.check(wrong());
    server.setSecret("3MVG9.key", wrong().clientSecret.reveal());
    assert.equal(await tokens.check(wrong()), first);
    assert.equal(server.requests.length, 1);
  });

  it("asks again for another secret, client, scope or token URL", async () => {
    const tokenUrl = `${server.tokenUrl}?tenant=1`;
    const others = [
      wrong(),
      credentials({ clientId: "other" }),
      credentials({ scope: "api" }),
      credentials({ tokenUrl }),
    ];
    for (const each of [credentials(), ...others]) await tokens.check(each);
    assert.equal(server.requests.length, 5);
  });

  it("asks again in another process", async () => {
    await tokens.check(credentials());
    await new TokenChecks({}).check(credentials());
    assert.equal(server.requests.length, 2);
  });

  it("remembers its verdict, and asks nobody when only that is wanted", async () => {
    assert.equal(await tokens.known(credentials()), undefined);
    assert.deepEqual(server.requests, []);
    const verdict = await tokens.check(credentials());
    assert.equal(await tokens.known(credentials()), verdict);
    assert.equal(await tokens.known(wrong()), undefined);
    assert.equal(server.requests.length, 1);
  });

  it("remembers nothing in which the secret can be read", async () => {
    await tokens.check(credentials());
    assert.ok(!inspect(tokens, { depth: null, showHidden: true }).includes(SECRET));
  });
});

describe("the token check, of a server that is none", () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(async () => {
    sinon.restore();
    await stop?.();
    stop = undefined;
  });

  /** A server on loopback until the test is over; answers its host. */
  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    stop = async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    };
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `127.0.0.1:${address.port}`;
  }

  const check = (tokenUrl: string, tokens = new TokenChecks({})) =>
    tokens.check({ clientId: "3MVG9.key", clientSecret: new Secret(SECRET), tokenUrl });

  it("posts a form once, to path and query of the token URL, and asks for JSON", async () => {
    const requests: Pick<IncomingMessage, "method" | "url" | "headers">[] = [];
    const host = await serve(async (request, response) => {
      requests.push(request);
      const sent = new URLSearchParams(await text(request));
      response.end(JSON.stringify(sent.get("client_secret") === SECRET ? { access_token: "t" } : {}));
    });
    assert.equal((await check(`http://${host}/oauth/token?tenant=a%20b`)).kind, "issued");
    const [request, ...more] = requests;
    assert.deepEqual([request?.method, request?.url, more], ["POST", "/oauth/token?tenant=a%20b", []]);
    assert.equal(request?.headers["content-type"], "application/x-www-form-urlencoded");
    assert.equal(request?.headers.accept, "application/json");
    assert.equal(request?.headers.authorization, undefined);
  });

  it("does not follow a redirect, so nothing is posted where it points", async () => {
    const asked: (string | undefined)[] = [];
    const host = await serve(({ url }, response) => {
      asked.push(url);
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    const [kind, code] = await refusal(check(`http://${host}/token`));
    assert.deepEqual([kind, code, asked], ["refused", "token-endpoint-wrong", ["/token"]]);
  });

  it("tells the words of a server without the secret that they repeat", async () => {
    const host = await serve(async (request, response) => {
      const body = await text(request);
      const said = `${SECRET} | ${encodeURIComponent(SECRET)} | ${Buffer.from(SECRET).toString("base64")} | ${body}`;
      response.writeHead(400).end(JSON.stringify({ error: "invalid_client", error_description: said }));
    });
    const [, , said] = await refusal(check(`http://${host}/token`));
    assert.match(said, /invalid_client: \[secret\] \| \[secret\] \| \[secret\] \| .*client_secret=\[secret\]/);
  });

  it("reads no more than 64 KiB of an answer", async () => {
    const host = await serve((_, response) => response.end(" ".repeat(64 * 1024 + 1)));
    const [kind, code] = await refusal(check(`http://${host}/token`));
    assert.deepEqual([kind, code], ["refused", "answer-too-large"]);
  });

  it("finds that a port speaks no TLS", async () => {
    const host = await serve((_, response) => response.end());
    const [kind, code] = await refusal(check(`https://${host}/token`));
    assert.deepEqual([kind, code], ["refused", "network-not-http"]);
  });

  it("does not judge when the connection is closed without an answer", async () => {
    const host = await serve(({ socket }) => socket.end());
    const [kind, code, said] = await refusal(check(`http://${host}/token`));
    assert.deepEqual([kind, code], ["not judged", "token-not-judged"]);
    assert.match(said, new RegExp(`^token check not made: ${host}: the connection was closed without an answer`));
  });

  it("does not judge when nobody listens", async () => {
    const host = await serve(() => undefined);
    await stop?.();
    stop = undefined;
    const [kind, code, said] = await refusal(check(`http://${host}/token`));
    assert.deepEqual([kind, code], ["not judged", "token-not-judged"]);
    assert.match(said, /the connection was refused/);
  });

  it("does not judge when no answer comes within ten seconds", async () => {
    const after = AbortSignal.timeout.bind(AbortSignal);
    const deadline = sinon.stub(AbortSignal, "timeout").callsFake(() => after(50));
    const host = await serve(() => undefined);
    const [kind, code, said] = await refusal(check(`http://${host}/token`));
    assert.deepEqual([kind, code], ["not judged", "token-not-judged"]);
    assert.match(said, /no full answer within 10 s/);
    sinon.assert.alwaysCalledWithExactly(deadline, 10_000);
    sinon.assert.calledTwice(deadline);
  });

  it("keeps that it did not judge, too", async () => {
    let asked = 0;
    const host = await serve((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    const tokens = new TokenChecks({});
    const first = await check(`http://${host}/token`, tokens);
    const attempts = asked;
    assert.equal(await check(`http://${host}/token`, tokens), first);
    assert.equal(asked, attempts);
  });

  it("leaves no connection open", async () => {
    const sockets: Socket[] = [];
    const host = await serve(({ socket }, response) => {
      sockets.push(socket);
      response.end('{"access_token": "t"}');
    });
    await check(`http://${host}/token`);
    const [socket] = sockets;
    assert.ok(socket);
    if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  }).timeout(3_000);
});
