import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { Author } from "../../../provider/aem/author";
import { readFormDataModels } from "../../../provider/aem/formDataModels";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";
import { addFormDataModel, MODELS } from "../../world/formDataModels";
import { close, originOf } from "../../world/loopback";

describe("form data models bound to a data source", () => {
  let aem: AemEmulator;

  beforeEach(async () => {
    aem = await startAemEmulator();
  });
  afterEach(() => aem.stop());

  async function find(container: string, name = "crm", user = "aem-deployer"): Promise<string[]> {
    const password = String(DEFAULT_ACCOUNTS.find((account) => account.user === user)?.password);
    const author = new Author(connectionTo(aem.origin, { username: user, password }));
    try {
      return (await readFormDataModels(author)).boundTo(container, name);
    } finally {
      await author.close();
    }
  }

  it("are those that name it, once each, in one request", async () => {
    addFormDataModel(aem, "order", { uses: ["erp"], conf: "/conf/global" });
    const both = addFormDataModel(aem, "lead", { uses: ["erp", "crm", "crm"], conf: "/conf/global" });
    const acme = addFormDataModel(aem, "acme/case", { uses: ["crm"], conf: "/conf/global/" });
    addFormDataModel(aem, "acme/odata", { uses: ["crm"], conf: "/conf/global", type: "ODATA" });
    addFormDataModel(aem, "crm", { uses: ["crm2", "CRM"], conf: "/conf/global" });
    assert.deepEqual(await find("global"), [acme, both]);
    assert.equal(aem.requests.length, 1);
    assert.deepEqual(await find("global", "hr"), []);
  });

  it("are those of its own container: neither of another, nor of one above or below it", async () => {
    for (const conf of ["/conf/global", "/conf/acme", "/conf/acme/emea", "/conf/acme/emea/north", "/conf/acme2"]) {
      addFormDataModel(aem, conf.slice(6).replaceAll("/", "-"), { uses: ["crm"], conf });
    }
    assert.deepEqual(await find("acme/emea"), [`${MODELS}/acme-emea`]);
    assert.deepEqual(await find("/conf/acme/emea"), [`${MODELS}/acme-emea`]);
    assert.deepEqual(await find("acme"), [`${MODELS}/acme`]);
    assert.deepEqual(await find("nofdm"), []);
  });

  it("take the container of the nearest folder where they name none, and else `global`", async () => {
    const plain = addFormDataModel(aem, "plain", { uses: ["crm"] });
    const empty = addFormDataModel(aem, "empty", { uses: ["crm"], conf: "" });
    const inherited = addFormDataModel(aem, "acme/emea/lead", { uses: ["crm"] });
    const own = addFormDataModel(aem, "acme/own", { uses: ["crm"], conf: "/conf/global" });
    aem.addNode(`${MODELS}/acme/jcr:content`, "nt:unstructured", { "cq:conf": "/conf/acme" });
    assert.deepEqual(await find("acme"), [inherited]);
    assert.deepEqual(await find("global"), [own, empty, plain]);
  });

  it("can't be told by a login that may not read them: that is no word of none", async () => {
    addFormDataModel(aem, "lead", { uses: ["crm"] });
    await assert.rejects(find("global", "crm", "aem-nobody"), {
      code: "author-no-rights",
      message: new RegExp(`^${MODELS} on http.* is not there, or aem-nobody may not read it$`),
    });
    aem.remove(MODELS);
    await assert.rejects(find("global"), { code: "author-no-rights" });
  });

  describe("can't be told", () => {
    const html = { "content-type": "text/html" };
    const json = { "content-type": "application/json" };
    const answers: [what: string, status: number, headers: Record<string, string>, body: string, code: string][] = [
      ["where there is no query builder", 404, html, "<html>", "author-answer-unexpected"],
      ["where it is refused", 403, html, "<html>", "author-no-rights"],
      ["by a login page", 200, html, "<html>login", "author-not-aem"],
      ["by a redirect to one", 302, { location: "/login.html" }, "", "author-login-refused"],
      ["by an author that is busy", 503, html, "", "author-busy"],
      ["by an empty answer", 200, json, "", "author-answer-unexpected"],
      ["by a list", 200, json, "[]", "author-answer-unexpected"],
      ["by a query that failed", 200, json, '{"success":false,"hits":[]}', "author-answer-unexpected"],
      ["by hits that are none", 200, json, '{"success":true,"hits":{}}', "author-answer-unexpected"],
      ["by hits without a path", 200, json, '{"success":true,"hits":[{}]}', "author-answer-unexpected"],
      ["by a part of the hits", 200, json, '{"success":true,"more":true,"hits":[]}', "author-answer-unexpected"],
      ["by a failing query", 500, html, "<html>", "author-not-aem"],
    ];
    for (const [what, status, headers, body, code] of answers) {
      it(`${what}, and is asked once`, async () => {
        let asked = 0;
        const server: Server = createServer((_, response) => {
          asked += 1;
          response.writeHead(status, headers).end(body);
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        const author = new Author(connectionTo(originOf(server)));
        await assert.rejects(readFormDataModels(author), { code });
        assert.equal(asked, 1);
        await author.close();
        await close(server);
      });
    }
  });
});
