import assert from "node:assert/strict";
import sinon from "sinon";
import { newMarker } from "../../provider/aem/marker";
import * as dynamic from "../../provider/dynamic";
import { DataSourceError } from "../../provider/errors";
import * as lifecycle from "../../provider/lifecycle";
import { PartialFailure } from "../../provider/outputs";
import { isRecord, Secret, UNKNOWN } from "../../provider/values";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";

type Wire = Record<string, unknown>;

const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const SECRET = 'S3cret+/=&% "quoted"';
const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const PROVIDER = 'exports.handler = () => require("pulumi-aem-datasource/provider")';

function envelope(value: string): Wire {
  return { [SIGNATURE]: SECRET_SIGNATURE, value };
}

/** What the engine hands over later of what it was given: JSON, with secrets in clear. */
function kept(given: Wire): Wire {
  const open = (_: string, value: unknown) => (isRecord(value) && SIGNATURE in value ? value.value : value);
  return { ...JSON.parse(JSON.stringify(given), open), __provider: PROVIDER };
}

function assertClean(given: unknown): void {
  assert.deepEqual(given, JSON.parse(JSON.stringify(given)));
}

async function failureOf(call: Promise<unknown>): Promise<Error> {
  const thrown = await call.then(
    () => assert.fail("it succeeded"),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Error);
  assert.equal(thrown.stack, "");
  assert.doesNotMatch(thrown.message, /S3cret/);
  return thrown;
}

describe("what comes from the engine", () => {
  it("holds unknowns at any depth, and in place of an object", () => {
    const given = {
      title: UNKNOWN_ON_WIRE,
      extraProperties: { list: ["a", UNKNOWN_ON_WIRE] },
      swagger: { file: UNKNOWN_ON_WIRE },
      oauth2: UNKNOWN_ON_WIRE,
    };
    assert.deepEqual(dynamic.fromWire(given), {
      title: UNKNOWN,
      extraProperties: { list: ["a", UNKNOWN] },
      swagger: { file: UNKNOWN },
      oauth2: UNKNOWN,
    });
  });

  it("holds the client secret as a secret, which no text repeats", () => {
    const values = dynamic.fromWire({ oauth2: { clientId: "key", clientSecret: SECRET } });
    const { clientId, clientSecret } = Object(values.oauth2);
    assert.ok(clientSecret instanceof Secret);
    assert.deepEqual([clientId, clientSecret.reveal()], ["key", SECRET]);
    assert.doesNotMatch(`${JSON.stringify(values)} ${clientSecret}`, /S3cret/);
  });

  it("may hold a client secret that is not known yet, or none", () => {
    const oauth2 = { clientSecret: UNKNOWN_ON_WIRE };
    assert.deepEqual(dynamic.fromWire({ oauth2 }), { oauth2: { clientSecret: UNKNOWN } });
    assert.deepEqual(dynamic.fromWire({ oauth2: {} }), { oauth2: {} });
  });

  it("loses the address of the code, which is the SDK's business, and what was given as nothing", () => {
    const given = { __provider: PROVIDER, title: "CRM", product: null, oauth2: { scope: null } };
    assert.deepEqual(dynamic.fromWire(given), { title: "CRM", oauth2: {} });
  });
});

describe("what goes to the engine", () => {
  it("holds unknowns as the engine writes them, at any depth", () => {
    const values = { oauth2: UNKNOWN, swagger: { file: UNKNOWN }, extraProperties: { list: ["a", UNKNOWN] } };
    assert.deepEqual(dynamic.toWire(values), {
      oauth2: UNKNOWN_ON_WIRE,
      swagger: { file: UNKNOWN_ON_WIRE },
      extraProperties: { list: ["a", UNKNOWN_ON_WIRE] },
    });
  });

  it("holds secrets in the engine's own envelope, wherever they stand", () => {
    const values = { oauth2: { clientSecret: new Secret(SECRET) }, list: [{ deep: new Secret("an0ther") }] };
    assert.deepEqual(dynamic.toWire(values), {
      oauth2: { clientSecret: envelope(SECRET) },
      list: [{ deep: envelope("an0ther") }],
    });
  });

  it("never holds anything undefined, neither in objects nor in lists", () => {
    const values = {
      scope: undefined,
      oauth2: { scope: undefined, clientId: "key" },
      list: ["a", undefined, { b: undefined }, [undefined]],
      api: { operations: { get: { deep: undefined } } },
    };
    assert.deepEqual(dynamic.toWire(values), {
      oauth2: { clientId: "key" },
      list: ["a", null, {}, [null]],
      api: { operations: { get: {} } },
    });
  });

  it("keeps every other value as it is", () => {
    const values = { title: "", retries: 0, quiet: false, list: [], none: null, map: { "GET /a": "a()" } };
    assert.deepEqual(dynamic.toWire(values), values);
  });
});

