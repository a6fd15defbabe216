import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, exists, makeOnce, type Tell } from "../cache";
import { run } from "../processes";
import { REPOSITORY } from "../stack";
import { findMaven, Missing } from "./tools";

/** Where what isn't TypeScript lies. */
export const SOURCES = join(REPOSITORY, "test", "world", "sling");
export const FEATURE = join(SOURCES, "feature.json");

/** Starts what a feature file lists. Its tar.gz holds the libraries which its jar lacks. */
const LAUNCHER = { artifact: "org.apache.sling.feature.launcher", version: "1.3.4" };
const DOWNLOAD_SECONDS = 600;

export interface Jars {
  /** The bundles, laid out as a Maven repository. */
  readonly repository: string;
  /** The launcher's class path. */
  readonly launcher: string;
}

/** The bundles of the feature file and the launcher: from the cache, or once by Maven. */
export async function getJars(tell: Tell): Promise<Jars> {
  const coordinates = await listBundles();
  const pom = writePom(coordinates);
  const folder = cacheFolder(`sling-${digest(pom)}`);
  return (await jarsIn(folder)) ?? download(folder, pom, coordinates.length, tell);
}

function download(folder: string, pom: string, count: number, tell: Tell): Promise<Jars> {
  return makeOnce<Jars>(folder, {
    ready: () => jarsIn(folder),
    make: async ({ made, scratch, stop }) => {
      const maven = await findMaven();
      tell(`sling: getting ${count} jars from Maven (about 40 MB, once)`);
      await mkdir(made);
      await writeFile(join(scratch, "pom.xml"), pom);
      const args = ["-B", "-q", "-f", join(scratch, "pom.xml"), `-Dmade=${made}`, "generate-resources"];
      await run(maven, args, { signal: stop, seconds: DOWNLOAD_SECONDS }).catch((error: unknown) => {
        stop.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        throw new Missing(`no jars of Apache Sling (${reason}): Maven must reach a repository, see its settings.xml`);
      });
      tell(`sling: getting ${count} jars from Maven: done`);
      return jarsOf(folder);
    },
    waiting: (seconds) => tell(`sling: another run has been getting the jars for ${Math.round(seconds)} s: waiting`),
  });
}

async function jarsIn(folder: string): Promise<Jars | undefined> {
  return (await exists(folder)) ? jarsOf(folder) : undefined;
}

function jarsOf(folder: string): Jars {
  const { artifact, version } = LAUNCHER;
  const launcher = join(folder, "launcher", `${artifact}-${version}`, "lib", "*");
  return { repository: join(folder, "repository"), launcher };
}

/** Every jar in the repository, as a class path. */
export async function classPath({ repository }: Jars): Promise<string> {
  const files = await readdir(repository, { recursive: true });
  return files
    .filter((file) => file.endsWith(".jar"))
    .map((file) => join(repository, file))
    .join(":");
}

interface Feature {
  readonly bundles: readonly { readonly id: string }[];
  readonly "execution-environment:JSON|false": { readonly framework: { readonly id: string } };
}

/** The feature file is the one list of what is needed. */
async function listBundles(): Promise<string[]> {
  const feature: Feature = JSON.parse(await readFile(FEATURE, "utf8"));
  const { framework } = feature["execution-environment:JSON|false"];
  return [framework.id, ...feature.bundles.map(({ id }) => id)];
}

/** Each jar alone, without what its own pom asks for: the feature file names everything. */
function writePom(coordinates: readonly string[]): string {
  const dependencies = coordinates.map((id) => {
    const [groupId, artifactId, version] = id.split(":");
    const everything = element("exclusion", { groupId: "*", artifactId: "*" });
    return element("dependency", { groupId, artifactId, version, exclusions: everything });
  });
  const { artifact: artifactId, version } = LAUNCHER;
  const item = { groupId: "org.apache.sling", artifactId, version, type: "tar.gz" };
  const copy = { useRepositoryLayout: "true", outputDirectory: "$" + "{made}/repository" };
  const unpack = { markersDirectory: "$" + "{made}/markers", outputDirectory: "$" + "{made}/launcher" };
  const executions = [
    execution("copy-dependencies", copy),
    execution("unpack", { ...unpack, artifactItems: element("artifactItem", item) }),
  ];
  const plugin = element("plugin", {
    groupId: "org.apache.maven.plugins",
    artifactId: "maven-dependency-plugin",
    version: "3.6.1",
    executions: executions.join(""),
  });
  return element("project", {
    modelVersion: "4.0.0",
    groupId: "aem-datasource",
    artifactId: "sling",
    version: "1.0.0",
    packaging: "pom",
    properties: element("project.build.sourceEncoding", "UTF-8"),
    dependencies: dependencies.join(""),
    build: element("plugins", plugin),
  });
}

function execution(goal: string, configuration: Readonly<Record<string, string>>): string {
  const goals = element("goal", goal);
  const phase = "generate-resources";
  return element("execution", { id: goal, phase, goals }, element("configuration", configuration));
}

type Content = string | Readonly<Record<string, string | undefined>>;

function element(name: string, ...contents: Content[]): string {
  const inner = contents.map((content) => {
    if (typeof content === "string") return content;
    return Object.entries(content)
      .map(([child, text = ""]) => element(child, text))
      .join("");
  });
  return `<${name}>${inner.join("")}</${name}>`;
}

export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}
