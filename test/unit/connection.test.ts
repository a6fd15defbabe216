import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorizationOf, type Connection, type Login, loginName, resolveConnection } from "../../provider/connection";
import { redact } from "../../provider/errors";
import { type Authority, type Issued, makeAuthority } from "../world/certificates";

type Values = Record<string, string | undefined>;

const PASSWORD = "aU7-pW2-dX9";
const TOKEN = "eyJ4NXUi.aG6_tR3-vB8.kD5~";
const ENVIRONMENT = { AEM_AUTHOR: "https://env.example", AEM_USERNAME: "env-user", AEM_PASSWORD: PASSWORD };
const CONFIG = {
  "aem-datasource:author": "https://config.example",
  "aem-datasource:username": "config-user",
  "aem-datasource:password": PASSWORD,
};

interface Places {
  environment?: Values;
  config?: Values;
  name?: string;
  folder?: string;
}

function resolve({ environment = {}, config = {}, name, folder = "." }: Places) {
  return resolveConnection(name, { environment, config: (key) => config[key] }, folder);
}

/** Kind, name or nothing, and the secret. */
function revealed(login: Login): string[] {
  if (login.kind === "service") return ["service", login.credentials.account];
  return login.kind === "basic" ? ["basic", login.username, login.password.reveal()] : ["bearer", login.token.reveal()];
}

function connection(places: Places): Connection {
  const resolved = resolve(places);
  assert.ok("connection" in resolved, "problems" in resolved ? resolved.problems.join("\n") : "");
  return resolved.connection;
}

function problems(places: Places): string[] {
  const resolved = resolve(places);
  assert.ok("problems" in resolved, "a connection was made");
  for (const { code } of resolved.problems) assert.equal(code, "connection-invalid");
  return resolved.problems.map((problem) => problem.text());
}

/** The one problem of a connection that is complete but for what is given. */
function problem(changed: Values): string {
  const found = problems({ environment: { ...ENVIRONMENT, ...changed } });
  assert.equal(found.length, 1, found.join("\n"));
  return String(found[0]);
}

function headerOf(login: Login): string {
  return login.kind === "service" ? assert.fail("it needs IMS") : authorizationOf(login);
}

