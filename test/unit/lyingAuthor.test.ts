import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";
import { CRM, Deployment, OAUTH2 } from "../world/deployment";
import { refusalOf, shows } from "../world/faultRows";
import { close, forward, listen, originOf } from "../world/loopback";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const MASK = "********";

/** An answer that stands in for the author's. */
interface Lie {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

describe("an author whose answers lie", () => {
  let folder: string;
  let aem: AemEmulator;
  let between: Server;
  let crm: Deployment;
  /** What is answered with a lie: by method and path, the query left out. */
  let about: RegExp;
  let lie: Lie;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lying-author-"));
    aem = await startAemEmulator();
    between = await listen((incoming, response) => {
      if (!about.test(`${incoming.method} ${incoming.url}`)) return forward(incoming, response, aem.origin);
      const { status, type = "application/json", body = "", location } = lie;
      incoming.resume();
      response.writeHead(status, { "content-type": type, ...(location ? { location } : {}) }).end(body);
    });
    const username = "aem-deployer";
    const password = String(DEFAULT_ACCOUNTS.find(({ user }) => user === username)?.password);
    crm = new Deployment({ origin: originOf(between), username, password }, folder);
    await crm.swagger();
    about = /^never$/;
    await crm.up();
  });
  afterEach(() => {
    about = /^never$/;
  });
  after(async () => {
    await close(between);
    await aem.stop();
    await rm(folder, { recursive: true });
  });

  /** What a refresh says to such answers about the page; it must fail, and take nothing for gone. */
  async function refreshMeets(...lies: readonly Lie[]): Promise<string> {
    const told: string[] = [];
    about = new RegExp(`^GET ${PAGE}\\.`);
    for (const one of lies) {
      lie = one;
      told.push(await refusalOf(crm.read()));
    }
    return [...new Set(told)].join("\n");
  }

  shows("A1", "by a redirect to its login page, which nobody follows", async () => {
    const strangers: string[] = [];
    const stranger = await listen(({ url }, response) => {
      strangers.push(String(url));
      response.end("{}");
    });
    const text = await refreshMeets({ status: 302, location: `${originOf(stranger)}/login.html` });
    assert.match(text, /a redirect to another page.*\[author-login-refused\]/);
    assert.deepEqual(strangers, []);
    await close(stranger);
    return text;
  });

  shows("A2", "by a login page with 200", async () => {
    const page = "<!DOCTYPE html><html><title>AEM Sign In</title></html>";
    const text = await refreshMeets(
      { status: 200, type: "text/html", body: page },
      { status: 200, type: "application/json", body: page },
    );
    assert.match(text, /text\/html/);
    return text;
  });

  shows("A3", "by nothing, or by JSON of another shape", async () => {
    const long = JSON.stringify([`tell me more ${"and more ".repeat(200)}`]);
    const text = await refreshMeets(...["", "null", "7", long].map((body) => ({ status: 200, body })));
    assert.ok(text.split("\n").every((line) => line.length < 500));
    return text;
  });

  shows("A5", "by 404 for everything below /conf, as a filter in between does", async () => {
    about = /^GET \/conf\//;
    lie = { status: 404, type: "text/html", body: "<html>Not found</html>" };
    const text = await refusalOf(crm.read());
    assert.match(text, /\[data-source-unreadable\]/);
    await assert.rejects(crm.destroy(), { code: "data-source-unreadable" });
    assert.ok(aem.node(PAGE));
    return text;
  });

  shows("A6", "by 200 to a save that it did not do", async () => {
    about = new RegExp(`^POST ${PAGE}/`);
    lie = { status: 200, body: '{"status.code":500,"status.message":"javax.jcr.InvalidItemStateException"}' };
    const text = await refusalOf(crm.up({ title: "CRM" }));
    assert.equal(Object(aem.node(`${PAGE}/jcr:content`))["jcr:title"], "Salesforce");
    return text;
  });

  shows("A11", "by a mask in the place of the secret", async () => {
    aem.edit(PAGE, { client_secret: MASK });
    const changed = await crm.refresh();
    assert.deepEqual(changed, ["secretRevision"]);
    const kept = [crm.inputs, crm.outputs].map(({ oauth2 }) => Object(oauth2).clientSecret);
    assert.deepEqual(kept, [OAUTH2.clientSecret, OAUTH2.clientSecret]);
    const { secretRevision } = crm.inputs;
    aem.requests.splice(0);
    await crm.up();
    const sent = aem.requests.flatMap(({ fields }) => fields.map(({ value }) => value));
    assert.equal(sent.includes(MASK), false);
    assert.equal(aem.plainSecret(PAGE), OAUTH2.clientSecret.reveal());
    return `secretRevision: ${JSON.stringify(secretRevision)}`;
  });

  it("is believed again when it tells the truth", async () => {
    assert.deepEqual(await crm.refresh(), []);
    assert.equal(await crm.preview(), false);
    assert.deepEqual(Object(crm.outputs.api).title, CRM.info.title);
  });
});
