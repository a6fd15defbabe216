import assert from "node:assert/strict";
import { Author } from "../../../provider/aem/author";
import { takeInventory } from "../../../provider/aem/inventory";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { connectionTo } from "../../world/connections";

const FDM = "settings/cloudconfigs/fdm";

describe("the inventory of an author", () => {
  let aem: AemEmulator;
  let author: Author;

  beforeEach(async () => {
    aem = await startAemEmulator({ containers: ["global", "acme", "acme/emea"], bareContainers: ["bare"] });
    author = new Author(connectionTo(aem.origin, { username: "aem-reader" }));
  });
  afterEach(async () => {
    await author.close();
    await aem.stop();
  });

  const paths = async (...containers: string[]) => {
    return (await takeInventory(author, containers)).dataSources.map(({ path }) => path);
  };

  it("is empty where there is none", async () => {
    assert.deepEqual(await takeInventory(author), { dataSources: [], unread: [] });
  });

  it("holds the data sources of all containers, nested ones too, in order", async () => {
    for (const container of ["global", "acme/emea", "acme"])
      aem.addPage(`/conf/${container}/${FDM}/crm`, { name: "crm" });
    aem.addPage(`/conf/acme/${FDM}/billing`, {});
    const { dataSources, unread } = await takeInventory(author);
    assert.deepEqual(
      dataSources.map(({ container, name }) => `${container} ${name}`),
      ["acme/emea crm", "acme billing", "acme crm", "global crm"],
    );
    assert.deepEqual(unread, []);
    assert.equal(dataSources[0]?.live.properties.get("name"), "crm");
  });

  it("looks only into the containers that are named, and those below them", async () => {
    for (const container of ["global", "acme/emea"]) aem.addPage(`/conf/${container}/${FDM}/crm`, {});
    assert.deepEqual(await paths("acme"), [`/conf/acme/emea/${FDM}/crm`]);
    assert.deepEqual(await paths("/conf/global"), [`/conf/global/${FDM}/crm`]);
  });

  it("tells of a container that is not there, or may not be read, and goes on", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {});
    const { dataSources, unread } = await takeInventory(author, ["gone", "global"]);
    assert.equal(dataSources.length, 1);
    const [first, ...more] = unread;
    assert.deepEqual([first?.path, first?.error.code, more], ["/conf/gone", "container-missing", []]);
    assert.match(String(first?.error.message), /aem-reader may not read it$/);
  });

  it("tells of a node among the data sources that is none, and goes on", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {});
    aem.addPage(`/conf/global/${FDM}/folder/inside`, {});
    const { dataSources, unread } = await takeInventory(author);
    assert.deepEqual(
      [dataSources.map(({ name }) => name), unread.map(({ path }) => path)],
      [["crm"], [`/conf/global/${FDM}/folder`]],
    );
    assert.equal(unread[0]?.error.code, "data-source-unreadable");
  });

  it("names a login that may read nothing", async () => {
    const nobody = new Author(connectionTo(aem.origin, { username: "aem-nobody" }));
    const { dataSources, unread } = await takeInventory(nobody);
    assert.deepEqual([dataSources, unread.length], [[], 1]);
    assert.match(
      String(unread[0]?.error.text()),
      /aem-nobody may not read it .*\n {2}Name the containers: --container/,
    );
    await nobody.close();
  });

  it("is not taken with a login that is refused", async () => {
    const wrong = new Author(connectionTo(aem.origin, { password: "mistyped" }));
    await assert.rejects(takeInventory(wrong), { code: "author-login-refused" });
    await wrong.close();
  });

  it("asks for each folder once, none of them inside what holds settings, and tells how far it is", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {});
    const told: string[] = [];
    await takeInventory(author, [], (text) => void told.push(text));
    const asked = aem.requests
      .map(({ path }) => path.replace(/(\.\w+)?\.json$/, ""))
      .filter((path) => path.startsWith("/conf"));
    assert.deepEqual(
      [...new Set(asked)].sort(),
      [
        "/conf",
        "/conf/acme",
        `/conf/acme/${FDM}`,
        "/conf/acme/emea",
        `/conf/acme/emea/${FDM}`,
        "/conf/bare",
        "/conf/global",
        `/conf/global/${FDM}`,
        `/conf/global/${FDM}/crm`,
        "/conf/nofdm",
        `/conf/nofdm/${FDM}`,
      ].sort(),
    );
    assert.equal(asked.length, new Set(asked).size);
    assert.deepEqual(
      [told[0], told[1], told.at(-1)],
      ["folders looked into: 0", "folders looked into: 1", "0 of 1 data sources read"],
    );
  });

  it("writes nothing", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {});
    await takeInventory(author);
    assert.deepEqual(
      aem.requests.filter(({ writes }) => writes),
      [],
    );
  });
});
