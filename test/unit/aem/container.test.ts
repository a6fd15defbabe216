import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { Author } from "../../../provider/aem/author";
import { confirmAbsent, prepareContainer, proveEncryption } from "../../../provider/aem/container";
import { Secret } from "../../../provider/values";
import { type AemEmulator, type AemEmulatorOptions, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { close, originOf } from "../../world/loopback";

const CLOUD_CONFIGURATIONS = "/conf/global/settings/cloudconfigs";
const FOLDER = `${CLOUD_CONFIGURATIONS}/fdm`;
const PAGE = `${FOLDER}/crm`;

describe("container", () => {
  let aem: AemEmulator;
  let authors: Author[];

  beforeEach(() => start());
  afterEach(stop);

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator(options);
    authors = [];
  }

  async function stop(): Promise<void> {
    for (const author of authors) await author.close();
    await aem.stop();
  }

  function as(user: string, { password, origin = aem.origin }: { password?: string; origin?: string } = {}): Author {
    const known = DEFAULT_ACCOUNTS.find((account) => account.user === user)?.password;
    const author = new Author({
      origin,
      login: { username: user, password: new Secret(password ?? String(known)) },
      previousOrigin: undefined,
      deadlineMs: 5_000,
      plainHttp: false,
      source: "the environment",
      fromConfig: false,
    });
    authors.push(author);
    return author;
  }

  function writes(): string[] {
    return aem.requests.filter((asked) => asked.writes).map(({ path, status }) => `${path} ${status}`);
  }

  describe("before the first data source", () => {
    it("is left alone when it has the folder", async () => {
      await prepareContainer(as("aem-reader"), "global");
      assert.deepEqual(writes(), []);
    });

    it("gets the folder that the wizard makes, when only that is missing", async () => {
      aem.remove(FOLDER);
      await prepareContainer(as("aem-deployer"), "/conf/global");
      const { "jcr:primaryType": type, mergeList } = Object(aem.node(FOLDER));
      assert.deepEqual({ type, mergeList }, { type: "sling:Folder", mergeList: true });
      assert.deepEqual(writes(), [`${FOLDER} 201`]);
    });

    it("is refused when cloud configurations are not switched on for it, with the place to do so", async () => {
      aem.remove(CLOUD_CONFIGURATIONS);
      await assert.rejects(prepareContainer(as("aem-deployer"), "global"), {
        code: "container-missing",
        message: /^\/conf\/global on http.* takes no cloud configurations, or aem-deployer may not read them$/,
        remedy: /^Switch on Cloud Configurations .*Configuration Browser/,
      });
      assert.deepEqual(writes(), []);
    });

    it("is refused when it does not exist, with the argument to check", async () => {
      await assert.rejects(prepareContainer(as("aem-deployer"), "glabal"), {
        code: "container-missing",
        message: /^\/conf\/glabal does not exist on http/,
        remedy: /^Check `container`/,
      });
      assert.deepEqual(writes(), []);
    });

    it("is not called missing without a word of the rights of the login", async () => {
      await assert.rejects(prepareContainer(as("aem-nobody"), "global"), {
        code: "container-missing",
        message: /or aem-nobody may not read it$/,
      });
    });

    it("is refused to a login that can't make the folder: rights first", async () => {
      aem.remove(FOLDER);
      await assert.rejects(prepareContainer(as("aem-reader"), "global"), {
        code: "author-refused-write",
        remedy: /^Give aem-reader the rights to read and write below \/conf\/global\./,
      });
      assert.equal(aem.node(FOLDER), undefined);
    });

    it("is not even looked at with a wrong login", async () => {
      await assert.rejects(prepareContainer(as("aem-deployer", { password: "n0t-the-passw0rd" }), "global"), {
        code: "author-login-refused",
      });
      assert.equal(aem.requests.length, 1);
    });
  });

  describe("of a page that answers 404", () => {
    it("proves by its folder that the page is gone", async () => {
      await confirmAbsent(as("aem-reader"), PAGE, "global");
    });

    it("proves nothing to a login without rights, which sees 404 everywhere", async () => {
      await assert.rejects(confirmAbsent(as("aem-nobody"), PAGE, "global"), {
        code: "data-source-unreadable",
        message: /^\/conf\/global\/.*\/crm on http.* can't be read by aem-nobody/,
        remedy: /^Give aem-nobody the right to read below \/conf\/global\./,
      });
    });

    it("proves nothing without its folder", async () => {
      aem.remove(FOLDER);
      await assert.rejects(confirmAbsent(as("aem-deployer"), PAGE, "global"), { code: "data-source-unreadable" });
    });

    it("proves nothing to a wrong login", async () => {
      const stranger = as("aem-deployer", { password: "n0t-the-passw0rd" });
      await assert.rejects(confirmAbsent(stranger, PAGE, "global"), { code: "author-login-refused" });
    });

    it("proves nothing to somebody whom the author takes for anonymous, though it shows the folder", async () => {
      const anonymous = await filter(aem.origin, (path) => path.includes("csrf"), 200);
      const author = as("aem-deployer", { origin: originOf(anonymous) });
      await assert.rejects(confirmAbsent(author, PAGE, "global"), { code: "author-login-refused" });
      await assert.rejects(prepareContainer(author, "global"), { code: "author-login-refused" });
      await close(anonymous);
    });

    it("proves nothing behind a dispatcher that filters JSON selectors, which is named", async () => {
      const dispatcher = await filter(aem.origin, (path) => /\.\d+\.json$/.test(path));
      const author = as("aem-deployer", { origin: originOf(dispatcher) });
      const expected = { code: "author-not-aem", message: /something in between filters JSON selectors$/ };
      await assert.rejects(confirmAbsent(author, PAGE, "global"), expected);
      await assert.rejects(prepareContainer(author, "global"), expected);
      await close(dispatcher);
    });
  });

  describe("where a secret is to be written", () => {
    it("is proven to encrypt by a dummy, of which nothing stays", async () => {
      const before = aem.node(FOLDER);
      await proveEncryption(as("aem-deployer"), "global");
      assert.deepEqual(aem.node(FOLDER), before);
      assert.deepEqual(
        writes().map((line) => line.replace(/probe-\w+/, "probe-…")),
        [`${FOLDER}/aem-datasource-probe-…/jcr:content 201`, `${FOLDER}/aem-datasource-probe-… 200`],
      );
    });

    it("is never taken for a data source while it holds the dummy", async () => {
      await proveEncryption(as("aem-deployer"), "global");
      const fields = aem.requests.flatMap((asked) => asked.fields.map(({ name, value }) => `${name}=${value}`));
      assert.deepEqual(
        fields.filter((field) => /primaryType|resourceType/.test(field)),
        ["../jcr:primaryType=sling:Folder", "./jcr:primaryType=nt:unstructured"],
      );
    });

    it("is refused when the dummy comes back in clear, and nothing stays either", async () => {
      await stop();
      await start({ encryption: false });
      const before = aem.node(FOLDER);
      await assert.rejects(proveEncryption(as("aem-deployer"), "global"), {
        code: "secret-not-encrypted",
        message: /does not encrypt: a dummy secret came back in clear; the real one was not sent$/,
      });
      assert.deepEqual(aem.node(FOLDER), before);
    });

    it("keeps nothing of the dummy when it can't be read back", async () => {
      const before = aem.node(FOLDER);
      const broken = await filter(aem.origin, (path) => path.includes("probe"), 503);
      const author = as("aem-deployer", { origin: originOf(broken) });
      await assert.rejects(proveEncryption(author, "global"), { code: "author-answer-unexpected" });
      assert.deepEqual(aem.node(FOLDER), before);
      await close(broken);
    });

    it("is refused to a login that may only read, with the rights that it lacks", async () => {
      await assert.rejects(proveEncryption(as("aem-reader"), "global"), { code: "author-refused-write" });
      assert.deepEqual(
        Object.keys(Object(aem.node(FOLDER))).filter((name) => name.includes("probe")),
        [],
      );
    });
  });
});

/** Stands before the author and answers `status` and no more to each GET of a path that `hides` is true for. */
async function filter(target: string, hides: (path: string) => boolean, status = 404): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const { method, url = "/", headers } = incoming;
    if (method === "GET" && hides(decodeURI(url))) {
      outgoing.writeHead(status, { "content-type": "application/json" }).end("{}");
      return;
    }
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
