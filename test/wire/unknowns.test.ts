import assert from "node:assert/strict";
import { UNKNOWN_ON_WIRE, type Wire } from "../world/dynamicHost";
import { shows } from "../world/faultRows";
import { member, WireWorld } from "./wireWorld";

/** Which argument is not known yet → the derived inputs that must be unknown with it, and the notes that say so. */
interface Case {
  readonly args: (world: WireWorld) => Wire;
  readonly derived: readonly string[];
  readonly notes: readonly RegExp[];
}

const TOKEN_NOTE = (part: string) => new RegExp(`^crm: the token check was not made: \`${part}\` not known yet$`);
const SWAGGER_NOTE = /^crm: the Swagger file was not looked at: its name or text is not known yet$/;
const part = (key: string) => (world: WireWorld) => ({ oauth2: world.oauth2({ [key]: UNKNOWN_ON_WIRE }) });
const whole = (key: string) => () => ({ [key]: UNKNOWN_ON_WIRE });

const CASES: Readonly<Record<string, Case>> = {
  container: { args: whole("container"), derived: ["path"], notes: [] },
  name: { args: () => ({ name: UNKNOWN_ON_WIRE, owner: "acme/shop/prod/unnamed" }), derived: ["path"], notes: [] },
  title: { args: whole("title"), derived: [], notes: [] },
  "the whole of swagger": { args: whole("swagger"), derived: ["api", "serviceEndPoint"], notes: [SWAGGER_NOTE] },
  "swagger.file": {
    args: () => ({ swagger: { file: UNKNOWN_ON_WIRE } }),
    derived: ["api", "serviceEndPoint"],
    notes: [SWAGGER_NOTE],
  },
  "swagger.text": {
    args: () => ({ swagger: { text: UNKNOWN_ON_WIRE } }),
    derived: ["api", "serviceEndPoint"],
    notes: [SWAGGER_NOTE],
  },
  serviceEndPoint: { args: whole("serviceEndPoint"), derived: ["serviceEndPoint"], notes: [] },
  "the whole of oauth2": { args: whole("oauth2"), derived: ["secretRevision"], notes: [TOKEN_NOTE("oauth2")] },
  "oauth2.clientId": { args: part("clientId"), derived: [], notes: [TOKEN_NOTE("oauth2.clientId")] },
  "oauth2.clientSecret": {
    args: part("clientSecret"),
    derived: ["secretRevision"],
    notes: [TOKEN_NOTE("oauth2.clientSecret")],
  },
  "oauth2.tokenUrl": { args: part("tokenUrl"), derived: [], notes: [TOKEN_NOTE("oauth2.tokenUrl")] },
  "oauth2.scope": { args: part("scope"), derived: [], notes: [TOKEN_NOTE("oauth2.scope")] },
  product: { args: whole("product"), derived: [], notes: [] },
  "the whole of extraProperties": { args: whole("extraProperties"), derived: [], notes: [] },
  "one of extraProperties": { args: () => ({ extraProperties: { count: UNKNOWN_ON_WIRE } }), derived: [], notes: [] },
  "one of a list in extraProperties": {
    args: () => ({ extraProperties: { hosts: ["a", UNKNOWN_ON_WIRE] } }),
    derived: [],
    notes: [],
  },
  connection: { args: whole("connection"), derived: ["origin"], notes: [] },
  "one of tokenCheck": {
    args: () => ({ tokenCheck: { mode: UNKNOWN_ON_WIRE, onUnreachable: "fail" } }),
    derived: [],
    notes: [TOKEN_NOTE("tokenCheck.mode")],
  },
  tokenCheck: { args: whole("tokenCheck"), derived: [], notes: [TOKEN_NOTE("tokenCheck")] },
};

const DERIVED = ["path", "origin", "serviceEndPoint", "api", "secretRevision"];

describe("values that are not known yet, on the wire", () => {
  let world: WireWorld;
  let outs: Wire;

  before(async () => {
    world = await WireWorld.start();
    ({ outs } = await world.created());
    world.aem.requests.length = 0;
  });

  beforeEach(() => {
    world.host.said.length = 0;
  });

  after(async () => {
    assert.deepEqual(world.aem.requests, []);
    assert.deepEqual(
      world.sent().filter((request) => request.includes(UNKNOWN_ON_WIRE)),
      [],
    );
    assert.equal(world.host.printed, "");
    assert.deepEqual(world.leaks(), []);
    await world.stop();
  });

  for (const [what, { args, derived, notes }] of Object.entries(CASES)) {
    it(`${what}: passes, makes unknown what hangs on it and nothing else, and says what was not checked`, async () => {
      const given = world.args(args(world));
      const { inputs, failures } = await world.host.check({}, given);
      assert.deepEqual(failures, []);
      for (const key of Object.keys(args(world))) {
        if (key !== "oauth2") assert.deepEqual(inputs[key], given[key]);
      }
      assert.deepEqual(
        DERIVED.filter((key) => inputs[key] === UNKNOWN_ON_WIRE),
        DERIVED.filter((key) => derived.includes(key)),
      );
      const said = world.host.said.map(({ severity, message, urn }) => [severity, message, urn]);
      assert.equal(said.length, notes.length, JSON.stringify(said));
      for (const [index, note] of notes.entries()) assert.match(String(said[index]?.[1]), note);
      assert.deepEqual(
        said.map(([severity, , urn]) => [severity, urn]),
        notes.map(() => ["INFO", ""]),
      );
    });

    it(`${what}: is a change of what stands`, async () => {
      const { inputs } = await world.host.check(outs, world.args(args(world)));
      const { changes } = await world.host.diff(String(outs.path), outs, inputs);
      assert.equal(changes, true);
    });
  }

  shows("E2", "in the place of the Swagger file, its name or its text: a note, and nobody is asked", async () => {
    world.host.said.length = 0;
    const sent = world.sent().length;
    const swaggers: readonly (string | Wire)[] = [
      UNKNOWN_ON_WIRE,
      { file: UNKNOWN_ON_WIRE },
      { text: UNKNOWN_ON_WIRE },
    ];
    for (const swagger of swaggers) {
      const { inputs, failures } = await world.host.check({}, world.args({ swagger, tokenCheck: "off" }));
      assert.deepEqual([failures, inputs.api], [[], UNKNOWN_ON_WIRE]);
    }
    assert.equal(world.sent().length, sent);
    const said = world.host.said.map(({ message }) => message);
    assert.equal(said.length, 3);
    world.host.said.length = 0;
    return [...new Set(said)].join("\n");
  });

  it("do not replace the page while its path is not known", async () => {
    const inputs = await world.checked({ container: UNKNOWN_ON_WIRE }, outs);
    const { replaces } = await world.host.diff(String(outs.path), outs, inputs);
    assert.deepEqual(replaces, []);
  });

  it("leave the known secret beside them in its envelope", async () => {
    const { inputs } = await world.host.check({}, world.args(part("tokenUrl")(world)));
    assert.equal(typeof member(inputs, "oauth2").clientSecret, "object");
    assert.equal(member(inputs, "oauth2").tokenUrl, UNKNOWN_ON_WIRE);
  });

  it("don't hide what is wrong beside them", async () => {
    const { failures } = await world.host.check({}, world.args({ title: "", oauth2: UNKNOWN_ON_WIRE }));
    assert.deepEqual(
      failures.map(({ reason }) => reason),
      ["`title` is empty [input-invalid]"],
    );
  });
});