describe("what the engine calls", () => {
  let aem: AemEmulator;

  before(async () => {
    aem = await startAemEmulator();
    const deployer = DEFAULT_ACCOUNTS.find(({ user }) => user === "aem-deployer");
    const config = new Map([
      ["aem-datasource:author", aem.origin],
      ["aem-datasource:username", "aem-deployer"],
      ["aem-datasource:password", String(deployer?.password)],
    ]);
    sinon.stub(process, "env").value({ ...process.env, AEM_AUTHOR: "", AEM_USERNAME: "", AEM_PASSWORD: "" });
    sinon.stub(process, "argv").value([process.argv[0], process.argv[1]]); // no engine to talk to
    await dynamic.configure({ config: { get: (key) => config.get(key) } });
  });
  after(async () => {
    sinon.restore();
    await aem.stop();
  });

  function program(args: Wire = {}): Wire {
    return {
      __provider: PROVIDER,
      container: "global",
      title: "Salesforce",
      swagger: { text: '{ "swagger": "2.0", "host": "acme.example", "paths": { "/a": { "get": {} } } }' },
      oauth2: { clientId: "key", clientSecret: SECRET, tokenUrl: "https://acme.example/token" },
      tokenCheck: "off",
      owner: "acme/shop/prod/crm",
      ...args,
    };
  }

  it("takes a data source through its life with the login of stack config, and every answer is clean", async () => {
    const { inputs, failures } = await dynamic.check({}, program());
    assert.deepEqual(failures, []);
    assertClean(inputs);
    assert.deepEqual(Object(inputs.oauth2).clientSecret, envelope(SECRET));

    const created = await dynamic.create(kept(inputs));
    assertClean(created);
    assert.equal(created.id, PAGE);
    assert.deepEqual(Object(created.outs.oauth2).clientSecret, envelope(SECRET));
    assert.equal(aem.plainSecret(PAGE), SECRET);

    const found = await dynamic.read(PAGE, kept(created.outs));
    assertClean(found);
    assert.deepEqual(found, { id: PAGE, props: created.outs, inputs });

    const next = await dynamic.check(kept(inputs), program({ title: "CRM" }));
    const difference = await dynamic.diff(PAGE, kept(created.outs), kept(next.inputs));
    assert.deepEqual(difference, { changes: true, replaces: [] });
    const updated = await dynamic.update(PAGE, kept(created.outs), kept(next.inputs));
    assertClean(updated);
    assert.equal(updated.outs.title, "CRM");

    await dynamic.delete(PAGE, kept(updated.outs));
    assert.equal(aem.node(PAGE), undefined);
    assert.deepEqual(await dynamic.read(PAGE, kept(updated.outs)), {});
  });

  it("reports every problem of a check without the name of a property, whose value the engine would print", async () => {
    const oauth2 = { clientId: " key", clientSecret: `${SECRET}\n`, tokenUrl: `https://u:${SECRET}@acme.example` };
    const { inputs, failures } = await dynamic.check({}, program({ title: "", oauth2 }));
    assert.ok(failures.length >= 4);
    for (const { property, reason } of failures) {
      assert.equal(property, "");
      assert.doesNotMatch(reason, /S3cret/);
    }
    assertClean(inputs);
  });

  it("gives what is not known yet back as not known", async () => {
    const { inputs, failures } = await dynamic.check({}, program({ name: UNKNOWN_ON_WIRE, oauth2: UNKNOWN_ON_WIRE }));
    assert.deepEqual(failures, []);
    const { path, oauth2, secretRevision } = inputs;
    assert.deepEqual([path, oauth2, secretRevision], [UNKNOWN_ON_WIRE, UNKNOWN_ON_WIRE, UNKNOWN_ON_WIRE]);
  });

  it("fails with what, code and remedy, without a stack", async () => {
    const { message } = await failureOf(dynamic.read("/content/crm", kept({})));
    assert.match(
      message,
      /^"\/content\/crm" is no path of a data source \[input-invalid\]\n {2}Give its path, as in \/conf/,
    );
  });

  describe("when something unforeseen is thrown", () => {
    const calls: Record<"create" | "read" | "update" | "remove", () => Promise<unknown>> = {
      create: () => dynamic.create(program()),
      read: () => dynamic.read(PAGE, program()),
      update: () => dynamic.update(PAGE, program(), program()),
      remove: () => dynamic.delete(PAGE, program()),
    };
    for (const method of ["create", "read", "update", "remove"] as const) {
      it(`hides the secret and the stack (${method})`, async () => {
        const stub = sinon
          .stub(lifecycle, method)
          .rejects(new TypeError(`no ${SECRET} in ${encodeURIComponent(SECRET)}`));
        const { message } = await failureOf(calls[method]());
        assert.match(message, /^unforeseen failure: TypeError: no \[secret\] in \[secret\] \[internal\]\n/);
        stub.restore();
      });
    }
  });

  describe("after a partial failure", () => {
    const { id } = newMarker("acme/shop/prod/crm");
    const properties = {
      managedBy: `acme/shop/prod/crm#${id}`,
      origin: "https://author.example.com",
      oauth2: { clientSecret: new Secret(SECRET), scope: undefined },
      api: undefined,
      list: ["a", undefined],
    };
    const reasons = [
      new DataSourceError("read-back-differs", `the title, not ${SECRET}`, "Run pulumi up again."),
      new DataSourceError("secret-not-encrypted", "the secret"),
    ];

    const calls: Record<"create" | "update", () => Promise<unknown>> = {
      create: () => dynamic.create(program()),
      update: () => dynamic.update(PAGE, {}, program()),
    };
    for (const method of ["create", "update"] as const) {
      it(`has the engine's own form, clean and with the address of the code (${method})`, async () => {
        const stub = sinon.stub(lifecycle, method).rejects(new PartialFailure(PAGE, properties, reasons));
        const failure = await failureOf(calls[method]());
        assert.deepEqual(
          { ...failure },
          {
            id: PAGE,
            reasons: [
              "the title, not [secret] [read-back-differs]\n  Run pulumi up again.",
              "the secret [secret-not-encrypted]",
            ],
            properties: {
              managedBy: properties.managedBy,
              origin: properties.origin,
              oauth2: { clientSecret: envelope(SECRET) },
              list: ["a", null],
              __provider: PROVIDER,
            },
          },
        );
        assertClean({ ...failure });
        stub.restore();
      });
    }
  });
});
