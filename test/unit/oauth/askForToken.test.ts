import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { Server } from "node:net";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { redact } from "../../../provider/errors";
import { type Asked, type AskLimits, askForToken } from "../../../provider/oauth/askForToken";
import type { TokenRequest } from "../../../provider/oauth/request";
import { Secret } from "../../../provider/values";
import { startConnectProxy } from "../../world/connectProxy";
import { shows } from "../../world/faultRows";
import { startTokenServer } from "../../world/tokenServer";

const SECRET = 'wH5 +%&=/:"\\kö~8 zU2';
const CLIENT_ID = "3MVG9:id +%";
const TOKEN = '{"access_token":"hJ4.planted-qL9","token_type":"Bearer"}';

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
  readonly at: number;
}

describe("asking for a token", function () {
  this.timeout(10_000);

  const closing: (() => Promise<unknown>)[] = [];
  let seen: Seen[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    seen = [];
  });

  async function listen(server: Server & { closeAllConnections?: () => void }): Promise<string> {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(async () => {
      server.closeAllConnections?.();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `127.0.0.1:${address.port}`;
  }

  /** A token server that gives one answer after the other, the last one for ever. */
  async function serve(...answers: readonly RequestListener[]): Promise<string> {
    const host = await listen(
      createServer(async (request, response) => {
        const { url, headers } = request;
        const answer = answers[Math.min(seen.length, answers.length - 1)];
        seen.push({ url, headers, form: new URLSearchParams(await text(request)), at: performance.now() });
        answer?.(request, response);
      }),
    );
    return `http://${host}/token`;
  }

  const says =
    (status: number, body = "", headers: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers).end(body);
  const hangsUp: RequestListener = ({ socket }) => socket.destroy();

  async function ask(tokenUrl: string, changed: Partial<TokenRequest> = {}, limits: AskLimits = {}): Promise<Asked> {
    const request = { clientId: CLIENT_ID, clientSecret: new Secret(SECRET), tokenUrl, ...changed };
    return askForToken(request, { environment: {}, attemptMs: 2_000, totalMs: 3_000, pauseMs: 1, ...limits });
  }

  describe("sends", () => {
    it("grant type, id and secret in the body, whatever characters they have, and nothing more", async () => {
      const { verdict, attempts, milliseconds } = await ask(await serve(says(200, TOKEN)));
      assert.deepEqual([verdict.kind, attempts], ["issued", 1]);
      assert.ok(Number.isInteger(milliseconds) && milliseconds >= 0);
      assert.deepEqual(Object.fromEntries(seen[0]?.form ?? []), {
        grant_type: "client_credentials",
        client_id: CLIENT_ID,
        client_secret: SECRET,
      });
      assert.equal(seen[0]?.headers.authorization, undefined);
      assert.equal(seen[0]?.headers["accept-encoding"], undefined);
    });

    it("scope, audience and resource, where they are given", async () => {
      const parts = { scope: "a b", audience: "https://api.example", resource: "urn:x" };
      await ask(await serve(says(200, TOKEN)), parts);
      const { grant_type, client_id, client_secret, ...rest } = Object.fromEntries(seen[0]?.form ?? []);
      assert.deepEqual(rest, parts);
    });

    it("with basic, id and secret in the header alone, form-encoded before base64", async () => {
      await ask(await serve(says(200, TOKEN)), { clientAuth: "basic" });
      assert.deepEqual(Object.fromEntries(seen[0]?.form ?? []), { grant_type: "client_credentials" });
      const encoded = String(seen[0]?.headers.authorization).replace("Basic ", "");
      const [id = "", secret = "", ...more] = Buffer.from(encoded, "base64").toString().split(":");
      const decoded = [id, secret].map((part) => new URLSearchParams(`s=${part}`).get("s"));
      assert.deepEqual([...decoded, more], [CLIENT_ID, SECRET, []]);
      assert.equal(redact(`header ${encoded}`), "header [secret]");
    });

    it("with basic or post, what a real server understands", async () => {
      // It takes the characters of RFC 6749 (VSCHAR), so no other language's.
      const ascii = SECRET.replace("ö", "o");
      const server = await startTokenServer({ clients: [{ clientId: CLIENT_ID, clientSecret: ascii }] });
      closing.push(server.stop);
      const clientSecret = new Secret(ascii);
      for (const clientAuth of ["basic", "post"] as const) {
        assert.equal((await ask(server.tokenUrl, { clientAuth, clientSecret })).verdict.kind, "issued");
      }
      const granted = await ask(server.tokenUrl, { scope: "api", clientSecret });
      assert.equal(granted.scope, "api");
    });
  });

  describe("tries again", () => {
    it("at most twice where nothing was judged, each time after a pause that grows", async () => {
      for (const answer of [hangsUp, says(500), says(502), says(503), says(504)]) {
        seen = [];
        const { verdict, attempts } = await ask(await serve(answer));
        assert.deepEqual([verdict.kind, attempts, seen.length], ["not judged", 3, 3]);
        assert.ok(verdict.kind === "not judged" && verdict.error.message.endsWith(", asked 3 times"));
      }
    });

    it("and takes what it hears then", async () => {
      const issued = await ask(await serve(hangsUp, says(503), says(200, TOKEN)));
      assert.deepEqual([issued.verdict.kind, issued.attempts], ["issued", 3]);
      seen = [];
      const refused = await ask(await serve(says(503), says(401, '{"error":"invalid_client"}')));
      assert.deepEqual([refused.verdict.row, refused.attempts], ["invalid-client", 2]);
      assert.ok(refused.verdict.kind === "refused" && !refused.verdict.error.message.includes("asked"));
    });

    shows("N6", "never after a refusal, nor after any other 4xx", async () => {
      const error = '{"error":"invalid_client"}';
      const busy = '{"error":"temporarily_unavailable"}';
      for (const answer of [
        says(400, error),
        says(401, error),
        says(403),
        says(404),
        says(408),
        says(429),
        says(400, busy),
      ]) {
        seen = [];
        assert.equal((await ask(await serve(answer))).attempts, 1);
        assert.equal(seen.length, 1);
      }
      seen = [];
      const { verdict } = await ask(await serve(says(503)));
      assert.equal(seen.length, 3);
      return verdict.kind === "issued" ? "" : verdict.error.text();
    });

    it("after as long as the server wants it, when that is soon", async () => {
      for (const status of [429, 503]) {
        seen = [];
        const { verdict } = await ask(await serve(says(status, "", { "retry-after": "1" }), says(200, TOKEN)));
        assert.equal(verdict.kind, "issued");
        const [first, second] = seen.map(({ at }) => at);
        assert.ok(Number(second) - Number(first) >= 990, `${Number(second) - Number(first)} ms`);
      }
    });

    it("W8: not at all when the server wants a longer pause, which is told", async () => {
      const { verdict, attempts } = await ask(await serve(says(429, "", { "retry-after": "11" })));
      assert.equal(attempts, 1);
      assert.ok(verdict.kind === "not judged");
      assert.match(verdict.error.message, /asked again after 11 s$/);
      assert.deepEqual(verdict.error.fields, { status: 429, waitSeconds: 11 });
    });

    it("not beyond the time for all of it", async () => {
      const begun = performance.now();
      const url = await serve(says(503, "", { "retry-after": "1" }));
      const { attempts } = await ask(url, {}, { totalMs: 800 });
      assert.equal(attempts, 1);
      const silent = await serve(() => undefined);
      seen = [];
      const late = await ask(silent, {}, { attemptMs: 300, totalMs: 500 });
      assert.deepEqual([late.verdict.row, late.attempts], ["timeout", 2]);
      assert.ok(performance.now() - begun < 1_500);
      assert.ok(late.verdict.kind === "not judged");
      assert.match(late.verdict.error.message, /no full answer within 0\.3 s, asked 2 times$/);
    });
  });

  describe("goes", () => {
    const LOGIN = "deployer:p4ss-jY6";

    it("through the proxy that the environment names, which sees neither id nor secret", async () => {
      const proxy = await startConnectProxy({ instead: 403, credentials: LOGIN });
      closing.push(proxy.stop);
      const environment = { HTTPS_PROXY: `http://${LOGIN}@${proxy.host}` };
      const request = { clientId: CLIENT_ID, clientSecret: new Secret(SECRET), tokenUrl: "https://tokens.example/t" };
      const { verdict } = await askForToken(request, { environment });
      assert.equal(verdict.row, "proxy-refused");
      assert.deepEqual(
        proxy.requests.map(({ method, target }) => [method, target]),
        [["CONNECT", "tokens.example:443"]],
      );
      assert.doesNotMatch(proxy.seen(), /wH5|3MVG9/);
      assert.doesNotMatch(inspect(verdict, { depth: null }), /p4ss|ZGVwbG95/);
    });

    it("past it where NO_PROXY says so, and always to this machine", async () => {
      const proxy = await startConnectProxy({ instead: 403 });
      closing.push(proxy.stop);
      const variables = { HTTPS_PROXY: `http://${proxy.host}`, HTTP_PROXY: `http://${proxy.host}` };
      const request = { clientId: CLIENT_ID, clientSecret: new Secret(SECRET) };
      const local = { ...request, tokenUrl: await serve(says(200, TOKEN)) };
      assert.equal((await askForToken(local, { environment: variables })).verdict.kind, "issued");
      const excepted = { ...request, tokenUrl: "https://tokens.invalid/t" };
      const environment = { ...variables, NO_PROXY: "tokens.invalid" };
      const { verdict } = await askForToken(excepted, { environment, totalMs: 2_000, pauseMs: 1 });
      // The second is a machine that can ask nobody.
      assert.ok(["dns-unknown", "dns-temporary"].includes(verdict.row), verdict.row);
      assert.deepEqual(proxy.requests, []);
    });

    shows("C1", "nowhere but to the token URL: no redirect is followed, on the same host or to another", async () => {
      const strangers: string[] = [];
      const told = new Set<string>();
      const elsewhere = createServer();
      elsewhere.on("connection", (socket) => strangers.push(String(socket.remotePort)));
      const stranger = await listen(elsewhere);
      for (const status of [301, 302, 303, 307, 308]) {
        for (const location of [`http://${stranger}/token`, "/elsewhere", `//${stranger}/`]) {
          seen = [];
          const { verdict } = await ask(await serve(says(status, "", { location })));
          assert.ok(verdict.kind === "refused");
          if (status === 302) told.add(verdict.error.text());
          assert.deepEqual(
            seen.map(({ url }) => url),
            ["/token"],
          );
        }
      }
      assert.deepEqual(strangers, []);
      return [...told].join("\n").replaceAll(stranger, "elsewhere.example");
    });

    it("nowhere by plain http to another machine, a host that begins like this one included", async () => {
      const proxy = await startConnectProxy();
      closing.push(proxy.stop);
      const environment = { HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` };
      const hosts = ["tokens.example", "localhost.tokens.example", "127.0.0.1.tokens.example", "169.254.169.254"];
      for (const tokenUrl of [...hosts.map((host) => `http://${host}/t`), "ftp://tokens.example/t", "no URL"]) {
        const request = { clientId: CLIENT_ID, clientSecret: new Secret(SECRET), tokenUrl };
        const { verdict } = await askForToken(request, { environment });
        assert.deepEqual([verdict.kind, verdict.row], ["refused", "not-secure"], tokenUrl);
      }
      assert.deepEqual(proxy.requests, []);
    });
  });
});
