import assert from "node:assert/strict";
import { commandLine, type Ended } from "../world/commandLine";
import { startSling } from "../world/sling";
import type { Account, TestAuthor } from "../world/testAuthor";

describe("the commands of day one on Apache Sling", function () {
  this.timeout(120_000);

  let sling: TestAuthor;
  before(async () => {
    sling = await startSling();
  });
  after(() => sling.stop());

  function command(words: readonly string[], account: Account = "deployer", password?: string): Promise<Ended> {
    const login = sling.logins[account];
    const environment = {
      AEM_AUTHOR: sling.origin,
      AEM_USERNAME: login.username,
      AEM_PASSWORD: password ?? login.password,
    };
    const secrets = account === "admin" ? [] : [login.password];
    return commandLine(words, { environment, secrets });
  }

  describe("doctor", () => {
    /** The exit code, and each check that is not right with its code. */
    async function doctor(words: readonly string[], account?: Account, password?: string): Promise<unknown[]> {
      const { code, stdout } = await command(["doctor", "--json", ...words], account, password);
      const { checks }: { checks: { check: string; state: string; code?: string }[] } = JSON.parse(stdout);
      const some = checks.filter(({ state }) => state === "wrong" || state === "warning");
      return [code, ...some.map(({ check, code: why }) => `${check} ${why}`)];
    }

    it("finds all right for a deployer, and leaves nothing behind", async () => {
      const before = await sling.list();
      assert.deepEqual(await doctor([]), [0]);
      assert.deepEqual(await doctor(["--write"]), [0]);
      assert.deepEqual(await sling.list(), before);
    });

    it("tells a wrong password, missing rights and a server that does not encrypt from each other", async () => {
      const before = await sling.list();
      assert.deepEqual(await doctor([], "deployer", "m1styped"), [1, "login author-login-refused"]);
      assert.deepEqual(await doctor([], "nobody"), [1, "container author-no-rights"]);
      for (const mode of ["legacy", "modern"] as const) {
        await sling.setStatusMode(mode);
        assert.deepEqual(await doctor([], "reader"), [1, "rights author-no-rights"]);
        assert.deepEqual(await doctor(["--write"], "reader"), [1, "rights author-no-rights"]);
      }
      await sling.setEncryption("none");
      assert.deepEqual(await doctor(["--write"]), [1, "encryption secret-not-encrypted"]);
      await sling.setEncryption("suffix");
      assert.deepEqual(await sling.list(), before);
    });
  });

  describe("learn", () => {
    const page = "/conf/global/settings/cloudconfigs/fdm/by-hand";
    const secret = "s3cret of the app";

    it("tells of a configuration made by hand what the product table lacks and has otherwise, and no secret", async () => {
      await sling.addPage(page, { dataSourceType: "REST", grant_type: "CLIENT_CREDENTIALS" });
      await sling.edit(page, { enabled: true, retries: 3, scopes: ["a"], apiKey: "k3j5h2q8w1z0" });
      await sling.saveSecretAgain(page, secret);
      const { code, stdout } = await command(["learn", page, "--json"]);
      const { unknown, differing, missing, extraProperties } = JSON.parse(stdout);
      const names = (some: { property: string }[]) => some.map(({ property }) => property);
      assert.deepEqual(names(unknown), ["apiKey", "enabled", "retries", "scopes"]);
      assert.deepEqual(names(differing), ["grant_type"]);
      assert.ok(names(missing).includes("access_token_uri") && !names(missing).includes("client_secret"));
      assert.deepEqual(extraProperties, {
        grant_type: "CLIENT_CREDENTIALS",
        enabled: true,
        retries: 3,
        scopes: ["a"],
      });
      assert.doesNotMatch(stdout, /k3j5h2q8w1z0|s3cret/);
      assert.equal(code, 2);
      await sling.remove(page);
    });
  });
});
