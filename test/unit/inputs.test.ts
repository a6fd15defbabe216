import assert from "node:assert/strict";
import { parseArguments, parseState, parseWanted } from "../../provider/inputs";
import { isRecord, Secret, UNKNOWN } from "../../provider/values";

type Values = Record<string, unknown>;

const SECRET = new Secret("nT6-rB1-yL8");
const OAUTH2 = { clientId: "3MVG9.key", clientSecret: SECRET, tokenUrl: "https://acme.example/token" };
const ARGUMENTS = {
  container: "global",
  title: "Salesforce",
  swagger: { file: "salesforce.json" },
  oauth2: OAUTH2,
  owner: "acme/crm/dev/salesforce",
};

function problems(changed: Values): string[] {
  return parseArguments({ ...ARGUMENTS, ...changed }).problems.map(({ code, message }) => {
    assert.equal(code, "input-invalid");
    return message;
  });
}

const accepts = (changed: Values) => assert.deepEqual(problems(changed), []);
const oauth2 = (changed: Values): Values => ({ oauth2: { ...OAUTH2, ...changed } });

describe("the arguments of a data source", () => {
  it("are taken as they are when all is right", () => {
    const all = {
      ...ARGUMENTS,
      name: "salesforce",
      serviceEndPoint: "http://legacy.example/api",
      oauth2: { ...OAUTH2, scope: "api refresh" },
      product: "aemcs",
      extraProperties: { location: "body", count: 1, flag: false, list: ["a", "b"] },
      connection: "emea",
      tokenCheck: "warn",
    };
    const { value, problems } = parseArguments(all);
    assert.deepEqual({ value, problems }, { value: all, problems: [] });
    assert.ok(isRecord(value.oauth2));
    assert.equal(value.oauth2.clientSecret, SECRET); // deepEqual does not look into a secret
  });

  it("may have a client secret of four characters, and every mode of the token check", () => {
    accepts(oauth2({ clientSecret: new Secret("zU4x") }));
    for (const adopt of [false, true, "overwrite"]) accepts({ adopt });
    for (const tokenCheck of ["enforce", "warn", "off"]) accepts({ tokenCheck });
    for (const tokenCheck of [{}, { mode: "off" }, { mode: "warn", onUnreachable: "fail" }]) accepts({ tokenCheck });
  });

  it("need no more than container, title, Swagger file and client credentials", () => {
    assert.deepEqual(parseArguments(ARGUMENTS), { value: ARGUMENTS, problems: [] });
  });

  const wrong: [what: string, changed: Values, line: string][] = [
    ["no container", { container: undefined }, "`container` is missing"],
    ["no title", { title: undefined }, "`title` is missing"],
    ["no Swagger file", { swagger: undefined }, "`swagger` is missing"],
    ["no client credentials", { oauth2: undefined }, "`oauth2` is missing"],
    ["no client id", oauth2({ clientId: undefined }), "`oauth2.clientId` is missing"],
    ["no client secret", oauth2({ clientSecret: undefined }), "`oauth2.clientSecret` is missing"],
    ["no token URL", oauth2({ tokenUrl: undefined }), "`oauth2.tokenUrl` is missing"],
    ["an empty title", { title: "" }, "`title` is empty"],
    ["a title that is no text", { title: 7 }, "`title` must be text"],
    ["a title that is null", { title: null }, "`title` must be text"],
    ["a title with a line break", { title: "two\nlines" }, "`title` holds control characters"],
    ["an empty client id", oauth2({ clientId: "" }), "`oauth2.clientId` is empty"],
    ["a padded client id", oauth2({ clientId: "key " }), "`oauth2.clientId` begins or ends with a blank"],
    ["an empty scope", oauth2({ scope: "" }), "`oauth2.scope` is empty"],
    ["a list of scopes", oauth2({ scope: ["api"] }), "`oauth2.scope` must be text"],
    ["oauth2 as text", { oauth2: "id:secret" }, "`oauth2` must hold clientId, clientSecret and tokenUrl"],
    ["a client secret that is no text", oauth2({ clientSecret: 7 }), "`oauth2.clientSecret` must be text"],
    [
      "a client secret too short to be masked",
      oauth2({ clientSecret: new Secret("j7x") }),
      "`oauth2.clientSecret` is shorter than 4 characters",
    ],
    [
      "a client secret copied with a blank",
      oauth2({ clientSecret: new Secret(" gH5-kS2-mV9") }),
      "`oauth2.clientSecret` begins or ends with a blank",
    ],
    [
      "a client secret with a control character",
      oauth2({ clientSecret: new Secret("gH5\u0000kS2-mV9") }),
      "`oauth2.clientSecret` holds control characters",
    ],
    ["an unknown product", { product: "aem66" }, '`product` must be "aem65", "aem65lts", "aemcs"'],
    [
      "an unknown mode of the token check",
      { tokenCheck: true },
      '`tokenCheck` must be "enforce", "warn", "off", or an object of `mode` and `onUnreachable`',
    ],
    [
      "an unknown mode in the token check's object",
      { tokenCheck: { mode: "fail" } },
      '`tokenCheck.mode` must be "enforce", "warn" or "off"',
    ],
    [
      "an unknown word for an unreachable token server",
      { tokenCheck: { onUnreachable: "off" } },
      '`tokenCheck.onUnreachable` must be "warn" or "fail"',
    ],
    [
      "a part of the token check that there is not",
      { tokenCheck: { modus: "warn" } },
      "`tokenCheck.modus` is no argument of a data source",
    ],
    ["an unknown word for taking over", { adopt: "yes" }, '`adopt` must be false, true or "overwrite"'],
    ["a relative service end point", { serviceEndPoint: "/services" }, "`serviceEndPoint` is not a URL"],
    [
      "a service end point that nobody filled in",
      { serviceEndPoint: "https://{myDomain}.example/api" },
      "`serviceEndPoint` holds a placeholder ({…})",
    ],
    ["a connection's name that is none", { connection: "emea.stage" }, "`connection` must be letters, digits, - and _"],
    [
      "a service end point with a login",
      { serviceEndPoint: "https://user:pw@acme.example" },
      "`serviceEndPoint` holds a login; take it out of the URL",
    ],
    ["extra properties in a list", { extraProperties: ["a"] }, "`extraProperties` must be an object of properties"],
    [
      "an extra property of a type that JCR lacks",
      { extraProperties: { nested: { a: 1 } } },
      "`extraProperties.nested` must be text, a number, a boolean or a list of texts",
    ],
    ["an empty extra property", { extraProperties: { location: "" } }, "`extraProperties.location` is empty"],
  ];
  for (const [what, changed, line] of wrong) {
    it(`are refused in one line with ${what}`, () => assert.deepEqual(problems(changed), [line]));
  }

  for (const swagger of [{ unsupported: true }, { file: "a.json", text: "{}" }, "a.json", 7, null]) {
    it(`are refused with ${JSON.stringify(swagger)} for a Swagger file, and told what it may be`, () => {
      const may = "must be a path, a FileAsset or a StringAsset; download a remote file and commit it";
      assert.deepEqual(problems({ swagger }), [`\`swagger\` ${may}`]);
    });
  }

  it("are refused with everything that is wrong at once, and what is right goes on", () => {
    const { value, problems: found } = parseArguments({
      ...ARGUMENTS,
      title: undefined,
      name: "a.b",
      oauth2: { clientId: "", clientSecret: new Secret("j7x"), tokenUrl: "nowhere" },
      extraProperties: { a: null, b: "" },
      publsih: true,
    });
    assert.equal(found.length, 8);
    assert.deepEqual(value, {
      container: ARGUMENTS.container,
      swagger: ARGUMENTS.swagger,
      owner: ARGUMENTS.owner,
    });
  });

  it("are refused with one line for each argument that there is not", () => {
    assert.deepEqual(problems({ publsih: true, clientSecret: "x" }), [
      "`publsih` is no argument of a data source",
      "`clientSecret` is no argument of a data source",
    ]);
  });

  it("are refused with a part of the client credentials that there is not, by its name", () => {
    const [line, ...more] = problems(oauth2({ audience: "https://acme.example" }));
    assert.match(String(line), /^`oauth2.*audience/);
    assert.deepEqual(more, []);
  });

  it("are refused without a word of the client secret", () => {
    for (const clientSecret of ["eW3-zQ7-uC4", [SECRET], { value: "eW3-zQ7-uC4" }]) {
      assert.deepEqual(problems(oauth2({ clientSecret })), ["`oauth2.clientSecret` must be text"]);
    }
  });
});

describe("what the engine does not know yet", () => {
  const optional = ["name", "serviceEndPoint", "product", "extraProperties", "connection", "tokenCheck", "api"];
  for (const argument of ["container", "title", "swagger", "oauth2", "secretRevision", ...optional]) {
    it(`passes in place of \`${argument}\``, () => {
      const { value, problems: found } = parseArguments({ ...ARGUMENTS, [argument]: UNKNOWN });
      assert.deepEqual(found, []);
      assert.equal(Object.entries(value).find(([key]) => key === argument)?.[1], UNKNOWN);
    });
  }

  it("passes in place of each part of the client credentials", () => {
    const unknown = { clientId: UNKNOWN, clientSecret: UNKNOWN, tokenUrl: UNKNOWN, scope: UNKNOWN };
    assert.deepEqual(parseArguments({ ...ARGUMENTS, oauth2: unknown }).value.oauth2, unknown);
  });

  it("passes in place of a path, a text and an extra property", () => {
    accepts({ swagger: { file: UNKNOWN } });
    accepts({ swagger: { text: UNKNOWN } });
    accepts({ extraProperties: { location: UNKNOWN } });
  });

  it("passes in place of each part of the token check", () => {
    accepts({ tokenCheck: { mode: UNKNOWN, onUnreachable: UNKNOWN } });
    assert.deepEqual(problems({ tokenCheck: { mode: UNKNOWN, onUnreachable: "" } }), [
      '`tokenCheck.onUnreachable` must be "warn" or "fail"',
    ]);
  });

  it("excuses nothing beside it", () => {
    assert.deepEqual(problems({ title: UNKNOWN, ...oauth2({ clientSecret: UNKNOWN, clientId: "" }) }), [
      "`oauth2.clientId` is empty",
    ]);
  });
});

describe("a name", () => {
  for (const name of ["salesforce", "Sales_force-2", "0", "a".repeat(150)]) {
    it(`may be ${name.slice(0, 20)}`, () => accepts({ name }));
  }

  const hostile = ["a.b", "a/b", "/a", "..", ".", "a b", " a", "a%2fb", "a*", "a[1]", "a:b", "jcr:content", "-a", "_a"];
  const foreign = ["é", "ａ", "а", "a\u202eb", "a\u200bb", "😀"]; // full width, Cyrillic, direction mark, zero width
  for (const name of [...hostile, ...foreign]) {
    it(`may not be ${JSON.stringify(name)}`, () => {
      const line = "`name` must be letters, digits, - and _ (no dots or slashes); set `name`";
      assert.deepEqual(problems({ name }), [line]);
    });
  }

  it("may not be empty or hold control characters, which is one problem and not two", () => {
    assert.deepEqual(problems({ name: "" }), ["`name` is empty"]);
    for (const name of ["a\n", "a\u0000b"]) assert.deepEqual(problems({ name }), ["`name` holds control characters"]);
  });
});

describe("a container", () => {
  for (const container of ["global", "acme/emea", "/conf/global", "/conf/acme/emea"]) {
    it(`may be ${container}`, () => accepts({ container }));
  }

  const outside = ["/conf", "/conf/", "/etc", "/acme", "/conf//acme", "acme/", "acme//emea", "..", "acme/../../apps"];
  const hostile = ["acme.emea", "acme/jcr:content", "acme emea", "acme%2femea", "*", "acme\\emea", "ä", "acme/ｅmea"];
  for (const container of [...outside, ...hostile]) {
    it(`may not be ${JSON.stringify(container)}`, () => {
      const line = 'must be a folder below /conf, as in "global" or "acme/emea" (letters, digits, - and _)';
      assert.deepEqual(problems({ container }), [`\`container\` ${line}`]);
    });
  }

  it("may not be empty or hold control characters", () => {
    assert.equal(problems({ container: "" })[0], "`container` is empty");
    assert.equal(problems({ container: "acme\n" })[0], "`container` holds control characters");
  });
});

describe("a token URL", () => {
  const right = [
    "https://acme.my.salesforce.com/services/oauth2/token",
    "https://10.0.0.8:8443/token?tenant=1",
    "http://localhost:8080/token",
    "http://127.0.0.1/token",
    "http://[::1]:9/token",
  ];
  for (const tokenUrl of right) it(`may be ${tokenUrl}`, () => accepts(oauth2({ tokenUrl })));

  const plain = "must be https: the client secret would cross the network readable (plain http only to this machine)";
  const wrong: [tokenUrl: string, why: string][] = [
    ["acme.example/token", "is not a URL"],
    ["ftp://acme.example/token", "must be an https URL"],
    ["javascript:token", "must be an https URL"],
    ["http://acme.example/token", plain],
    ["http://localhost.acme.example/token", plain],
    ["http://127.0.0.1.acme.example/token", plain],
    ["https://kQ8rT2@acme.example/token", "holds a login; take it out of the URL"],
    ["https://id:kQ8rT2@acme.example/token", "holds a login; take it out of the URL"],
    ["https://acme.example/token#part", "has a fragment (#)"],
    ["https://169.254.169.254/token", "points to a link-local address (169.254.169.254)"],
    ["https://2852039166/token", "points to a link-local address (169.254.169.254)"],
    ["https://metadata.google.internal/token", "points to a link-local address (metadata.google.internal)"],
    [" https://acme.example/token", "begins or ends with a blank"],
  ];
  for (const [tokenUrl, why] of wrong) {
    it(`may not be ${JSON.stringify(tokenUrl)}`, () => {
      assert.deepEqual(problems(oauth2({ tokenUrl })), [`\`oauth2.tokenUrl\` ${why}`]);
    });
  }
});

describe("the inputs that create and update receive", () => {
  const WANTED = {
    ...ARGUMENTS,
    name: "salesforce",
    serviceEndPoint: "https://acme.example/services",
    path: "/conf/global/settings/cloudconfigs/fdm/salesforce",
    origin: "https://author.example.com",
    api: { digest: "d1", title: "CRM", version: "1", operations: {} },
    secretRevision: 1,
  };

  it("are complete", () => assert.deepEqual(parseWanted(WANTED), WANTED));

  it("may say the token check in detail", () => {
    const tokenCheck = { mode: "warn", onUnreachable: "fail" };
    assert.deepEqual(parseWanted({ ...WANTED, tokenCheck }).tokenCheck, tokenCheck);
    assert.deepEqual(parseState({ tokenCheck }).tokenCheck, tokenCheck);
  });

  for (const [key, value] of Object.entries({ api: undefined, path: UNKNOWN, secretRevision: "1" })) {
    it(`are refused with ${String(value)} for ${key}`, () => {
      assert.throws(() => parseWanted({ ...WANTED, [key]: value }));
    });
  }
});

describe("the state", () => {
  it("may hold nothing, as after an import", () => assert.deepEqual(parseState({}), {}));

  it("may say in words that the secret was saved again", () => {
    assert.equal(parseState({ secretRevision: "3, saved again in AEM" }).secretRevision, "3, saved again in AEM");
  });

  it("may lack parts of the client credentials", () => {
    assert.deepEqual(parseState({ oauth2: { clientId: "key" } }), { oauth2: { clientId: "key" } });
  });

  it("may hold whatever AEM held at the last refresh", () => {
    const held = { title: "", serviceEndPoint: "nowhere", extraProperties: { location: "" }, secretRevision: "none" };
    assert.deepEqual(parseState(held), held);
  });

  it("may come from a later release, with outputs that this one does not know", () => {
    assert.deepEqual(parseState({ title: "CRM", colour: "red" }), { title: "CRM" });
  });
});
