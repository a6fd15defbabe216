import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { request } from "undici";
import { startTokenServer, type TokenServer } from "../../world/tokenServer";

const credentials = { client_id: "3MVG9.key", client_secret: "s3cret&+ %" };
const grant = { grant_type: "client_credentials" };
const refused = { error: "invalid_client", error_description: "client authentication failed" };

describe("token server", () => {
  let server: TokenServer;

  beforeEach(async () => {
    server = await startTokenServer({
      clients: [{ clientId: credentials.client_id, clientSecret: credentials.client_secret }],
    });
  });
  afterEach(() => server.stop());

  async function post(fields: Record<string, string>, url = server.tokenUrl, headers: Record<string, string> = {}) {
    const { statusCode, body } = await request(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(fields).toString(),
    });
    return { status: statusCode, body: await body.json() };
  }

  it("listens on loopback, at Salesforce's path", () => {
    assert.match(server.tokenUrl, /^http:\/\/127\.0\.0\.1:\d+\/services\/oauth2\/token$/);
    assert.ok(server.tokenUrl.startsWith(server.origin));
  });

  it("gives a bearer token for a client id and secret in the form", async () => {
    const answer = await post({ ...grant, ...credentials });
    const [token] = server.issuedTokens;
    assert.match(token ?? "", /^[\w-]{43}$/);
    assert.deepEqual(answer, { status: 200, body: { access_token: token, token_type: "Bearer", expires_in: 7200 } });
  });

  it("gives another token when the same request comes again", async () => {
    await post({ ...grant, ...credentials });
    await post({ ...grant, ...credentials });
    assert.equal(new Set(server.issuedTokens).size, 2);
  });

  it("refuses a wrong secret", async () => {
    const answer = await post({ ...grant, ...credentials, client_secret: "other" });
    assert.deepEqual(answer, { status: 401, body: refused });
    assert.deepEqual(server.issuedTokens, []);
  });

  it("refuses an unknown client", async () => {
    const answer = await post({ ...grant, ...credentials, client_id: "other" });
    assert.deepEqual(answer, { status: 401, body: refused });
  });

  it("gives the scope that the client may have and refuses one that it doesn't know", async () => {
    const known = await post({ ...grant, ...credentials, scope: "api" });
    const unknown = await post({ ...grant, ...credentials, scope: "api elsewhere" });
    assert.equal(known.status, 200);
    assert.deepEqual(unknown, {
      status: 400,
      body: { error: "invalid_scope", error_description: "requested scope is not known", scope: "elsewhere" },
    });
    assert.equal(server.issuedTokens.length, 1);
  });

  it("refuses another grant", async () => {
    const answer = await post({ ...credentials, grant_type: "password" });
    assert.equal(answer.status, 400);
    assert.equal(server.requests[0]?.error, "unsupported_grant_type");
  });

  it("takes a rotated secret at once, and the old one no longer", async () => {
    await post({ ...grant, ...credentials });
    server.setSecret(credentials.client_id, "rotated");
    const old = await post({ ...grant, ...credentials });
    const rotated = await post({ ...grant, ...credentials, client_secret: "rotated" });
    assert.deepEqual([old.status, rotated.status], [401, 200]);
    assert.throws(() => server.setSecret("other", "rotated"), /no client other/);
  });

  it("keeps what came over the wire, from paths that it doesn't serve as well", async () => {
    await post({ ...grant, ...credentials });
    await post({ ...grant, ...credentials }, `${server.origin}/elsewhere`);
    const basic = `Basic ${Buffer.from("3MVG9.key:s3cret%26%2B+%25").toString("base64")}`;
    await post(grant, server.tokenUrl, { authorization: basic });

    const [inForm, elsewhere, inHeader] = server.requests;
    assert.deepEqual(inForm?.fields, { ...grant, ...credentials });
    assert.deepEqual(elsewhere?.fields, { ...grant, ...credentials });
    assert.deepEqual(inHeader?.fields, grant);
    assert.equal(inHeader?.authorization, basic);
    assert.deepEqual(
      server.requests.map(({ clientId, status }) => [clientId, status]),
      [
        [credentials.client_id, 200],
        [credentials.client_id, 404],
        [credentials.client_id, 200],
      ],
    );
    assert.ok(inForm && Date.now() - inForm.at.getTime() < 5_000);
  });

  it("logs one line a request that holds neither secret nor token", async () => {
    await post({ ...grant, ...credentials }, `${server.tokenUrl}?client_secret=s3cret`);
    await post({ ...grant, ...credentials, client_secret: "other" });
    await (await request(server.origin)).body.dump();
    assert.deepEqual(server.log, [
      "POST /services/oauth2/token 200",
      "POST /services/oauth2/token 401 invalid_client",
      "GET / 404 invalid_request",
    ]);
  });

  it("serves another path, on a port that was asked for", async () => {
    const { port } = new URL(server.origin);
    await server.stop();
    server = await startTokenServer({ port: Number(port), path: "/oauth/token", clients: [] });
    assert.equal(server.tokenUrl, `http://127.0.0.1:${port}/oauth/token`);
    assert.equal((await post({ ...grant, ...credentials })).status, 401);
    await assert.rejects(startTokenServer({ port: Number(port), clients: [] }), { code: "EADDRINUSE" });
  });

  it("closes connections in use when it stops, and the port refuses new ones", async () => {
    const { hostname, port } = new URL(server.origin);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.on("error", () => {}).once("close", resolve)); // a reset will do
    const head = [
      "POST /services/oauth2/token HTTP/1.1",
      "Host: localhost",
      "Content-Length: 9",
      "Expect: 100-continue",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    await once(socket, "data");
    await Promise.all([closed, server.stop()]);
    await assert.rejects(once(connect(Number(port), hostname), "connect"), { code: "ECONNREFUSED" });
  });

  it("prints nothing, and nothing of it keeps the process alive once stopped", async () => {
    const program = `
      const { startTokenServer } = require(process.argv[1]);
      const client = { clientId: "id", clientSecret: "secret" };
      startTokenServer({ clients: [client] }).then(async (server) => {
        const body = new URLSearchParams({ grant_type: "client_credentials", client_id: "id", client_secret: "secret" });
        const { status } = await fetch(server.tokenUrl, { method: "POST", body });
        await fetch(server.origin, { headers: { accept: "text/html" } });
        await server.stop();
        process.exitCode = status === 200 ? 0 : 1;
      });`;
    const file = join(__dirname, "../../world/tokenServer.js");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-e", program, file], { timeout: 20_000 });
    assert.deepEqual({ stdout, stderr }, { stdout: "", stderr: "" });
  }).timeout(20_000);
});
