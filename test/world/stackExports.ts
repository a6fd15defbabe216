import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { REPOSITORY } from "./stack";

/** States of stacks as `pulumi stack export` prints them: recorded ones, and such as tests make of parts. */

/**
 * Of one program in three stages and a stack that nobody ever updated, each stage with an AEM emulator of its own; what
 * told of the machine (source positions) was taken out. `dev` is ahead in title and Swagger file, in `stage` somebody
 * saved a secret again, `prod` lacks the second data source and an extra property.
 */
export function recorded(stack: "dev" | "stage" | "prod" | "never"): string {
  return readFileSync(join(REPOSITORY, "test", "unit", "cli", "states", `${stack}.json`), "utf8");
}

const TYPE = "pulumi-nodejs:dynamic/aem-datasource:RestDataSource";

export type Resource = Readonly<Record<string, unknown>>;

export function dataSource(name: string, outputs: unknown = {}, more: Resource = {}): Resource {
  return { urn: `urn:pulumi:dev::program::${TYPE}::${name}`, custom: true, type: TYPE, outputs, ...more };
}

export function exported(resources: readonly Resource[], more: Resource = {}): string {
  const manifest = { time: "2026-11-28T20:02:35.5Z", magic: "", version: "v3.259.0" };
  return JSON.stringify({ version: 3, deployment: { manifest, resources, ...more } });
}

/** As the engine keeps a secret. */
export const ENCRYPTED = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

/**
 * A `pulumi` in `folder` that knows `stack export` and nothing else, and answers from the files `NAME.json` there.
 * Answers with the environment in which it is found.
 */
export async function pulumiOf(folder: string, states: Readonly<Record<string, string>>): Promise<NodeJS.ProcessEnv> {
  const script = [
    `#!${process.execPath}`,
    'const { readFileSync } = require("node:fs");',
    "const [command, verb, ...words] = process.argv.slice(2);",
    'const name = words.find((word) => word.startsWith("--stack="))?.slice(8);',
    'const known = ["--non-interactive", "--stack=" + name];',
    'if (command !== "stack" || verb !== "export" || words.some((word) => !known.includes(word))) process.exit(99);',
    "try {",
    `  process.stdout.write(readFileSync(${JSON.stringify(`${folder}/`)} + name + ".json"));`,
    "} catch {",
    `  console.error("error: no stack named '" + name + "' found");`,
    "  process.exitCode = 6;",
    "}",
  ];
  await writeFile(join(folder, "pulumi"), script.join("\n"), { mode: 0o755 });
  for (const [name, state] of Object.entries(states)) await writeFile(join(folder, `${name}.json`), state);
  return { PATH: [folder, dirname(process.execPath)].join(delimiter) };
}
