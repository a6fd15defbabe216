import assert from "node:assert/strict";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { commandLine, type Ended } from "../../world/commandLine";

const FDM = "settings/cloudconfigs/fdm";
const OAUTH = { dataSourceType: "REST", authenticationType: "OAuth 2.0", grant_type: "client_credentials" };
const URL_PASSWORD = "hidden-in-a-url";
const IN_CLEAR = "stands-there-in-clear";

interface Listed {
  readonly origin: string;
  readonly dataSources: readonly Readonly<Record<string, unknown>>[];
  readonly unread: readonly { path: string; code: string; message: string }[];
}

describe("aem-datasource list", () => {
  let aem: AemEmulator;

  beforeEach(async () => {
    aem = await startAemEmulator({ containers: ["global", "acme", "acme/emea"], bareContainers: ["bare"] });
  });
  afterEach(() => aem.stop());

  function list(words: readonly string[] = [], user = "aem-reader", password?: string): Promise<Ended> {
    const known = DEFAULT_ACCOUNTS.find((account) => account.user === user)?.password ?? "";
    const environment = { AEM_AUTHOR: aem.origin, AEM_USERNAME: user, AEM_PASSWORD: password ?? known };
    return commandLine(["list", ...words], { environment, secrets: [known, URL_PASSWORD, IN_CLEAR] });
  }

  async function json(...words: string[]): Promise<Listed> {
    const { stdout, stderr } = await list(["--json", ...words]);
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  }

  it("shows path, title, kind, host, owner and publication in aligned columns, and nothing secret", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {
      ...OAUTH,
      "jcr:title": "Salesforce",
      serviceEndPoint: `https://svc:${URL_PASSWORD}@crm.example:8443/v1`,
      client_secret: IN_CLEAR,
      managedBy: "acme/forms/prod/crm#0123456789abcdef",
      "cq:lastReplicationAction": "Activate",
    });
    aem.addPage(`/conf/acme/emea/${FDM}/odata`, { dataSourceType: "ODATA_REST", "jcr:title": "顧客" });
    const { code, stdout, stderr } = await list();
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(stdout.split("\n"), [
      "PATH                                             TITLE       TYPE, AUTHENTICATION, GRANT          HOST              MANAGED BY           PUBLISHED",
      "/conf/acme/emea/settings/cloudconfigs/fdm/odata  顧客        ODATA_REST, ?, -                                       -                    no",
      "/conf/global/settings/cloudconfigs/fdm/crm       Salesforce  REST, OAuth 2.0, client_credentials  crm.example:8443  acme/forms/prod/crm  older",
      "",
      `2 data sources on ${aem.origin}`,
      "",
    ]);
  });

  it("gives the same to a script as one object, with what the provider could own and why not", async () => {
    aem.addPage(`/conf/acme/emea/${FDM}/basic`, { dataSourceType: "REST", authenticationType: "Basic Authentication" });
    assert.deepEqual(await json(), {
      origin: aem.origin,
      dataSources: [
        {
          path: `/conf/acme/emea/${FDM}/basic`,
          container: "acme/emea",
          name: "basic",
          title: "",
          type: "REST",
          authentication: "Basic Authentication",
          grant: "-",
          host: "",
          owner: null,
          published: "no",
          manageable: false,
          reason: "its authentication is Basic Authentication, not OAuth 2.0",
        },
      ],
      unread: [],
    });
  });

  it("tells what is live on publish as it is from what has changed since", async () => {
    const live = { "cq:lastReplicationAction": "Activate", "cq:lastReplicated": "Mon Nov 23 2026 21:32:34 GMT+0000" };
    aem.addPage(`/conf/global/${FDM}/a`, { ...live, "jcr:lastModified": "Mon Nov 23 2026 21:32:34 GMT+0000" });
    aem.addPage(`/conf/global/${FDM}/b`, { ...live, "jcr:lastModified": "Mon Nov 23 2026 21:32:35 GMT+0000" });
    aem.addPage(`/conf/global/${FDM}/c`, { ...live, "cq:lastReplicationAction": "Deactivate" });
    const { dataSources } = await json();
    assert.deepEqual(
      dataSources.map(({ name, published }) => `${name} ${published}`),
      ["a yes", "b older", "c no"],
    );
  });

  it("knows container and name of a page whose name the provider would not take", async () => {
    aem.addPage(`/conf/acme/${FDM}/with.dot`, {});
    aem.addPage(`/conf/acme/${FDM}/顧客`, {});
    const { dataSources } = await json();
    assert.deepEqual(
      dataSources.map(({ container, name }) => [container, name]),
      [
        ["acme", "with.dot"],
        ["acme", "顧客"],
      ],
    );
  });

  it("hands no control character of a title to a terminal, in a table or in JSON", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {
      "jcr:title": "a\u001b[31m\u009b31m\u202eb",
      grant_type: "\u{e0041}\u0007",
    });
    for (const words of [[], ["--json"]]) {
      const { stdout } = await list(words);
      assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it("says what could not be looked at, lists the rest, and ends with 1", async () => {
    aem.addPage(`/conf/global/${FDM}/crm`, {});
    const { code, stdout } = await list(["--container", "gone", "global"]);
    assert.match(
      stdout,
      /\n1 data source on .*\nnot looked at: \/conf\/gone: .* \[container-missing\]\n {2}Check the name/,
    );
    assert.equal(code, 1);
    const { unread } = await json("--container", "gone", "global");
    assert.deepEqual(
      unread.map(({ path, code: why }) => [path, why]),
      [["/conf/gone", "container-missing"]],
    );
  });

  it("says that the login was refused, and lists nothing", async () => {
    const { code, stdout, stderr } = await list([], "aem-reader", "m1styped");
    assert.match(stderr, /^error: .* refused the login of aem-reader .*\[author-login-refused\]\n/);
    assert.deepEqual([code, stdout], [1, ""]);
  });

  it("writes nothing", async () => {
    const before = aem.list("/conf");
    await list([], "aem-deployer");
    assert.deepEqual(aem.list("/conf"), before);
    assert.ok(aem.requests.every(({ writes }) => !writes));
  });

  for (const command of ["list", "import"]) {
    for (const container of [
      "../../etc",
      "global/../acme",
      "/conf/",
      "acme/",
      "",
      "/content/x",
      "global?x",
      "a#b",
      "a%2fb",
    ]) {
      it(`${command} asks nobody for the container "${container}", which is none below /conf`, async () => {
        const words = command === "import" ? ["import", "--all"] : ["list"];
        const environment = { AEM_AUTHOR: aem.origin, AEM_USERNAME: "aem-reader", AEM_PASSWORD: "reader-secret" };
        const { code, stderr } = await commandLine([...words, "--container", container], { environment });
        assert.match(stderr, /^error: --container is no container: give a name below \/conf/);
        assert.deepEqual([code, aem.requests.length], [64, 0]);
      });
    }
  }

  it("takes containers that AEM has and the provider could not own", async () => {
    aem.addPage(`/conf/my.site/${FDM}/crm`, {});
    const { dataSources } = await json("--container", "my.site");
    assert.deepEqual(
      dataSources.map(({ container }) => container),
      ["my.site"],
    );
  });
});
