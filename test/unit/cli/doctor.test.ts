import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { ErrorCode } from "../../../provider/errors";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { commandLine, type Ended } from "../../world/commandLine";
import { close, originOf } from "../../world/loopback";
import { startProxy } from "../../world/proxy";
import { startTokenServer } from "../../world/tokenServer";

const CLOUD_CONFIGURATIONS = "/conf/global/settings/cloudconfigs";
const FOLDER = `${CLOUD_CONFIGURATIONS}/fdm`;
const PASSWORDS = DEFAULT_ACCOUNTS.map(({ password }) => password).filter((password) => password !== "admin");
const WRONG_PASSWORD = "m1styped-password";

interface Check {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly remedy?: string;
}

interface Call {
  readonly origin?: string;
  readonly user?: string;
  readonly password?: string;
}

describe("aem-datasource doctor", () => {
  let aem: AemEmulator;

  beforeEach(async () => {
    aem = await startAemEmulator();
  });
  afterEach(() => aem.stop());

  function doctor(words: readonly string[], { origin = aem.origin, user = "aem-deployer", password }: Call = {}) {
    const known = DEFAULT_ACCOUNTS.find((account) => account.user === user)?.password;
    const environment = { AEM_AUTHOR: origin, AEM_USERNAME: user, AEM_PASSWORD: password ?? known };
    return commandLine(["doctor", ...words], { environment, secrets: [...PASSWORDS, WRONG_PASSWORD] });
  }

  /** What the command says to a script, and how it ends. */
  async function checks(
    words: readonly string[],
    call?: Call,
  ): Promise<{ code: number | null; of: Map<string, Check> }> {
    const { code, stdout, stderr } = await doctor([...words, "--json"], call);
    assert.equal(stderr, "");
    const report: { origin: string; ok: boolean; checks: Check[] } = JSON.parse(stdout);
    assert.equal(report.origin, call?.origin ?? aem.origin);
    assert.equal(report.ok, code === 0);
    return { code, of: new Map(report.checks.map((check) => [check.check, check])) };
  }

  /** All that is not right, as "check: state [code]". */
  function troubles(of: ReadonlyMap<string, Check>): string[] {
    const some = [...of.values()].filter(({ state }) => state === "wrong" || state === "warning");
    return some.map(({ check, state, code }) => `${check}: ${state} [${code}]`);
  }

  function writes(): string[] {
    return aem.requests
      .filter(({ writes }) => writes)
      .map(({ path, status }) => `${path.replace(/probe-\w+/, "probe")} ${status}`);
  }

  async function withServer<T>(listener: RequestListener, act: (origin: string) => Promise<T>): Promise<T> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      return await act(originOf(server));
    } finally {
      await close(server);
    }
  }

  /** An origin of this machine where nobody listens any more. */
  const closedPort = () =>
    withServer(
      () => undefined,
      async (origin) => origin,
    );

  describe("where all is right", () => {
    it("says so in one aligned line a check, without colours in a pipe, and ends with 0", async () => {
      const { code, stdout, stderr } = await doctor([]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.deepEqual(stdout.trimEnd().split("\n"), [
        `ok           author      ${aem.origin} answers`,
        "ok           AEM         it answers like an author",
        "ok           login       aem-deployer is known there",
        "ok           CSRF token  given",
        "ok           product     aem65, by the author's host; for 6.5 LTS the program says so by `product`",
        `ok           container   ${FOLDER} is there`,
        `ok           rights      aem-deployer may write below ${FOLDER}, as far as can be known without writing`,
        "not checked  encryption  --write proves it, by a dummy secret that is removed again",
        "ok           publish     there is a replication; its right (crx:replicate) can't be seen",
        "not checked  token URL   --token-url names it",
      ]);
    });

    it("leaves the repository as it is without --write", async () => {
      const before = aem.list("/conf");
      await doctor([]);
      assert.deepEqual(aem.list("/conf"), before);
      assert.deepEqual(writes(), [`${FOLDER} 200`]);
    });

    it("proves rights and encryption with --write, and nothing of the dummy stays", async () => {
      const before = aem.node(FOLDER);
      const { code, of } = await checks(["--write"]);
      assert.equal(code, 0);
      assert.equal(of.get("rights")?.message, `aem-deployer wrote a dummy below ${FOLDER} and removed it`);
      assert.equal(of.get("encryption")?.message, "a dummy secret came back encrypted, by the suffix @Encrypted");
      assert.deepEqual(aem.node(FOLDER), before);
    });

    it("names the crypto console where that is what encrypts", async () => {
      aem.setEncryption("console");
      const { code, of } = await checks(["--write"]);
      assert.match(String(of.get("encryption")?.message), /^by the crypto console/);
      assert.equal(code, 0);
    });

    it("is asked for another container by its name", async () => {
      const { of } = await checks(["--container", "/conf/acme/emea"]);
      assert.equal(of.get("container")?.message, "/conf/acme/emea/settings/cloudconfigs/fdm is there");
    });
  });

  describe("diagnoses", () => {
    it("a wrong port", async () => {
      const { code, of } = await checks(["--write"], { origin: await closedPort() });
      assert.deepEqual([code, troubles(of)], [1, ["author: wrong [network-unreachable]"]]);
      const { message, remedy } = of.get("author") ?? {};
      assert.match(String(message), /^the author can't be asked: 127\.0\.0\.1:\d+: the connection was refused/);
      assert.equal(remedy, "Check the author's address (AEM_AUTHOR) and that it runs.");
      assert.deepEqual([of.get("login")?.state, of.get("rights")?.state], ["not checked", "not checked"]);
    });

    it("a wrong password, and does not claim to know what kind of server refuses it", async () => {
      const { code, of } = await checks(["--write"], { password: WRONG_PASSWORD });
      assert.deepEqual([code, troubles(of)], [1, ["login: wrong [author-login-refused]"]]);
      const { message, remedy } = of.get("login") ?? {};
      assert.match(String(message), /refused the login of aem-deployer from the environment \(401\)$/);
      assert.equal(remedy, "Correct AEM_USERNAME and AEM_PASSWORD.");
      assert.deepEqual([of.get("author")?.state, of.get("AEM")?.state], ["ok", "not checked"]);
      assert.deepEqual(writes(), []);
    });

    it("an account that may read nothing", async () => {
      const { code, of } = await checks(["--write"], { user: "aem-nobody" });
      assert.deepEqual([code, troubles(of)], [1, ["container: wrong [author-no-rights]"]]);
      const { message, remedy } = of.get("container") ?? {};
      assert.match(String(message), /^aem-nobody may read nothing below \/conf on /);
      assert.match(String(remedy), /^Give aem-nobody jcr:read on \/conf\/global, and jcr:addChildNodes, /);
    });

    for (const words of [[], ["--write"]]) {
      it(`an account that may only read ${words[0] ?? "without writing"}`, async () => {
        const before = aem.list("/conf");
        for (const mode of ["modern", "legacy"] as const) {
          aem.setStatusMode(mode);
          const { code, of } = await checks(words, { user: "aem-reader" });
          assert.deepEqual([code, troubles(of)], [1, ["rights: wrong [author-no-rights]"]]);
          assert.match(String(of.get("rights")?.message), /^aem-reader may not write below \/conf\/global\/settings/);
          assert.match(
            String(of.get("rights")?.remedy),
            /^Give aem-reader jcr:addChildNodes, .* on \/conf\/global\/set/,
          );
          assert.equal(of.get("encryption")?.state, "not checked");
        }
        assert.deepEqual(aem.list("/conf"), before);
      });
    }

    const plain: [what: string, listener: RequestListener][] = [
      [
        "that knows no such page",
        (_, response) => response.writeHead(404, { "content-type": "text/html" }).end("<p>No"),
      ],
      ["with one page for all", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Hi")],
      ["that speaks JSON", (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("[]")],
    ];
    for (const [what, listener] of plain) {
      it(`a plain web server ${what}`, async () => {
        const { code, of } = await withServer(listener, (origin) => checks(["--write"], { origin }));
        assert.deepEqual([code, troubles(of)], [1, ["AEM: wrong [author-not-aem]"]]);
        assert.match(String(of.get("AEM")?.message), /does not answer like an AEM author/);
        assert.match(String(of.get("AEM")?.remedy), /^Give the author itself/);
        assert.deepEqual([of.get("author")?.state, of.get("login")?.state], ["ok", "not checked"]);
      });
    }

    for (const status of [301, 308]) {
      it(`a server that has moved, as to https (${status}), and does not blame the login`, async () => {
        const listener: RequestListener = ({ url }, response) =>
          response.writeHead(status, { location: `https://127.0.0.1:9${url}` }).end();
        const { code, of } = await withServer(listener, (origin) => checks([], { origin }));
        assert.deepEqual([code, troubles(of)], [1, ["AEM: wrong [author-not-aem]"]]);
        assert.match(String(of.get("AEM")?.remedy), /with https where it wants that/);
      });
    }

    it("a server that does not encrypt", async () => {
      aem.setEncryption("none");
      const { code, of } = await checks(["--write"]);
      assert.deepEqual([code, troubles(of)], [1, ["encryption: wrong [secret-not-encrypted]"]]);
      assert.equal(of.get("rights")?.state, "ok");
      assert.match(String(of.get("encryption")?.remedy), /encryption post processor/);
    });

    it("a container that is not there, in the words of this command", async () => {
      const { code, of } = await checks(["--container", "nowhere"]);
      assert.deepEqual([code, troubles(of)], [1, ["container: wrong [container-missing]"]]);
      assert.match(String(of.get("container")?.remedy), /^Check --container, or make it in AEM/);
    });

    it("a container where cloud configurations are off", async () => {
      const { of } = await checks(["--container", "bare"]);
      assert.match(String(of.get("container")?.remedy), /^Switch on Cloud Configurations/);
    });

    it("an author that is starting", async () => {
      const proxy = await startProxy(aem.origin);
      proxy.hide(() => true, 503);
      const { code, of } = await checks([], { origin: proxy.origin });
      await proxy.stop();
      assert.deepEqual([code, troubles(of)], [1, ["author: wrong [author-busy]"]]);
    });

    it("a missing replication as a warning, since nobody has to publish", async () => {
      const proxy = await startProxy(aem.origin);
      proxy.hide((path) => path === "/bin/replicate.json", 404);
      const { code, of } = await checks([], { origin: proxy.origin });
      await proxy.stop();
      assert.deepEqual([code, troubles(of)], [0, ["publish: warning [not-published]"]]);
    });
  });

  describe("in a container without a folder for data sources", () => {
    it("says that the first create makes it, and has nothing to ask rights of", async () => {
      const { code, of } = await checks(["--container", "nofdm"]);
      assert.equal(code, 0);
      assert.match(String(of.get("container")?.message), /fdm is made by the first create$/);
      assert.deepEqual([of.get("rights")?.state, writes()], ["not checked", []]);
    });

    it("makes it with --write, as a create would", async () => {
      const { code } = await checks(["--container", "nofdm", "--write"]);
      assert.equal(code, 0);
      assert.equal(Object(aem.node("/conf/nofdm/settings/cloudconfigs/fdm")).mergeList, true);
    });
  });

  describe("the token URL", () => {
    const tokenUrl = async (url: string) => (await checks(["--token-url", url])).of.get("token URL");

    it("is right where a token server misses the credentials, of which none were sent", async () => {
      const tokens = await startTokenServer({ clients: [{ clientId: "key", clientSecret: "s3cret-of-the-app" }] });
      const found = await tokenUrl(tokens.tokenUrl);
      await tokens.stop();
      assert.deepEqual(found, {
        check: "token URL",
        state: "ok",
        message: `${new URL(tokens.origin).host} answers like a token server`,
      });
      assert.deepEqual(
        tokens.requests.map(({ fields, authorization }) => [fields, authorization]),
        [[{ grant_type: "client_credentials" }, undefined]],
      );
    });

    const servers: [what: string, status: number, state: string, code: ErrorCode][] = [
      ["another path of a server", 404, "wrong", "token-endpoint-wrong"],
      ["a server that is down for today", 503, "warning", "token-not-judged"],
      ["a server that refuses who says nothing, in words of its own", 401, "warning", "token-endpoint-wrong"],
    ];
    for (const [what, status, state, code] of servers) {
      it(`is ${state} at ${what}`, async () => {
        const listener: RequestListener = (_, response) => response.writeHead(status).end();
        const found = await withServer(listener, (origin) => tokenUrl(`${origin}/token`));
        assert.deepEqual([found?.state, found?.code], [state, code]);
      });
    }

    it("is wrong where nobody answers", async () => {
      const found = await tokenUrl(`${await closedPort()}/token`);
      assert.deepEqual([found?.state, found?.code], ["wrong", "token-not-judged"]);
    });

    it("is wrong at Salesforce's login host, without a request", async () => {
      const found = await tokenUrl("https://login.salesforce.com/services/oauth2/token");
      assert.deepEqual([found?.state, found?.code], ["wrong", "input-invalid"]);
      assert.match(String(found?.message), /^the token URL: login\.salesforce\.com does not serve/);
    });
  });

  describe("called in a wrong way", () => {
    const calls: [what: string, words: string[], says: RegExp][] = [
      ["with a path for a container", ["--container", "/content/x"], /^error: --container is no container/],
      ["with a token URL in plain http", ["--token-url", "http://example.com/t"], /^error: --token-url must be https/],
      ["with words too many", ["now"], /^error: there are more words/],
    ];
    for (const [what, words, says] of calls) {
      it(`${what} it asks nobody and ends with 64`, async () => {
        const { code, stdout, stderr } = await doctor(words);
        assert.match(stderr, says);
        assert.deepEqual([code, stdout, aem.requests.length], [64, "", 0]);
      });
    }

    it("without a connection it says what to set", async () => {
      const ended: Ended = await commandLine(["doctor"]);
      assert.match(ended.stderr, /^error: no author: .*\n {2}Set AEM_AUTHOR, AEM_USERNAME and AEM_PASSWORD/);
      assert.equal(ended.code, 64);
    });
  });
});
