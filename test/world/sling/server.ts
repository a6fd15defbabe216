import { rmSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atDeath, run } from "../processes";
import { FEATURE, type Jars, SOURCES } from "./jars";
import { STAND_IN } from "./standIn";
import type { Java } from "./tools";

/** A Java process with Sling in it, in a temporary folder that goes when it goes. */
export interface Server {
  readonly origin: string;
  /** Rejects when the process ends before `stop`, with the end of its log. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

export interface ServerParts {
  readonly java: Java;
  readonly jars: Jars;
  /** Repository with the stand-in bundle. */
  readonly standIn: string;
  /** Hexadecimal: the key of the stand-in for AEM's encryption. */
  readonly key: string;
}

const START_SECONDS = 120;
// Without them a start takes three times as long.
const FLAGS = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dfile.encoding=UTF-8"];
const OPEN = ["--add-opens", "java.base/java.lang=ALL-UNNAMED"];

/** Those in which the deployer may work; deployer.repoinit names the first one. */
const CONTAINERS = ["/conf/global", "/conf/acme", "/conf/acme/emea", "/conf/nofdm"];

/** Resolves when the server listens, which is before it is ready. */
export async function startServer({ java, jars, standIn, key }: ServerParts): Promise<Server> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "aem-datasource-sling-")));
  // The server itself dies with this process in any case, kill -9 included; then the folder stays.
  const disarm = atDeath(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const feature = join(folder, "start.json");
  await writeFile(feature, JSON.stringify(await startFeature(key)));
  const stop = new AbortController();
  let listening: (origin: string) => void = () => undefined;
  const origin = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const onLine = (line: string) => {
    const [, found] = /^stand-in: listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (found) listening(found);
  };
  const repositories = [jars.repository, standIn].map((repository) => `file://${repository}`).join(",");
  const launcher = ["-cp", jars.launcher, "org.apache.sling.feature.launcher.impl.Main", "-u", repositories];
  const places = ["-c", join(folder, "cache"), "-p", join(folder, "data"), "-f", FEATURE, "-f", feature];
  const options = { cwd: folder, signal: stop.signal, onLine };
  const running = run(java.java, [...FLAGS, ...OPEN, ...launcher, ...places], options).then(
    () => "it ended by itself",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const end = async () => {
    stop.abort(new Error("stopped"));
    await running;
    await rm(folder, { recursive: true, force: true });
    disarm();
  };
  const ended = running.then(async (reason) => {
    throw new Error(stop.signal.aborted ? "Sling was stopped" : `Sling: ${reason}\n${await endOfLog(folder)}`);
  });
  ended.catch(() => undefined); // whoever waits for something else hears of it by the race
  try {
    return { origin: await Promise.race([origin, ended, after(START_SECONDS)]), ended, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** What differs from start to start. In a file rather than on the command line, which everybody on the machine can read. */
async function startFeature(key: string): Promise<object> {
  const repository = await readFile(join(SOURCES, "repository.repoinit"), "utf8");
  const deployer = await readFile(join(SOURCES, "deployer.repoinit"), "utf8");
  const rights = CONTAINERS.map((container) => deployer.replaceAll("/conf/global", container));
  return {
    id: "aem-datasource:start:slingosgifeature:1.0.0",
    bundles: [{ id: STAND_IN, "start-order": 20 }],
    "framework-properties": {
      "org.osgi.service.http.port": "0", // any free one, which the stand-in tells
      "org.apache.felix.http.host": "127.0.0.1",
      "stand-in.key": key,
    },
    configurations: {
      "org.apache.sling.serviceusermapping.impl.ServiceUserMapperImpl.amended~stand-in": {
        "user.mapping": ["stand-in:replication=[stand-in]"],
      },
    },
    "repoinit:TEXT|true": [repository, ...rights].flatMap((text) => text.split("\n")),
  };
}

/** Rejects after so many seconds, without keeping the process alive for it. */
export function after(seconds: number): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`Sling is not ready after ${seconds} s`));
    setTimeout(late, seconds * 1000).unref();
  });
}

async function endOfLog(folder: string): Promise<string> {
  try {
    const log = await readFile(join(folder, "data", "logs", "error.log"), "utf8");
    return log.split("\n").slice(-40).join("\n");
  } catch (error) {
    return `no log: ${error instanceof Error ? error.message : error}`;
  }
}