describe("a connection", () => {
  it("comes whole from the environment", () => {
    const { login, called, ...rest } = connection({ environment: ENVIRONMENT });
    assert.deepEqual(rest, {
      origin: "https://env.example",
      previousOrigin: undefined,
      deadlineMs: 30_000,
      parallelWrites: 4,
      plainHttp: false,
      source: "the environment",
      fromConfig: false,
      named: false,
      route: {},
    });
    assert.deepEqual(revealed(login), ["basic", "env-user", PASSWORD]);
    assert.equal(called("caFile"), "AEM_CA_FILE");
  });

  it("comes whole from stack config when the environment names no author", () => {
    const { login, called, ...rest } = connection({ config: CONFIG });
    assert.deepEqual(rest, {
      origin: "https://config.example",
      previousOrigin: undefined,
      deadlineMs: 30_000,
      parallelWrites: 4,
      plainHttp: false,
      source: "stack config",
      fromConfig: true,
      named: false,
      route: {},
    });
    assert.deepEqual(revealed(login), ["basic", "config-user", PASSWORD]);
  });

  it("comes from the environment when both places are complete", () => {
    const { origin, login } = connection({ environment: ENVIRONMENT, config: CONFIG });
    assert.deepEqual([origin, loginName(login)], ["https://env.example", "env-user"]);
  });

  it("takes an empty variable for one that is not set", () => {
    const environment = { AEM_AUTHOR: "", AEM_USERNAME: "", AEM_PASSWORD: "" };
    assert.equal(connection({ environment, config: CONFIG }).origin, "https://config.example");
  });

  it("is never mixed: half a login in the environment is not made whole by config", () => {
    const environment = { ...ENVIRONMENT, AEM_PASSWORD: undefined };
    const [text, ...more] = problems({ environment, config: CONFIG });
    assert.deepEqual(more, []);
    assert.match(String(text), /half a login: AEM_AUTHOR is set, AEM_PASSWORD is not .*\n.*the environment/);
  });

  it("is never mixed: settings of the environment do not reach a connection of config", () => {
    const environment = { AEM_TIMEOUT_SECONDS: "5", AEM_PREVIOUS_ORIGIN: "https://old.example" };
    const { deadlineMs, previousOrigin } = connection({ environment, config: CONFIG });
    assert.deepEqual([deadlineMs, previousOrigin], [30_000, undefined]);
  });

  it("is refused when nobody names an author, with both ways to name one", () => {
    const [text, ...more] = problems({});
    assert.deepEqual(more, []);
    assert.match(String(text), /no author: aem-datasource:author is not set/);
    assert.match(String(text), /AEM_AUTHOR, AEM_USERNAME and AEM_PASSWORD \(or AEM_TOKEN\)/);
    assert.match(String(text), /pulumi config set aem-datasource:author/);
  });

  for (const variable of ["AEM_USERNAME", "AEM_PASSWORD", "AEM_TOKEN", "AEM_CLIENT_CERT_FILE", "AEM_CLIENT_KEY_FILE"]) {
    it(`is refused when ${variable} is set without AEM_AUTHOR, whatever config says`, () => {
      const [text, ...more] = problems({ environment: { [variable]: PASSWORD }, config: CONFIG });
      assert.deepEqual(more, []);
      assert.match(
        String(text),
        new RegExp(`^${variable} is set, but AEM_AUTHOR is not.*\\n.*unset the login to use the stack's config`),
      );
    });
  }

  it("names each missing half of a login where the other half is", () => {
    const { "aem-datasource:username": _, ...half } = CONFIG;
    const [text] = problems({ config: half });
    assert.match(String(text), /aem-datasource:author is set, aem-datasource:username is not .*\n.*stack config/);
    assert.match(
      problem({ AEM_USERNAME: undefined, AEM_PASSWORD: undefined }),
      /AEM_AUTHOR is set, AEM_USERNAME and AEM_PASSWORD /,
    );
  });

  it("is refused with everything that is wrong with it at once", () => {
    const environment = { AEM_AUTHOR: "nonsense", AEM_USERNAME: "user", AEM_TIMEOUT_SECONDS: "soon" };
    assert.equal(problems({ environment }).length, 3);
  });
});

describe("a bearer token", () => {
  const byToken = { AEM_AUTHOR: "https://env.example", AEM_TOKEN: TOKEN };

  it("is a login of its own, from the environment or from config", () => {
    assert.deepEqual(revealed(connection({ environment: byToken }).login), ["bearer", TOKEN]);
    const config = { "aem-datasource:author": "https://config.example", "aem-datasource:token": TOKEN };
    const { login, source } = connection({ config });
    assert.deepEqual([revealed(login), source], [["bearer", TOKEN], "stack config"]);
    const emea = { "aem-datasource:emea-author": "https://emea.example", "aem-datasource:emea-token": TOKEN };
    assert.deepEqual(revealed(connection({ config: emea, name: "emea" }).login), ["bearer", TOKEN]);
  });

  it("is called the bearer token, and prints as [secret]", () => {
    const found = connection({ environment: byToken });
    assert.equal(loginName(found.login), "the bearer token");
    assert.match(JSON.stringify(found), /"token":"\[secret\]"/);
  });

  it("is what the author gets, as a user's name and password are", () => {
    assert.equal(headerOf(connection({ environment: byToken }).login), `Bearer ${TOKEN}`);
    const basic = Buffer.from(`env-user:${PASSWORD}`).toString("base64");
    const header = headerOf(connection({ environment: ENVIRONMENT }).login);
    assert.equal(header, `Basic ${basic}`);
    assert.equal(redact(`${header} Bearer ${TOKEN}`), "Basic [secret] Bearer [secret]");
  });

  const both: [changed: Values, other: string][] = [
    [{ AEM_TOKEN: TOKEN }, "AEM_USERNAME and AEM_PASSWORD"],
    [{ AEM_TOKEN: TOKEN, AEM_PASSWORD: undefined }, "AEM_USERNAME"],
    [{ AEM_TOKEN: TOKEN, AEM_USERNAME: undefined }, "AEM_PASSWORD"],
  ];
  for (const [changed, other] of both) {
    it(`is refused beside ${other}, with the names of both`, () => {
      assert.match(
        problem(changed),
        new RegExp(`^two logins: AEM_TOKEN is set, and so is ${other} .*\n.*Unset the one`),
      );
    });
  }

  it("is refused beside a password in config, too", () => {
    const [text, ...more] = problems({ config: { ...CONFIG, "aem-datasource:token": TOKEN } });
    assert.deepEqual(more, []);
    assert.match(String(text), /^two logins: aem-datasource:token is set, and so is aem-datasource:username and aem-/);
  });

  it("in the environment counts alone, whatever login config holds", () => {
    assert.deepEqual(revealed(connection({ environment: byToken, config: CONFIG }).login), ["bearer", TOKEN]);
  });

  it("and nothing else at all is no login", () => {
    const [text] = problems({ environment: { AEM_AUTHOR: "https://env.example" } });
    assert.match(
      String(text),
      /^no login: AEM_AUTHOR is set, AEM_USERNAME and AEM_PASSWORD \(or AEM_TOKEN or AEM_SERVICE_CREDENTIALS_FILE\) are not/,
    );
  });

  for (const given of [`Bearer ${TOKEN}`, `{"accessToken":"${TOKEN}"}`, `${TOKEN}\n`, `${TOKEN}ß`]) {
    it(`is refused as ${JSON.stringify(given.replace(TOKEN, "…"))}, which could not be sent`, () => {
      const resolved = resolve({ environment: { AEM_AUTHOR: "https://env.example", AEM_TOKEN: given } });
      assert.ok("problems" in resolved);
      const [error] = resolved.problems;
      assert.equal(error?.message, "AEM_TOKEN holds more than a bearer token");
      assert.match(String(error?.remedy), /access token alone/);
    });
  }
});

