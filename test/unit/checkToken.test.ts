import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { checkToken, tokenVerdict } from "../../provider/checkToken";
import type { DataSourceError } from "../../provider/errors";
import { type Arguments, parseWanted } from "../../provider/inputs";
import { Run } from "../../provider/run";
import type { TokenCheck } from "../../provider/tokenModes";
import { Secret, UNKNOWN } from "../../provider/values";
import { startTokenServer, type TokenServer } from "../world/tokenServer";

const SECRET = "hV8-qW3-zN5";
const WRONG = "mD2-rJ7-xB4";
const VARIABLE = "AEM_DATASOURCE_TOKEN_CHECK";
const KEY = "aem-datasource:tokenCheck";
const NOBODY = "http://127.0.0.1:9/token";
const WAY_OUT = /\n {2}To go on all the same: AEM_DATASOURCE_TOKEN_CHECK=warn$/;

interface Place {
  readonly stack?: string;
  readonly variable?: string;
  /** Of allowed hosts, in the environment. */
  readonly hosts?: string;
}

describe("the step of the token check", () => {
  let tokens: TokenServer;
  let said: string[];
  let run: Run;

  before(async () => {
    tokens = await startTokenServer({ clients: [{ clientId: "key", clientSecret: SECRET }] });
  });
  after(() => tokens.stop());
  beforeEach(() => {
    tokens.requests.splice(0);
    phase();
  });

  /** Begins another run. */
  function phase({ stack, variable, hosts }: Place = {}): void {
    const heard: string[] = [];
    said = heard;
    const voice = {
      warn: async (text: string) => void heard.push(`warning: ${text}`),
      note: async (text: string) => void heard.push(`note: ${text}`),
    };
    const config = (key: string) => (key === KEY ? stack : undefined);
    run = new Run({ environment: { [VARIABLE]: variable, AEM_DATASOURCE_ALLOWED_HOSTS: hosts }, config }, voice, ".");
  }

  const credentials = (changed: object = {}) => {
    return { clientId: "key", clientSecret: new Secret(SECRET), tokenUrl: tokens.tokenUrl, ...changed };
  };
  const wrong = (changed: object = {}) => credentials({ clientSecret: new Secret(WRONG), ...changed });

  async function problems(
    oauth2: Arguments["oauth2"],
    tokenCheck?: Arguments["tokenCheck"],
    label = "crm",
  ): Promise<string[]> {
    const found: DataSourceError[] = [];
    await checkToken(run, label, { oauth2, tokenCheck }, found);
    return found.map((problem) => problem.text());
  }

  it("refuses wrong credentials and names the way to go on all the same", async () => {
    const [text, ...more] = await problems(wrong());
    assert.match(String(text), /^token check failed: .*\(401 invalid_client/);
    assert.match(String(text), WAY_OUT);
    assert.deepEqual([more, said], [[], []]);
  });

  it("goes on with a warning by that way, which it says once in a run", async () => {
    phase({ variable: "warn" });
    assert.deepEqual(await problems(wrong()), []);
    assert.deepEqual(await problems(credentials(), undefined, "erp"), []);
    assert.equal(said.length, 2);
    assert.equal(said[0], `warning: the token check is relaxed to warn by ${VARIABLE}`);
    assert.match(String(said[1]), /^warning: crm: token check failed: /);
  });

  it("is relaxed by the stack, and says by what", async () => {
    phase({ stack: "off" });
    assert.deepEqual(await problems(wrong()), []);
    assert.deepEqual(said, [`warning: the token check is relaxed to off by ${KEY}`]);
    assert.deepEqual(tokens.requests, []);
  });

  it("says nothing where stack and environment relax no more than the program does", async () => {
    phase({ stack: "warn", variable: "off" });
    assert.deepEqual(await problems(wrong(), "off"), []);
    assert.deepEqual(said, []);
  });

  it("refuses a word that it does not know, by its place, and asks nobody", async () => {
    for (const place of [{ stack: "of" }, { variable: "of" }]) {
      phase(place);
      const [text, ...more] = await problems(credentials(), "off");
      assert.ok(String(text).startsWith(`${place.stack ? KEY : VARIABLE} must be "warn" or "off"`), text);
      assert.deepEqual(more, []);
    }
    assert.deepEqual(tokens.requests, []);
  });

  it("applies the offline rules in every mode, and they have no way out", async () => {
    const tokenUrl = "https://login.salesforce.com/services/oauth2/token";
    for (const place of [{}, { stack: "off" }, { variable: "off" }]) {
      phase(place);
      const [text, ...more] = await problems(credentials({ tokenUrl }), "off");
      assert.match(String(text), /login\.salesforce\.com does not serve/);
      assert.doesNotMatch(String(text), /To go on/);
      assert.deepEqual(more, []);
    }
  });

  describe("with a list of allowed hosts", () => {
    it("asks a token server that is on it", async () => {
      phase({ hosts: "127.0.0.1" });
      assert.deepEqual([await problems(credentials()), tokens.requests.length], [[], 1]);
    });

    it("sends nothing to another one and stops in every mode, since AEM would send the secret there", async () => {
      for (const place of [{}, { stack: "off" }, { variable: "warn" }]) {
        phase({ ...place, hosts: "*.my.salesforce.com" });
        for (const mode of ["enforce", "off"] as const) {
          const [text, ...more] = await problems(credentials(), mode);
          assert.match(
            String(text),
            /^`oauth2\.tokenUrl` leads to 127\.0\.0\.1, which is not among .*\[host-not-allowed\]\n/,
          );
          assert.doesNotMatch(String(text), /To go on/);
          assert.deepEqual(more, []);
        }
      }
      assert.deepEqual([tokens.requests, said], [[], []]);
    });

    it("looks at the host of a token URL before the secret is known", async () => {
      phase({ hosts: "*.my.salesforce.com" });
      assert.equal((await problems(credentials({ clientSecret: UNKNOWN }))).length, 1);
      assert.equal((await problems(credentials({ tokenUrl: UNKNOWN }))).length, 0);
    });
  });

  describe("where no token server answers", () => {
    const unreachable = () => credentials({ tokenUrl: NOBODY });

    it("warns once for all data sources of an app, and once for each app", async () => {
      for (const label of ["crm", "erp", "pim"]) assert.deepEqual(await problems(unreachable(), undefined, label), []);
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: token check not made: 127\.0\.0\.1:9: the connection was refused/);
      await problems(credentials({ tokenUrl: NOBODY, clientId: "other" }), undefined, "pos");
      assert.equal(said.length, 2);
    });

    it("stops where the program wants it to, in every mode but off, and names the way out", async () => {
      for (const tokenCheck of [{ onUnreachable: "fail" }, { mode: "warn", onUnreachable: "fail" }] as const) {
        phase();
        const [text, ...more] = await problems(unreachable(), tokenCheck);
        assert.match(String(text), /^token check not made: 127\.0\.0\.1:9: the connection was refused/);
        assert.match(String(text), WAY_OUT);
        assert.doesNotMatch(String(text), /goes on without/);
        assert.deepEqual([more, said], [[], []]);
      }
      assert.deepEqual(await problems(unreachable(), { mode: "off", onUnreachable: "fail" }), []);
    });

    it("goes on by that way", async () => {
      phase({ variable: "warn" });
      assert.deepEqual(await problems(unreachable(), { onUnreachable: "fail" }), []);
      assert.match(
        said.join("\n"),
        /relaxed to warn by AEM_DATASOURCE_TOKEN_CHECK\nwarning: crm: token check not made/,
      );
    });
  });

  describe("where the token server is there", () => {
    let server: Server;
    let answer: { status: number; body: string };

    before(async () => {
      server = createServer((_, response) => {
        response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    });
    after(() => new Promise((resolve) => server.close(resolve)));

    const there = () => credentials({ tokenUrl: `http://127.0.0.1:${Object(server.address()).port}/token` });

    it("and can't judge today, no mode stops a run", async () => {
      answer = { status: 429, body: "{}" };
      assert.deepEqual(await problems(there(), { onUnreachable: "fail" }), []);
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: token check not made: .*429/);
    });

    it("and issues a token with something odd about it, one data source of the app warns", async () => {
      answer = { status: 200, body: '{"access_token":"tQ7-issued"}' };
      for (const label of ["crm", "erp"]) assert.deepEqual(await problems(there(), undefined, label), []);
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: .*\[token-doubtful\]/);
    });
  });

  it("warns of a Salesforce URL that is doubtful once, whoever has it", async () => {
    const tokenUrl = "https://acme.my.salesforce.com/services/oauth2/authorize";
    for (const label of ["crm", "erp"]) await problems(credentials({ tokenUrl }), "off", label);
    assert.equal(said.length, 1);
    assert.match(String(said[0]), /^warning: crm: `oauth2\.tokenUrl`: its path is where users log in/);
  });

  describe("while its own mode is not known", () => {
    it("is skipped with a note that names what is not known", async () => {
      for (const [tokenCheck, named] of [
        [UNKNOWN, "`tokenCheck`"],
        [{ mode: UNKNOWN }, "`tokenCheck.mode`"],
        [{ mode: "warn", onUnreachable: UNKNOWN }, "`tokenCheck.onUnreachable`"],
      ] as const) {
        phase();
        assert.deepEqual(await problems(wrong(), tokenCheck), []);
        assert.deepEqual(said, [`note: crm: the token check was not made: ${named} not known yet`]);
      }
      assert.deepEqual(tokens.requests, []);
    });

    it("is off where it is off whatever the rest will be", async () => {
      assert.deepEqual(await problems(wrong(), { mode: "off", onUnreachable: UNKNOWN }), []);
      assert.deepEqual(said, []);
      phase({ variable: "off" });
      assert.deepEqual(await problems(wrong(), UNKNOWN), []);
      assert.deepEqual(said, [`warning: the token check is relaxed to off by ${VARIABLE}`]);
    });
  });

  describe("in the state", () => {
    async function verdict(oauth2: object, tokenCheck?: TokenCheck): Promise<string> {
      const api = { digest: "d1", title: "CRM", version: "1", operations: {} };
      const rest = { container: "global", name: "crm", title: "CRM", swagger: { file: "a" }, owner: "a/b/c/crm", api };
      const place = { path: "/conf/x", origin: "https://author.example", serviceEndPoint: "https://acme.example" };
      return tokenVerdict(run, parseWanted({ ...rest, ...place, oauth2, tokenCheck, secretRevision: 1 }));
    }

    it("is what this run found", async () => {
      await problems(credentials());
      assert.equal(await verdict(credentials()), "issued");
      await problems(credentials({ tokenUrl: NOBODY }));
      assert.match(await verdict(credentials({ tokenUrl: NOBODY })), /^not judged: .*127\.0\.0\.1:9/);
      await problems(wrong(), "warn");
      assert.match(await verdict(wrong(), "warn"), /^refused: .*401 invalid_client/);
      assert.equal(await verdict(credentials({ clientId: "other" })), "not judged: no token check in this run");
    });

    it("says by whom it was off", async () => {
      assert.equal(await verdict(wrong(), { mode: "off" }), "off: by tokenCheck");
      phase({ variable: "off" });
      assert.equal(await verdict(wrong(), "warn"), `off: by ${VARIABLE}`);
      assert.equal(await verdict(wrong(), "off"), "off: by tokenCheck");
      phase({ stack: "off", variable: "off" });
      assert.equal(await verdict(wrong()), `off: by ${KEY}`);
    });
  });
});
