import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { Author } from "../../../provider/aem/author";
import { Secret } from "../../../provider/values";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
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

  it("asks again for a login that failed for a moment only", async () => {
    let starting = true;
    const server = await listen((_, response) => {
      response.writeHead(starting ? 503 : 200, { "content-type": "application/json" }).end('{"token":"abc"}');
      starting = false;
    });
    const patient = authorAt(originOf(server));
    await assert.rejects(patient.logIn(), { code: "author-answer-unexpected" });
    await patient.logIn();
    await patient.close();
    await close(server);
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
  const account = DEFAULT_ACCOUNTS.find(({ user }) => user === "aem-deployer");
  return new Author({
    origin,
    login: { username: "aem-deployer", password: new Secret(password ?? String(account?.password)) },
    previousOrigin: undefined,
    deadlineMs: 5_000,
    plainHttp: false,
    source: "the environment",
    fromConfig: false,
  });
}

async function listen(serve: RequestListener): Promise<Server> {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
