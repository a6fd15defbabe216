import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { type AemEmulator, startAemEmulator } from "../../world/aemEmulator";
import { commandLine, type Ended } from "../../world/commandLine";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/by-hand";
const SECRET = "the c0nsumer's s3cret";
const API_KEY = "k3j5h2q8w1z0";
const SECRETS = [SECRET, API_KEY, "deployer-secret"];

/** What table and wizard agree on. */
const AGREED = {
  "jcr:title": "By hand",
  name: "by-hand",
  "sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
  dataSourceType: "REST",
  swaggerSource: "swaggerFile",
  filename: "api.json",
  serviceEndPoint: "https://crm.acme.example/v1",
  authenticationType: "OAuth 2.0",
  selectAuthentication: "OAuth 2.0",
  client_id: "id-of-the-app",
  location: "header",
};

/** As the wizard might leave it, where it has names of its own. */
const BY_HAND = {
  ...AGREED,
  grant_type: "CLIENT_CREDENTIALS",
  tokenEndPoint: "https://crm.acme.example/token",
  "x-flavour": "Strict mode",
  apiKeyHeaderValue: API_KEY,
};

describe("aem-datasource learn", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "learn-"));
  });
  after(() => rm(folder, { recursive: true }));

  function learn(words: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended> {
    return commandLine(["learn", ...words], { environment, folder, secrets: SECRETS });
  }

  describe("from an author", () => {
    let aem: AemEmulator;
    before(async () => {
      aem = await startAemEmulator();
      aem.addPage(PAGE, BY_HAND);
      aem.saveSecretAgain(PAGE, SECRET);
    });
    after(() => aem.stop());

    const login = () => ({ AEM_AUTHOR: aem.origin, AEM_USERNAME: "aem-deployer", AEM_PASSWORD: "deployer-secret" });

    it("says what the table lacks, has otherwise and writes alone, to paste and to send, and ends with 2", async () => {
      const before = aem.list("/conf");
      const { code, stdout, stderr } = await learn([PAGE], login());
      assert.deepEqual([code, stderr], [2, ""]);
      assert.deepEqual(stdout.trimEnd().split("\n"), [
        `${PAGE} on ${aem.origin}, beside the product table for aem65 (by the author's host)`,
        "",
        "The table lacks (3):",
        "  apiKeyHeaderValue  [secret]",
        '  tokenEndPoint      "https://crm.acme.example/token"',
        '  x-flavour          "Strict mode"',
        "",
        "Constants with another value (1):",
        '  grant_type         "CLIENT_CREDENTIALS", in the table "client_credentials"',
        "",
        "The table writes, and the wizard did not (3):",
        "  access_token_uri   the token URL; here perhaps as tokenEndPoint  (its name was seen in Adobe's project archetype)",
        `  selectHeader       "Authorization Bearer"  (its name was seen in Adobe's project archetype and in a package exported from AEM 6.5)`,
        "  swaggerFile        the Swagger file, as a node  (its name was seen in a package exported from AEM 6.5)",
        "",
        "To paste into the program:",
        "  extraProperties: {",
        '    grant_type: "CLIENT_CREDENTIALS", // the table: "client_credentials"',
        '    tokenEndPoint: "https://crm.acme.example/token", // another one per stage? then from config',
        '    "x-flavour": "Strict mode",',
        "    // apiKeyHeaderValue: a secret, or may be one, and no place for it",
        "  },",
        "",
        "To send to the maintainers of pulumi-aem-datasource (secrets, URLs and free text are left out; read it before):",
        "  aem-datasource 0.1.0 learn: aem65 (by the author's host), from an author",
        "  lacks apiKeyHeaderValue = [secret]",
        "  lacks tokenEndPoint = a URL",
        '  lacks x-flavour = "Strict mode"',
        '  differs grant_type = "CLIENT_CREDENTIALS", table "client_credentials"',
        "  not written access_token_uri (perhaps tokenEndPoint)",
        "  not written selectHeader",
        "  not written swaggerFile",
      ]);
      assert.deepEqual(aem.list("/conf"), before);
      assert.ok(aem.requests.every(({ writes }) => !writes));
    });

    it("says the same to a script, for the product that is named", async () => {
      const { code, stdout } = await learn([`${PAGE}/jcr:content`, "--product", "aemcs", "--json"], login());
      const { product, alike, extraProperties, missing, report } = JSON.parse(stdout);
      assert.deepEqual([code, product, alike], [2, "aemcs", false]);
      assert.deepEqual(extraProperties, {
        grant_type: "CLIENT_CREDENTIALS",
        tokenEndPoint: "https://crm.acme.example/token",
        "x-flavour": "Strict mode",
      });
      assert.ok(missing.some((one: { property: string }) => one.property === "restfulService"));
      assert.doesNotMatch(report, /acme|id-of-the-app/);
    });

    it("names a page that is not there, or not to be read, and ends with 1", async () => {
      const { code, stdout, stderr } = await learn([`${PAGE}-else`], login());
      assert.match(
        stderr,
        /^error: there is no \/conf.*by-hand-else on http.*, or aem-deployer may not read it \[data-/,
      );
      assert.deepEqual([code, stdout], [1, ""]);
    });

    for (const path of ["/conf/global", `${PAGE}?x`, "/conf/../settings/cloudconfigs/fdm/x", `${PAGE}/jcr:content/x`]) {
      it(`refuses ${path}, which is no data source's, without a request`, async () => {
        const asked = aem.requests.length;
        const { code, stderr } = await learn([path], login());
        assert.match(stderr, /^error: on an author a data source is at \/conf\/<container>\//);
        assert.deepEqual([code, aem.requests.length], [64, asked]);
      });
    }
  });

  describe("from a file of a package", () => {
    async function file(attributes: string): Promise<string> {
      const xml = `<jcr:root xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:sling="http://sling.apache.org/jcr/sling/1.0" jcr:primaryType="cq:Page"><jcr:content jcr:primaryType="cq:PageContent" ${attributes}><swaggerFile/></jcr:content></jcr:root>`;
      await writeFile(join(folder, ".content.xml"), xml);
      return ".content.xml";
    }

    const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    const attributesOf = (properties: Readonly<Record<string, string>>) =>
      Object.entries(properties)
        .flatMap(([name, value]) => [`${name}="${escaped(value)}"`])
        .join(" ");
    const same = {
      ...AGREED,
      grant_type: "client_credentials",
      access_token_uri: "https://crm.acme.example/token",
      selectHeader: "Authorization Bearer",
      client_secret: `\\{${"0123456789abcdef".repeat(4)}}`,
    };

    it("says that nothing differs, and ends with 0", async () => {
      const { code, stdout, stderr } = await learn([await file(attributesOf(same))]);
      assert.deepEqual(stdout.trimEnd().split("\n"), [
        ".content.xml, beside the product table for aem65 (assumed: --product says another)",
        "",
        "No difference: the table writes what the wizard wrote.",
      ]);
      assert.deepEqual([code, stderr], [0, ""]);
    });

    it("prints values of every type so that a program takes them as they are", async () => {
      const odd = 'a "b" \\u0007\\u009b\\u202e$[c] \\\\ d';
      const typed = {
        flag: "{Boolean}true",
        count: "{Long}3",
        ratio: "{Double}0.5",
        list: "[a\\,b,c]",
        none: "[]",
        odd,
      };
      const { stdout } = await learn([await file(attributesOf({ ...same, ...typed }))]);
      const [, pasted] = /\n {2}(extraProperties: \{\n[\s\S]*?\n {2}\}),\n/.exec(stdout) ?? [];
      const { extraProperties } = runInNewContext(`({ ${pasted} })`);
      assert.deepEqual(JSON.parse(JSON.stringify(extraProperties)), {
        flag: true,
        count: 3,
        ratio: 0.5,
        list: ["a,b", "c"],
        none: [],
        odd: 'a "b" \u0007\u009b\u202e$[c] \\ d',
      });
      assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
    });

    it("compares nothing of another kind with the table for a program", async () => {
      const { code, stdout } = await learn([await file(attributesOf({ ...same, dataSourceType: "ODATA_REST" }))]);
      assert.match(stdout, /\nwarning: it can't be compared: dataSourceType is "ODATA_REST", not "REST"\. Make one/);
      assert.doesNotMatch(stdout, /To paste/);
      assert.equal(code, 2);
    });

    it("refuses what is no such file, and quotes nothing of it", async () => {
      await writeFile(join(folder, "other.xml"), `<a b="${SECRET}`);
      const { code, stderr } = await learn(["other.xml"]);
      assert.match(
        stderr,
        /^error: the file is no \.content\.xml of a data source: it is no XML at line 1, column \d+ \[/,
      );
      assert.equal(code, 1);
    });

    it("refuses a file that is too large, and one that is not there", async () => {
      await writeFile(join(folder, "large.xml"), Buffer.alloc(1024 * 1024 + 1, " "));
      assert.match((await learn(["large.xml"])).stderr, /^error: large\.xml is larger than a \.content\.xml can be/);
      const { code, stderr } = await learn(["missing.xml"]);
      assert.match(stderr, /^error: missing\.xml can't be read \(ENOENT\) \[input-invalid\]\n/);
      assert.equal(code, 1);
    });

    it("asks for no login", async () => {
      const { code, stderr } = await learn([".content.xml", "--stack", "dev"]);
      assert.match(stderr, /^error: a file needs no login/);
      assert.equal(code, 64);
    });
  });
});
