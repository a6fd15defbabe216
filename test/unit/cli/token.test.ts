import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { makeAuthority } from "../../world/certificates";
import { type Call, commandLine, type Ended } from "../../world/commandLine";
import { searchText } from "../../world/leaks";
import { startTokenServer, type TokenServer } from "../../world/tokenServer";

/** Characters that a shell, a form, JSON or a header treats in its own way; blanks inside are its own. */
const SECRET = "vB5 +/=&%  \"q'\\n$HOME`~";
const WRONG = "vB5 +/=&%  \"mistyped'\\n";
const NOBODY = "http://127.0.0.1:9/token";

function command(words: readonly string[], call: Call = {}): Promise<Ended> {
  return commandLine(words, { ...call, secrets: [SECRET, WRONG] });
}

describe("aem-datasource token", () => {
  let tokens: TokenServer;

  before(async () => {
    tokens = await startTokenServer({ clients: [{ clientId: "key", clientSecret: SECRET, scope: "api refresh" }] });
  });
  beforeEach(() => {
    tokens.requests.splice(0);
  });
  after(() => tokens.stop());

  /** With the secret on standard input. */
  function piped(secret: string | Buffer, ...words: string[]): Promise<Ended> {
    const given = ["--client-id", "key", "--client-secret-stdin", ...words];
    const url = words.includes("--token-url") ? [] : ["--token-url", tokens.tokenUrl];
    return command(["token", ...given, ...url], { input: secret });
  }

  it("says who issued a token, with time and scope, and ends with 0; the token is nowhere", async () => {
    const { code, stdout, stderr } = await piped(SECRET, "--scope", "api");
    assert.match(stdout, /^token issued by 127\.0\.0\.1:\d+\n {2}1 request, \d+ ms, scope: api\n$/);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(searchText("output", stdout, tokens.issuedTokens), []);
  });

  it("says why the credentials are refused and what to do, without words of Pulumi, and ends with 1", async () => {
    const { code, stdout, stderr } = await piped(WRONG);
    const [verdict, remedy, asked, ...more] = stdout.trimEnd().split("\n");
    assert.match(String(verdict), /^token check failed: .* \(401 invalid_client: .*\[token-refused\]$/);
    assert.equal(remedy, "  Check the client id, and copy the client secret again.");
    assert.match(String(asked), /^ {2}1 request, \d+ ms$/);
    assert.deepEqual([code, more, stderr], [1, [], ""]);
    assert.equal(tokens.requests.length, 1);
  });

  it("says that nothing was judged where nobody answers, and ends with 75", async () => {
    const { code, stdout } = await piped(SECRET, "--token-url", NOBODY);
    assert.match(stdout, /^token check not made: 127\.0\.0\.1:9: the connection was refused.*\[token-not-judged\]\n/);
    assert.match(stdout, /\n {2}3 requests, \d+ ms\n$/);
    assert.equal(code, 75);
  });

  it("refuses a server whose certificate nobody here trusts, and takes it with NODE_EXTRA_CA_CERTS", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cli-"));
    const authority = await makeAuthority();
    const { certificate, key } = await authority.issue();
    const server = createServer({ cert: certificate, key }, (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"access_token":"wX4-issued","token_type":"Bearer"}');
    }).listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      await writeFile(join(folder, "ca.pem"), authority.certificate);
      const tokenUrl = `https://127.0.0.1:${Object(server.address()).port}/token`;
      assert.equal((await piped(SECRET, "--token-url", tokenUrl)).code, 1);
      const words = ["token", "--token-url", tokenUrl, "--client-id", "key", "--client-secret-env", "APP_SECRET"];
      const environment = { APP_SECRET: SECRET, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") };
      const { code, stdout } = await command(words, { environment });
      assert.deepEqual([code, stdout.includes("wX4-issued")], [0, false]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    }
  });

  describe("sends", () => {
    it("id, secret and scope in the body, and what else is asked for", async () => {
      await piped(SECRET, "--scope", "api", "--audience", "https://acme.example", "--resource", "urn:acme");
      const [{ fields, authorization } = { fields: {} }] = tokens.requests;
      assert.deepEqual(fields, {
        grant_type: "client_credentials",
        client_id: "key",
        client_secret: SECRET,
        scope: "api",
        audience: "https://acme.example",
        resource: "urn:acme",
      });
      assert.equal(authorization, undefined);
    });

    it("id and secret in the header alone when told to", async () => {
      await piped(SECRET, "--client-auth", "basic");
      const [{ fields, authorization } = { fields: {} }] = tokens.requests;
      assert.deepEqual(fields, { grant_type: "client_credentials" });
      assert.match(String(authorization), /^Basic /);
    });
  });

  describe("takes the secret", () => {
    it("from a pipe without the one line break at its end, of any system", async () => {
      for (const end of ["", "\n", "\r\n"]) assert.equal((await piped(`${SECRET}${end}`)).code, 0, JSON.stringify(end));
    });

    it("from a variable as it is", async () => {
      const words = [
        "token",
        "--token-url",
        tokens.tokenUrl,
        "--client-id",
        "key",
        "--client-secret-env",
        "APP_SECRET",
      ];
      assert.equal((await command(words, { environment: { APP_SECRET: SECRET } })).code, 0);
      assert.equal(tokens.requests[0]?.fields.client_secret, SECRET);
    });

    const wrong: [what: string, input: string | Buffer, why: string][] = [
      ["with a second line", `${SECRET}\nmore`, "the client secret holds control characters"],
      ["with a blank behind it", `${SECRET} \n`, "the client secret begins or ends with a blank"],
      ["with a byte order mark", `\ufeff${SECRET}`, "the client secret begins or ends with a blank"],
      ["that is empty", "\n", "the client secret is shorter than 4 characters"],
    ];
    for (const [what, input, why] of wrong) {
      it(`not ${what}, and sends nothing`, async () => {
        const { code, stdout } = await piped(input);
        assert.deepEqual([code, stdout], [1, `${why} [input-invalid]\n  nothing was sent\n`]);
        assert.deepEqual(tokens.requests, []);
      });
    }

    it("not as bytes that are no text", async () => {
      const { code, stdout, stderr } = await piped(Buffer.from([0x67, 0x48, 0xff, 0xfe, 0x37]));
      assert.deepEqual([code, stdout], [64, ""]);
      assert.match(stderr, /^error: standard input is not UTF-8 text\n/);
    });
  });

  describe("applies the offline rules of a preview", () => {
    const rules: [tokenUrl: string, clientId: string, why: RegExp][] = [
      ["http://acme.example/token", "key", /^the token URL must be https: /],
      ["https://id:pw4-zR6@acme.example/token", "key", /^the token URL holds a login; take it out of the URL \[/],
      ["nowhere", "key ", /^the client id begins or ends with a blank; the token URL is not a URL \[input-invalid\]/],
      [
        "https://login.salesforce.com/services/oauth2/token",
        "key",
        /does not serve the client-credentials grant.*\n.*My/,
      ],
    ];
    for (const [tokenUrl, clientId, why] of rules) {
      it(`to ${tokenUrl}`, async () => {
        const words = ["token", "--token-url", tokenUrl, "--client-id", clientId, "--client-secret-stdin"];
        const { code, stdout } = await command(words, { input: SECRET });
        assert.match(stdout, why);
        assert.match(stdout, /\n {2}nothing was sent\n$/);
        assert.doesNotMatch(stdout, /pw4-zR6/);
        assert.equal(code, 1);
      });
    }
  });

  describe("with a list of allowed hosts in the environment", () => {
    const words = ["token", "--client-id", "key", "--client-secret-stdin", "--token-url"];

    it("asks a host that is on it", async () => {
      const environment = { AEM_DATASOURCE_ALLOWED_HOSTS: "127.0.0.1" };
      assert.equal((await command([...words, tokens.tokenUrl], { input: SECRET, environment })).code, 0);
    });

    it("refuses another one, names it and the list, and sends nothing", async () => {
      const environment = { AEM_DATASOURCE_ALLOWED_HOSTS: "*.my.salesforce.com" };
      const { code, stdout } = await command([...words, tokens.tokenUrl], { input: SECRET, environment });
      assert.equal(
        stdout,
        [
          "the token URL leads to 127.0.0.1, which is not among the hosts of AEM_DATASOURCE_ALLOWED_HOSTS; nothing was sent there [host-not-allowed]",
          "  Correct the token URL, or add 127.0.0.1 to AEM_DATASOURCE_ALLOWED_HOSTS if it is meant.",
          "  nothing was sent",
          "",
        ].join("\n"),
      );
      assert.deepEqual([code, tokens.requests], [1, []]);
    });
  });

  describe("as JSON", () => {
    async function parsed(ended: Promise<Ended>): Promise<{ code: number | null; result: Record<string, unknown> }> {
      const { code, stdout } = await ended;
      assert.equal(stdout.trimEnd().split("\n").length, 1);
      return { code, result: JSON.parse(stdout) };
    }

    it("says what a token was issued with", async () => {
      const { code, result } = await parsed(piped(SECRET, "--json", "--scope", "api"));
      const { message, milliseconds, ...rest } = result;
      assert.match(String(message), /^token issued by 127\.0\.0\.1:\d+$/);
      assert.equal(typeof milliseconds, "number");
      assert.deepEqual([code, rest], [0, { kind: "issued", warnings: [], attempts: 1, scope: "api" }]);
    });

    it("says kind, code and remedy of what was not issued, with the same exit codes", async () => {
      const refused = await parsed(piped(WRONG, "--json"));
      assert.deepEqual([refused.code, refused.result.kind, refused.result.code], [1, "refused", "token-refused"]);
      assert.match(String(refused.result.remedy), /copy the client secret again/);
      const silent = await parsed(piped(SECRET, "--json", "--token-url", NOBODY));
      assert.deepEqual([silent.code, silent.result.kind, silent.result.attempts], [75, "not judged", 3]);
      const offline = await parsed(piped(SECRET, "--json", "--token-url", "http://acme.example/token"));
      assert.deepEqual([offline.code, offline.result.kind, offline.result.attempts], [1, "refused", 0]);
    });
  });

  describe("called in a wrong way", () => {
    const url = ["--token-url", "https://acme.example/token"];
    const id = ["--client-id", "key"];
    const never = /^error: a secret never stands on a command line/;
    const wrong: [words: string[], line: RegExp][] = [
      [[...url, ...id], /^error: no client secret: give --client-secret-stdin or --client-secret-env or/],
      [[...url, "--client-secret-stdin"], /^error: no client id: give --client-id or --client-id-config/],
      [[...id, "--client-secret-stdin"], /^error: no token URL: give --token-url or --token-url-config/],
      [[...url, ...id, "--client-secret", SECRET], never],
      [[...url, ...id, `--client-secret=${SECRET}`], never],
      [[...url, ...id, "--client-secret-stdin", SECRET], /^error: there are more words than the command takes/],
      [[...url, ...id, `-${SECRET}`], /^error: no such option\n/],
      [[...url, "--cient-id", SECRET], /^error: no such option; did you mean --client-id\?\n/],
      [[...url, ...id, "--client-auth", SECRET], /^error: --client-auth takes one of: post, basic\n/],
      [[...url, ...id, "--client-secret-env", SECRET], /^error: the environment has no variable of the name/],
      [[...url, ...id, "--client-secret-env", "A", "--client-secret-stdin"], /cannot be used with/],
      [[...url, ...id, "--client-secret-stdin", "--scope"], /^error: option '--scope <scopes>' argument missing/],
      [[...url, ...id, "--client-secret-stdin", "--stack", "dev"], /^error: --stack says whose config is read/],
      [[...url, ...id, "--client-secret-config", SECRET], /^error: --client-secret-config: there is no pulumi on PATH/],
    ];
    for (const [words, line] of wrong) {
      it(`(${words.join(" ").replaceAll(SECRET, "…")}), says so in a line that repeats no secret, and ends with 64`, async () => {
        const { code, stdout, stderr } = await command(["token", ...words]);
        assert.match(stderr, line);
        assert.match(stderr, /\n {2}See: aem-datasource token --help\n$/);
        assert.deepEqual([code, stdout], [64, ""]);
      });
    }

    it("by another name, or by none", async () => {
      const { code, stderr } = await command([SECRET]);
      assert.deepEqual(
        [code, stderr.split("\n")[0]],
        [64, "error: no such command; there are: compare, completion, doctor, import, learn, list, swagger, token"],
      );
      const none = await command([]);
      assert.equal(none.code, 64);
      assert.match(none.stderr, /^Usage: aem-datasource/);
    });
  });

  it("explains itself with examples and exit codes", async () => {
    const { code, stdout } = await command(["token", "--help"]);
    for (const word of ["--client-secret-env <name>", "Examples:", "Exit codes:", "What it does not prove:"]) {
      assert.ok(stdout.includes(word), word);
    }
    assert.equal(code, 0);
  });

  describe("with the config of a stack", () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "cli-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** Puts a program of that name on PATH which does what `script` says. */
    async function withPulumi(script: string, ...words: string[]): Promise<Ended> {
      await writeFile(join(folder, "pulumi"), `#!${process.execPath}\n${script}`, { mode: 0o755 });
      const environment = { PATH: [folder, dirname(process.execPath)].join(delimiter), APP_SECRET: SECRET };
      const given = ["--client-id-config", "consumerKey", "--client-secret-config", "consumerSecret", ...words];
      return command(["token", "--token-url", tokens.tokenUrl, ...given], { environment });
    }

    /** Answers as `pulumi config get --json` does. */
    const VALUES = [
      'const key = process.argv.at(-1), secret = key === "consumerSecret";',
      'if (!process.argv.includes("--stack=prod")) process.exit(1);',
      'if (key === "aem-datasource:allowedHosts") { console.error("key not found for stack"); process.exit(1); }',
      'process.stdout.write(JSON.stringify({ value: secret ? process.env.APP_SECRET : "key", secret }));',
    ].join("\n");

    it("asks with what the user's pulumi reads from it", async () => {
      const { code, stderr } = await withPulumi(VALUES, "--stack", "prod");
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(tokens.requests[0]?.fields.client_secret, SECRET);
    });

    it("refuses a host that the stack's list of allowed hosts does not have", async () => {
      const list = 'if (key === "aem-datasource:allowedHosts") process.stdout.write(\'{"value":"a.example"}\'); else';
      const lines = VALUES.split("\n").filter((line) => !line.includes("not found"));
      const script = [...lines.slice(0, -1), list, ...lines.slice(-1)].join("\n");
      const { code, stdout } = await withPulumi(script, "--stack", "prod");
      assert.match(
        stdout,
        /^the token URL leads to 127\.0\.0\.1, which is not among the hosts of aem-datasource:allowedHosts;/,
      );
      assert.deepEqual([code, tokens.requests], [1, []]);
    });

    it("warns of a secret that stands there in clear", async () => {
      const { code, stderr } = await withPulumi(VALUES.replace(", secret })", " })"), "--stack", "prod");
      assert.equal(
        stderr,
        "warning: the client secret stands in the stack's config in clear: pulumi config set --secret …\n",
      );
      assert.equal(code, 0);
    });

    const failures: [says: string, why: string][] = [
      ["error: configuration key 'x' not found for stack 'prod'", "the stack's config has no such key"],
      ["error: no stack named 'prod' found", "there is no stack of the name that --stack gives"],
      ["error: incorrect passphrase", "the passphrase of the stack's secrets is missing or wrong"],
      ["panic", "pulumi config get failed; call it yourself to see why"],
    ];
    for (const [says, why] of failures) {
      it(`says in its own words what pulumi means by "${says}", and nothing that pulumi printed`, async () => {
        const script = `console.error(${JSON.stringify(says)}, process.env.APP_SECRET); process.exitCode = 1;`;
        const { code, stdout, stderr } = await withPulumi(script);
        assert.match(stderr, new RegExp(`^error: --client-(id|secret)-config: ${why}\n`));
        assert.deepEqual([code, stdout], [64, ""]);
      });
    }

    it("refuses an answer that is none", async () => {
      const { code, stderr } = await withPulumi("console.log(process.env.APP_SECRET)");
      assert.match(stderr, /^error: --client-(id|secret)-config: the value is no text\n/);
      assert.equal(code, 64);
    });
  });
});
