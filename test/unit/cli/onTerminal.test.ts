import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { onTerminal } from "../../world/pseudoTerminal";
import { recorded } from "../../world/stackExports";

const ESCAPE = "\u001b";

describe("aem-datasource on a terminal", function () {
  this.timeout(30_000);
  let aem: AemEmulator;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    aem = await startAemEmulator();
    const account = DEFAULT_ACCOUNTS.find(({ user }) => user === "aem-deployer");
    environment = { AEM_AUTHOR: aem.origin, AEM_USERNAME: account?.user, AEM_PASSWORD: account?.password };
  });
  after(() => aem.stop());

  it("colours what it prints, and with NO_COLOR nothing", async () => {
    const coloured = await onTerminal(["doctor"], { environment });
    assert.ok(coloured.seen.includes(`${ESCAPE}[`), coloured.seen);
    const plain = await onTerminal(["doctor"], { environment: { ...environment, NO_COLOR: "1" } });
    assert.ok(!plain.seen.includes(ESCAPE), plain.seen);
    assert.deepEqual([plain.code, coloured.code], [0, 0]);
  });

  it("prints JSON without a colour", async () => {
    const { seen } = await onTerminal(["list", "--json"], { environment });
    assert.deepEqual(JSON.parse(seen).unread, []);
  });

  describe("when it takes long", () => {
    let folder: string;
    let call: { environment: NodeJS.ProcessEnv; folder: string };
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "cli-"));
      await writeFile(join(folder, "state.json"), recorded("dev"));
      await writeFile(join(folder, "pulumi"), '#!/bin/sh\nsleep 1.3\nexec cat "$(dirname "$0")/state.json"\n');
      await chmod(join(folder, "pulumi"), 0o755);
      const PATH = [folder, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
      call = { environment: { PATH }, folder };
    });
    after(() => rm(folder, { recursive: true }));

    it("says on standard error how far it is, and leaves nothing of that", async () => {
      const { seen } = await onTerminal(["compare", "dev", "prod"], call, "standard error");
      assert.match(seen, /\r0 of 2 stacks read, \d+ s/);
      assert.match(seen, /\r *\r$/);
    });

    it("says nothing with --json", async () => {
      const { seen } = await onTerminal(["compare", "dev", "prod", "--json"], call, "standard error");
      assert.equal(seen, "");
    });
  });
});
