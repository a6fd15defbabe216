import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PROVIDER } from "../../provider/address";
import type { RestDataSourceArgs } from "../../provider/arguments";
import * as dynamic from "../../provider/dynamic";
import { parseArguments } from "../../provider/inputs";
import { RestDataSource } from "../../provider/restDataSource";
import { REPOSITORY } from "../world/stack";

type Wire = Record<string, unknown>;

const SECRET = "the consumer's s3cret";
const ENVELOPE = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value: SECRET,
};
const OAUTH2 = { clientId: "key", clientSecret: SECRET, tokenUrl: "https://acme.example/token" };
const ARGS: RestDataSourceArgs = { container: "global", title: "Salesforce", swagger: "crm.json", oauth2: OAUTH2 };
/** What the engine answers, as far as a test looks at it. */
const STATE = { path: "/conf/global/settings/cloudconfigs/fdm/crm", secretRevision: 1 };

describe("RestDataSource", () => {
  let asked: pulumi.runtime.MockResourceArgs[];

  before(async () => {
    const newResource = (args: pulumi.runtime.MockResourceArgs) => {
      asked.push(args);
      return { id: args.id ?? STATE.path, state: STATE };
    };
    await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "shop", "prod", false, "acme");
  });
  beforeEach(() => {
    asked = [];
    config({});
  });
  after(() => config({}));

  function config(values: Record<string, string>, secretKeys: string[] = []): void {
    pulumi.runtime.setAllConfig(values, secretKeys);
  }

  /** The inputs as the engine gets them: with every envelope where it stands. */
  async function wire(args: Partial<RestDataSourceArgs> = {}, name = "crm"): Promise<Wire> {
    const seen: pulumi.Inputs[] = [];
    const see: pulumi.ResourceTransformation = ({ props }) => {
      seen.push(props);
      return undefined;
    };
    await promiseOf(new RestDataSource(name, { ...ARGS, ...args }, { transformations: [see] }).urn);
    return pulumi.runtime.serializeProperties(name, seen[0] ?? {});
  }

  it("spares the program the stacks that the SDK notes for its outputs, and nobody else", async () => {
    const usual = Error.stackTraceLimit;
    const limits: number[] = [];
    const see = () => void limits.push(Error.stackTraceLimit);
    await promiseOf(new RestDataSource("crm", ARGS, { transformations: [see] }).urn);
    assert.deepEqual([limits, Error.stackTraceLimit], [[0], usual]);
  });

  it("leads to the line of the program when the SDK refuses it", () => {
    const usual = Error.stackTraceLimit;
    assert.throws(
      () => new RestDataSource("", ARGS),
      (thrown) => thrown instanceof Error && String(thrown.stack).includes(__filename.replace(/^.*dist/, "")),
    );
    assert.equal(Error.stackTraceLimit, usual);
  });

  it("is a dynamic resource of its own type, by a constant address, and nothing else", async () => {
    const { __provider, ...inputs } = await wire({ name: "sales" });
    assert.deepEqual(
      asked.map(({ type, name }) => [type, name]),
      [["pulumi-nodejs:dynamic/aem-datasource:RestDataSource", "crm"]],
    );
    assert.equal(__provider, PROVIDER);
    assert.deepEqual(inputs, {
      container: "global",
      name: "sales",
      title: "Salesforce",
      swagger: { file: "crm.json" },
      oauth2: { ...OAUTH2, clientSecret: ENVELOPE },
      owner: "acme/shop/prod/crm",
    });
  });

  it("hands over every argument, one that is none included, so that check can refuse it", async () => {
    const args = {
      product: "aemcs",
      extraProperties: { list: ["a"] },
      tokenCheck: { mode: "warn", onUnreachable: "fail" },
      connection: "emea",
    } as const;
    const typo: object = { titel: "Typo" };
    const { product, extraProperties, tokenCheck, connection, titel } = await wire({ ...args, ...typo });
    assert.deepEqual({ product, extraProperties, tokenCheck, connection }, args);
    assert.equal(titel, "Typo");
  });

  it("takes the token check as a word, in detail and from Outputs", async () => {
    const modes: [RestDataSourceArgs["tokenCheck"], unknown][] = [
      ["off", "off"],
      [{ onUnreachable: "fail" }, { onUnreachable: "fail" }],
      [{ mode: pulumi.output("warn" as const) }, { mode: "warn" }],
      [pulumi.output({ mode: "off" as const }), { mode: "off" }],
    ];
    for (const [tokenCheck, plain] of modes) assert.deepEqual((await wire({ tokenCheck })).tokenCheck, plain);
  });

  it("is owned by the resource of this name in this stack", async () => {
    assert.equal((await wire({}, "a/b")).owner, "acme/shop/prod/a/b");
  });

  it("has the engine's answer as outputs", async () => {
    const crm = new RestDataSource("crm", ARGS);
    assert.equal(await promiseOf(crm.path), STATE.path);
    assert.equal(await promiseOf(crm.secretRevision), 1);
  });

  describe("keeps the client secret secret, and nothing else,", () => {
    const given: Record<string, () => RestDataSourceArgs["oauth2"]> = {
      "given as text": () => OAUTH2,
      "given as an Output": () => ({ ...OAUTH2, clientSecret: pulumi.output(SECRET) }),
      "given as a promise": () => ({ ...OAUTH2, clientSecret: Promise.resolve(SECRET) }),
      "given as a secret Output": () => ({ ...OAUTH2, clientSecret: pulumi.secret(SECRET) }),
      "in an oauth2 that is an Output": () => pulumi.output(OAUTH2),
      "in an oauth2 that is a promise": () => Promise.resolve(OAUTH2),
      "made by apply": () => pulumi.output("key").apply((clientId) => ({ ...OAUTH2, clientId })),
    };
    for (const [how, oauth2] of Object.entries(given)) {
      it(how, async () => {
        assert.deepEqual((await wire({ oauth2: oauth2() })).oauth2, { ...OAUTH2, clientSecret: ENVELOPE });
      });
    }

    it("with a scope", async () => {
      const scoped = { ...OAUTH2, scope: "api" };
      const expected = { ...scoped, clientSecret: ENVELOPE };
      assert.deepEqual((await wire({ oauth2: scoped })).oauth2, expected);
      assert.deepEqual((await wire({ oauth2: pulumi.output(scoped) })).oauth2, expected);
    });
  });

  it("leaves what is missing to check", async () => {
    const { clientSecret: _, ...half } = OAUTH2;
    const oauth2: RestDataSourceArgs["oauth2"] = Object(half);
    const missing = await wire({ swagger: undefined, oauth2 });
    assert.deepEqual([missing.swagger, missing.oauth2], [undefined, half]);
    assert.deepEqual(refusals(missing), ["`swagger` is missing", "`oauth2.clientSecret` is missing"]);
  });

  describe("makes a plain object of a Swagger file", () => {
    const { FileAsset, StringAsset, RemoteAsset, FileArchive } = pulumi.asset;
    const { output } = pulumi;
    const given: [how: string, swagger: () => RestDataSourceArgs["swagger"], plain: Wire][] = [
      ["given by its path", () => "crm.json", { file: "crm.json" }],
      ["given by a path behind an Output", () => pulumi.output("crm.json"), { file: "crm.json" }],
      ["given as a FileAsset", () => new FileAsset("crm.json"), { file: "crm.json" }],
      [
        "given as a FileAsset with a promise of its path",
        () => new FileAsset(Promise.resolve("crm.json")),
        { file: "crm.json" },
      ],
      [
        "given as a FileAsset behind an Output",
        () => output("crm.json").apply((path) => new FileAsset(path)),
        { file: "crm.json" },
      ],
      ["given as a StringAsset", () => new StringAsset("{}"), { text: "{}" }],
      [
        "given as a StringAsset behind an Output",
        () => output("{}").apply((text) => new StringAsset(text)),
        { text: "{}" },
      ],
      ["given as a promise of a StringAsset", () => Promise.resolve(new StringAsset("{}")), { text: "{}" }],
    ];
    for (const [how, swagger, plain] of given) {
      it(how, async () => {
        const inputs = await wire({ swagger: swagger() });
        assert.deepEqual(inputs.swagger, plain);
        assert.deepEqual(refusals(inputs), []);
      });
    }

    const refused: Record<string, () => unknown> = {
      "a RemoteAsset": () => new RemoteAsset("https://acme.example/crm.json"),
      "a RemoteAsset behind an Output": () => pulumi.output(new RemoteAsset("https://acme.example/crm.json")),
      "a FileArchive": () => new FileArchive("contracts"),
      "a number": () => 7,
    };
    for (const [what, swagger] of Object.entries(refused)) {
      it(`that check refuses: ${what}`, async () => {
        const inputs = await wire({ swagger: Object(swagger()) });
        assert.deepEqual(refusals(inputs), [
          "`swagger` must be a path, a FileAsset or a StringAsset; download a remote file and commit it",
        ]);
      });
    }
  });

  it("got by its path hands over its connection and the address of the code alone", async () => {
    const found = RestDataSource.get("crm", STATE.path, "emea");
    assert.equal(await promiseOf(found.path), STATE.path);
    assert.deepEqual(
      asked.map(({ id, inputs }) => ({ id, inputs })),
      [{ id: STATE.path, inputs: { connection: "emea", __provider: PROVIDER } }],
    );
  });

  describe("with a login in stack config", () => {
    const connections: [key: string, connection: string | undefined][] = [
      ["aem-datasource:password", undefined],
      ["aem-datasource:emea-password", "emea"],
      ["aem-datasource:token", undefined],
      ["aem-datasource:emea-token", "emea"],
    ];
    for (const [key, connection] of connections) {
      const make = () => new RestDataSource("crm", { ...ARGS, connection });
      const get = () => RestDataSource.get("crm", STATE.path, connection);

      it(`is refused while ${key} stands there in clear: in two lines, without its value`, () => {
        config({ [key]: "p4ssword" });
        for (const use of [make, get]) {
          assert.throws(use, (thrown) => {
            assert.ok(pulumi.RunError.isInstance(thrown));
            assert.deepEqual(thrown.message.split("\n"), [
              `${key} stands in the stack's config in clear [connection-invalid]`,
              `  Run: pulumi config set --secret ${key}`,
            ]);
            return true;
          });
        }
        assert.deepEqual(asked, []);
      });

      it(`is made when ${key} is encrypted`, async () => {
        config({ [key]: "p4ssword" }, [key]);
        await promiseOf(make().urn);
        assert.equal(asked.length, 1);
      });
    }

    it("is refused with both in clear, and both remedies", () => {
      config({ "aem-datasource:password": "p4ssword", "aem-datasource:token": "t0ken" });
      assert.throws(() => new RestDataSource("crm", ARGS), {
        message: [
          "aem-datasource:password and aem-datasource:token stand in the stack's config in clear [connection-invalid]",
          "  Run: pulumi config set --secret aem-datasource:password",
          "  Run: pulumi config set --secret aem-datasource:token",
        ].join("\n"),
      });
    });

    it("is made when the password of another connection stands in clear: that one says so itself", async () => {
      config({ "aem-datasource:apac-password": "p4ssword" });
      await promiseOf(new RestDataSource("crm", { ...ARGS, connection: "emea" }).urn);
      assert.equal(asked.length, 1);
    });
  });
});

