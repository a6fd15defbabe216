import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveConnection } from "../../provider/connection";
import { readServiceCredentials } from "../../provider/serviceCredentials";
import { type Ims, startIms } from "../world/ims";

describe("service credentials", () => {
  let ims: Ims;
  before(async () => {
    ims = await startIms();
  });
  after(() => ims.stop());

  const read = (json: string) => readServiceCredentials(json, "AEM_SERVICE_CREDENTIALS_FILE", () => ({}));
  const changed = (members: object) => {
    const { integration, ...rest } = JSON.parse(ims.credentials);
    return JSON.stringify({ ...rest, integration: { ...integration, ...members } });
  };

  it("are read as the Developer Console hands them out", () => {
    const { imsOrigin, clientId, account, metascopes, organisation } = read(ims.credentials);
    assert.deepEqual(
      [imsOrigin, clientId, account, organisation, metascopes],
      [
        ims.origin,
        "cm-p1-e2-integration-0",
        "5D7E8F9A0B1C2D3E@techacct.example",
        "ABCDEF0123456789@AdobeOrg",
        ["ent_aem_cloud_api"],
      ],
    );
  });

  it("go to IMS by https where they name a host alone, as they do", () => {
    assert.equal(read(changed({ imsEndpoint: "ims.example.com" })).imsOrigin, "https://ims.example.com");
  });

  it("may begin with a byte order mark, as some tools begin a file", () => {
    assert.equal(read(`\ufeff${ims.credentials}`).imsOrigin, ims.origin);
  });

  it("print as [secret] what is one", () => {
    const printed = JSON.stringify(read(ims.credentials));
    for (const secret of [ims.clientSecret, ims.privateKey.split("\n")[3] ?? ""]) assert.ok(!printed.includes(secret));
  });

  const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const faults: [what: string, json: () => string, message: RegExp][] = [
    ["no JSON", () => "{ secret-in-a-broken-file", /: this is no JSON$/],
    ["JSON that is no object", () => '"secret-in-a-string"', /these are no service credentials: it is no object$/],
    [
      "a local development token",
      () => '{"accessToken": "secret-in-a-token"}',
      /this is a local development token, not/,
    ],
    ["JSON of another kind", () => '{"access_token": "x"}', /no service credentials: integration is missing/],
    [
      "a member that is missing",
      () => changed({ org: undefined, privateKey: "" }),
      /: integration\.org, integration\.privateKey is missing/,
    ],
    [
      "an IMS by plain http",
      () => changed({ imsEndpoint: "http://ims.example.com" }),
      /imsEndpoint is no host that can be asked by https$/,
    ],
    ["an IMS at a metadata service", () => changed({ imsEndpoint: "169.254.169.254" }), /imsEndpoint is no host/],
    [
      "a key that is none",
      () => changed({ privateKey: "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----" }),
      /privateKey is no RSA key in PEM$/,
    ],
    [
      "a key of another kind",
      () => changed({ privateKey: elliptic.export({ type: "pkcs8", format: "pem" }) }),
      /privateKey is no RSA key/,
    ],
    [
      "a certificate that has ended",
      () => changed({ certificateExpirationDate: "2020-01-02T03:04:05Z" }),
      /ended on 2020-01-02T03:04:05\.000Z$/,
    ],
  ];
  for (const [what, json, message] of faults) {
    it(`are refused with ${what}, in one line without their content`, () => {
      assert.throws(
        () => read(json()),
        (thrown: unknown) => {
          const { code, message: line } = Object(thrown);
          assert.equal(code, "connection-invalid");
          assert.match(line, message);
          assert.match(line, /^AEM_SERVICE_CREDENTIALS_FILE: [^\n]*$/);
          assert.doesNotMatch(line, /secret-in|PRIVATE KEY-----/);
          return true;
        },
      );
    });
  }

  describe("as a login", () => {
    const AEM_AUTHOR = "https://author-p1-e2.example.com";
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "service-"));
      await writeFile(join(folder, "service.json"), ims.credentials);
    });
    after(() => rm(folder, { recursive: true }));

    const resolved = (environment: Record<string, string>, config: Record<string, string> = {}) => {
      return resolveConnection(undefined, { environment, config: (key) => config[key] }, folder);
    };
    const problems = (...given: Parameters<typeof resolved>) => {
      const found = resolved(...given);
      return "problems" in found ? found.problems.map(({ message }) => message) : assert.fail("it was taken");
    };

    it("come from a file that the environment names", () => {
      const found = resolved({ AEM_AUTHOR, AEM_SERVICE_CREDENTIALS_FILE: "service.json" });
      assert.equal("connection" in found && found.connection.login.kind, "service");
    });

    it("come from stack config as they are", () => {
      const config = { "aem-datasource:author": AEM_AUTHOR, "aem-datasource:serviceCredentials": ims.credentials };
      const found = resolved({}, config);
      assert.equal("connection" in found && found.connection.login.kind, "service");
    });

    it("are refused beside another login, by the names of both", () => {
      const both = { AEM_AUTHOR, AEM_SERVICE_CREDENTIALS_FILE: "service.json", AEM_TOKEN: "t0ken-of-nobody" };
      assert.deepEqual(problems(both), ["two logins: AEM_SERVICE_CREDENTIALS_FILE is set, and so is AEM_TOKEN"]);
    });

    it("count for nothing without the author beside them", () => {
      assert.match(String(problems({ AEM_SERVICE_CREDENTIALS_FILE: "service.json" })), /is set, but AEM_AUTHOR is not/);
    });

    it("are refused where the file is missing, or the variable holds them itself, which is not repeated", () => {
      assert.match(
        String(problems({ AEM_AUTHOR, AEM_SERVICE_CREDENTIALS_FILE: "gone.json" })),
        /gone\.json can't be read \(ENOENT\)/,
      );
      const [line] = problems({ AEM_AUTHOR, AEM_SERVICE_CREDENTIALS_FILE: ims.credentials });
      assert.equal(line, "AEM_SERVICE_CREDENTIALS_FILE holds what belongs into a file instead of its path");
    });

    it("C5: are refused with an IMS that is not among the allowed hosts, as is the author: each by the place that names it", () => {
      const given = { AEM_AUTHOR, AEM_SERVICE_CREDENTIALS_FILE: "service.json" };
      assert.deepEqual(problems({ ...given, AEM_DATASOURCE_ALLOWED_HOSTS: "*.example.com" }), [
        "integration.imsEndpoint of AEM_SERVICE_CREDENTIALS_FILE leads to 127.0.0.1, which is not among the hosts of AEM_DATASOURCE_ALLOWED_HOSTS; nothing was sent there",
      ]);
      assert.equal(problems({ ...given, AEM_DATASOURCE_ALLOWED_HOSTS: "ims.example.com" }).length, 2);
      assert.equal(
        "connection" in resolved({ ...given, AEM_DATASOURCE_ALLOWED_HOSTS: "*.example.com 127.0.0.1" }),
        true,
      );
    });

    it("take the proxy of the environment to IMS, and not the author's client certificate", () => {
      const https = changed({ imsEndpoint: "ims.example.com" });
      const config = { "aem-datasource:author": AEM_AUTHOR, "aem-datasource:serviceCredentials": https };
      const found = resolved({ HTTPS_PROXY: "http://proxy.example:3128" }, config);
      const login = "connection" in found ? found.connection.login : undefined;
      assert.deepEqual(login?.kind === "service" && login.credentials.route, {
        proxy: { origin: "http://proxy.example:3128" },
      });
    });
  });
});
