import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { envelope, type Wire } from "../world/dynamicHost";
import { shows } from "../world/faultRows";
import { searchText } from "../world/leaks";
import { CLIENT_ID, failureOf, member, PAGE, partialOf, SECRET, WireWorld } from "./wireWorld";

describe("the client secret, a plain string on the wire", () => {
  let world: WireWorld;
  let inputs: Wire;
  let outs: Wire;

  before(async () => {
    world = await WireWorld.start();
  });

  after(async () => {
    assert.deepEqual(world.leaks(), []);
    await world.stop();
  });

  it("comes back from check in the engine's envelope, and stands nowhere else", async () => {
    inputs = await world.checked();
    assertWrapped(inputs, SECRET);
  });

  it("comes back from create in the envelope, and reaches AEM as it is", async () => {
    ({ outs } = await world.host.create(inputs));
    assertWrapped(outs, SECRET);
    assert.equal(world.aem.plainSecret(PAGE), SECRET);
  });

  it("comes back from read in the envelope, in outputs and inputs, also after drift", async () => {
    const same = await world.host.read(PAGE, outs);
    for (const values of [same.props, same.inputs]) assertWrapped(values, SECRET);
    world.aem.edit(PAGE, { "jcr:title": "Changed in AEM" });
    const changed = await world.host.read(PAGE, outs);
    for (const values of [changed.props, changed.inputs]) assertWrapped(values, SECRET);
  });

  it("comes back from update in the envelope: the same one, and a new one", async () => {
    const retitled = await world.checked({ title: "Another" }, inputs);
    ({ outs } = await world.host.update(PAGE, outs, retitled));
    assertWrapped(outs, SECRET);

    const next = 'next+S3cret/=&% "of" the app';
    world.secrets.push(next);
    world.tokens.setSecret(CLIENT_ID, next);
    const rotated = await world.checked({ oauth2: world.oauth2({ clientSecret: next }) }, retitled);
    ({ outs } = await world.host.update(PAGE, outs, rotated));
    assertWrapped(outs, next);
    assert.equal(outs.secretRevision, 2);
    assert.equal(world.aem.plainSecret(PAGE), next);
    world.tokens.setSecret(CLIENT_ID, SECRET);
  });

  it("comes back from a partial failure in the envelope", async () => {
    const half = "/conf/global/settings/cloudconfigs/fdm/half";
    const wanted = await world.checked({ name: "half" });
    world.proxy.onAnswer("POST", `${half}/jcr:content`, () => world.aem.edit(half, { "jcr:title": "Other" }));
    const { properties, reasons } = await partialOf(world.host.create(wanted));
    assertWrapped(properties, SECRET);
    assert.deepEqual(searchText("a reason", reasons.join("\n"), world.secrets), []);
  });

  it("is not repeated, and not named as a property, when the token server refuses it", async () => {
    const wrong = "wrong+S3cret/of=the&app";
    world.secrets.push(wrong);
    const { failures } = await world.host.check(
      {},
      world.args({ oauth2: world.oauth2({ clientSecret: wrong }), name: "wrong" }),
    );
    assert.equal(failures.length, 1);
    assertSilent(world, failures);
  });

  const FORMS: Readonly<Record<string, (world: WireWorld) => Wire>> = {
    "the whole of oauth2": () => ({ oauth2: SECRET }),
    "a list": () => ({ oauth2: [SECRET] }),
    "a misspelt key": (world) => ({ oauth2: world.oauth2({ clientSecret: undefined, clientSekret: SECRET }) }),
    "a key of its own beside oauth2": () => ({ clientSecret: SECRET }),
    "the login of a token URL": (world) => ({
      oauth2: world.oauth2({ tokenUrl: `https://me:${encodeURIComponent(SECRET)}@acme.example/token` }),
    }),
    "an extra property": () => ({ extraProperties: { client_secret: SECRET } }),
    "a padded secret": (world) => ({ oauth2: world.oauth2({ clientSecret: `${SECRET} ` }) }),
    "a broken-off secret": (world) => ({ oauth2: world.oauth2({ clientSecret: `${SECRET}\n` }) }),
  };
  for (const [where, args] of Object.entries(FORMS)) {
    it(`is not repeated where it was handed over as ${where}`, async () => {
      const { failures } = await world.host.check({}, world.args({ ...args(world), name: "misplaced" }));
      assert.notEqual(failures.length, 0);
      assertSilent(world, failures);
    });
  }
});

