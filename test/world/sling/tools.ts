import { join } from "node:path";
import { exists, firstExecutable } from "../cache";
import { run } from "../processes";

/** What Apache Sling needs on this machine. */

const OLDEST = 11;
/** Oak 1.42 calls what later versions of Java no longer have. */
const NEWEST = 21;

/** One line: what is missing on this machine, and how to get it. */
export class Missing extends Error {}

export interface Java {
  readonly java: string;
  readonly version: number;
  /** Where javac and jar are, if this is a JDK. */
  readonly home: string;
}

/** The Java of JAVA_HOME or else of PATH, if it is one that Sling runs on. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<Java> {
  const unsuitable: string[] = [];
  for (const java of await candidates(env)) {
    const found = await inspect(java);
    if (typeof found === "object" && found.version >= OLDEST && found.version <= NEWEST) return found;
    unsuitable.push(typeof found === "object" ? `${java} is Java ${found.version}` : `${java}: ${found}`);
  }
  const why = unsuitable.length > 0 ? unsuitable.join(", ") : "there is no java, neither in JAVA_HOME nor on PATH";
  throw new Missing(`no Java ${OLDEST} to ${NEWEST} (${why}): install a JDK 17 or 21 and let JAVA_HOME name it`);
}

/** A program that comes with a JDK, but not with a mere Java runtime. */
export async function jdkProgram({ home }: Java, name: "javac" | "jar"): Promise<string> {
  const program = join(home, "bin", name);
  if (await exists(program)) return program;
  throw new Missing(`no ${name} (${home} is a Java runtime only): install a JDK 17 or 21 and let JAVA_HOME name it`);
}

export async function findMaven(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const maven = await firstExecutable("mvn", env.PATH ?? "");
  if (maven !== undefined) return maven;
  throw new Missing(
    "no Maven (there is no mvn on PATH): install Apache Maven 3.6 or newer (maven.apache.org/install.html)",
  );
}

async function candidates({ JAVA_HOME, PATH }: NodeJS.ProcessEnv): Promise<string[]> {
  const chosen = JAVA_HOME ? [join(JAVA_HOME, "bin", "java")] : [];
  const onPath = await firstExecutable("java", PATH ?? "");
  return onPath === undefined ? chosen : [...chosen, onPath];
}

async function inspect(java: string): Promise<Java | string> {
  try {
    const output = await run(java, ["-XshowSettings:properties", "-version"], { seconds: 30 });
    const home = /^\s*java\.home = (.+)$/m.exec(output)?.[1];
    const version = /^\s*java\.specification\.version = (?:1\.)?(\d+)$/m.exec(output)?.[1];
    return home && version ? { java, home, version: Number(version) } : "it doesn't tell its version";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
