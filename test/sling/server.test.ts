import assert from "node:assert/strict";
import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract } from "../contract/cases";
import { describeLifecycle } from "../contract/lifecycle";
import { run } from "../world/processes";
import { startSling } from "../world/sling";
import { Client, type Reply } from "../world/sling/client";
import type { TestAuthor } from "../world/testAuthor";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/edited";
const CONTENT = `${PAGE}/jcr:content`;
const SECRET = 'S3cret+/=&% "quoted" ü';

describe("Apache Sling in an author's place", function () {
  this.timeout(120_000);

  let temp: string;
  const usual = process.env.TMPDIR;
  let sling: TestAuthor;
  let admin: Client;
  let deployer: Client;

  // One server for all of it: a start costs more than most of what follows.
  before(async () => {
    temp = await realpath(await mkdtemp(join(tmpdir(), "sling-test-")));
    process.env.TMPDIR = temp;
    sling = await startSling({ passwords: { deployer: 'p4ss: "word" of the deployer' } });
    const { logins, origin } = sling;
    [admin, deployer] = [new Client(origin, logins.admin), new Client(origin, logins.deployer)];
  });
  after(async () => {
    await sling?.stop();
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    await rm(temp, { recursive: true });
  });

  describe("the lifecycle of a data source on Apache Sling", () => describeLifecycle(() => sling));

  describe("the contract of an author", () => {
    contract("Apache Sling", "modern", () => sling);
    contract("Apache Sling", "legacy", () => sling);
  });

  describe("the server itself", () => {
    const status = async (reply: Promise<Reply>) => (await reply).status;

    it("lets a deployer change nothing but data sources", async () => {
      const everything = await sling.list("/");
      const elsewhere = ["/conf/x", "/conf/global/x", "/conf/global/settings/x", "/content/x", "/libs/x", "/apps/x"];
      for (const path of elsewhere) assert.ok((await status(deployer.post(path, [["./a", "1"]]))) >= 400, path);
      for (const path of ["/conf/global", "/conf/global/settings", "/conf/global/settings/cloudconfigs"]) {
        assert.ok((await status(deployer.post(path, [[":operation", "delete"]]))) >= 400, path);
      }
      for (const path of ["/content", "/libs", "/home"])
        assert.equal(await status(deployer.get(`${path}.0.json`)), 404);
      assert.equal(await status(deployer.post("/bin/stand-in", [["encryption", "none"]])), 403);
      assert.deepEqual(await sling.list("/"), everything);
    });

    it("is changed by somebody else as a person would", async () => {
      await sling.addPage(PAGE, { "jcr:title": "By hand" });
      const written = { "jcr:title": "", flag: true, count: 3, ratio: 0.5, scopes: ["a"] };
      await sling.edit(PAGE, { ...written, gone: "x" });
      await sling.edit(PAGE, { gone: undefined });
      const now = Object.entries(await sling.list(CONTENT)).filter(([property]) => !/[ey]:(?!title)/.test(property));
      const shown = Object.fromEntries(now.map(([property, value]) => [property.slice(CONTENT.length + 1), value]));
      for (const [property, value] of Object.entries(written)) assert.deepEqual(shown[property], value);
      assert.equal("gone" in shown, false);
      await deployer.post(CONTENT, [
        ["./swaggerFile@TypeHint", "nt:file"],
        ["./swaggerFile", new File(['{"swagger":"2.0"}'], "api.json", { type: "application/json" })],
      ]);
      await sling.editFile(PAGE, Buffer.from("{}"));
      assert.equal((await deployer.get(`${CONTENT}/swaggerFile`)).text, "{}");
      await sling.saveSecretAgain(PAGE, SECRET);
      assert.equal(await sling.plainSecret(PAGE), SECRET);
      await sling.remove(PAGE);
      await assert.rejects(sling.remove(PAGE), /nothing at/);
    });

    it("lists more than the 200 nodes at which Sling's own JSON ends", async () => {
      await sling.addPage(PAGE, {});
      const many = Array.from({ length: 250 }, (_, index) => [`./jcr:content/n${index}/a`, "1"] as const);
      await admin.post(PAGE, many);
      assert.equal((await admin.get(`${PAGE}.infinity.json`)).status, 300);
      const listed = Object.keys(await sling.list(PAGE)).filter((property) => /\/n\d+\/a$/.test(property));
      assert.equal(listed.length, 250);
      await sling.remove(PAGE);
    });
  });

  describe("at its end", () => {
    it("leaves no process and no folder behind", async () => {
      const processes = () => run("ps", ["-A", "-o", "args"]);
      assert.ok((await processes()).includes(temp));
      assert.ok((await readdir(temp)).some((name) => name.includes("sling")));
      await sling.stop();
      assert.ok(!(await processes()).includes(temp));
      assert.deepEqual(await readdir(temp), []);
    });
  });
});
