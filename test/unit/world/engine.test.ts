import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Engine, engineEnvironment, engineIn, engineOnPath, isAtLeast, makeEngine } from "../../world/engine";
import { CLI_VERSION, FILES, HOST_VERSION, NOTE, writeDynamicProvider } from "../../world/engineSources";
import { exclusively, run } from "../../world/processes";

const unheard = () => undefined;
const nobodyHoldsIt = () => assert.fail("nobody else holds the lock");

describe("engine on a machine", function () {
  this.timeout(60_000);
  let temp: string;
  let told: string[];
  const tell = (line: string) => {
    told.push(line);
  };

  beforeEach(async () => {
    temp = await fs.realpath(await fs.mkdtemp(join(tmpdir(), "engine-test-")));
    told = [];
  });
  afterEach(() => fs.rm(temp, { recursive: true }));

  async function writeProgram(folder: string, name: string, body: string): Promise<string> {
    await fs.mkdir(folder, { recursive: true });
    await fs.writeFile(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return folder;
  }

  async function writeEngine(folder: string, version = CLI_VERSION): Promise<void> {
    await writeProgram(folder, "pulumi", `echo v${version}`);
    await writeProgram(folder, "pulumi-language-nodejs", "exit 0");
    await writeDynamicProvider(folder);
    await fs.writeFile(join(folder, NOTE), "a language host for tests\n");
  }

  describe("versions", () => {
    it("are compared number by number", () => {
      assert.ok(isAtLeast("3.259.0", "3.259.0"));
      assert.ok(isAtLeast("3.1000.0", "3.259.0"));
      assert.ok(isAtLeast("4.0.0", "3.259.0"));
      assert.ok(!isAtLeast("3.26.9", "3.259.0"));
      assert.ok(!isAtLeast("2.300.0", "3.259.0"));
    });

    it("take a pre-release for older than its release", () => {
      assert.ok(!isAtLeast("3.259.0-alpha.1", "3.259.0"));
      assert.ok(isAtLeast("3.260.0-alpha.1", "3.259.0"));
    });
  });

  describe("on PATH", () => {
    it("is used when it is new enough", async () => {
      const bin = await writeProgram(join(temp, "bin"), "pulumi", "echo v3.300.1");
      assert.deepEqual(await engineOnPath([join(temp, "none"), bin].join(delimiter), tell), {
        bin,
        version: "3.300.1",
        languageHost: "the user's own",
        origin: "PATH",
      });
      assert.equal(told.length, 1);
    });

    it("is the first one", async () => {
      const first = await writeProgram(join(temp, "first"), "pulumi", "echo v3.300.1");
      const second = await writeProgram(join(temp, "second"), "pulumi", "echo v3.300.2");
      assert.equal((await engineOnPath([first, second].join(delimiter), tell))?.bin, first);
    });

    it("is used in its real folder when a link leads to it", async () => {
      const bin = await writeProgram(join(temp, "real"), "pulumi", "echo v3.300.1");
      await fs.mkdir(join(temp, "links"));
      await fs.symlink(join(bin, "pulumi"), join(temp, "links", "pulumi"));
      assert.equal((await engineOnPath(join(temp, "links"), tell))?.bin, bin);
    });

    it("is used where the link is when it goes by another name behind it", async () => {
      const links = join(temp, "links");
      await writeProgram(join(temp, "shims"), "shim", "echo v3.300.1");
      await fs.mkdir(links);
      await fs.symlink(join(temp, "shims", "shim"), join(links, "pulumi"));
      assert.equal((await engineOnPath(links, tell))?.bin, links);
    });

    it("is found among the warnings it prints", async () => {
      const bin = await writeProgram(temp, "pulumi", "echo 'warning: 3 new versions' >&2; echo v3.300.1");
      assert.equal((await engineOnPath(bin, tell))?.version, "3.300.1");
    });

    it("is passed over without a word when there is none", async () => {
      assert.equal(await engineOnPath(temp, tell), undefined);
      assert.equal(await engineOnPath(undefined, tell), undefined);
      assert.deepEqual(told, []);
    });

    for (const [fault, body, words] of [
      ["is too old", "echo v3.100.0", /v3\.100\.0, older than/],
      ["prints rubbish", "echo Hello", /doesn't tell its version/],
      ["fails", "echo broken; exit 3", /pulumi: broken/],
      ["never ends", "sleep 1000", /no end within 1 s/],
    ] as const) {
      it(`is not used when it ${fault}, which is told in one line`, async () => {
        const bin = await writeProgram(temp, "pulumi", body);
        assert.equal(await engineOnPath(bin, tell, 1), undefined);
        assert.equal(told.length, 1);
        assert.match(told.join(), words);
      });
    }

    it("is not used when it is no program", async () => {
      await fs.writeFile(join(temp, "pulumi"), "\0\0\0\0", { mode: 0o755 });
      assert.equal(await engineOnPath(temp, tell), undefined);
      assert.equal(told.length, 1);
    });
  });

  describe("in the cache", () => {
    it("is used when it is whole", async () => {
      await writeEngine(join(temp, "engine"));
      assert.deepEqual(await engineIn(join(temp, "engine"), tell), {
        bin: join(temp, "engine"),
        version: CLI_VERSION,
        languageHost: "a language host for tests",
        origin: "cache",
      });
    });

    it("is passed over without a word when there is none", async () => {
      await writeEngine(join(temp, "engine.scratch-killed", "bin"));
      assert.equal(await engineIn(join(temp, "engine"), tell), undefined);
      assert.deepEqual(told, []);
    });

    for (const name of FILES) {
      it(`is not used without ${name}`, async () => {
        await writeEngine(temp);
        await fs.rm(join(temp, name));
        assert.equal(await engineIn(temp, tell), undefined);
        assert.equal(told.length, 1);
      });
    }

    it("is not used in another version", async () => {
      await writeEngine(temp, "3.300.1");
      assert.equal(await engineIn(temp, tell), undefined);
    });
  });

  describe("made here", () => {
    const lone = (name: string) => /^engine(\.lock)?$/.test(name);

    it("appears in the cache, and only there", async () => {
      const engine = await makeEngine(join(temp, "engine"), tell, async ({ bin }) => {
        await writeEngine(bin);
        return "go";
      });
      assert.equal(engine.origin, "go");
      assert.equal(engine.bin, join(temp, "engine"));
      assert.equal((await engineIn(engine.bin, tell))?.origin, "cache");
      assert.ok((await fs.readdir(temp)).every(lone));
    });

    it("leaves nothing when it fails", async () => {
      const failing = makeEngine(join(temp, "engine"), tell, async ({ bin }) => {
        await writeEngine(bin);
        throw new Error("no space left");
      });
      await assert.rejects(failing, /^Error: no space left$/);
      assert.deepEqual(await fs.readdir(temp), ["engine.lock"]);
    });

    it("does not appear when a file of it is missing", async () => {
      const failing = makeEngine(join(temp, "engine"), tell, async ({ bin }) => {
        await writeProgram(bin, "pulumi", `echo v${CLI_VERSION}`);
        return "go";
      });
      await assert.rejects(failing, /pulumi-language-nodejs/);
      assert.deepEqual(await fs.readdir(temp), ["engine.lock"]);
    });

    it("takes the place of an unusable one, and of what a killed run left", async () => {
      await writeEngine(join(temp, "engine"), "3.100.0");
      await writeEngine(join(temp, "engine.scratch-killed", "bin"));
      await makeEngine(join(temp, "engine"), tell, async ({ bin }) => {
        await writeEngine(bin);
        return "go";
      });
      assert.equal((await engineIn(join(temp, "engine"), tell))?.version, CLI_VERSION);
      assert.ok((await fs.readdir(temp)).every(lone));
    });

    it("is made once for two processes that want it at once", async () => {
      await writeEngine(join(temp, "ready"));
      const script = `
        const fs = require("node:fs/promises");
        const { makeEngine } = require(${JSON.stringify(require.resolve("../../world/engine"))});
        const [engine, ready, log] = process.argv.slice(1);
        const get = async ({ bin }) => {
          await fs.appendFile(log, "made\\n");
          await new Promise((resolve) => setTimeout(resolve, 1000));
          await fs.cp(ready, bin, { recursive: true });
          return "go";
        };
        makeEngine(engine, () => undefined, get).then((engine) => console.log(JSON.stringify(engine)));
      `;
      const log = join(temp, "log");
      const args = ["-e", script, join(temp, "engine"), join(temp, "ready"), log];
      const both = [1, 2].map(() => promisify(execFile)(process.execPath, args));
      const engines = (await Promise.all(both)).map(({ stdout }): Engine => JSON.parse(stdout));
      assert.deepEqual(engines.map(({ origin }) => origin).sort(), ["cache", "go"]);
      assert.deepEqual(new Set(engines.map(({ bin }) => bin)), new Set([join(temp, "engine")]));
      assert.equal(await fs.readFile(log, "utf8"), "made\n");
    });
  });

  describe("that is nowhere yet", () => {
    const npm = (ready: string) => `
      PATH=/usr/bin:/bin
      mkdir -p node_modules/pulumi
      cat > node_modules/pulumi/run.js << END
      const bin = process.env.PULUMI_HOME + "/versions/${CLI_VERSION}/bin";
      require("node:fs").cpSync("${ready}", bin, { recursive: true });
END`;
    const go = (ready: string) => `
      PATH=/usr/bin:/bin
      [ "$1" = build ] || exit 0
      while [ "$1" != -o ]; do shift; done
      mkdir -p "$(dirname "$2")"
      cp "${ready}/$(basename "$2")" "$2"`;

    /** Looks for the engine in a process that sees the given programs alone. */
    async function find(programs: Record<string, string>): Promise<Partial<Engine> & { problem?: string }> {
      for (const [name, body] of Object.entries(programs)) await writeProgram(join(temp, "path"), name, body);
      const script = `
        const { findEngine } = require(${JSON.stringify(require.resolve("../../world/engine"))});
        findEngine(console.error).then(
          (engine) => console.log(JSON.stringify(engine)),
          (error) => console.log(JSON.stringify({ problem: error.message })),
        );
      `;
      const env = { PATH: join(temp, "path"), XDG_CACHE_HOME: join(temp, "cache") };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-e", script], { env });
      told = stderr.trim().split("\n");
      return JSON.parse(stdout);
    }

    beforeEach(() => writeEngine(join(temp, "ready")));

    it("comes from the vendor's npm package, and the next time from the cache", async () => {
      const programs = { npm: npm(join(temp, "ready")) };
      const first = await find(programs);
      assert.equal(first.origin, "npm");
      assert.equal(first.languageHost, `pulumi-language-nodejs v${CLI_VERSION} (the vendor's)`);
      assert.deepEqual(await find(programs), { ...first, origin: "cache" });
    });

    it("is built with Go where the package can't get it, which is told", async () => {
      const engine = await find({ npm: "echo 'npm error code E404'; exit 1", go: go(join(temp, "ready")) });
      assert.equal(engine.origin, "go");
      assert.equal(engine.languageHost, `pulumi-language-nodejs v${HOST_VERSION} (built here)`);
      assert.ok(told.some((line) => line.includes("E404")));
    });

    it("is built with Go where the package gets something that doesn't run", async () => {
      await writeProgram(join(temp, "broken"), "pulumi", "exit 1");
      const engine = await find({ npm: npm(join(temp, "broken")), go: go(join(temp, "ready")) });
      assert.equal(engine.origin, "go");
    });

    it("is asked for in one line where nothing can get it", async () => {
      const { problem } = await find({});
      assert.match(problem ?? "", /^no Pulumi engine: install [^\n]+npm: not found[^\n]+go: not found$/);
    });
  });

  describe("its environment", () => {
    it("has the engine first on PATH and a home of its own", () => {
      const engine: Engine = { bin: "/engine", version: "3.300.1", languageHost: "a host", origin: "cache" };
      const { PATH, PULUMI_HOME } = engineEnvironment(engine, "/home");
      assert.equal(PATH, `/engine${delimiter}${process.env.PATH}`);
      assert.equal(PULUMI_HOME, "/home");
    });
  });

  describe("script for dynamic providers", () => {
    const provider = "node_modules/@pulumi/pulumi/cmd/dynamic-provider";

    async function start(...args: string[]) {
      await writeDynamicProvider(temp);
      const child = spawn(join(temp, "pulumi-resource-pulumi-nodejs"), args, { cwd: temp });
      let output = "";
      child.stdout.on("data", (data) => {
        output += data;
      });
      const [code] = await once(child, "close");
      return { pid: child.pid, code, output };
    }

    it("becomes node with the program's own provider and the given arguments", async () => {
      await fs.mkdir(join(temp, provider), { recursive: true });
      const body = "console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }))";
      await fs.writeFile(join(temp, provider, "index.js"), body);
      const { pid, code, output } = await start("127.0.0.1:4711", "two words");
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(output), { pid, args: ["127.0.0.1:4711", "two words"] });
    });

    it("fails when the program has no provider", async () => {
      assert.notEqual((await start("127.0.0.1:4711")).code, 0);
    });
  });
});

describe("lock between processes", function () {
  this.timeout(60_000);
  let temp: string;
  let lock: string;

  beforeEach(async () => {
    temp = await fs.mkdtemp(join(tmpdir(), "lock-test-"));
    lock = join(temp, "lock");
  });
  afterEach(() => fs.rm(temp, { recursive: true }));

  /** Holds the lock until it is told to let go. */
  async function hold() {
    let letGo: () => void = unheard;
    const work = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let stop: AbortSignal | undefined;
    let released: Promise<void> = Promise.resolve();
    await new Promise<void>((held) => {
      released = exclusively(lock, unheard, (signal) => {
        stop = signal;
        held();
        return work;
      });
    });
    return { letGo, released, stop };
  }

  it("lets a second run wait, and tells it for how long the first has been at work", async () => {
    const first = await hold();
    const events: string[] = [];
    const waiting = (seconds: number) => {
      assert.ok(seconds >= 0);
      events.push("waits");
      first.letGo();
    };
    await exclusively(lock, waiting, async () => events.push("works"));
    assert.deepEqual(events, ["waits", "works"]);
    await first.released;
  });

  it("is free again when the work has failed", async () => {
    await assert.rejects(
      exclusively(lock, nobodyHoldsIt, () => Promise.reject(new Error("broken"))),
      /^Error: broken$/,
    );
    assert.equal(await exclusively(lock, nobodyHoldsIt, async () => "done"), "done");
  });

  it("is held by one run at a time", async () => {
    let holders = 0;
    const work = async () => {
      assert.equal(++holders, 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      holders--;
    };
    await Promise.all(Array.from({ length: 5 }, () => exclusively(lock, unheard, work)));
    assert.deepEqual(await fs.readdir(lock), []);
  });

  it("is taken over, by one run only, when its holder was killed", async () => {
    const script = `require(${JSON.stringify(require.resolve("../../world/processes"))})
      .exclusively(process.argv[1], () => undefined, () => {
        console.log("held");
        return new Promise((resolve) => setTimeout(resolve, 1e6));
      });`;
    const holder = spawn(process.execPath, ["-e", script, lock]);
    await once(holder.stdout, "data");
    holder.kill("SIGKILL");
    await once(holder, "close");
    const [heartbeat = ""] = await fs.readdir(lock);
    await fs.utimes(join(lock, heartbeat), 0, 0);
    let holders = 0;
    const work = async () => {
      assert.equal(++holders, 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      holders--;
    };
    await Promise.all([exclusively(lock, unheard, work), exclusively(lock, unheard, work)]);
  });

  it("is let go, and its work stopped, by a signal that the process survives", async () => {
    const script = `
      const { exclusively, run } = require(${JSON.stringify(require.resolve("../../world/processes"))});
      process.on("SIGINT", () => undefined);
      const program = ["-c", "echo started; sleep 1000"];
      const work = (signal) => run("sh", program, { signal, onLine: console.log });
      exclusively(process.argv[1], () => undefined, work).catch((error) => console.log(error.message));
    `;
    const holder = spawn(process.execPath, ["-e", script, lock]);
    let output = "";
    holder.stdout.on("data", (data) => {
      output += data;
    });
    await once(holder.stdout, "data");
    holder.kill("SIGINT");
    assert.deepEqual(await once(holder, "close"), [0, null]);
    assert.equal(output, "started\nsh: this run was stopped\n");
    assert.deepEqual(await fs.readdir(lock), []);
  });

  it("tells a run that stood still that another one has taken over", async () => {
    const { stop, letGo, released } = await hold();
    assert.ok(stop);
    const [heartbeat = ""] = await fs.readdir(lock);
    await fs.rename(join(lock, heartbeat), join(lock, `${Date.now()}-another`));
    await once(stop, "abort");
    assert.match(String(stop.reason), /another one took over/);
    letGo();
    await released;
    assert.equal((await fs.readdir(lock)).length, 1, "the other one's lock stays");
  });
});

describe("program run by another", function () {
  this.timeout(60_000);

  it("gives what it printed on both streams", async () => {
    const lines: string[] = [];
    const output = await run("sh", ["-c", "echo one; echo two >&2"], { onLine: (line) => lines.push(line) });
    assert.deepEqual(output.split("\n").sort(), ["one", "two"]);
    assert.deepEqual(lines.sort(), ["one", "two"]);
  });

  it("sees the given environment and no other", async () => {
    assert.equal(await run("/bin/sh", ["-c", "echo $HOME $SEEN"], { env: { SEEN: "yes" } }), "yes");
  });

  it("fails with its last line and all it printed", async () => {
    const failure = { message: "sh: two", output: "one\ntwo" };
    await assert.rejects(run("sh", ["-c", "echo one; echo two; exit 1"]), failure);
  });

  it("fails in words when it says nothing, or isn't there", async () => {
    await assert.rejects(run("sh", ["-c", "exit 3"]), { message: "sh: exit code 3" });
    await assert.rejects(run("no-such-program", []), { message: "no-such-program: not found" });
  });

  it("takes with it what it started, when it ends", async () => {
    assert.equal(await run("sh", ["-c", "sleep 1000 & echo started"]), "started");
  });

  it("is stopped by a signal, with what it started", async () => {
    const stop = new AbortController();
    const started = () => stop.abort(new Error("enough"));
    const running = run("sh", ["-c", "echo started; sleep 1000"], { signal: stop.signal, onLine: started });
    await assert.rejects(running, { message: "sh: enough" });
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    it(`does not outlive a parent that gets ${signal}, nor does what it started`, async () => {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      assert.ok(address && typeof address === "object");

      // The parent starts a shell, which starts a node, which holds a connection to here until it ends.
      const grandchild = `require("node:net").connect(${address.port}, "127.0.0.1")`;
      const script = `require(${JSON.stringify(require.resolve("../../world/processes"))})
        .run("sh", ["-c", '"$0" -e "$1" & wait', process.execPath, ${JSON.stringify(grandchild)}]);`;
      const parent = spawn(process.execPath, ["-e", script]);
      const [connection]: Socket[] = await once(server, "connection");
      assert.ok(connection);
      connection.resume().on("error", unheard); // killed, it may reset the connection
      const gone = once(connection, "close");
      parent.kill(signal);
      const [, killedBy] = await once(parent, "close");
      assert.equal(killedBy, signal);
      await gone;
      server.close();
    });
  }
});
