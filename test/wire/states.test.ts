import assert from "node:assert/strict";
import type { Wire } from "../world/dynamicHost";
import { shows } from "../world/faultRows";
import { EACH_TIME } from "../world/proxy";
import { type GoldenState, goldenVersions, restoreGoldenState } from "./goldenState";
import { FOLDER, PAGE, partialOf, SECRET, WireWorld } from "./wireWorld";

/** What an output's absence from the state makes of the next preview, of an update (which may not know it), of a delete. */
const ABSENT: Readonly<Record<string, { changes: boolean; filled?: boolean; deleted: boolean }>> = {
  stateVersion: { changes: false, deleted: true },
  packageVersion: { changes: false, deleted: true },
  secretWitness: { changes: false, deleted: true },
  secretWrittenAt: { changes: false, filled: false, deleted: true },
  sha256: { changes: false, filled: false, deleted: true },
  tokenVerdict: { changes: false, deleted: true },
  owner: { changes: false, deleted: true },
  api: { changes: true, deleted: true },
  secretRevision: { changes: true, deleted: true },
  // Whose page it is can't be told any more.
  managedBy: { changes: false, deleted: false },
};

describe("states on the wire", () => {
  let world: WireWorld;

  before(async () => {
    world = await WireWorld.start();
  });

  beforeEach(() => {
    world.host.said.length = 0;
  });

  after(async () => {
    assert.deepEqual(world.leaks(), []);
    await world.stop();
  });

  for (const [key, { changes, filled = true, deleted }] of Object.entries(ABSENT)) {
    it(`without ${key} can be previewed, read, updated and deleted`, async () => {
      const { id, inputs, outs } = await world.created({ name: `no-${key}` });
      const { [key]: _, ...state } = outs;
      assert.equal((await world.host.diff(id, state, inputs)).changes, changes);

      const seen = await world.host.read(id, state);
      assert.equal(seen.id, id);
      // A refresh must not hide what there is to do.
      if (changes) assert.equal((await world.host.diff(id, seen.props, inputs)).changes, key !== "api");
      else assert.deepEqual(seen.inputs, without(inputs, key));

      const wanted = await world.checked({ name: `no-${key}`, title: "Second" }, inputs);
      const { outs: next } = await world.host.update(id, state, wanted);
      assert.deepEqual(new Set(Object.keys(next)), new Set(Object.keys(filled ? outs : state)));
      assert.equal((await world.host.diff(id, next, wanted)).changes, false);
      assert.equal(world.aem.plainSecret(id), SECRET);

      world.host.said.length = 0;
      await world.host.delete(id, state);
      assert.equal(world.aem.node(id) === undefined, deleted);
      assert.equal(world.host.said.length, deleted ? 0 : 1);
      if (!deleted) await world.host.delete(id, next);
      assert.equal(world.aem.node(id), undefined);
    });
  }

  it("of a later version keep what this one does not know, through a read", async () => {
    const { id, inputs, outs } = await world.created({ name: "later" });
    const later = { ...outs, stateVersion: 2, packageVersion: "9.0.0", quarantine: { at: ["x"], times: 2 } };
    assert.equal((await world.host.diff(id, later, inputs)).changes, false);
    const seen = await world.host.read(id, later);
    assert.deepEqual(seen.props, later);
    assert.deepEqual(seen.inputs, inputs);
    await world.host.update(id, later, { ...inputs, title: "Second" });
    await world.host.delete(id, later);
    assert.equal(world.aem.node(id), undefined);
  });

  it("of a partial failure still show what is to be done after a refresh, and can be deleted", async () => {
    const page = `${FOLDER}/half`;
    const inputs = await world.checked({ name: "half" });
    world.proxy.onAnswer("POST", `${page}/jcr:content`, () =>
      world.proxy.refuse("GET", `${page}.2.json`, 503, EACH_TIME),
    );
    const { id, properties } = await partialOf(world.host.create(inputs));
    const seen = await world.host.read(id, properties);
    assert.equal((await world.host.diff(id, seen.props, inputs)).changes, true);
    await world.host.delete(id, seen.props);
    assert.equal(world.aem.node(id), undefined);
  });

  it("of a page that is gone: read says so by an empty id, delete has nothing to do", async () => {
    const { id, outs } = await world.created({ name: "gone" });
    world.aem.remove(id);
    assert.equal((await world.host.read(id, outs)).id, "");
    await world.host.delete(id, outs);
    assert.deepEqual(world.host.said, []);
  });

  it("that hold nothing yet (RestDataSource.get) are filled by the page", async () => {
    world.aem.addPage(PAGE, { "jcr:title": "By hand", clientId: "theirs" });
    const { id, props, inputs } = await world.host.read(PAGE, {});
    assert.equal(id, PAGE);
    assert.deepEqual([props.title, props.name, props.container, props.path], ["By hand", "crm", "global", PAGE]);
    assert.equal(inputs.title, "By hand");
    // Not ours: it carries no id of a create of this state.
    await world.host.delete(PAGE, props);
    assert.notEqual(world.aem.node(PAGE), undefined);
  });
});

describe("states of released versions", () => {
  it("are there", () => {
    assert.notDeepEqual(goldenVersions(), []);
  });

  let world: WireWorld;

  beforeEach(async () => {
    world = await WireWorld.start();
  });

  afterEach(() => world.stop());

  shows("E7", "can be refreshed without drift, previewed without a change, updated and deleted", async () => {
    for (const version of goldenVersions()) {
      const golden = await restoreGoldenState(world, version);
      const { path } = golden.outputs;
      await world.host.write("golden.json", swaggerOf(golden));

      const seen = await world.host.read(path, golden.outputs);
      assert.equal(seen.id, path);
      assertHolds(seen.props, golden.outputs);
      assertHolds(seen.inputs, golden.inputs);
      assert.deepEqual(world.host.said, []);

      const { inputs, failures } = await world.host.check(golden.inputs, golden.args);
      assert.deepEqual(failures, []);
      assert.deepEqual(await world.host.diff(path, golden.outputs, inputs), { changes: false, replaces: [] });

      world.aem.requests.length = 0;
      const { outs } = await world.host.update(path, golden.outputs, { ...inputs, title: "Second" });
      const sent = world.aem.requests.flatMap(({ fields }) => fields.map(({ name }) => name));
      assert.ok(sent.includes("./jcr:title") && !sent.includes("./client_secret"), sent.join());
      assert.equal(outs.managedBy, golden.outputs.managedBy);

      await world.host.delete(path, golden.outputs);
      assert.equal(world.aem.node(path), undefined);
      assert.deepEqual(world.leaks(), []);
    }
    return world.host.said.map(({ message }) => message).join("\n");
  });
});

/** Later versions may add properties; those of the state stay as they were. */
function assertHolds(values: Wire, expected: Wire): void {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, values[key]])), expected);
}

function swaggerOf({ written }: GoldenState): string {
  return String(written.find(({ file }) => file !== undefined)?.file?.text);
}

function without(values: Wire, key: string): Wire {
  const { [key]: _, ...rest } = values;
  return rest;
}