/** What check finds wrong with the arguments themselves. */
function refusals(inputs: Wire): string[] {
  const oauth2: object = Object(inputs.oauth2);
  const clear = { ...inputs, oauth2: "clientSecret" in oauth2 ? { ...oauth2, clientSecret: SECRET } : oauth2 };
  return parseArguments(dynamic.fromWire(clear)).problems.map(({ message }) => message);
}

function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

describe("the address of the code", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "provider-"));
    await writeFile(join(folder, "package.json"), "{}");
    await writeFile(join(folder, "provider.js"), PROVIDER);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Loads the text as the SDK does: as a module in the program's folder. */
  function handler(): Record<string, unknown> {
    const loaded: { handler(): Record<string, unknown> } = createRequire(join(folder, "index.js"))("./provider.js");
    return loaded.handler();
  }

  it("is short, since each resource in a state carries it twice", () => {
    assert.ok(Buffer.byteLength(PROVIDER) <= 250, `${Buffer.byteLength(PROVIDER)} bytes`);
  });

  it("leads to what the engine calls", async () => {
    await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"), "dir");
    const provider = handler();
    assert.equal(Object.is(provider, dynamic), true);
    for (const method of ["configure", "check", "diff", "create", "read", "update", "delete"]) {
      assert.equal(typeof provider[method], "function", method);
    }
  });

  it("says in one line what to do when the package is missing, without a stack", () => {
    assert.throws(handler, (thrown) => {
      assert.ok(thrown instanceof Error);
      const message = "pulumi-aem-datasource is missing: run npm install in the program's folder";
      assert.deepEqual([thrown.message, thrown.stack], [message, ""]);
      return true;
    });
  });

  it("does not call a package missing that fails for another reason", async () => {
    const installed = join(folder, "node_modules", "pulumi-aem-datasource");
    await mkdir(installed, { recursive: true });
    await writeFile(join(installed, "provider.js"), 'throw new Error("broken");');
    assert.throws(handler, { message: "broken" });
  });
});
