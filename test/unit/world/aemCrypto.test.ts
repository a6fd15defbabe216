import assert from "node:assert/strict";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { Client, type Field, record, send } from "./aemClient";

const CONSOLE = "/system/console/crypto/.json";
const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
const CONTENT = `${PAGE}/jcr:content`;
const SECRET = "tr1cky é+/= of-the-app";
const DATUM: Field = ["datum", SECRET];

describe("AEM emulator: crypto console", () => {
  let aem: AemEmulator;
  let deployer: Client;

  beforeEach(async () => {
    aem = await startAemEmulator({ encryption: "console" });
    deployer = new Client(aem, "aem-deployer");
  });
  afterEach(() => aem.stop());

  /** What the suffix makes of the secret. */
  async function bySuffix(): Promise<string | undefined> {
    await deployer.post(
      CONTENT,
      ["_charset_", "utf-8"],
      ["./client_secret", SECRET],
      ["./client_secret@Encrypted", ""],
    );
    return aem.plainSecret(PAGE);
  }

  it("is for the administrator only where the suffix works", async () => {
    aem.setEncryption("suffix");
    assert.equal((await new Client(aem, "admin").post(CONSOLE, DATUM)).status, 200);
    assert.equal((await deployer.post(CONSOLE, DATUM)).status, 403);
  });

  it("encrypts as the suffix does: {hex}, another one each time, with the key of this author", async () => {
    const { status, json } = await deployer.post(CONSOLE, DATUM);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(record(json)), ["protected"]);
    const ciphertext = String(record(json).protected);
    assert.match(ciphertext, /^\{[0-9a-f]{64,}\}$/);
    assert.notEqual(record((await deployer.post(CONSOLE, DATUM)).json).protected, ciphertext);
    await deployer.post(CONTENT, ["./client_secret", ciphertext]);
    assert.equal(aem.plainSecret(PAGE), SECRET);
  });

  it("stores nothing, and logs nothing that could be a secret", async () => {
    const before = aem.list("/");
    await deployer.post(CONSOLE, DATUM);
    assert.deepEqual(aem.list("/"), before);
    assert.deepEqual(aem.log, ["GET /libs/granite/csrf/token.json 200", `POST ${CONSOLE} 200`]);
  });

  it("is for a deployer too where it is the only way, not for others", async () => {
    assert.equal((await new Client(aem, "admin").post(CONSOLE, DATUM)).status, 200);
    for (const user of ["aem-reader", "aem-nobody"]) {
      assert.equal((await new Client(aem, user).post(CONSOLE, DATUM)).status, 403);
    }
    assert.equal((await send(aem, "POST", CONSOLE, { fields: [DATUM] })).status, 401);
    assert.equal((await deployer.send("POST", CONSOLE, { fields: [DATUM] })).status, 403); // no CSRF token
  });

  it("says 501 to what it can't do", async () => {
    assert.equal((await deployer.post(CONSOLE, ["data", "x"])).status, 501);
    assert.equal((await deployer.get(CONSOLE)).status, 501);
    assert.equal((await deployer.get("/system/console/bundles.json")).status, 501);
  });

  it("works where the suffix doesn't", async () => {
    assert.equal(await bySuffix(), undefined);
    assert.equal((await deployer.post(CONSOLE, DATUM)).status, 200);
  });

  it("isn't there where nothing encrypts: 404 in HTML, whatever is accepted", async () => {
    aem.setEncryption("none");
    const { status, headers } = await deployer.post(CONSOLE, DATUM);
    assert.deepEqual([status, headers["content-type"]], [404, "text/html;charset=utf-8"]);
    assert.equal(await bySuffix(), undefined);
  });

  it("is switched on while it runs, and so is the suffix", async () => {
    aem.setEncryption("none");
    aem.setEncryption("console");
    assert.equal((await deployer.post(CONSOLE, DATUM)).status, 200);
    aem.setEncryption("suffix");
    assert.equal(await bySuffix(), SECRET);
  });
});
