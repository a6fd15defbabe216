import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sinon from "sinon";
import * as lifecycle from "../../provider/lifecycle";
import * as reading from "../../provider/swagger/read";
import * as judging from "../../provider/swagger/rules";
import { type AemEmulator, startAemEmulator } from "../world/aemEmulator";
import { CRM, Deployment } from "../world/deployment";

const NAMES = ["one", "two", "three", "four"];

describe("a Swagger file that several data sources share", () => {
  let aem: AemEmulator;
  let folder: string;
  let deployments: Deployment[];

  before(async () => {
    aem = await startAemEmulator();
    folder = await mkdtemp(join(tmpdir(), "parsed-once-"));
    const place = { origin: aem.origin, username: "aem-deployer", password: "deployer-secret" };
    deployments = NAMES.map((name) => new Deployment(place, folder, name));
  });
  after(async () => {
    await Promise.all([aem.stop(), rm(folder, { recursive: true })]);
  });
  afterEach(() => sinon.restore());

  /** How often a document was parsed and judged in one phase of all of them. */
  async function counted(act: (deployment: Deployment, run: Parameters<Deployment["upIn"]>[0]) => Promise<unknown>) {
    const parsed = sinon.spy(reading, "readSwagger");
    const judged = sinon.spy(judging, "judge");
    await deployments[0]?.phase(async (run) => {
      await Promise.all(deployments.map((deployment) => act(deployment, run)));
    });
    return [parsed.callCount, judged.callCount];
  }

  it("is parsed and judged once in a phase that creates them", async () => {
    await deployments[0]?.swagger();
    assert.deepEqual(await counted((deployment, run) => deployment.upIn(run)), [1, 1]);
  });

  it("is parsed once in a refresh, which judges nothing", async () => {
    assert.deepEqual(await counted(({ path, outputs }, run) => lifecycle.read(run, path, outputs)), [1, 0]);
  });

  it("is parsed once in each of its forms where another one takes its place", async () => {
    await deployments[0]?.swagger({ ...CRM, info: { title: "CRM", version: "62.0" } });
    assert.deepEqual(await counted((deployment, run) => deployment.upIn(run)), [2, 1]);
  });
});
