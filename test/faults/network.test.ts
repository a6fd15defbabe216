import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import type { RequestListener, Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Deployment } from "../world/deployment";
import { refusalOf, shows } from "../world/faultRows";
import { close, listen, originOf } from "../world/loopback";

/** What takes its time: an author that lets us wait. */

describe("an author that can't be reached, or not now", function () {
  this.timeout(120_000);

  let folder: string;
  const servers: Server[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "network-"));
  });
  after(async () => {
    await Promise.all(servers.map(close));
    await rm(folder, { recursive: true });
  });

  async function serve(answer: RequestListener): Promise<string> {
    const server = await listen(answer);
    servers.push(server);
    return originOf(server);
  }

  async function createAt(origin: string, environment = {}): Promise<string> {
    const crm = new Deployment({ origin, username: "deployer", password: "p4ss-of-nobody" }, folder);
    Object.assign(crm.environment, environment);
    await crm.swagger();
    return refusalOf(crm.up());
  }

  shows("N1", "is told by what went wrong, within its deadline", async () => {
    const gone = await listen(() => undefined);
    const nobody = originOf(gone);
    await close(gone);
    const told = [
      await createAt("https://no-such-author.invalid"),
      await createAt(nobody),
      await createAt(await serve(({ socket }) => socket.resetAndDestroy())),
    ];
    const impatient = { AEM_TIMEOUT_SECONDS: "1" };
    const silent = await serve(() => undefined);
    const endless = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{");
    });
    for (const origin of [silent, endless]) told.push(await createAt(origin, impatient));
    const codes = told.map((text) => text.match(/\[(network-[a-z]+)\]/)?.[1]);
    const [unreachable, late] = ["network-unreachable", "network-timeout"];
    assert.deepEqual(codes, [unreachable, unreachable, unreachable, late, late]);
    // A machine without a resolver says that the lookup failed.
    return told.slice(1).join("\n");
  });

  shows("W8", "is asked three times at most, and not after two minutes, whatever it wants", async () => {
    let asked = 0;
    const origin = await serve((_, response) => {
      asked += 1;
      response.writeHead(503, { "retry-after": "120" }).end();
    });
    const text = await createAt(origin);
    assert.equal(asked, 3);
    assert.match(text, /\[author-busy\]/);
    return text;
  });
});