describe("the way to the author", () => {
  let folder: string;
  let authority: Authority;
  let client: Issued;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "connection-"));
    authority = await makeAuthority();
    client = await authority.issue({ client: true });
    await writeFile(join(folder, "ca.pem"), authority.certificate);
    await writeFile(join(folder, "client.pem"), client.certificate);
    await writeFile(join(folder, "client.key"), client.key);
  });
  after(() => rm(folder, { recursive: true }));

  const files = { AEM_CA_FILE: "ca.pem", AEM_CLIENT_CERT_FILE: "client.pem", AEM_CLIENT_KEY_FILE: "client.key" };

  it("has the CA and the client certificate of the files, which begin at the program's folder", () => {
    const { route } = connection({ environment: { ...ENVIRONMENT, ...files }, folder });
    assert.deepEqual([route.ca, route.certificate], [authority.certificate, client.certificate]);
    assert.equal(route.key?.reveal(), client.key.trim());
    assert.match(JSON.stringify(route), /"key":"\[secret\]"/);
  });

  it("comes from config with the rest of its connection, and from nowhere else", () => {
    const config = {
      "aem-datasource:emea-author": "https://emea.example",
      "aem-datasource:emea-token": TOKEN,
      "aem-datasource:emea-caFile": "ca.pem",
      "aem-datasource:emea-clientCertFile": "client.pem",
      "aem-datasource:emea-clientKeyFile": "client.key",
    };
    const { route } = connection({
      environment: { ...ENVIRONMENT, AEM_CA_FILE: "gone.pem" },
      config,
      name: "emea",
      folder,
    });
    assert.deepEqual([route.ca, route.certificate], [authority.certificate, client.certificate]);
    assert.deepEqual(connection({ environment: { AEM_CA_FILE: "ca.pem" }, config: CONFIG, folder }).route, {});
  });

  it("is refused with half a client certificate, with the names of both halves", () => {
    const [text, ...more] = problems({ environment: { ...ENVIRONMENT, ...files, AEM_CLIENT_KEY_FILE: "" }, folder });
    assert.deepEqual(more, []);
    const words = "AEM_CLIENT_CERT_FILE is set, AEM_CLIENT_KEY_FILE is not";
    assert.match(String(text), new RegExp(`^half a client certificate: ${words} .*\n.*the environment`));
    const config = { ...CONFIG, "aem-datasource:clientKeyFile": "client.key" };
    const [other] = problems({ config, folder });
    assert.match(String(other), /aem-datasource:clientKeyFile is set, aem-datasource:clientCertFile is not/);
  });

  it("is refused with every file that is wrong", () => {
    const environment = { ...ENVIRONMENT, ...files, AEM_CA_FILE: "gone.pem", AEM_CLIENT_KEY_FILE: "ca.pem" };
    const found = problems({ environment, folder });
    assert.equal(found.length, 2);
    assert.match(String(found[0]), /^AEM_CA_FILE: .*gone\.pem can't be read \(ENOENT\)/);
    assert.match(String(found[1]), /^AEM_CLIENT_KEY_FILE: .*ca\.pem holds no private key as PEM/);
  });

  for (const [setting, path] of Object.entries(files)) {
    it(`is refused with ${setting} where plain http shows no certificates`, () => {
      const environment = { ...ENVIRONMENT, AEM_AUTHOR: "http://localhost:4502", [setting]: path };
      const [text, ...more] = problems({ environment, folder });
      assert.deepEqual(more, []);
      assert.match(
        String(text),
        new RegExp(`^${setting} is set, but AEM_AUTHOR is plain http.*\n.*unset ${setting}\\.`),
      );
    });
  }

  it("goes through the proxy of the environment, for a connection of config too", () => {
    const proxy = { origin: "http://proxy.example:3128" };
    const environment = { HTTPS_PROXY: "http://proxy.example:3128", NO_PROXY: "emea.example" };
    assert.deepEqual(connection({ environment: { ...environment, ...ENVIRONMENT } }).route, { proxy });
    assert.deepEqual(connection({ environment, config: CONFIG }).route, { proxy });
    const config = { "aem-datasource:emea-author": "https://emea.example", "aem-datasource:emea-token": TOKEN };
    assert.deepEqual(connection({ environment, config, name: "emea" }).route, {});
  });

  it("is refused with a proxy that is none", () => {
    assert.match(
      problem({ HTTPS_PROXY: "socks5://proxy.example" }),
      /^HTTPS_PROXY names a SOCKS proxy \[connection-inv/,
    );
  });
});

