import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../provider/check";
import { Run } from "../../provider/run";
import { isRecord, Secret, UNKNOWN } from "../../provider/values";
import { close, originOf } from "../world/loopback";
import { startTokenServer, type TokenServer } from "../world/tokenServer";

type Values = Record<string, unknown>;

const SECRET = "dF3-vK7-wM2";
const OTHER_SECRET = "bJ9-sN4-hQ6";
const PATH = "/conf/global/settings/cloudconfigs/fdm/crm";
const SWAGGER = {
  swagger: "2.0",
  info: { title: "CRM", version: "61.0" },
  host: "acme.example",
  basePath: "/services/data",
  paths: { "/lead": { get: { operationId: "getLead", responses: { 204: { description: "No content" } } } } },
};
const OPEN_API = {
  openapi: "3.0.1",
  info: SWAGGER.info,
  servers: [{ url: "https://acme.example" }],
  paths: SWAGGER.paths,
};
const SWAGGER_AS_YAML = `
swagger: "2.0"
info: { title: CRM, version: "61.0" }
host: acme.example
basePath: /services/data
paths:
  /lead:
    get: { operationId: getLead, responses: { 204: { description: No content } } }
`;

describe("check", () => {
  let folder: string;
  let author: Server;
  let authorAsked: number;
  let origin: string;
  let tokens: TokenServer;
  let said: string[];
  let run: Run;

  before(async () => {
    author = createServer((socket) => {
      authorAsked += 1;
      socket.destroy();
    });
    author.listen(0, "127.0.0.1");
    await once(author, "listening");
    const address = author.address();
    assert.ok(isRecord(address));
    origin = `http://127.0.0.1:${address.port}`;
    tokens = await startTokenServer({
      clients: [
        { clientId: "key", clientSecret: SECRET },
        { clientId: "other-key", clientSecret: OTHER_SECRET },
      ],
    });
  });
  after(async () => {
    await tokens.stop();
    await new Promise((resolve) => author.close(resolve));
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "check-"));
    await writeFile(join(folder, "crm.json"), JSON.stringify(SWAGGER));
    authorAsked = 0;
    tokens.requests.splice(0);
    run = newRun();
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A run of its own, as each phase of the engine has one. */
  function newRun(environment: Record<string, string | undefined> = {}): Run {
    const heard: string[] = [];
    said = heard;
    const voice = {
      warn: async (text: string) => void heard.push(`warning: ${text}`),
      note: async (text: string) => void heard.push(`note: ${text}`),
    };
    const login = { AEM_AUTHOR: origin, AEM_USERNAME: "deployer", AEM_PASSWORD: "cP5-gX8-tR1" };
    return new Run({ environment: { ...login, ...environment }, config: () => undefined }, voice, folder);
  }

  const oauth2 = (changed: Values = {}): Values => ({
    oauth2: { clientId: "key", clientSecret: new Secret(SECRET), tokenUrl: tokens.tokenUrl, ...changed },
  });

  function program(changed: Values = {}): Values {
    const swagger = { file: "crm.json" };
    return { container: "global", title: "CRM", swagger, ...oauth2(), owner: "acme/forms/dev/crm", ...changed };
  }

  /** The inputs of a check that finds nothing wrong. */
  async function checked(news: Values, olds: Values = {}): Promise<Values> {
    const { inputs, problems } = await check(run, olds, news);
    assert.deepEqual(problems, []);
    return inputs;
  }

  /** The problems that a check finds, as the user reads them. */
  async function refused(news: Values, olds: Values = {}): Promise<string[]> {
    const { problems } = await check(run, olds, news);
    return problems.map((problem) => problem.text());
  }

  it("hands the arguments back as they are and never asks the author", async () => {
    const news = program({ name: "crm", extraProperties: { location: "body" } });
    const inputs = await checked(news);
    for (const [key, value] of Object.entries(news)) assert.deepEqual(inputs[key], value, key);
    assert.equal(authorAsked, 0);
    assert.deepEqual(said, []);
  });

  it("says in each run, and once, that the connection is plain http to another host", async () => {
    for (const _phase of ["preview", "update"]) {
      run = newRun({ AEM_AUTHOR: "http://author.example", AEM_ALLOW_PLAIN_HTTP: "true" });
      await checked(program());
      await checked(program({ name: "second" }));
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: http:\/\/author\.example is plain http/);
    }
  });

  it("answers with all problems of a data source at once", async () => {
    run = newRun({ AEM_PASSWORD: undefined });
    const found = await refused(
      program({
        title: undefined,
        name: "a.b",
        swagger: { file: "gone.json" },
        ...oauth2({ tokenUrl: "http://acme.example/token" }),
        extraProperties: { "jcr:title": "x" },
      }),
    );
    const expected = [
      /^`title` is missing/,
      /^`name` must be letters/,
      /^`oauth2\.tokenUrl` must be https/,
      /^half a login: AEM_AUTHOR is set, AEM_PASSWORD is not/,
      /^`extraProperties`: "jcr:title" has an argument of its own \[input-invalid\]/,
      /^Swagger file gone\.json: not found/,
    ];
    assert.equal(found.length, expected.length, found.join("\n"));
    for (const line of expected)
      assert.ok(
        found.some((text) => line.test(text)),
        `${line} in ${found.join("\n")}`,
      );
    assert.deepEqual(tokens.requests, []);
  });

  describe("the name", () => {
    it("is the resource's when none is given", async () => {
      assert.equal((await checked(program())).name, "crm");
    });

    it("stays the old one when the resource is renamed", async () => {
      assert.equal((await checked(program({ owner: "acme/forms/dev/renamed" }), { name: "crm" })).name, "crm");
    });

    it("stays the old one when a replacement is checked again, without its old inputs", async () => {
      const renamed = program({ owner: "acme/forms/dev/renamed" });
      await checked(renamed, { name: "crm" });
      assert.equal((await checked(renamed)).name, "crm");
    });

    it("has to be given when the resource's is no name of a node", async () => {
      for (const resource of ["crm.v2", "team/crm"]) {
        const [line, ...more] = await refused(program({ owner: `acme/forms/dev/${resource}` }));
        assert.match(String(line), /^`name` must be letters.*set `name`/);
        assert.deepEqual(more, []);
      }
    });
  });

  describe("a page", () => {
    it("has one resource: a second one is refused by the name of the first", async () => {
      await checked(program({ name: "shared" }));
      const [line, ...more] = await refused(program({ name: "shared", owner: "acme/forms/dev/erp" }));
      assert.match(
        String(line),
        /fdm\/shared is made by another resource of this program as well: crm \[input-invalid\]/,
      );
      assert.deepEqual(more, []);
    });

    it("may be checked again for the same resource, as a replacement is", async () => {
      const { path } = await checked(program({ name: "given" }), { name: "given" });
      assert.equal((await checked(program({ name: "given" }))).path, path);
    });

    it("is nobody's while its path is not known", async () => {
      await checked(program({ name: UNKNOWN }));
      await checked(program({ name: UNKNOWN, owner: "acme/forms/dev/erp" }));
    });
  });

  describe("what it derives", () => {
    it("is path, origin, service end point and the meaning of the Swagger file", async () => {
      const { path, origin: derived, serviceEndPoint, api } = await checked(program());
      assert.deepEqual([path, derived], [PATH, origin]);
      assert.equal(serviceEndPoint, "https://acme.example/services/data");
      assert.ok(isRecord(api));
      const { digest, ...meaning } = api;
      assert.match(String(digest), /^[0-9a-f]{64}$/);
      const operations = { "GET /lead": "getLead() -> 204" };
      assert.deepEqual(meaning, { title: "CRM", version: "61.0", operations });
    });

    it("has the same path for both ways to write a container", async () => {
      const path = "/conf/acme/emea/settings/cloudconfigs/fdm/crm";
      assert.equal((await checked(program({ container: "acme/emea" }))).path, path);
      assert.equal((await checked(program({ container: "/conf/acme/emea" }))).path, path);
    });

    it("leaves a service end point alone that was given", async () => {
      const serviceEndPoint = "https://gateway.example/crm";
      assert.equal((await checked(program({ serviceEndPoint }))).serviceEndPoint, serviceEndPoint);
    });

    it("is left out where its parts are wrong, and nothing is said twice", async () => {
      for (const wrong of [{ container: "acme.emea" }, { name: "crm.v2" }]) {
        const { inputs, problems } = await check(run, {}, program(wrong));
        assert.deepEqual([inputs.path, problems.length], [undefined, 1]);
      }
      run = newRun({ AEM_PASSWORD: undefined });
      const { inputs, problems } = await check(run, {}, program());
      assert.deepEqual([inputs.origin, problems.length], [undefined, 1]);
    });

    it("is not known where its parts are not, and the rest is", async () => {
      const { path, api } = await checked(program({ container: UNKNOWN }));
      assert.equal(path, UNKNOWN);
      assert.ok(isRecord(api));
      const { origin: derived } = await checked(program({ connection: UNKNOWN }));
      assert.equal(derived, UNKNOWN);
    });
  });

  describe("the secret's revision", () => {
    const olds = (secretRevision: unknown): Values => ({ ...oauth2(), secretRevision });

    it("is 1 at first", async () => {
      assert.equal((await checked(program())).secretRevision, 1);
    });

    it("stays while the secret stays", async () => {
      assert.equal((await checked(program(), olds(3))).secretRevision, 3);
    });

    it("is one more for another secret", async () => {
      const rotated = program(oauth2({ clientId: "other-key", clientSecret: new Secret(OTHER_SECRET) }));
      assert.equal((await checked(rotated, olds(3))).secretRevision, 4);
    });

    it("is one more when the secret was saved again in AEM, and carries no words on", async () => {
      assert.equal((await checked(program(), olds("3, saved again in AEM"))).secretRevision, 4);
    });

    it("begins at 1 when the last write did not succeed and left none", async () => {
      assert.equal((await checked(program(), olds(undefined))).secretRevision, 1);
    });

    it("counts on from an import, whose 0 stands for a secret that was never written", async () => {
      assert.equal((await checked(program(), { secretRevision: 0 })).secretRevision, 1);
      assert.equal((await checked(program(), olds(0))).secretRevision, 1);
    });

    it("is kept when the engine hands it over", async () => {
      const rotated = program({ ...oauth2({ clientId: "other-key", clientSecret: new Secret(OTHER_SECRET) }) });
      assert.equal((await checked({ ...rotated, secretRevision: 3 }, olds(3))).secretRevision, 3);
    });

    it("is not known while the secret is not", async () => {
      assert.equal((await checked(program(oauth2({ clientSecret: UNKNOWN })), olds(3))).secretRevision, UNKNOWN);
      assert.equal((await checked(program({ oauth2: UNKNOWN }), olds(3))).secretRevision, UNKNOWN);
    });
  });

  describe("the Swagger file", () => {
    it("given as text never reaches the inputs, and its bytes are kept for the write", async () => {
      for (const [text, inline] of [
        [JSON.stringify(SWAGGER), "swagger.json"],
        [SWAGGER_AS_YAML, "swagger.yaml"],
      ] as const) {
        const { swagger, api, origin } = await checked(program({ swagger: { text } }));
        assert.deepEqual(swagger, { inline });
        assert.ok(isRecord(api));
        const { document } = await run.documents.toWrite(`${origin}${PATH}`, undefined, String(api.digest));
        assert.equal(document.bytes.toString(), text);
      }
    });

    it("means the same as JSON and as YAML", async () => {
      const json = await checked(program());
      const yaml = await checked(program({ swagger: { text: SWAGGER_AS_YAML } }));
      assert.deepEqual(json.api, yaml.api);
    });

    it("that names no host needs a service end point", async () => {
      const swagger = { text: JSON.stringify({ ...SWAGGER, host: undefined }) };
      const [line, ...more] = await refused(program({ swagger }));
      assert.match(
        String(line),
        /\(text in the program\): names no host \[swagger-not-accepted\]\n.*give `serviceEndPoint`/,
      );
      assert.deepEqual(more, []);
      await checked(program({ swagger, serviceEndPoint: "https://gateway.example" }));
    });

    it("whose host and base path make no end point needs one that is given", async () => {
      const hosts: [host: string, why: RegExp][] = [
        ["acme example", /make an end point that is not a URL/],
        ["{myDomain}.example", /make an end point that holds a placeholder/],
        ["user:pw@acme.example", /make an end point that holds a login/],
        ["169.254.169.254", /make an end point that points to a link-local address/],
      ];
      for (const [host, why] of hosts) {
        const swagger = { text: JSON.stringify({ ...SWAGGER, host }) };
        const [line, ...more] = await refused(program({ swagger }));
        assert.match(String(line), why);
        assert.deepEqual(more, []);
        await checked(program({ swagger, serviceEndPoint: "https://gateway.example" }));
      }
    });

    it("that is missing is missed in one line, from a data source that had one too", async () => {
      for (const olds of [{}, await checked(program())]) {
        const [line, ...more] = await refused(program({ swagger: undefined }), olds);
        assert.match(String(line), /^`swagger` is missing/);
        assert.deepEqual(more, []);
      }
    });

    it("is judged by the author's product", async () => {
      await writeFile(join(folder, "openapi.json"), JSON.stringify(OPEN_API));
      const news = program({ swagger: { file: "openapi.json" } });
      const [line, ...more] = await refused(news);
      assert.match(
        String(line),
        /^Swagger file openapi\.json:1:2 \(#\/openapi\): OpenAPI 3\.0\.1, and product aem65 takes Swagger 2\.0/,
      );
      assert.deepEqual(more, []);
      await checked({ ...news, product: "aemcs" });
      run = newRun({ AEM_AUTHOR: "https://author-p1-e2.adobeaemcloud.com" });
      await checked(news);
      assert.deepEqual(said, []);
    });

    it("is not judged while the product is not known, or nobody knows the author", async () => {
      const swagger = { text: JSON.stringify(OPEN_API) };
      await checked(program({ swagger, product: UNKNOWN }));
      await checked(program({ swagger, connection: UNKNOWN }));
      run = newRun({ AEM_PASSWORD: undefined });
      const [line, ...more] = await refused(program({ swagger }));
      assert.match(String(line), /^half a login/);
      assert.deepEqual(more, []);
    });

    it("brings a warning when Adobe leaves open whether the product takes it", async () => {
      await checked(program({ swagger: { text: JSON.stringify(OPEN_API) }, product: "aem65lts" }));
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: Swagger file .*OpenAPI 3\.0\.1/);
    });

    it("is not looked at while its name, its text or itself is not known, and a note says so", async () => {
      for (const swagger of [{ file: UNKNOWN }, { text: UNKNOWN }, UNKNOWN]) {
        run = newRun();
        const inputs = await checked(program({ swagger }));
        assert.deepEqual([inputs.swagger, inputs.api, inputs.serviceEndPoint], [swagger, UNKNOWN, UNKNOWN]);
        assert.equal(said.length, 1);
        assert.match(String(said[0]), /^note: crm: the Swagger file was not looked at: .* not known yet$/);
      }
    });
  });

  describe("what ignoreChanges leaves in the inputs", () => {
    const api = { digest: "d1", title: "CRM", version: "60.0", operations: {} };
    const serviceEndPoint = "https://acme.example/old";

    it("brings the meaning back with a text that was emptied", async () => {
      const swagger = { inline: "swagger.json" };
      const inputs = await checked(program({ swagger }), { swagger, api, serviceEndPoint });
      assert.deepEqual([inputs.swagger, inputs.api, inputs.serviceEndPoint], [swagger, api, serviceEndPoint]);
    });

    it("is never a text of an earlier run alone", async () => {
      const [line, ...more] = await refused(program({ swagger: { inline: "swagger.json" } }));
      assert.match(String(line), /^`swagger` holds a text of an earlier run, and its API is not given/);
      assert.deepEqual(more, []);
    });

    it("loses the words that only told of drift", async () => {
      const drifted = { ...api, digest: "d1, other bytes in AEM" };
      const swagger = { inline: "swagger.json" };
      assert.deepEqual((await checked(program({ swagger }), { swagger, api: drifted })).api, api);
      assert.deepEqual((await checked(program({ api: drifted }), { api: drifted })).api, api);
      const again = { secretRevision: "3, saved again in AEM" };
      assert.equal((await checked(program(again), again)).secretRevision, 3);
      const extraProperties = { location: "removed in AEM", count: 1 };
      const inputs = await checked(program({ extraProperties }), { extraProperties });
      assert.deepEqual(inputs.extraProperties, { count: 1 });
    });

    it("spares a file from being read when its meaning comes along", async () => {
      const swagger = { file: "gone.json" };
      const inputs = await checked(program({ swagger, api }), { swagger, api, serviceEndPoint });
      assert.deepEqual([inputs.swagger, inputs.api, inputs.serviceEndPoint], [swagger, api, serviceEndPoint]);
    });

    it("does not spare a file from being read on its own", async () => {
      const swagger = { file: "gone.json" };
      const [line] = await refused(program({ swagger }), { swagger, api, serviceEndPoint });
      assert.match(String(line), /^Swagger file gone\.json: not found/);
    });

    it("may be the service end point, whatever the file says now", async () => {
      assert.equal((await checked(program({ serviceEndPoint }), { serviceEndPoint })).serviceEndPoint, serviceEndPoint);
    });
  });

  describe("an entry of an import file", () => {
    const imported = (): Values => {
      const { clientSecret: _, ...known } = Object(oauth2().oauth2);
      return program({ oauth2: known, secretRevision: 0 });
    };

    it("passes without the secret, which nobody can read from AEM, and keeps none", async () => {
      const inputs = await checked(imported());
      assert.deepEqual(Object.keys(Object(inputs.oauth2)), ["clientId", "tokenUrl"]);
      assert.equal(inputs.secretRevision, 0);
      assert.equal(tokens.requests.length, 0);
      assert.match(String(said), /^note: crm: the token check was not made: `oauth2\.clientSecret` not known yet$/);
    });

    it("is followed by a program with the secret: revision 1, and a token check", async () => {
      const inputs = await checked(program(), await checked(imported()));
      assert.equal(inputs.secretRevision, 1);
      assert.equal(tokens.requests.length, 1);
    });

    it("is no way to leave the secret out of a program", async () => {
      const { secretRevision: _, ...without } = imported();
      assert.match(String(await refused(without)), /^`oauth2\.clientSecret` is missing/);
    });
  });

  describe("the token check", () => {
    const wrong = () => oauth2({ clientSecret: new Secret(OTHER_SECRET) });
    const refusal = /token check failed: 127\.0\.0\.1:\d+ refused the client credentials \(401 invalid_client/;

    it("asks as AEM will, once", async () => {
      await checked(program(oauth2({ scope: "api" })));
      assert.deepEqual(
        tokens.requests.map(({ fields, status }) => ({ ...fields, status })),
        [{ grant_type: "client_credentials", client_id: "key", client_secret: SECRET, scope: "api", status: 200 }],
      );
    });

    it("stops the preview when the client credentials are refused", async () => {
      const [line, ...more] = await refused(program(wrong()));
      assert.match(String(line), refusal);
      assert.deepEqual([more, said], [[], []]);
    });

    it("only warns of it when told to", async () => {
      await checked(program({ ...wrong(), tokenCheck: "warn" }));
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: token check failed: /);
    });

    it("asks nobody when it is off", async () => {
      await checked(program({ ...wrong(), tokenCheck: "off" }));
      assert.deepEqual([tokens.requests, said], [[], []]);
    });

    it("only warns when the token server can't be reached", async () => {
      await checked(program(oauth2({ tokenUrl: `${origin}/token` })));
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: token check not made: /);
    });

    it("asks once for two data sources of one app", async () => {
      await checked(program());
      await checked(program({ name: "second" }));
      assert.equal(tokens.requests.length, 1);
    });

    it("asks once for two data sources of one app when it is refused, too", async () => {
      const first = await refused(program(wrong()));
      const second = await refused(program({ name: "second", ...wrong() }));
      assert.deepEqual(first, second);
      assert.equal(tokens.requests.length, 1);
    });

    it("asks for each app", async () => {
      await checked(program());
      await checked(program(oauth2({ clientId: "other-key", clientSecret: new Secret(OTHER_SECRET) })));
      assert.deepEqual(
        tokens.requests.map(({ clientId }) => clientId),
        ["key", "other-key"],
      );
    });

    it("is skipped while a part of the credentials is not known, which a note names, and sends nothing", async () => {
      const parts: [unknown: Values, named: string][] = [
        [oauth2({ clientId: UNKNOWN }), "`oauth2.clientId`"],
        [oauth2({ clientSecret: UNKNOWN }), "`oauth2.clientSecret`"],
        [oauth2({ tokenUrl: UNKNOWN }), "`oauth2.tokenUrl`"],
        [oauth2({ scope: UNKNOWN }), "`oauth2.scope`"],
        [oauth2({ clientId: UNKNOWN, clientSecret: UNKNOWN }), "`oauth2.clientId`, `oauth2.clientSecret`"],
        [{ oauth2: UNKNOWN }, "`oauth2`"],
        [{ tokenCheck: UNKNOWN }, "`tokenCheck`"],
      ];
      for (const [unknown, named] of parts) {
        run = newRun();
        await checked(program(unknown));
        assert.deepEqual(said, [`note: crm: the token check was not made: ${named} not known yet`]);
      }
      assert.deepEqual(tokens.requests, []);
    });

    it("is skipped without a note when it is off, known or not", async () => {
      await checked(program({ oauth2: UNKNOWN, tokenCheck: "off" }));
      assert.deepEqual(said, []);
    });

    it("is preceded by a warning when the token is another Salesforce org's than the calls", async () => {
      const tokenUrl = "https://acme.my.salesforce.com/services/oauth2/token";
      const serviceEndPoint = "https://copied.my.salesforce.com/services";
      await checked(program({ ...oauth2({ tokenUrl }), serviceEndPoint, tokenCheck: "off" }));
      const warnings = () => said.filter((line) => line.startsWith("warning"));
      assert.equal(warnings().length, 1);
      assert.match(String(warnings()), /^warning: crm: tokens come from acme\..* the calls go to copied\./);
      for (const unknown of [{ serviceEndPoint: UNKNOWN }, { oauth2: UNKNOWN }, oauth2({ tokenUrl: UNKNOWN })]) {
        run = newRun();
        await checked(program({ ...oauth2({ tokenUrl }), serviceEndPoint, tokenCheck: "off", ...unknown }));
        assert.deepEqual(warnings(), []);
      }
    });

    it("warns where a token was issued and something about it is odd", async () => {
      const odd = createHttpServer((_, response) => response.end('{"access_token":"a token"}')).listen(0, "127.0.0.1");
      await once(odd, "listening");
      try {
        await checked(program(oauth2({ tokenUrl: `${originOf(odd)}/token` })));
        assert.equal(said.length, 1);
        assert.match(String(said[0]), /^warning: crm: token check doubtful: .* without saying its type/);
      } finally {
        await close(odd);
      }
    });

    it("warns of a Salesforce URL that is probably wrong, in every mode and without a request", async () => {
      const tokenUrl = "https://acme.my.salesforce.com/services/oauth2/token/";
      await checked(program({ ...oauth2({ tokenUrl }), tokenCheck: "off" }));
      assert.equal(said.length, 1);
      assert.match(String(said[0]), /^warning: crm: `oauth2\.tokenUrl`: it ends in a slash/);
    });

    it("needs no request to refuse Salesforce's common hosts, in every mode", async () => {
      const tokenUrl = "https://login.salesforce.com/services/oauth2/token";
      for (const tokenCheck of ["enforce", "warn", "off"]) {
        const [line, ...more] = await refused(program({ ...oauth2({ tokenUrl }), tokenCheck }));
        assert.match(String(line), /login\.salesforce\.com does not serve the client-credentials grant/);
        assert.deepEqual(more, []);
      }
    });
  });

  describe("the author's origin", () => {
    it("is refused when the state remembers another one", async () => {
      const [line, ...more] = await refused(program(), { origin: "https://old.example" });
      assert.match(String(line), /lives on https:\/\/old\.example, the connection \(the environment\) now says http:/);
      assert.match(String(line), /\[origin-changed\]\n.*AEM_PREVIOUS_ORIGIN/);
      assert.deepEqual(more, []);
    });

    it("moves when the state's is declared to be the same server's earlier name", async () => {
      run = newRun({ AEM_PREVIOUS_ORIGIN: "https://old.example" });
      assert.equal((await checked(program(), { origin: "https://old.example" })).origin, origin);
    });

    it("is refused all the same when yet another one is declared", async () => {
      run = newRun({ AEM_PREVIOUS_ORIGIN: "https://older.example" });
      const [line] = await refused(program(), { origin: "https://old.example" });
      assert.match(String(line), /\[origin-changed\]/);
    });
  });
});
