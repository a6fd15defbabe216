// A lock between processes, and child processes that don't outlive this one. Plain JavaScript, because setup.mjs needs
// it on a fresh clone, before anything is compiled; processes.ts gives it types.
const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const { rmSync, utimesSync } = require("node:fs");
const fs = require("node:fs/promises");
const path = require("node:path");
const { createInterface } = require("node:readline");

const BEAT = 2_000;
const SILENCE = 15_000;
const LOOK = 500;
const TELL = 15_000;

/**
 * Does `work` while no other process works under the same lock, a folder that holds one file, named after its holder
 * and touched every two seconds. Every change of holder is a rename that only one process can win: a folder that holds
 * its file already is moved to the lock's name, which fails while that one isn't empty; and the file of a holder that
 * has been silent for too long is renamed to the successor's name.
 */
async function exclusively(lock, waiting, work) {
  const holding = await acquire(lock, waiting);
  const stop = new AbortController();
  const beat = () => {
    try {
      const now = new Date();
      utimesSync(holding, now, now);
    } catch (cause) {
      stop.abort(new Error("this run stood still for so long that another one took over: start it again", { cause }));
    }
  };
  const release = () => {
    clearInterval(heart);
    rmSync(holding, { force: true }); // the empty folder stays: removing it could meet the next holder's claim
  };
  const heart = setInterval(beat, BEAT);
  const disarm = atDeath(() => {
    release();
    stop.abort(new Error("this run was stopped"));
  });
  try {
    return await work(stop.signal);
  } finally {
    disarm();
    release();
  }
}

async function acquire(lock, waiting) {
  const name = `${Date.now()}-${process.pid}-${randomUUID()}`;
  const mine = path.join(lock, name);
  let told = Number.NEGATIVE_INFINITY;
  for (;;) {
    const holder = await holderOf(lock);
    if (!holder) {
      if (await claim(lock, name)) return mine;
    } else if (holder.silent > SILENCE) {
      if (await takeOver(path.join(lock, holder.name), mine)) return mine;
    } else {
      if (performance.now() - told >= TELL) {
        waiting((Date.now() - Number.parseInt(holder.name, 10)) / 1000);
        told = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }
}

async function holderOf(lock) {
  try {
    const [name] = await fs.readdir(lock);
    if (!name) return undefined;
    const { mtimeMs } = await fs.stat(path.join(lock, name));
    return { name, silent: Date.now() - mtimeMs };
  } catch (error) {
    if (error.code === "ENOENT") return undefined; // released just now
    throw error;
  }
}

async function claim(lock, name) {
  const folder = await fs.mkdtemp(`${lock}-`);
  await fs.writeFile(path.join(folder, name), "");
  if (await won(() => fs.rename(folder, lock))) return true;
  await fs.rm(folder, { recursive: true });
  return false;
}

function takeOver(theirs, mine) {
  return won(async () => {
    const now = new Date();
    await fs.utimes(theirs, now, now); // first: under its new name the file must never look silent
    await fs.rename(theirs, mine);
  });
}

/** False if another process was quicker. */
async function won(move) {
  try {
    await move();
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes(error.code)) return false;
    throw error;
  }
}

class RunError extends Error {
  constructor(message, output) {
    super(message);
    this.name = "RunError";
    this.output = output;
  }
}

// The shell starts a watcher and becomes the program. The watcher reads from a pipe whose other end this process holds:
// when it is closed, at the latest by the death of this process, kill -9 included, it kills the process group.
const TETHER = '(read -r _ <&3; kill -9 0) & exec "$@" 3<&-';

/** Runs a program to its end and resolves to what it printed; rejects with a RunError if it fails. */
function run(command, args, { cwd, env, seconds, signal, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "pipe", "pipe"];
    const child = spawn("/bin/sh", ["-c", TETHER, "sh", command, ...args], { cwd, env, stdio, detached: true });
    const tether = child.stdio[3];
    const lines = [];
    let reason;
    const kill = (why) => {
      reason ??= why;
      tether.destroy();
    };
    const onAbort = () => kill(signal.reason.message);
    const deadline = seconds && setTimeout(() => kill(`no end within ${seconds} s`), seconds * 1000);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        onLine?.(line);
      });
    }
    child.on("error", (error) => kill(error.message));
    child.on("exit", () => tether.destroy());
    child.on("close", (code, killed) => {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", onAbort);
      const output = lines.join("\n");
      if (code === 0 && !reason) return resolve(output);
      if (code === 127) reason ??= "not found";
      reason ??= complaintIn(lines) ?? (killed ? `killed by ${killed}` : `exit code ${code}`);
      reject(new RunError(`${path.basename(command)}: ${reason}`, output));
    });
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
  });
}

/** The last line; of npm's many the first, since the last one tells of a log. */
function complaintIn(lines) {
  return lines.find((line) => line.startsWith("npm error")) ?? lines.findLast((line) => line.trim() !== "")?.trim();
}

/** Calls `cleanUp` if this process ends or gets a signal to end before the function returned here is called. */
function atDeath(cleanUp) {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const onSignal = (signal) => {
    disarm();
    cleanUp();
    // The last listener lets the signal do what it does without listeners.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const disarm = () => {
    process.off("exit", cleanUp);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on("exit", cleanUp);
  for (const signal of signals) process.on(signal, onSignal);
  return disarm;
}

module.exports = { RunError, atDeath, exclusively, run };