describe("a named connection", () => {
  const named = {
    "aem-datasource:emea-author": "https://emea.example",
    "aem-datasource:emea-username": "emea-user",
    "aem-datasource:emea-password": PASSWORD,
    "aem-datasource:emea-timeoutSeconds": "60",
  };

  it("comes from its own keys of config, whatever the environment says", () => {
    const config = { ...CONFIG, ...named };
    const { origin, login, deadlineMs, source } = connection({ environment: ENVIRONMENT, config, name: "emea" });
    assert.deepEqual([origin, loginName(login), deadlineMs], ["https://emea.example", "emea-user", 60_000]);
    assert.equal(source, 'connection "emea" of stack config');
  });

  it("needs none of the default one's variables to be in order", () => {
    const environment = { AEM_USERNAME: "user" };
    assert.equal(connection({ environment, config: named, name: "emea" }).origin, "https://emea.example");
  });

  it("borrows nothing from the default connection", () => {
    const { "aem-datasource:emea-password": _, ...half } = named;
    const found = problems({ environment: ENVIRONMENT, config: { ...CONFIG, ...half }, name: "emea" });
    assert.equal(found.length, 1);
    assert.match(String(found[0]), /aem-datasource:emea-author is set, aem-datasource:emea-password is not/);
  });

  it("that nobody configured is refused by its key", () => {
    const [text] = problems({ environment: ENVIRONMENT, config: CONFIG, name: "emea" });
    assert.match(String(text), /no author: aem-datasource:emea-author is not set/);
  });
});

