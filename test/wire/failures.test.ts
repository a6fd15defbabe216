import assert from "node:assert/strict";
import { PROVIDER } from "../../provider/address";
import type { Wire } from "../world/dynamicHost";
import { shows } from "../world/faultRows";
import { EACH_TIME } from "../world/proxy";
import { FOLDER, failureOf, partialOf, SECRET, WireWorld } from "./wireWorld";

describe("failures on the wire", () => {
  let world: WireWorld;

  before(async () => {
    world = await WireWorld.start();
  });

  afterEach(() => {
    assert.deepEqual(world.leaks(), []);
    assert.doesNotMatch(world.host.printed, STACK);
    world.host.printed = "";
    world.host.said.length = 0;
  });

  after(() => world.stop());

  it("of a check come all at once, each with its remedy, none under the name of a property", async () => {
    const args = { title: "", container: "a b", swagger: { file: "gone.json" }, colour: "blue" };
    const { failures } = await world.host.check({}, world.args({ ...args, oauth2: world.oauth2({ tokenUrl: "no" }) }));
    assert.deepEqual(new Set(failures.map(({ property }) => property)), new Set([""]));
    const reasons = failures.map(({ reason }) => reason);
    for (const named of [/`title`/, /`container`/, /gone\.json/, /`colour`/, /`oauth2\.tokenUrl`/]) {
      assert.equal(reasons.filter((reason) => named.test(reason)).length, 1, `${named} in ${reasons.join("\n")}`);
    }
    for (const reason of reasons) assert.match(reason, /^[^\n]+ \[[a-z-]+\](\n {2}[^\n]+)?$/);
    assert.equal(world.host.printed, "");
  });

  shows("P9", "of a check hold nothing undefined, so that the engine gets an answer at all", async () => {
    const { failures } = await world.host.check({}, { owner: "acme/shop/prod/crm" });
    return failures.map(({ reason }) => reason).join("\n");
  });

  shows("W3", "of a save in a folder that was just made: no page, and the next create has it all", async () => {
    const inputs = await world.checked({ container: "nofdm" });
    const folder = "/conf/nofdm/settings/cloudconfigs/fdm";
    world.proxy.refuse("POST", `${folder}/crm/jcr:content`, 503, EACH_TIME);
    const { message, partial } = await failureOf(world.host.create(inputs));
    assert.deepEqual([partial, world.aem.node(`${folder}/crm`)], [undefined, undefined]);
    assert.equal(Object(world.aem.node(folder)).mergeList, true);
    const { id, outs } = await world.host.create(inputs);
    assert.equal(outs.__provider, PROVIDER);
    await world.host.delete(id, outs);
    assert.equal(world.aem.node(id), undefined);
    return message;
  });

  it("of create are one text with code and remedy, and nothing on the host's streams", async () => {
    const inputs = await world.checked({ container: "nowhere" });
    const { message, partial } = await failureOf(world.host.create(inputs));
    assert.equal(partial, undefined);
    assert.match(message, /^\/conf\/nowhere does not exist on [^\n]* \[container-missing\]\n {2}[^\n]+$/);
    assert.equal(world.host.printed, "");
  });

  it("of update, read and delete are one text with code and remedy, without a stack", async () => {
    const { id, outs, inputs } = await world.created({ name: "hidden" });
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["update", () => world.host.update(id, outs, inputs)],
      ["read", () => world.host.read(id, outs)],
      ["delete", () => world.host.delete(id, outs)],
    ];
    for (const [name, call] of calls) {
      world.proxy.refuse("GET", `${id}.2.json`, 503, EACH_TIME);
      const { message, partial } = await failureOf(call());
      assert.equal(partial, undefined, name);
      assert.match(message, /^[^\n]+ \[[a-z-]+\]\n {2}[^\n]+$/, name);
      // For read and delete the host itself prints the error, once.
      assert.doesNotMatch(world.host.printed, STACK, name);
      assert.ok(world.host.printed.split(message).length <= 2, world.host.printed);
      world.host.printed = "";
    }
  });

  it("that nobody foresaw are one text too, which says whose fault it is", async () => {
    for (const call of [
      () => world.host.create({}),
      () => world.host.update(`${FOLDER}/x`, {}, {}),
      () => world.host.read(`${FOLDER}/x`, { title: 1 }),
      () => world.host.delete(`${FOLDER}/x`, { oauth2: "text" }),
    ]) {
      const { message } = await failureOf(call());
      assert.match(message, /\[internal\]\n {2}This is a defect: please report it\.$/);
    }
  });

  it("of a create after the page was made keep the page: id, provider, reasons, and what AEM holds", async () => {
    const { inputs, fail } = await retitled(world, "partial");
    const { id, properties, reasons } = await fail(() => world.host.create(inputs));
    assert.equal(id, `${FOLDER}/partial`);
    assert.equal(properties.__provider, PROVIDER);
    assert.equal(properties.title, "Not what was sent");
    assert.match(String(properties.managedBy), /^acme\/shop\/prod\/partial#[0-9a-f]{16}$/);
    assert.equal(properties.origin, world.proxy.origin);
    assert.equal(reasons.length, 1);
    assert.match(String(reasons[0]), /AEM does not hold what was written: title \[read-back-differs\]/);

    assert.equal((await world.host.diff(id, properties, inputs)).changes, true);
    const { outs } = await world.host.update(id, properties, inputs);
    assert.equal((await world.host.diff(id, outs, inputs)).changes, false);
  });

  it("of an update after the page was written keep the page too", async () => {
    const { id, outs, inputs } = await world.created({ name: "updated" });
    const wanted = await world.checked({ name: "updated", title: "Second" }, inputs);
    const { fail } = await retitled(world, "updated");
    const failure = await fail(() => world.host.update(id, outs, wanted));
    assert.equal(failure.id, id);
    assert.equal(failure.properties.__provider, PROVIDER);
    assert.equal(failure.properties.managedBy, outs.managedBy);
    assert.equal((await world.host.diff(id, failure.properties, wanted)).changes, true);
  });

  it("to read back leave secret and API unproven, so that the next update sends both again", async () => {
    const inputs = await world.checked({ name: "unread" });
    const page = `${FOLDER}/unread`;
    world.proxy.onAnswer("POST", `${page}/jcr:content`, () =>
      world.proxy.refuse("GET", `${page}.2.json`, 503, EACH_TIME),
    );
    const { id, properties, reasons } = await partialOf(world.host.create(inputs));
    assert.equal(id, page);
    assert.match(reasons.join("\n"), /was written, but can't be read back: /);
    assert.equal((await world.host.diff(id, properties, inputs)).changes, true);
    world.aem.requests.length = 0;
    const { outs } = await world.host.update(id, properties, inputs);
    const written = world.aem.requests.flatMap(({ fields }) => fields.map(({ name }) => name));
    assert.ok(written.includes("./client_secret") && written.includes("./swaggerFile"), written.join());
    assert.equal((await world.host.diff(id, outs, inputs)).changes, false);
  });

  it("of the encryption take the secret away at once, and say so without repeating it", async () => {
    const inputs = await world.checked({ name: "clear" });
    const page = `${FOLDER}/clear`;
    world.proxy.onAnswer("POST", `${page}/jcr:content`, () => world.aem.edit(page, { client_secret: SECRET }));
    const { reasons } = await partialOf(world.host.create(inputs));
    assert.match(
      reasons.join("\n"),
      /held the client secret in clear; it was removed at once \[secret-not-encrypted\]/,
    );
    assert.equal(Object(world.aem.node(`${page}/jcr:content`)).client_secret, undefined);
  });

  it("before the author saved anything are no partial failure: there is no page to keep", async () => {
    const inputs = await world.checked({ name: "refused" });
    world.proxy.refuse("POST", `${FOLDER}/refused/jcr:content`, 503, EACH_TIME);
    const { partial } = await failureOf(world.host.create(inputs));
    assert.equal(partial, undefined);
    assert.equal(world.aem.node(`${FOLDER}/refused`), undefined);
  });
});

describe("warnings and notes on the wire", () => {
  const SILENT_SERVER = "http://127.0.0.1:9/token";
  let world: WireWorld;
  let unjudged: Wire;

  before(async () => {
    world = await WireWorld.start();
    unjudged = { oauth2: world.oauth2({ tokenUrl: SILENT_SERVER }) };
  });

  after(async () => {
    assert.deepEqual(world.leaks(), []);
    await world.stop();
  });

  it("reach the engine as warnings, without a URN, under the data source's name", async () => {
    await world.checked(unjudged);
    const [said, ...more] = world.host.said;
    assert.deepEqual(more, []);
    assert.deepEqual([said?.severity, said?.urn], ["WARNING", ""]);
    assert.match(String(said?.message), /^crm: token check not made: 127\.0\.0\.1:9: .* \[token-not-judged\]\n {2}\S/);
    assert.equal(world.host.printed, "");
  });

  it("reach the engine as notes where nothing is to be done", async () => {
    const { id, outs } = await world.created({ name: "noted" });
    world.host.said.length = 0;
    world.aem.edit(id, { "jcr:title": "Changed in AEM" });
    await world.host.read(id, outs);
    const said = world.host.said.map(({ severity, message }) => `${severity} ${message}`);
    assert.equal(said.length, 1);
    assert.match(String(said[0]), /^INFO noted: changed in AEM since the last run, last by somebody, .*: title$/);
    assert.equal(world.host.printed, "");
  });

  it("go to stderr where no engine listens, and nothing fails", async () => {
    const host = await world.nextPhase({ engine: "absent" });
    const { id, outs } = await world.created({ ...unjudged, name: "unheard" });
    assert.match(host.printed, /^unheard: token check not made: /);
    assert.doesNotMatch(host.printed, STACK);
    await host.delete(id, outs);
    assert.equal(world.aem.node(id), undefined);
    assert.deepEqual(host.said, []);
  });
});

const STACK = /\n\s+at /;

/** The inputs of a page whose title somebody changes between our write and our look at it. */
async function retitled(world: WireWorld, name: string) {
  const page = `${FOLDER}/${name}`;
  world.proxy.onAnswer("POST", `${page}/jcr:content`, () => world.aem.edit(page, { "jcr:title": "Not what was sent" }));
  const inputs = await world.checked({ name });
  return { inputs, fail: (call: () => Promise<unknown>) => partialOf(call()) };
}
