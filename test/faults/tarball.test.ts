import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { compile, install, manifest, packTarball, writeFiles } from "../world/tarball";
import { CLIENT_SECRET, PAGE, SWAGGER, World } from "../world/world";

/** TypeScript, and JavaScript as a module: the same text. */
const PROGRAM = `import { RestDataSource, salesforce } from "pulumi-aem-datasource";

const { CLIENT_ID = "", CLIENT_SECRET = "", MY_DOMAIN = "" } = process.env;

const crm = new RestDataSource("crm", {
  container: "global",
  title: "Salesforce",
  swagger: "api.json",
  oauth2: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, tokenUrl: salesforce.tokenUrl(MY_DOMAIN) },
});

export const path = crm.path;
export const node = process.version;
`;

const PULUMI_YAML = "name: program\nruntime: nodejs\n";
const PACKAGES = ["@pulumi/pulumi", "@types/node", "ts-node", "tsx", "typescript"];
/** As `pulumi new typescript` writes it. */
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
  },
  files: ["index.ts"],
});
const ESM_TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, target: "es2022", module: "nodenext", moduleResolution: "nodenext" },
  files: ["index.ts"],
});

interface Layout {
  readonly files: Readonly<Record<string, string>>;
  /** Of `package.json`. */
  readonly more?: object;
  readonly build?: true;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Ways to write a program. The installed packages are the same for all. */
const PROGRAMS: Readonly<Record<string, Layout>> = {
  "a CommonJS program in TypeScript": { files: { "index.ts": PROGRAM, "tsconfig.json": TSCONFIG } },
  "a program that tsc compiled": {
    files: { "index.ts": PROGRAM, "tsconfig.json": TSCONFIG },
    more: { main: "bin/index.js" },
    build: true,
  },
  "a module in JavaScript": { files: { "index.js": PROGRAM }, more: { type: "module", main: "index.js" } },
  "a module in TypeScript": {
    files: { "index.ts": PROGRAM, "tsconfig.json": ESM_TSCONFIG },
    more: { type: "module", main: "index.ts" },
  },
  "a module in TypeScript, run by tsx": {
    files: { "index.ts": PROGRAM, "tsconfig.json": ESM_TSCONFIG },
    more: { type: "module", main: "index.ts" },
    environment: { NODE_OPTIONS: "--import tsx" },
  },
  "a program in a folder below Pulumi.yaml": {
    files: {
      "Pulumi.yaml": `${PULUMI_YAML}main: infra/\n`,
      "infra/index.ts": PROGRAM,
      "infra/tsconfig.json": TSCONFIG,
      "infra/api.json": SWAGGER,
    },
  },
};

describe("the packed tarball, on the engine", () => {
  let world: World;
  let tarball: string;
  /** A folder in which npm has installed the tarball. */
  let installed: string;

  before(async function () {
    this.timeout(300_000);
    world = await World.start();
    const { stack, tokens } = world;
    Object.assign(stack.environment, { MY_DOMAIN: tokens.origin, PULUMI_STACK: "test", NODE_OPTIONS: undefined });
    tarball = await packTarball(join(stack.folder, "tarball"));
    installed = await stack.emptyFolder("installed");
    await writeFiles(installed, { "package.json": await manifest(tarball, PACKAGES) });
    await install("npm", installed);
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  /** A project of these files and nothing else, whose packages are those that npm installed, in the folder of a stack. */
  async function project(name: string, { files, more }: Layout): Promise<string> {
    const folder = await world.stack.emptyFolder(name);
    const common = { "Pulumi.yaml": PULUMI_YAML, "api.json": SWAGGER };
    await writeFiles(folder, { ...common, "package.json": await manifest(tarball, PACKAGES, more), ...files });
    await symlink(join(installed, "node_modules"), join(folder, "node_modules"), "dir");
    return folder;
  }

  /** Goes up in a folder of the stack's, is quiet, sees nothing changed, and goes down. */
  async function lives(folder: string): Promise<void> {
    await goesUp(folder);
    await pulumi(folder, "preview", "--expect-no-changes");
    await goesDown(folder);
  }

  async function goesUp(folder: string): Promise<void> {
    const { text } = await pulumi(folder, "up", "--yes");
    assert.match(text, new RegExp(`path: "${PAGE}"`));
    assert.equal(world.aem.plainSecret(PAGE), CLIENT_SECRET);
  }

  async function goesDown(folder: string): Promise<void> {
    await pulumi(folder, "refresh", "--yes", "--expect-no-changes");
    await pulumi(folder, "destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
  }

  const pulumi = (folder: string, ...words: string[]) => world.stack.pulumi("-C", folder, ...words);

  for (const [title, layout] of Object.entries(PROGRAMS)) {
    it(`carries ${title}`, async () => {
      const folder = await project("project", layout);
      if (layout.build) await compile(folder);
      Object.assign(world.stack.environment, layout.environment);
      await lives(folder);
      world.stack.environment.NODE_OPTIONS = undefined;
    });
  }
});