describe("the author's origin", () => {
  it("is kept as scheme, host and port", () => {
    const origins: [given: string, kept: string][] = [
      ["https://author.example.com", "https://author.example.com"],
      ["https://Author.Example.com:443/", "https://author.example.com"],
      ["https://author.example.com:8443", "https://author.example.com:8443"],
      ["http://localhost:4502", "http://localhost:4502"],
      ["http://127.0.0.1:4502/", "http://127.0.0.1:4502"],
      ["http://[::1]:4502", "http://[::1]:4502"],
    ];
    for (const [AEM_AUTHOR, kept] of origins) {
      assert.equal(connection({ environment: { ...ENVIRONMENT, AEM_AUTHOR } }).origin, kept);
    }
  });

  const refused: [what: string, author: string, message: RegExp][] = [
    ["no URL at all", "author.example.com", /AEM_AUTHOR is not an origin .*\n.*https:\/\/author\.example\.com/],
    ["no scheme but a port", "localhost:4502", /AEM_AUTHOR is not an origin/],
    ["another scheme", "ftp://author.example.com", /AEM_AUTHOR is not an origin/],
    ["a path", "https://author.example.com/aem", /more than an origin .*\n.*Give https:\/\/author\.example\.com alone/],
    ["a query", "https://author.example.com?wcmmode=disabled", /AEM_AUTHOR has more than an origin/],
    ["a fragment", "https://author.example.com#top", /AEM_AUTHOR has more than an origin/],
    ["a user name", "https://admin@author.example.com", /AEM_AUTHOR holds a login/],
    ["a password", "https://:pw@author.example.com", /AEM_AUTHOR holds a login/],
    ["a login", "https://admin:pw@author.example.com", /holds a login .*\n.*AEM_USERNAME and AEM_PASSWORD/],
    ["a link-local address", "https://169.254.169.254", /link-local address \(169\.254\.169\.254\).*\n.*own host/],
    ["a metadata service", "https://metadata.google.internal", /link-local address/],
    ["plain http to another host", "http://author.example.com", /AEM_AUTHOR is plain http.*\n.*AEM_ALLOW_PLAIN_HTTP/],
    ["plain http to a host that looks like this machine", "http://localhost.example", /AEM_AUTHOR is plain http/],
  ];
  for (const [what, author, message] of refused) {
    it(`is refused with ${what}`, () => assert.match(problem({ AEM_AUTHOR: author }), message));
  }

  it("is refused in the words of the place that it stands in", () => {
    const [text] = problems({ config: { ...CONFIG, "aem-datasource:author": "http://author.example.com" } });
    assert.match(String(text), /aem-datasource:author is plain http.*\n.*set aem-datasource:allowPlainHttp to true/);
  });
});

describe("the list of allowed hosts", () => {
  const LIST = "AEM_DATASOURCE_ALLOWED_HOSTS";

  /** Code and text of what is wrong with the connection. */
  function refusals(environment: Values, config: Values = {}): string[] {
    const resolved = resolve({ environment, config });
    return "problems" in resolved ? resolved.problems.map((problem) => problem.text()) : [];
  }

  it("lets a connection to its hosts be", () => {
    assert.deepEqual(refusals({ ...ENVIRONMENT, [LIST]: "*.example, author.test" }, {}), []);
  });

  it("refuses another author by the name of its setting, wherever the connection comes from", () => {
    const [text, ...more] = refusals({ ...ENVIRONMENT, [LIST]: "author.example" });
    assert.equal(
      text,
      `AEM_AUTHOR leads to env.example, which is not among the hosts of ${LIST}; nothing was sent there [host-not-allowed]\n  Correct AEM_AUTHOR, or add env.example to ${LIST} if it is meant.`,
    );
    assert.deepEqual(more, []);
    const [other] = refusals({ [LIST]: "author.example" }, CONFIG);
    assert.match(
      String(other),
      /^aem-datasource:author leads to config\.example, which is not among the hosts of AEM_/,
    );
  });

  it("in the stack's config narrows for a connection of the environment as well", () => {
    const [text] = refusals(
      { ...ENVIRONMENT, [LIST]: "env.example" },
      { "aem-datasource:allowedHosts": "other.example" },
    );
    assert.match(String(text), /env\.example, which is not among the hosts of aem-datasource:allowedHosts;/);
  });

  it("does not lift what is always refused", () => {
    const [text] = refusals({ ...ENVIRONMENT, AEM_AUTHOR: "https://169.254.169.254", [LIST]: "169.254.169.254" });
    assert.match(String(text), /link-local address/);
  });

  it("does not make plain http right", () => {
    const [text] = refusals({ ...ENVIRONMENT, AEM_AUTHOR: "http://env.example", [LIST]: "env.example" });
    assert.match(String(text), /AEM_AUTHOR is plain http/);
  });
});

