import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";
import { makeAuthority } from "../world/certificates";
import { type ConnectProxy, startConnectProxy } from "../world/connectProxy";
import { Deployment, OAUTH2 } from "../world/deployment";
import { refusalOf, shows } from "../world/faultRows";
import { searchText } from "../world/leaks";
import { close, forward, listen, originOf } from "../world/loopback";

const USER = "aem-deployer";
const PASSWORD = String(DEFAULT_ACCOUNTS.find(({ user }) => user === USER)?.password);
const SECRETS = [PASSWORD, `${USER}:${PASSWORD}`, OAUTH2.clientSecret.reveal()];

describe("a login reaches no origin that it was not given for", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;
  /** Another server, and everything that it was sent. */
  let other: Server;
  let heard: string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "origin-pin-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    aem = await startAemEmulator();
    heard = [];
    other = await listen((incoming, response) => {
      heard.push(describeRequest(incoming));
      response.writeHead(200, { "content-type": "application/json" }).end('{"token":"abc"}');
    });
    crm = new Deployment({ origin: aem.origin, username: USER, password: PASSWORD }, folder);
    await crm.swagger();
  });
  afterEach(async () => {
    await aem.stop();
    await close(other);
  });

  shows("P4", "by a connection that was changed: every step is refused before anything is sent", async () => {
    await crm.up();
    crm.environment.AEM_AUTHOR = originOf(other);
    const moved = { code: "origin-changed", message: /nothing was sent$/ };
    await assert.rejects(crm.read(), moved);
    const text = await refusalOf(crm.destroy());
    assert.match(text, /nothing was sent \[origin-changed\]/);
    await assert.rejects(crm.up({ title: "CRM" }), /lives on http.*now says http/);
    assert.deepEqual(heard, []);
    return text;
  });

  it("by an old state, whose origin the connection does not name", async () => {
    await crm.up();
    crm.inputs = { ...crm.inputs, origin: originOf(other) };
    crm.outputs = { ...crm.outputs, origin: originOf(other) };
    aem.requests.splice(0);
    for (const act of [() => crm.read(), () => crm.destroy(), () => crm.up({ title: "CRM" })])
      await assert.rejects(act);
    assert.deepEqual([heard, aem.requests], [[], []]);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`by a redirect with ${status}, of a read or of a write`, async () => {
      let redirects = /never/;
      const author = await listen((incoming, response) => {
        const { method = "GET", url = "/" } = incoming;
        if (!redirects.test(`${method} ${url}`)) return forward(incoming, response, aem.origin);
        incoming.resume();
        response.writeHead(status, { location: `${originOf(other)}${url}` }).end();
      });
      const behind = new Deployment({ ...crm.place, origin: originOf(author) }, folder);
      for (const path of [/^GET .*csrf/, /^GET .*crm/, /^POST .*probe/, /^POST .*crm\/jcr:content/]) {
        redirects = path;
        await assert.rejects(behind.up(), { code: "author-login-refused", message: /a redirect to another page/ });
      }
      redirects = /never/;
      await behind.up();
      redirects = /^GET .*swaggerFile/;
      await assert.rejects(behind.read(), { code: "author-login-refused" });
      assert.deepEqual(heard, []);
      await close(author);
    });
  }

  it("by a proxy: it makes a tunnel to the author and sees neither login, nor token, nor secret", async () => {
    const authority = await makeAuthority();
    const issued = await authority.issue({ hosts: ["author.test"] });
    const tls = createTlsServer({ key: issued.key, cert: issued.certificate }, (incoming, response) =>
      forward(incoming, response, aem.origin),
    );
    tls.listen(0, "127.0.0.1");
    await once(tls, "listening");
    const proxy: ConnectProxy = await startConnectProxy({
      routes: { "author.test:443": new URL(originOf(tls)).host },
      credentials: "proxy-user:pr0xy-Pa55",
    });
    await writeFile(join(folder, "ca.pem"), authority.certificate);
    Object.assign(crm.environment, {
      AEM_AUTHOR: "https://author.test",
      AEM_CA_FILE: "ca.pem",
      HTTPS_PROXY: `http://proxy-user:pr0xy-Pa55@${proxy.host}`,
    });
    await crm.up();
    await crm.up({ title: "CRM" });
    assert.deepEqual(await crm.refresh(), []);
    await crm.destroy();
    assert.ok(aem.log.some((line) => line.startsWith("POST")));
    assert.ok(proxy.requests.every(({ method, target }) => method === "CONNECT" && target === "author.test:443"));
    const tokens = aem.requests.map(({ headers }) => String(headers["csrf-token"] ?? ""));
    const secrets = [...SECRETS, ...new Set(tokens.filter((token) => token !== ""))];
    assert.deepEqual(searchText("what the proxy saw", proxy.seen(), secrets), []);
    // And the proxy's own login stays with the proxy.
    const sent = aem.requests.map(({ headers, fields }) => JSON.stringify([headers, fields.map(({ value }) => value)]));
    assert.deepEqual(searchText("what the author saw", sent.join("\n"), ["pr0xy-Pa55"]), []);
    await proxy.stop();
    await close(tls);
  });
});

function describeRequest({ method, url, headers }: IncomingMessage): string {
  return `${method} ${url} ${JSON.stringify(headers)}`;
}
