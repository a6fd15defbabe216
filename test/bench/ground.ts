import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startSling } from "../world/sling";
import type { TestAuthor } from "../world/testAuthor";
import type { Listening } from "./server";

/** What the contestants run against: an author and a token server, each in a process of its own. */
export interface Ground {
  readonly author: TestAuthor["server"];
  readonly origin: string;
  readonly username: string;
  readonly password: string;
  readonly tokenUrl: string;
  stop(): Promise<void>;
}

export async function startGround(author: TestAuthor["server"]): Promise<Ground> {
  const [place, tokens] = await Promise.all([
    author === "AEM emulator" ? startServer("author") : sling(),
    startServer("tokens"),
  ]);
  const { url: origin, username, password } = place;
  const stop = async () => {
    await Promise.all([place.stop(), tokens.stop()]);
  };
  return { author, origin, username, password, tokenUrl: tokens.url, stop };
}

interface Server extends Listening {
  stop(): Promise<void>;
}

async function sling(): Promise<Server> {
  const aem = await startSling();
  return { url: aem.origin, ...aem.logins.deployer, stop: () => aem.stop() };
}

async function startServer(which: "author" | "tokens"): Promise<Server> {
  const child = fork(join(__dirname, "server.js"), [which], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const listening = await new Promise<Listening>((resolve, reject) => {
    child.once("message", (message: Listening) => resolve(message));
    child.once("exit", (code) => reject(new Error(`the ${which} server ended with ${code}`)));
  });
  return { ...listening, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}