describe("plain http", () => {
  const plain = { ...ENVIRONMENT, AEM_AUTHOR: "http://author.example.com" };

  it("to another host is taken when the connection allows it, and said so", () => {
    const { origin, plainHttp } = connection({ environment: { ...plain, AEM_ALLOW_PLAIN_HTTP: "true" } });
    assert.deepEqual([origin, plainHttp], ["http://author.example.com", true]);
  });

  it("to this machine is nothing to speak of", () => {
    const environment = { ...ENVIRONMENT, AEM_AUTHOR: "http://localhost:4502", AEM_ALLOW_PLAIN_HTTP: "true" };
    assert.equal(connection({ environment }).plainHttp, false);
  });

  it("is not allowed by false, and by nothing that is neither true nor false", () => {
    assert.match(problem({ AEM_AUTHOR: plain.AEM_AUTHOR, AEM_ALLOW_PLAIN_HTTP: "false" }), /is plain http/);
    assert.match(problem({ AEM_ALLOW_PLAIN_HTTP: "yes" }), /^AEM_ALLOW_PLAIN_HTTP is neither true nor false/);
  });
});

describe("the previous origin", () => {
  it("is kept as an origin, http included, since nothing is ever sent there", () => {
    const environment = { ...ENVIRONMENT, AEM_PREVIOUS_ORIGIN: "http://old.example.com/" };
    assert.equal(connection({ environment }).previousOrigin, "http://old.example.com");
  });

  it("is refused when it is none", () => {
    assert.match(problem({ AEM_PREVIOUS_ORIGIN: "old.example.com" }), /^AEM_PREVIOUS_ORIGIN is not an origin/);
  });
});

describe("the timeout", () => {
  it("is a number of seconds", () => {
    for (const [AEM_TIMEOUT_SECONDS, milliseconds] of [["1", 1_000] as const, ["600", 600_000] as const]) {
      assert.equal(connection({ environment: { ...ENVIRONMENT, AEM_TIMEOUT_SECONDS } }).deadlineMs, milliseconds);
    }
  });

  for (const seconds of ["0", "-1", "601", "soon", "30s", "NaN", "Infinity"]) {
    it(`is not ${seconds}`, () => {
      assert.match(
        problem({ AEM_TIMEOUT_SECONDS: seconds }),
        /^AEM_TIMEOUT_SECONDS is not a number of seconds between 1 and 600 /,
      );
    });
  }
});

describe("the writes at once", () => {
  it("are 4 unless a whole number says otherwise", () => {
    const writes = (AEM_PARALLEL_WRITES?: string) =>
      connection({ environment: { ...ENVIRONMENT, AEM_PARALLEL_WRITES } }).parallelWrites;
    assert.deepEqual([writes(), writes("1"), writes("64")], [4, 1, 64]);
  });

  for (const number of ["0", "-1", "65", "1.5", "many", "Infinity"]) {
    it(`are not ${number}`, () => {
      const text = problem({ AEM_PARALLEL_WRITES: number });
      assert.match(text, /^AEM_PARALLEL_WRITES is not a whole number between 1 and 64 /);
    });
  }
});

describe("the password of a connection", () => {
  it("stands in no message, wherever it was put", () => {
    const misplaced: Values[] = [
      { AEM_AUTHOR: PASSWORD },
      { AEM_AUTHOR: `https://admin:${PASSWORD}@author.example.com` },
      { AEM_AUTHOR: `ftp://${PASSWORD}` },
      { AEM_AUTHOR: `https://author.example.com/${PASSWORD}?${PASSWORD}#${PASSWORD}` },
      { AEM_AUTHOR: undefined },
      { AEM_USERNAME: undefined },
      { AEM_ALLOW_PLAIN_HTTP: PASSWORD },
      { AEM_PREVIOUS_ORIGIN: PASSWORD },
      { AEM_TIMEOUT_SECONDS: PASSWORD },
    ];
    for (const changed of misplaced) {
      const resolved = resolve({ environment: { ...ENVIRONMENT, ...changed } });
      assert.ok("problems" in resolved);
      // The messages themselves, before the redactor has had its turn.
      const words = resolved.problems.flatMap(({ message, remedy, fields }) => [
        message,
        remedy,
        JSON.stringify(fields),
      ]);
      assert.ok(words.length > 0 && !words.join("\n").includes(PASSWORD), words.join("\n"));
    }
  });

  it("prints as [secret] with the connection", () => {
    assert.match(JSON.stringify(connection({ environment: ENVIRONMENT })), /"password":"\[secret\]"/);
  });
});
