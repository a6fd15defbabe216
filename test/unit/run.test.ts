import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "../../provider/run";
import { makeAuthority } from "../world/certificates";
import { startConnectProxy } from "../world/connectProxy";
import { close } from "../world/loopback";

const TOKEN = "rW8-tY2-uP6";
const PROXY_LOGIN = "deployer:oL3-iK7";

describe("a run", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "run-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  function start(environment: Record<string, string>): Run {
    const voice = { warn: async () => undefined, note: async () => undefined };
    return new Run({ environment, config: () => undefined }, voice, folder);
  }

  it("asks an author by token, CA file, client certificate and proxy, and each party sees its own login alone", async () => {
    const authority = await makeAuthority();
    const server = await authority.issue({ hosts: ["author.example"] });
    const client = await authority.issue({ client: true });
    await writeFile(join(folder, "ca.pem"), authority.certificate);
    await writeFile(join(folder, "client.pem"), `${client.certificate}\n${client.key}`);
    const seen: (string | undefined)[][] = [];
    const asking = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate };
    const author = createServer({ key: server.key, cert: server.certificate, ...asking }, ({ headers }, response) => {
      seen.push([headers.host, headers.authorization, headers["proxy-authorization"]?.toString()]);
      response.writeHead(200, { "content-type": "application/json" }).end('{"token":"abc"}');
    }).listen(0, "127.0.0.1");
    await once(author, "listening");
    const address = author.address();
    assert.ok(typeof address === "object" && address !== null);
    const routes = { "author.example:443": `127.0.0.1:${address.port}` };
    const proxy = await startConnectProxy({ routes, credentials: PROXY_LOGIN });

    const run = start({
      AEM_AUTHOR: "https://author.example",
      AEM_TOKEN: TOKEN,
      AEM_CA_FILE: "ca.pem",
      AEM_CLIENT_CERT_FILE: "client.pem",
      AEM_CLIENT_KEY_FILE: "client.pem",
      HTTPS_PROXY: `http://${PROXY_LOGIN}@${proxy.host}`,
    });
    await run.author(undefined, undefined).logIn();
    assert.deepEqual(seen, [["author.example", `Bearer ${TOKEN}`, undefined]]);
    const basic = Buffer.from(PROXY_LOGIN).toString("base64");
    assert.equal(proxy.requests[0]?.headers["proxy-authorization"], `Basic ${basic}`);
    assert.doesNotMatch(proxy.seen(), new RegExp(`Bearer|${TOKEN}`));

    await run.close();
    await proxy.stop();
    await close(author);
  });

  it("reads the files of a connection once, however many data sources ask", async () => {
    const [first, second] = [await makeAuthority("First"), await makeAuthority("Second")];
    await writeFile(join(folder, "ca.pem"), first.certificate);
    const login = { AEM_AUTHOR: "https://author.example", AEM_TOKEN: TOKEN };
    const run = start({ ...login, AEM_CA_FILE: "ca.pem" });
    const resolved = run.connection(undefined);
    assert.ok("connection" in resolved);
    assert.equal(resolved.connection.route.ca, first.certificate);
    await writeFile(join(folder, "ca.pem"), second.certificate);
    assert.equal(run.connection(undefined), resolved);
  });

  it("keeps the connections apart", () => {
    const run = start({ AEM_AUTHOR: "https://author.example", AEM_TOKEN: TOKEN });
    assert.ok("connection" in run.connection(undefined));
    assert.ok("problems" in run.connection("emea"));
  });
});
