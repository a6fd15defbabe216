import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RECORDED, type RecordedResource, recorded } from "../world/policyResources";
import { REPOSITORY } from "../world/stack";
import { program, World } from "../world/world";

/** A list for `--policy-pack-config`, by policy. */
const SETTINGS = "policies.json";

describe("examples/policy, on the engine", () => {
  let world: World;
  let pack: string;

  before(async () => {
    world = await World.start(program({ publish: "true" }));
    pack = join(world.stack.folder, "pack");
    // The language host that can be built here starts no policy packs; the engine itself starts one that is a program.
    const start = `#!/bin/sh\ncd '${REPOSITORY}/examples/policy' && exec node '${REPOSITORY}/dist/examples/policy/index.js'\n`;
    await writeFile(pack, start);
    await chmod(pack, 0o755);
    await world.stack.pulumi("stack", "init", "prod");
    await world.stack.pulumi("config", "set", "aem-datasource:allowedHosts", "127.0.0.1");
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  async function judged(...words: string[]): Promise<{ code: number; text: string }> {
    return world.stack.try(...words, "--policy-pack", pack);
  }

  it("lets a production stack up that keeps the rules", async () => {
    const { code, text } = await judged("up", "--yes");
    assert.equal(code, 0, text);
    assert.match(text, /aem-datasource@v0\.1\.0/);
    assert.doesNotMatch(text, /mandatory/);
  });

  it("was tested on resources that are as the engine has them", async () => {
    const resources = ((await world.stack.state()).deployment.resources ?? []).map(recorded);
    if (process.env.RECORD) await writeFile(RECORDED, JSON.stringify(resources, null, 2));
    const kept: RecordedResource[] = JSON.parse(await readFile(RECORDED, "utf8"));
    assert.deepEqual(resources.map(shape), kept.map(shape));
  });

  it("finds a secret that has grown old, in a preview without any change", async () => {
    const state = await world.stack.state();
    const aged = JSON.stringify(state).replace(/("secretWrittenAt":")\d{4}/, "$12020");
    await world.stack.write("aged.json", aged);
    await world.stack.pulumi("stack", "import", "--file", "aged.json");
    const { code, text } = await judged("preview");
    assert.notEqual(code, 0, text);
    assert.match(text, /\[mandatory\] +secret-not-old .*: crm\)/);
    assert.match(text, /the client secret is \d{4} days old, 90 are allowed: rotate it/);
  });

  it("takes another age from the pack's configuration", async () => {
    await world.stack.write(SETTINGS, JSON.stringify({ "secret-not-old": { days: 100_000 } }));
    const { code, text } = await judged("preview", "--policy-pack-config", SETTINGS);
    assert.equal(code, 0, text);
  });

  it("stops a preview that would relax production, and nothing is written", async () => {
    world.newWrites();
    await world.program({ tokenCheck: '"off"' });
    await world.stack.pulumi("config", "rm", "aem-datasource:allowedHosts");
    const { code, text } = await judged("preview");
    assert.notEqual(code, 0, text);
    for (const name of ["token-check-on", "allowed-hosts-set", "publish-on"]) {
      assert.match(text, new RegExp(`\\[mandatory\\] +${name} .*: crm\\)`));
    }
    assert.deepEqual(world.newWrites(), []);
  });

  it("lets another stack have it so, unless the configuration counts it as production", async () => {
    await world.stack.pulumi("stack", "select", "test");
    const free = await judged("preview");
    assert.equal(free.code, 0, free.text);
    await world.stack.write(SETTINGS, JSON.stringify({ "publish-on": { stacks: ["te*"] } }));
    const { code, text } = await judged("preview", "--policy-pack-config", SETTINGS);
    assert.notEqual(code, 0, text);
    assert.match(text, /`publish` is off: set it to true/);
    assert.doesNotMatch(text, /token-check-on/);
  });
});

/** What the rules rely on: types, stack and names of properties. */
function shape({ type, urn, inputs, outputs }: RecordedResource): unknown {
  return { type, urn, inputs: Object.keys(inputs).sort(), outputs: Object.keys(outputs).sort() };
}
