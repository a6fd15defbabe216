import assert from "node:assert/strict";
import { startAemEmulator } from "../../world/aemEmulator";
import { startEmulatedAuthor } from "../../world/emulatedAuthor";
import type { TestAuthor } from "../../world/testAuthor";
import { basic, Client, type Field, record } from "./aemClient";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
const CONTENT = `${PAGE}/jcr:content`;
const FILE: Field = ["./swaggerFile", { filename: "a.json", type: "application/json", text: '{"swagger":"2.0"}' }];
const SECRET = "tr1cky-of-the-app";

describe("AEM emulator in an author's place", () => {
  let author: TestAuthor;
  let deployer: Client;

  beforeEach(async () => {
    author = await startEmulatedAuthor();
    deployer = clientOf("deployer");
  });
  afterEach(() => author.stop());

  function clientOf(role: keyof TestAuthor["logins"]): Client {
    const { username, password } = author.logins[role];
    return new Client(author, username, basic(username, password));
  }

  function create(...fields: Field[]): ReturnType<Client["post"]> {
    const types: Field[] = [
      ["../jcr:primaryType", "cq:Page"],
      ["./jcr:primaryType", "cq:PageContent"],
    ];
    return deployer.post(CONTENT, ...types, ...fields, ["./swaggerFile@TypeHint", "nt:file"]);
  }

  it("has the logins that a test needs, each with its rights", async () => {
    const seen = await Promise.all(
      (["admin", "deployer", "reader", "nobody"] as const).map(async (role) => {
        const client = clientOf(role);
        const { status: reads } = await client.get("/conf/global/settings/cloudconfigs/fdm.json");
        const { status: writes } = await client.post(`/conf/global/settings/cloudconfigs/fdm/${role}`);
        return [role, reads, writes];
      }),
    );
    assert.deepEqual(seen, [
      ["admin", 200, 201],
      ["deployer", 200, 201],
      ["reader", 200, 409],
      ["nobody", 404, 500],
    ]);
  });

  it("lists every property by its path, files with their content", async () => {
    const before = await author.list();
    await create(["./jcr:title", "T"], ["./list", "a"], ["./list", "b"], FILE);
    const after = await author.list();
    const news = Object.fromEntries(Object.entries(after).filter(([path]) => !(path in before)));
    assert.deepEqual(
      Object.keys(news).filter((path) => !path.startsWith(`${PAGE}/`)),
      [],
    );
    const file = `${CONTENT}/swaggerFile/jcr:content/jcr:data`;
    assert.deepEqual(
      [`${PAGE}/jcr:primaryType`, `${CONTENT}/jcr:title`, `${CONTENT}/list`, file].map((path) => news[path]),
      ["cq:Page", "T", ["a", "b"], '{"swagger":"2.0"}'],
    );
    assert.deepEqual(await author.list(`${CONTENT}/swaggerFile`), pick(after, `${CONTENT}/swaggerFile/`));
    await author.remove(PAGE);
    assert.deepEqual(await author.list(), before);
    assert.deepEqual(await author.list(PAGE), {});
  });

  it("does what somebody does in AEM", async () => {
    await author.addPage(PAGE, { "jcr:title": "By hand" });
    await author.edit(PAGE, { "jcr:title": undefined, count: 3 });
    await author.saveSecretAgain(PAGE, SECRET);
    assert.equal(await author.plainSecret(PAGE), SECRET);
    const { count, "jcr:title": title } = record(record(await author.node(PAGE))["jcr:content"]);
    assert.deepEqual([count, title], [3, undefined]);
    await create(FILE);
    await author.editFile(PAGE, Buffer.from("{}"));
    assert.equal((await deployer.get(`${CONTENT}/swaggerFile`)).text, "{}");
    await author.remove(PAGE);
    assert.equal(await author.node(PAGE), undefined);
    await assert.rejects(author.remove(PAGE), /nothing at/);
  });

  it("is switched while it runs", async () => {
    await create(["./client_secret", SECRET], ["./client_secret@Encrypted", ""]);
    assert.equal(await author.plainSecret(PAGE), SECRET);
    await author.setEncryption("none");
    await create(["./client_secret", SECRET], ["./client_secret@Encrypted", ""]);
    assert.equal(await author.plainSecret(PAGE), undefined);
    await author.setReplication("refused");
    assert.equal((await deployer.post("/bin/replicate.json", ["cmd", "Activate"], ["path", PAGE])).status, 403);
    const bad: Field[] = [
      ["./n", "abc"],
      ["./n@TypeHint", "Long"],
    ];
    assert.equal((await deployer.post(CONTENT, ...bad)).status, 422);
    await author.setStatusMode("legacy");
    assert.equal((await deployer.post(CONTENT, ...bad)).status, 500);
    await author.setStatusMode("modern");
    assert.equal((await deployer.post(CONTENT, ...bad)).status, 422);
  });

  it("has a container without cloud configurations and one without the folder of data sources", async () => {
    assert.deepEqual(names(await author.node("/conf/bare")), []);
    assert.deepEqual(names(await author.node("/conf/nofdm/settings/cloudconfigs")), []);
    const aem = await startAemEmulator({ bareContainers: [], containersWithoutFdm: ["emea/new"] });
    try {
      assert.deepEqual(names(aem.node("/conf")), ["acme", "emea", "global"]);
      assert.deepEqual(names(aem.node("/conf/emea/new/settings/cloudconfigs")), []);
    } finally {
      await aem.stop();
    }
  });
});

/** The names of a node's children. */
function names(node: unknown): string[] {
  const children = Object.entries(record(node)).filter(([, value]) => typeof value === "object");
  return children.map(([name]) => name).sort();
}

function pick(listing: Record<string, unknown>, start: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(listing).filter(([path]) => path.startsWith(start)));
}
