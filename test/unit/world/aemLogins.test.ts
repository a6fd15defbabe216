import assert from "node:assert/strict";
import { type Account, type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { Client, type Headers, record, send } from "./aemClient";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const CONTENT = `${FOLDER}/salesforce/jcr:content`;
const TOKEN = "eyJ0b2tlbiI6Im9mLWEtdGVjaG5pY2FsLWFjY291bnQifQ";
const S2S_TOKEN = "eyJ0b2tlbiI6Im9mLXRoZS13cm9uZy1raW5kIn0";

const ACCOUNTS: Account[] = [
  { user: "technical", password: "Kn0wn-t0-n0b0dy", rights: "write", token: TOKEN },
  { user: "s2s", password: "Kn0wn-t0-n0b0dy-else", rights: "write", token: S2S_TOKEN, tokenProblem: "missing scopes" },
  { user: "plain", password: "N0-t0ken-here", rights: "read" },
];

describe("AEM emulator: logins", () => {
  let aem: AemEmulator;

  beforeEach(async () => {
    aem = await startAemEmulator({ accounts: ACCOUNTS });
  });
  afterEach(() => aem.stop());

  describe("by a bearer token", () => {
    it("are those of the account, in reading and in writing", async () => {
      const technical = new Client(aem, "technical", `Bearer ${TOKEN}`);
      const who = await technical.get("/libs/granite/security/currentuser.json");
      assert.deepEqual(who.json, { authorizableId: "technical" });
      assert.equal((await technical.post(CONTENT, ["./a", "1"])).status, 201);
      assert.equal(aem.requests.at(-1)?.user, "technical");
    });

    it("need a CSRF token as others do", async () => {
      const technical = new Client(aem, "technical", `Bearer ${TOKEN}`);
      assert.equal((await technical.send("POST", CONTENT, { fields: [["./a", "1"]] })).status, 403);
    });

    it("are refused with 401 without a body when no account has it", async () => {
      for (const token of ["eyJ1bmtub3duIjp0cnVlfQ", TOKEN.slice(0, -1), "undefined", "Kn0wn-t0-n0b0dy"]) {
        const reply = await send(aem, "GET", `${FOLDER}.json`, { headers: { authorization: `Bearer ${token}` } });
        assert.deepEqual([reply.status, reply.text], [401, ""]);
        assert.match(String(reply.headers["www-authenticate"]), /^Basic realm=/);
      }
    });

    it("are not made up where the answer isn't known: 501", async () => {
      const technical = new Client(aem, "technical", `Bearer ${TOKEN}`);
      assert.equal((await technical.get("/system/sling/info.sessionInfo.json")).status, 501);
    });

    it("of the wrong kind are refused with 403 and the scopes, as on the cloud service", async () => {
      for (const method of ["GET", "POST"] as const) {
        const headers = { authorization: `Bearer ${S2S_TOKEN}` };
        const reply = await send(aem, method, `${FOLDER}.json`, { headers });
        assert.equal(reply.status, 403);
        const { type, title, detail } = record(reply.json);
        assert.match(String(type), /\/errors\/forbidden$/);
        assert.deepEqual([title, detail], ["Forbidden", "The access token is missing required scopes."]);
      }
    });

    it("may be of the wrong kind while the password of the account is a good one", async () => {
      const s2s = new Client(aem, "s2s", `Basic ${Buffer.from("s2s:Kn0wn-t0-n0b0dy-else").toString("base64")}`);
      assert.equal((await s2s.get(`${FOLDER}.json`)).status, 200);
    });
  });

  describe("that are missing or wrong", () => {
    const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const LOGIN_PAGE = "/libs/granite/core/content/login.html";

    it("send a browser to the login page, which is HTML with 200", async () => {
      const logins: Headers[] = [{}, { authorization: "Bearer eyJ1bmtub3duIjp0cnVlfQ" }];
      for (const login of logins) {
        for (const [method, userAgent] of [
          ["GET", BROWSER],
          ["POST", "Opera/9.80 (Windows NT 6.1)"],
        ] as const) {
          const headers = { "user-agent": userAgent, ...login };
          const reply = await send(aem, method, `${FOLDER}.json?a=b`, { headers });
          const expected = `${LOGIN_PAGE}?resource=${encodeURIComponent(`${FOLDER}.json`)}`;
          assert.deepEqual([reply.status, reply.headers.location], [302, expected]);
          const page = await send(aem, "GET", expected);
          assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html;charset=utf-8"]);
        }
      }
    });

    it("send nobody else anywhere: 401", async () => {
      for (const userAgent of ["curl/8.5.0", "node", ""]) {
        const reply = await send(aem, "GET", `${FOLDER}.json`, { headers: { "user-agent": userAgent } });
        assert.deepEqual([reply.status, reply.headers.location], [401, undefined]);
      }
    });

    it("are none of a browser that has a good one", async () => {
      const technical = new Client(aem, "technical", `Bearer ${TOKEN}`);
      assert.equal((await technical.get(`${FOLDER}.json`, { "user-agent": BROWSER })).status, 200);
    });
  });

  it("of a deployer write cloud configurations of any container, and nothing around them", async () => {
    await aem.stop();
    aem = await startAemEmulator({ containers: ["emea/sales"], containersWithoutFdm: ["fresh"] });
    const deployer = new Client(aem, "aem-deployer");
    const places: [path: string, status: number][] = [
      ["/conf/emea/sales/settings/cloudconfigs/fdm/crm", 201],
      ["/conf/fresh/settings/cloudconfigs/fdm", 201], // the folder that the wizard makes with the first data source
      ["/conf/bare/settings/cloudconfigs", 409], // switched on in AEM, not by a deployment
      ["/conf/emea/settings", 409],
    ];
    for (const [path, status] of places) assert.equal((await deployer.post(path)).status, status, path);
    const cloudConfigurations = "/conf/fresh/settings/cloudconfigs";
    assert.equal((await deployer.post(cloudConfigurations, [":operation", "delete"])).status, 409);
    assert.notEqual(aem.node(cloudConfigurations), undefined);
  });
});
