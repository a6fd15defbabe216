import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, exists, makeOnce, type Tell } from "../cache";
import { run } from "../processes";
import { classPath, digest, type Jars, SOURCES } from "./jars";
import { findJava, jdkProgram } from "./tools";

/** The bundle with stand-ins for what AEM adds to Sling, from the Java sources beside this module. */

export const STAND_IN = "aem-datasource:stand-in:1.0.0";
const PLACE = ["aem-datasource", "stand-in", "1.0.0"];
const FILE = "stand-in-1.0.0.jar";
const JAVA_SOURCES = join(SOURCES, "standIn");

/** A folder laid out as a Maven repository that holds the bundle: from the cache, or compiled once. */
export async function getStandIn(jars: Jars, tell: Tell): Promise<string> {
  const names = (await readdir(JAVA_SOURCES)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(JAVA_SOURCES, name), "utf8")));
  const folder = cacheFolder(`sling-stand-in-${digest(contents.join(""))}`);
  const ready = async () => ((await exists(folder)) ? folder : undefined);
  return (
    (await ready()) ??
    makeOnce<string>(folder, {
      ready,
      make: async ({ made, scratch, stop }) => {
        tell("sling: compiling the stand-in bundle");
        await compile({ jars, made, scratch, stop });
        return folder;
      },
      waiting: () => tell("sling: another run is compiling the stand-in bundle: waiting"),
    })
  );
}

interface Workshop {
  readonly jars: Jars;
  readonly made: string;
  readonly scratch: string;
  readonly stop: AbortSignal;
}

async function compile({ jars, made, scratch, stop }: Workshop): Promise<void> {
  const java = await findJava();
  const [javac, jar] = [await jdkProgram(java, "javac"), await jdkProgram(java, "jar")];
  const names = await readdir(JAVA_SOURCES);
  const sources = names.filter((name) => name.endsWith(".java")).map((name) => join(JAVA_SOURCES, name));
  const classes = join(scratch, "classes");
  const options = { signal: stop, seconds: 120 };
  // The class path of 95 jars is too long for some command lines.
  const argumentFile = join(scratch, "arguments");
  await writeFile(argumentFile, `-cp "${await classPath(jars)}"\n`);
  const flags = [
    "--release",
    "11",
    "-Xlint:all,-options,-processing,-classfile,-path,-serial",
    "-Werror",
    "-d",
    classes,
  ];
  await run(javac, [...flags, `@${argumentFile}`, ...sources], options);
  const file = join(scratch, FILE);
  await run(jar, ["cfm", file, join(JAVA_SOURCES, "MANIFEST.MF"), "-C", classes, "."], options);
  await mkdir(join(made, ...PLACE), { recursive: true });
  await copyFile(file, join(made, ...PLACE, FILE));
}