describe("a server that repeats what it was sent", () => {
  let world: WireWorld;
  let echo: Echo;

  before(async () => {
    world = await WireWorld.start();
  });

  afterEach(async () => {
    await echo.stop();
    assert.deepEqual(world.leaks(), []);
  });

  after(() => world.stop());

  const SHAPES: Readonly<Record<string, (secret: string) => string>> = {
    "in clear": (secret) => secret,
    "url-encoded": encodeURIComponent,
    "url-encoded in small letters": (secret) =>
      encodeURIComponent(secret).replace(/%../g, (escaped) => escaped.toLowerCase()),
    "as a form field": (secret) => new URLSearchParams({ client_secret: secret }).toString(),
    "as JSON": (secret) => JSON.stringify({ client_secret: secret }),
    "in base64": (secret) => Buffer.from(secret).toString("base64"),
    "in base64 with the client id before it": (secret) => Buffer.from(`${CLIENT_ID}:${secret}`).toString("base64"),
  };
  for (const [how, shape] of Object.entries(SHAPES)) {
    it(`C7: ${how} in its error_description: nobody reads it, in a failure, a warning or the state`, async () => {
      echo = await startEcho((body) => {
        const secret = new URLSearchParams(body).get("client_secret") ?? "";
        return { status: 401, body: { error: "invalid_client", error_description: `got ${shape(secret)}` } };
      });
      await assertUnheard(world, echo, SECRET);
    });
  }

  shows("C9", "the old secret of a rotation: nobody reads it", async () => {
    const next = "the-next-S3cret-of-the-app";
    world.secrets.push(next);
    const olds = await world.checked({ name: "rotated" });
    echo = await startEcho(() => ({
      status: 401,
      body: { error: "invalid_client", error_description: `not ${SECRET}` },
    }));
    const oauth2 = world.oauth2({ clientSecret: next, tokenUrl: `${echo.origin}/token` });
    await world.nextPhase();
    const { failures } = await world.host.check(olds, world.args({ name: "rotated", oauth2 }));
    assertSilent(world, failures);
    return failures.map(({ reason }) => reason).join("\n");
  });

  it("as its error code: nobody reads it, in a failure, a warning or the state", async () => {
    const secret = "S3cretWithoutSpecialCharacters";
    world.secrets.push(secret);
    echo = await startEcho((body) => ({
      status: 401,
      body: { error: new URLSearchParams(body).get("client_secret") ?? "" },
    }));
    await assertUnheard(world, echo, secret);
  });

  shows("C7", "as an author, login included: nobody reads it", async () => {
    echo = await startEcho((body, { headers }) => ({
      status: 500,
      body: { "status.code": 500, "status.message": `${headers.authorization} ${body}` },
    }));
    await world.nextPhase({ environment: { AEM_AUTHOR: echo.origin } });
    const wanted = await world.checked({ name: "echoed" });
    const { message } = await failureOf(world.host.create(wanted));
    assert.deepEqual(world.leaks(), []);
    await world.nextPhase();
    return message;
  });
});

interface Echo {
  readonly origin: string;
  stop(): Promise<void>;
}

async function startEcho(
  answer: (body: string, request: IncomingMessage) => { status: number; body: object },
): Promise<Echo> {
  const server = createServer(async (request, response) => {
    const { status, body } = answer(await text(request), request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let pages = 0;

/** The refusal of this token server as a failure, and, with `tokenCheck: "warn"`, as a warning and in the state. */
async function assertUnheard(world: WireWorld, echo: Echo, clientSecret: string): Promise<void> {
  pages += 1;
  const oauth2 = world.oauth2({ tokenUrl: `${echo.origin}/token`, clientSecret });
  const { failures } = await world.host.check({}, world.args({ oauth2, name: `echo${pages}` }));
  assert.equal(failures.length, 1);
  assert.match(String(failures[0]?.reason), /^token check failed: .* \(401 .*\[token-refused\]/);
  assertSilent(world, failures);
  const { outs } = await world.created({ oauth2, name: `echo${pages}`, tokenCheck: "warn" });
  assert.match(String(outs.tokenVerdict), /^refused: /);
  assertWrapped(outs, clientSecret);
}

function assertSilent(world: WireWorld, failures: readonly { property: string; reason: string }[]): void {
  // The engine prints the value of a property that is named.
  assert.deepEqual(new Set(failures.map(({ property }) => property)), new Set([""]));
  const reasons = failures.map(({ reason }) => reason).join("\n");
  const capitals = reasons.replace(/%[0-9a-f]{2}/gi, (escaped) => escaped.toUpperCase());
  assert.deepEqual(searchText("a reason", `${reasons}\n${capitals}`, world.secrets), []);
}

function assertWrapped(values: Wire, secret: string): void {
  const oauth2 = member(values, "oauth2");
  assert.deepEqual(oauth2.clientSecret, envelope(secret));
  const rest = JSON.stringify({ ...values, oauth2: { ...oauth2, clientSecret: null } });
  assert.deepEqual(searchText("another property", rest, [secret]), []);
}
