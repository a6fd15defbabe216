import assert from "node:assert/strict";
import { Author } from "../../../provider/aem/author";
import { confirmAbsent, prepareContainer } from "../../../provider/aem/container";
import { type AemEmulator, type AemEmulatorOptions, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";
import { startProxy } from "../../world/proxy";

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
    const author = new Author(connectionTo(origin, { username: user, password }));
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
        remedy: /^Give aem-reader the right to read and write below \/conf\/global\./,
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

    it("proves nothing when the page is there at a second look: an author that is starting answers so", async () => {
      aem.addPage(PAGE, { "jcr:title": "Salesforce" });
      await assert.rejects(confirmAbsent(as("aem-reader"), PAGE, "global"), {
        code: "data-source-unreadable",
        message: /crm on http.* was not found, and a moment later it was there$/,
        remedy: "The author may be starting: run the command again.",
      });
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
      const anonymous = await startProxy(aem.origin);
      anonymous.hide((path) => path.includes("csrf"), 200);
      const author = as("aem-deployer", { origin: anonymous.origin });
      await assert.rejects(confirmAbsent(author, PAGE, "global"), { code: "author-login-refused" });
      await assert.rejects(prepareContainer(author, "global"), { code: "author-login-refused" });
      await anonymous.stop();
    });

    it("proves nothing behind a dispatcher that filters JSON selectors, which is named", async () => {
      const dispatcher = await startProxy(aem.origin);
      dispatcher.hide((path) => /\.\d+\.json$/.test(path), 404);
      const author = as("aem-deployer", { origin: dispatcher.origin });
      const expected = { code: "author-not-aem", message: /something in between filters JSON selectors$/ };
      await assert.rejects(confirmAbsent(author, PAGE, "global"), expected);
      await assert.rejects(prepareContainer(author, "global"), expected);
      await dispatcher.stop();
    });
  });
});
