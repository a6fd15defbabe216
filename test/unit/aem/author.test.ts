import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { Author, waitBefore } from "../../../provider/aem/author";
import { redact } from "../../../provider/errors";
import { Secret } from "../../../provider/values";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";
import { close, originOf } from "../../world/loopback";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const CONTENT = `${PAGE}/jcr:content`;
const TOKEN = "GET /libs/granite/csrf/token.json";
const TYPES = [
  { name: "../jcr:primaryType", value: "cq:Page" },
  { name: "./jcr:primaryType", value: "cq:PageContent" },
];

describe("author's client", () => {
  let aem: AemEmulator;
  let author: Author;

  beforeEach(async () => {
    aem = await startAemEmulator();
    author = authorAt(aem.origin);
  });
  afterEach(async () => {
    await author.close();
    await aem.stop();
  });

  it("fetches one CSRF token for all its writes, and sends it with each", async () => {
    await author.logIn();
    await author.post(CONTENT, [...TYPES, { name: "./jcr:title", value: "CRM" }]);
    await author.post(CONTENT, [{ name: "./jcr:title", value: "CRM 2" }]);
    assert.deepEqual(aem.log, [`${TOKEN} 200`, `POST ${CONTENT} 201`, `POST ${CONTENT} 200`]);
    assert.deepEqual(
      aem.requests.map(({ user }) => user),
      ["aem-deployer", "aem-deployer", "aem-deployer"],
    );
  });

  it("keeps the CSRF token out of every text from then on", async () => {
    await author.post(CONTENT, TYPES);
    const token = String(aem.requests.at(-1)?.headers["csrf-token"]);
    assert.equal(redact(`it answered ${token}, twice`), "it answered [secret], twice");
  });

  it("fetches the token again after a 403, and the write succeeds", async () => {
    await author.post(CONTENT, TYPES);
    await author.close(); // its sockets; the token stays
    await aem.stop();
    aem = await startAemEmulator({ port: Number(new URL(aem.origin).port) }); // has forgotten its tokens
    assert.deepEqual(await author.post(CONTENT, TYPES), { created: true });
    assert.deepEqual(aem.log, [`POST ${CONTENT} 403`, `${TOKEN} 200`, `POST ${CONTENT} 201`]);
  });

  it("takes a second 403, with a fresh token, for a missing right", async () => {
    await author.post(CONTENT, TYPES);
    aem.log.splice(0);
    const remove = author.post(`${PAGE}.html`, [{ name: ":operation", value: "delete" }]); // Sling: 403, whoever asks
    await assert.rejects(remove, { code: "author-no-rights" });
    assert.deepEqual(aem.log, [`POST ${PAGE}.html 403`, `${TOKEN} 200`, `POST ${PAGE}.html 403`]);
  });

  it("does not write with a login that the author refuses, nor takes its answer for an absent node", async () => {
    const stranger = authorAt(aem.origin, "n0t-the-passw0rd");
    await assert.rejects(stranger.post(CONTENT, TYPES), { code: "author-login-refused" });
    await assert.rejects(stranger.node(PAGE), { code: "author-login-refused" });
    assert.deepEqual(
      aem.requests.filter(({ writes }) => writes),
      [],
    );
    await stranger.close();
  });

  it("says first that its fields are UTF-8, so that a title in any script arrives unharmed", async () => {
    const title = "日本語 “Ümlaut”";
    await author.post(CONTENT, [...TYPES, { name: "./jcr:title", value: title }]);
    const [, write] = aem.requests;
    assert.deepEqual(write?.fields[0], { name: "_charset_", value: "utf-8" });
    const content = await author.node(CONTENT);
    assert.equal(Object(content)["jcr:title"], title);
  });

  it("uploads every byte of a file as it is, with its name and type", async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
    const file = { name: "Übersicht.yaml", type: "application/yaml", bytes };
    await author.post(CONTENT, [
      ...TYPES,
      { name: "./swaggerFile@TypeHint", value: "nt:file" },
      { name: "./swaggerFile", file },
    ]);
    const sent = aem.requests.flatMap(({ fields }) => fields).find((field) => field.file !== undefined);
    assert.deepEqual(sent?.file, { filename: file.name, contentType: file.type, bytes });
    assert.deepEqual(await author.file(`${CONTENT}/swaggerFile`), bytes);
  });

  it("reads a node with as many levels below it as are asked for", async () => {
    await author.post(CONTENT, [...TYPES, { name: "./jcr:title", value: "CRM" }]);
    assert.equal("jcr:content" in Object(await author.node(PAGE)), false);
    assert.equal(Object(await author.node(PAGE, 1))["jcr:content"]["jcr:title"], "CRM");
    assert.equal(await author.node(`${PAGE}2`), "absent");
  });

  it("logs in by bearer token where the connection has one", async () => {
    const seen: unknown[] = [];
    const server = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, { "content-type": "application/json" }).end('{"token":"abc"}');
    });
    const login = { kind: "bearer", token: new Secret("hB7-wS4-cJ1") } as const;
    const cloud = new Author({ ...connectionTo(originOf(server)), login });
    await cloud.logIn();
    assert.deepEqual(seen, ["Bearer hB7-wS4-cJ1"]);
    await cloud.close();
    await close(server);
  });

  describe("meets a busy author", () => {
    let refusals: number;
    let asked: number;
    let server: Server;
    let patient: Author;

    beforeEach(async () => {
      asked = 0;
      server = await listen((_, response) => {
        asked += 1;
        const status = asked > refusals ? 200 : 503;
        response.writeHead(status, { "content-type": "application/json", "retry-after": "0" }).end('{"token":"abc"}');
      });
      patient = authorAt(originOf(server));
    });
    afterEach(async () => {
      await patient.close();
      await close(server);
    });

    it("reads again, twice at most", async () => {
      refusals = 2;
      await patient.logIn();
      assert.equal(asked, 3);
    });

    it("gives up then, and starts anew the next time it is asked", async () => {
      refusals = 3;
      await assert.rejects(patient.logIn(), { code: "author-busy", fields: { status: 503, waitSeconds: 0 } });
      assert.equal(asked, 3);
      await patient.logIn();
    });

    it("never sends a write again by itself: whoever writes has to look first", async () => {
      refusals = 0;
      await patient.logIn();
      [asked, refusals] = [0, 9];
      await assert.rejects(patient.post(PAGE, []), { code: "author-busy" });
      assert.equal(asked, 1);
    });

    it("W8: waits as long as it is asked to, ten seconds at most, and else a little longer each time", () => {
      assert.deepEqual(
        [0, 3, 120].map((seconds) => waitBefore(0, seconds)),
        [0, 3_000, 10_000],
      );
      for (const [repeat, least, most] of [
        [0, 50, 150],
        [1, 150, 450],
      ] as const) {
        const waits = Array.from({ length: 50 }, () => waitBefore(repeat, undefined));
        assert.ok(waits.every((wait) => wait >= least && wait <= most));
        assert.ok(new Set(waits).size > 1, "all at the same moment");
      }
    });
  });

  it("asks for JSON, as no browser would", async () => {
    await author.post(CONTENT, TYPES);
    for (const { headers } of aem.requests) {
      assert.equal(headers.accept, "application/json");
      assert.doesNotMatch(String(headers["user-agent"]), /Mozilla|Opera/);
    }
  });

  it("says that the author can't be asked when nobody listens", async () => {
    await aem.stop();
    await assert.rejects(author.node(PAGE), {
      code: "network-unreachable",
      message: /^the author can't be asked: 127\.0\.0\.1:\d+: the connection was refused/,
      remedy: /AEM_AUTHOR/,
    });
  });

  describe("sends its login to the origin that it was given for, and nowhere else:", () => {
    let asked: IncomingMessage[];
    let other: Server;
    let elsewhere: string;

    beforeEach(async () => {
      asked = [];
      other = await listen((request, response) => {
        asked.push(request);
        response.end();
      });
      elsewhere = originOf(other);
    });
    afterEach(() => close(other));

    it("a redirect is not followed", async () => {
      const moved = await listen((_, response) => response.writeHead(302, { location: elsewhere }).end());
      const redirected = authorAt(originOf(moved));
      await assert.rejects(redirected.node(PAGE), { code: "author-login-refused" });
      await assert.rejects(redirected.file(PAGE), { code: "author-login-refused" });
      await assert.rejects(redirected.logIn(), { code: "author-login-refused" });
      assert.deepEqual(asked, []);
      await redirected.close();
      await close(moved);
    });

    it("a path that looks like another host is a path of this one", async () => {
      assert.equal(await author.node(`//${new URL(elsewhere).host}/conf`), "absent");
      await assert.rejects(author.node(`@${new URL(elsewhere).host}/conf`), { code: "origin-escape" });
      assert.deepEqual(asked, []);
    });
  });
});

function authorAt(origin: string, password?: string): Author {
  return new Author(connectionTo(origin, { password }));
}

async function listen(serve: RequestListener): Promise<Server> {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
