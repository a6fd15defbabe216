import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Agent, request } from "undici";
import { makeAuthority } from "../../world/certificates";
import { type Fault, type FaultProxy, startFaultProxy } from "../../world/faultProxy";
import * as faults from "../../world/faults";
import { close, originOf } from "../../world/loopback";

const ANSWER = "the whole answer of the server";

describe("the fault proxy", () => {
  const acted: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    acted.push(`${incoming.method} ${incoming.url} ${await text(incoming)}`.trim());
    outgoing.writeHead(200, { "content-type": "text/plain", served: String(acted.length) }).end(ANSWER);
  });
  let proxy: FaultProxy;
  let client: Agent;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    proxy = await startFaultProxy(originOf(server));
  });

  beforeEach(() => {
    acted.length = 0;
    client = new Agent({ headersTimeout: 100 });
  });

  afterEach(() => client.destroy());

  after(async () => {
    await proxy.stop();
    await close(server);
  });

  async function ask(path = "/a"): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
    const { statusCode, headers, body } = await request(proxy.origin + path, { dispatcher: client });
    return { status: statusCode, headers, body: await body.text() };
  }

  async function meets(fault: Fault): Promise<string> {
    proxy.inject(1, fault);
    const code = await ask().then(
      () => "answered",
      (thrown: unknown) => String(Reflect.get(Object(thrown), "code")),
    );
    assert.equal(proxy.injected, 1);
    return code;
  }

  it("is not there where nothing is wrong: body and answer pass as they are", async () => {
    proxy.pass();
    const sent = { dispatcher: client, method: "POST" as const, body: "x=1" };
    const { statusCode, body } = await request(`${proxy.origin}/a?b`, sent);
    assert.deepEqual([statusCode, await body.text()], [200, ANSWER]);
    assert.deepEqual([acted, proxy.seen, proxy.injected], [["POST /a?b x=1"], ["POST /a?b"], 0]);
  });

  it("does it at the n-th request alone, and never again", async () => {
    proxy.inject(2, faults.answeredInstead("500", 500));
    const statuses = [(await ask("/1")).status, (await ask("/2")).status, (await ask("/3")).status];
    assert.deepEqual(statuses, [200, 500, 200]);
    assert.deepEqual(acted, ["GET /1", "GET /3"]);
    assert.deepEqual([proxy.seen, proxy.injected], [["GET /1", "GET /2", "GET /3"], 1]);
  });

  it("does it at the first request that a test asks for by its line", async () => {
    proxy.inject(({ line }) => line === "GET /2", faults.answeredInstead("500", 500));
    const statuses = [];
    for (const path of ["/1", "/2", "/2"]) statuses.push((await ask(path)).status);
    assert.deepEqual([statuses, proxy.injected], [[200, 500, 200], 1]);
  });

  const BROKEN: readonly (readonly [Fault, code: string, acted: number])[] = [
    [faults.refused, "ECONNRESET", 0],
    [faults.droppedBefore, "UND_ERR_SOCKET", 0],
    [faults.droppedAfter, "UND_ERR_SOCKET", 1],
    [faults.silentBefore, "UND_ERR_HEADERS_TIMEOUT", 0],
    [faults.silentAfter, "UND_ERR_HEADERS_TIMEOUT", 1],
    [faults.truncated, "UND_ERR_RES_CONTENT_LENGTH_MISMATCH", 1],
  ];
  for (const [fault, code, times] of BROKEN) {
    it(`breaks the connection: ${fault.name}`, async () => {
      assert.equal(await meets(fault), code);
      assert.equal(acted.length, times);
      assert.equal((await ask()).body, ANSWER);
    });
  }

  for (const fault of [faults.delayed, faults.dripped]) {
    it(`takes its time: ${fault.name}`, async () => {
      client = new Agent();
      proxy.inject(1, fault);
      assert.equal((await ask()).body, ANSWER);
      assert.deepEqual([proxy.injected, acted.length], [1, 1]);
    });
  }

  it("lets the server act twice, and answers as it did the second time", async () => {
    proxy.inject(1, faults.duplicated);
    const { headers, body } = await ask();
    assert.deepEqual([headers.served, body, acted], ["2", ANSWER, ["GET /a", "GET /a"]]);
  });

  it("rewrites status, headers and body of what the server did", async () => {
    const change = () => ({ status: 409, headers: { "content-type": "text/html" }, body: Buffer.from("<html>") });
    proxy.inject(1, faults.rewritten("all", change));
    const { status, headers, body } = await ask();
    assert.deepEqual([status, headers["content-type"], body, acted.length], [409, "text/html", "<html>", 1]);
  });

  it("redirects to a server that notes what arrives there", async () => {
    const elsewhere = await faults.startElsewhere();
    proxy.inject(1, faults.redirected(307, elsewhere.origin));
    const { status, headers } = await ask();
    assert.deepEqual([status, acted], [307, []]);
    await request(String(headers.location), { dispatcher: client });
    assert.match(elsewhere.arrived.join(), /^GET \/elsewhere /);
    await elsewhere.stop();
  });

  it("holds a request before and after the server acted, while a test does something else", async () => {
    const seen: number[] = [];
    for (const held of [faults.heldBefore, faults.heldAfter]) {
      proxy.inject(
        1,
        held(() => seen.push(acted.length)),
      );
      assert.equal((await ask()).body, ANSWER);
    }
    assert.deepEqual(seen, [0, 2]);
  });

  it("over TLS shows another certificate at the n-th connection alone", async () => {
    const [authority, other] = await Promise.all([makeAuthority(), makeAuthority("Somebody else")]);
    const secure = await startFaultProxy(originOf(server), { tls: await authority.issue() });
    const trusting = new Agent({ connect: { ca: authority.certificate } });
    secure.inject(2, faults.otherCertificate(await other.issue()));
    const outcomes: unknown[] = [];
    for (const path of ["/1", "/2", "/3"]) {
      outcomes.push(
        await request(secure.origin + path, { dispatcher: trusting }).then(
          async ({ body }) => body.text(),
          (thrown: unknown) => Reflect.get(Object(thrown), "code"),
        ),
      );
    }
    assert.deepEqual(outcomes, [ANSWER, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", ANSWER]);
    assert.deepEqual([acted, secure.injected], [["GET /1", "GET /3"], 1]);
    await trusting.destroy();
    await secure.stop();
  });
});
