import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { type AemEmulator, startAemEmulator } from "../world/aemEmulator";
import { findEngine } from "../world/engine";
import { searchText } from "../world/leaks";
import { REPOSITORY, Stack } from "../world/stack";
import { startTokenServer, type TokenServer } from "../world/tokenServer";

const TS_NODE = join(REPOSITORY, "node_modules", "ts-node", "dist", "bin.js");
const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
const FLEET = "examples/fleet";

/** A stack of the list with an author and an org of its own, each with a login that is right for them alone. */
interface Place {
  readonly stack: string;
  readonly aem: AemEmulator;
  readonly tokens: TokenServer;
  readonly password: string;
  readonly secret: string;
}

describe("examples/fleet, ten stacks on the engine", function () {
  this.timeout(600_000);
  let stack: Stack;
  let places: Place[];

  before(async () => {
    const names = ["emea-1", "emea-2", "emea-3", "apac-1", "apac-2", "apac-3", "amer-1", "amer-2", "amer-3", "latam"];
    places = await Promise.all(names.map(startPlace));
    stack = await Stack.create(await findEngine(() => undefined), {}, { PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
    await stack.copy("examples/fleet");
    await stack.copy("examples/salesforce");
    const all = { username: "deployer", container: "global", publish: true };
    const stacks = places.map(({ stack, aem, tokens }) => {
      return {
        stack,
        author: aem.origin,
        myDomain: tokens.origin,
        clientId: `key of ${stack}`,
        allowedHosts: "127.0.0.1",
      };
    });
    await stack.write(`${FLEET}/fleet.json`, JSON.stringify({ all, stacks }));
    await stack.pulumi("--cwd", FLEET, "stack", "init", "mine");
  });

  after(async () => {
    const secrets = places.flatMap(({ password, secret, tokens }) => [password, secret, ...tokens.issuedTokens]);
    const logs = places.flatMap(({ aem, tokens }) => [...aem.log, ...tokens.log]).join("\n");
    assert.deepEqual([...(await stack.leaks(secrets)), ...searchText("a server's log", logs, secrets)], []);
    await Promise.all(places.flatMap(({ aem, tokens }) => [aem.stop(), tokens.stop()]));
    await stack.remove();
  });

  /** Calls the command as `npm run fleet` does; its output is searched for secrets with all the rest. */
  async function fleet(
    words: string[],
    environment: NodeJS.ProcessEnv = {},
    whileItRuns: (pid: number) => Promise<void> = async () => undefined,
  ): Promise<{ code: number; text: string }> {
    const child = spawn(process.execPath, [TS_NODE, "--transpile-only", "command/main.ts", ...words], {
      cwd: join(stack.project, FLEET),
      env: { HOME: stack.folder, TMPDIR: stack.folder, ...stack.commandEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    await whileItRuns(child.pid ?? Number.NaN);
    const [stdout, stderr, [code]] = await ended;
    if (process.env.SHOW) console.log(`$ fleet ${words.join(" ")}\n${stdout}${stderr}`);
    stack.outputs.push({ command: `fleet ${words.join(" ")}`, code, text: stdout + stderr, stdout });
    return { code, text: stdout + stderr };
  }

  function secretsOf(...some: readonly Place[]): NodeJS.ProcessEnv {
    const variables = some.map(({ stack, secret, password }) => {
      const prefix = stack.toUpperCase().replace("-", "_");
      return { [`${prefix}_CLIENT_SECRET`]: secret, [`${prefix}_AEM_PASSWORD`]: password };
    });
    return Object.assign({}, ...variables);
  }

  it("does nothing while the environment has a connection, which would count for every stack", async () => {
    const { code, text } = await fleet(["up"], { AEM_AUTHOR: places[0]?.aem.origin });
    assert.equal(code, 64, text);
    assert.match(text, /^fleet: AEM_AUTHOR is set, which would count for every stack: unset it\n$/);
  });

  it("makes the stacks and their config, secrets from the environment", async () => {
    const refused = await fleet(["preview", "latam"]);
    assert.equal(refused.code, 1, refused.text);
    assert.match(refused.text, /there is no such stack yet: run init/);
    const wrong = { ...secretsOf(...places), APAC_2_CLIENT_SECRET: "copied badly" };
    const { code, text } = await fleet(["init", "--parallel", "2"], wrong);
    assert.equal(code, 0, text);
    assert.match(text, /\[10\/10\] .*made; config: /);
    assert.match(text, /init: 10 changed of 10 stacks\n$/);
  });

  it("finds nothing to do in a second init", async () => {
    const { code, text } = await fleet(["init", "emea-1", "latam"], secretsOf(...places.slice(-1)));
    assert.equal(code, 0, text);
    assert.match(text, /init: 2 unchanged of 2 stacks\n$/);
  });

  it("takes nine up and tells of the one whose secret is refused", async () => {
    const { code, text } = await fleet(["up", "--parallel", "2"]);
    assert.equal(code, 1, text);
    assert.equal(text.match(/^\[ *\d+\/10\] .*changed {2}create: salesforce {2}\(\d+ s\)$/gm)?.length, 9, text);
    assert.match(text, /up: 9 changed, 1 failed of 10 stacks\n\napac-2: failed\n/);
    assert.match(text, /token check failed: 127\.0\.0\.1:\d+ refused the client credentials \(401 invalid_client/);
    for (const { stack, aem, secret } of places) {
      assert.equal(aem.plainSecret(PAGE), stack === "apac-2" ? undefined : secret, stack);
    }
  });

  it("gave each stack's credentials to its own author and org alone", () => {
    for (const { stack, tokens } of places) {
      assert.ok(tokens.requests.length > 0, stack);
      assert.ok(tokens.requests.every(({ clientId }) => clientId === `key of ${stack}`));
      const failed = tokens.requests.filter(({ status }) => status !== 200).map(({ status }) => status);
      assert.deepEqual(failed, stack === "apac-2" ? [401] : [], stack);
    }
    for (const { aem } of places)
      assert.deepEqual(
        aem.log.filter((line) => line.endsWith(" 401")),
        [],
      );
  });

  it("leaves the folder's selected stack as it was", async () => {
    const { stdout } = await stack.pulumi("--cwd", FLEET, "stack", "ls", "--json");
    const stacks: { name: string; current: boolean }[] = JSON.parse(stdout);
    assert.deepEqual(
      stacks.filter(({ current }) => current).map(({ name }) => name),
      ["mine"],
    );
    assert.equal(stacks.length, 11);
  });

  it("takes up the one when its secret is right", async () => {
    const apac = places.filter(({ stack }) => stack === "apac-2");
    const init = await fleet(["init", "apac-2"], secretsOf(...apac));
    assert.match(init.text, /apac-2 {2}changed {2}config: clientSecret {2}/);
    const preview = await fleet(["preview", "apac-2"]);
    assert.equal(preview.code, 0, preview.text);
    assert.equal(apac[0]?.aem.plainSecret(PAGE), undefined);
    const { code, text } = await fleet(["up", "apac-2", "emea-1"]);
    assert.equal(code, 0, text);
    assert.match(text, /up: 1 unchanged, 1 changed of 2 stacks\n$/);
    assert.equal(apac[0]?.aem.plainSecret(PAGE), apac[0]?.secret);
  });

  it("finds the one that somebody edited in AEM, and repairs nothing", async () => {
    const edited = places[6];
    edited?.aem.edit(PAGE, { "jcr:title": "Edited by hand" });
    const { code, text } = await fleet(["drift", "--parallel", "2"]);
    assert.equal(code, 2, text);
    assert.match(
      text,
      /drift: 9 unchanged, 1 drifted of 10 stacks\n\namer-1: drifted, update: salesforce\n {2}salesforce: changed in AEM since the last run, last by somebody, .*: title\n/,
    );
    assert.match(JSON.stringify(edited?.aem.node(PAGE)), /Edited by hand/);
  });

  it("begins no further stack after a SIGTERM, and says so", async () => {
    const { requests } = places[0]?.tokens ?? assert.fail();
    const before = requests.length;
    const { code, text } = await fleet(
      ["preview", "emea-1", "emea-2", "emea-3", "--parallel", "1"],
      {},
      async (pid) => {
        while (requests.length === before) await setTimeout(20);
        process.kill(pid, "SIGTERM");
      },
    );
    assert.equal(code, 1, text);
    assert.match(text, /, 2 not run of 3 stacks\n/);
    assert.match(text, /\nemea-2: not run\n\nemea-3: not run\n$/);
  });

  it("runs no stack whose config is not as the list says", async () => {
    const list = JSON.parse(await stack.read(`${FLEET}/fleet.json`));
    list.stacks[0].publish = false;
    await stack.write(`${FLEET}/fleet.json`, JSON.stringify(list));
    const { code, text } = await fleet(["up", "emea-1"]);
    assert.equal(code, 1, text);
    assert.match(text, /the stack's config is not as the list says: publish: run init/);
  });
});

async function startPlace(stack: string): Promise<Place> {
  const [password, secret] = [`p4ssword of ${stack}`, `S3cret+/=& of ${stack}`];
  const aem = await startAemEmulator({ accounts: [{ user: "deployer", password, rights: "write" }] });
  const tokens = await startTokenServer({ clients: [{ clientId: `key of ${stack}`, clientSecret: secret }] });
  return { stack, aem, tokens, password, secret };
}
