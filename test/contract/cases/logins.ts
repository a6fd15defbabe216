import assert from "node:assert/strict";
import { basic, type Field, type Headers, record, send } from "../../unit/world/aemClient";
import { HTML_TYPE, JSON_TYPE, seen, type TheBench } from "./bench";

const WRITE: Field[] = [["./a", "1"]];

export function logins(bench: TheBench): void {
  describe("logins", () => {
    it("that are missing, wrong or unknown get 401 without a body, in reading and in writing", async () => {
      const path = bench().page();
      const authorizations = [undefined, basic("admin", "wrong"), basic("nobody-knows", "admin"), "Bearer abc"];
      for (const authorization of authorizations) {
        const headers: Headers = authorization ? { authorization } : {};
        for (const method of ["GET", "POST"] as const) {
          const reply = await send(bench().author, method, `${path}.json`, { headers });
          assert.deepEqual(seen(reply), { status: 401, type: undefined, body: "" });
          assert.match(String(reply.headers["www-authenticate"]), /^Basic realm=/);
        }
      }
    });

    it("are told who they are", async () => {
      const { json } = await bench().deployer.get("/system/sling/info.sessionInfo.json");
      const { authType, userID } = record(json);
      assert.deepEqual([authType, userID], ["BASIC", bench().author.logins.deployer.username]);
    });
  });

  describe("the CSRF token (stand-in)", () => {
    it("is another one for each login, and the same one every time", async () => {
      const { deployer, admin } = bench();
      const reply = await deployer.get("/libs/granite/csrf/token.json");
      const { token, ...rest } = record(reply.json);
      assert.deepEqual([reply.status, reply.headers["content-type"], rest], [200, JSON_TYPE, {}]);
      assert.ok(String(token).length > 20);
      assert.equal(token, await deployer.csrfToken());
      assert.notEqual(token, await admin.csrfToken());
    });

    it("is needed for every write: 403 in HTML without it or with a wrong one, and nothing is stored", async () => {
      const { deployer, admin } = bench();
      const page = bench().page();
      for (const token of [undefined, "invented", await admin.csrfToken()]) {
        const headers: Headers = { accept: "application/json", ...(token !== undefined && { "csrf-token": token }) };
        const { status, type } = seen(await deployer.send("POST", page, { fields: WRITE, headers }));
        assert.deepEqual([status, type], [403, HTML_TYPE]);
      }
      assert.equal(await bench().tree(page), undefined);
    });

    it("is taken as a header or as a field", async () => {
      const { deployer } = bench();
      const page = bench().page();
      const token = await deployer.csrfToken();
      const asField: Field[] = [...WRITE, [":cq_csrf_token", token]];
      assert.equal((await deployer.send("POST", page, { fields: asField })).status, 201);
      assert.equal(
        (await deployer.send("POST", page, { fields: WRITE, headers: { "csrf-token": token } })).status,
        200,
      );
    });
  });
}
