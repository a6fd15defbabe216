import assert from "node:assert/strict";
import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { exists } from "../world/cache";
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
  /** What makes JavaScript of it: `tsc` before, the others as it runs. */
  readonly compiler: "none" | "ts-node" | "tsc" | "tsx";
  readonly environment?: Readonly<Record<string, string>>;
}

const TYPESCRIPT: Layout = { files: { "index.ts": PROGRAM, "tsconfig.json": TSCONFIG }, compiler: "ts-node" };
const SCRIPT: Layout = { files: { "index.js": PROGRAM }, more: { type: "module", main: "index.js" }, compiler: "none" };

/** Ways to write a program. The installed packages are the same for all. */
const PROGRAMS: Readonly<Record<string, Layout>> = {
  "a CommonJS program in TypeScript": {
    ...TYPESCRIPT,
    environment: { PULUMI_NODEJS_TRANSPILE_ONLY: "false" },
  },
  "a program that tsc compiled": {
    ...TYPESCRIPT,
    more: { main: "bin/index.js" },
    compiler: "tsc",
  },
  "a module in JavaScript": SCRIPT,
  "a module in TypeScript": {
    files: { "index.ts": PROGRAM, "tsconfig.json": ESM_TSCONFIG },
    more: { type: "module", main: "index.ts" },
    compiler: "ts-node",
  },
  // No file ending: only tsx resolves that in a module.
  "a module in TypeScript, run by tsx": {
    files: { "index.ts": 'export * from "./dataSource";\n', "dataSource.ts": PROGRAM, "tsconfig.json": ESM_TSCONFIG },
    more: { type: "module", main: "index.ts" },
    compiler: "tsx",
  },
  "a program in a folder below Pulumi.yaml": {
    files: {
      "Pulumi.yaml": `${PULUMI_YAML}main: infra/\n`,
      "infra/index.ts": PROGRAM,
      "infra/tsconfig.json": TSCONFIG,
      "infra/api.json": SWAGGER,
    },
    compiler: "ts-node",
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
    Object.assign(stack.environment, { MY_DOMAIN: tokens.origin, PULUMI_STACK: "test" });
    tarball = await packTarball(join(stack.folder, "tarball"));
    installed = await stack.emptyFolder("installed");
    await writeFiles(installed, { "package.json": await manifest(tarball, PACKAGES) });
    await install("npm", installed);
  });

  // Types are judged by tarballTypes.test.ts; here they would be checked at each command.
  beforeEach(() => setEnvironment({ NODE_OPTIONS: undefined, PULUMI_NODEJS_TRANSPILE_ONLY: "true" }));

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  for (const [title, layout] of Object.entries(PROGRAMS)) {
    it(`carries ${title}`, async () => {
      const folder = await project("project", layout);
      await goesUp(folder);
      await goesDown(folder);
    });
  }

  it("refreshes and destroys from a fresh checkout", async () => {
    await goesUp(await project("project", SCRIPT));
    const checkout = await project("checkout", SCRIPT);
    await world.stack.emptyFolder("project");
    await pulumi(checkout, "refresh", "--yes", "--expect-no-changes");
    await goesDown(checkout);
  });

  it("carries a program in an npm workspace, whose packages lie above it", async function () {
    this.timeout(300_000);
    const top = await world.stack.emptyFolder("workspace");
    const folder = join(top, "packages", "infra");
    await writeFiles(top, { "package.json": '{ "private": true, "workspaces": ["packages/*"] }' });
    await writeFiles(folder, await filesOf({ ...TYPESCRIPT, more: { name: "infra", version: "1.0.0" } }));
    await install("npm", top);
    assert.equal(await exists(join(folder, "node_modules", "pulumi-aem-datasource")), false);
    await lives(folder);
  });

  it("carries a program whose packages pnpm keeps apart from those that they need", async function () {
    this.timeout(300_000);
    const folder = await world.stack.emptyFolder("apart");
    await writeFiles(folder, await filesOf(TYPESCRIPT));
    await install("pnpm", folder);
    const program = createRequire(join(folder, "index.ts"));
    assert.ok(program.resolve("pulumi-aem-datasource/provider").includes(`${sep}.pnpm${sep}`));
    assert.throws(() => program.resolve("undici"), /Cannot find module/);
    assert.throws(() => program.resolve("@grpc/grpc-js"), /Cannot find module/);
    await lives(folder);
  });

  it(`runs program and provider on the Node that runs this test, ${process.version}`, async () => {
    const folder = await project("project", SCRIPT);
    const notes = join(world.stack.folder, "nodes");
    const hook = `require("node:fs").appendFileSync(${JSON.stringify(notes)}, process.version + " " + process.argv[1] + "\\n");`;
    await writeFiles(world.stack.folder, { "hook.cjs": hook });
    const { NODE_OPTIONS } = world.stack.environment;
    setEnvironment({ NODE_OPTIONS: `${NODE_OPTIONS} --require ${join(world.stack.folder, "hook.cjs")}` });
    await goesUp(folder);
    await goesDown(folder);
    const seen = (await readFile(notes, "utf8")).trim().split("\n");
    for (const script of ["run", "dynamic-provider"]) {
      assert.ok(
        seen.some((line) => line.includes(join("@pulumi", "pulumi", "cmd", script))),
        seen.join("\n"),
      );
    }
    assert.deepEqual(
      seen.filter((line) => !line.startsWith(`${process.version} `)),
      [],
    );
  });

  /** A project of these files, with the packages that npm installed, in the folder of a stack. */
  async function project(name: string, layout: Layout): Promise<string> {
    const folder = await world.stack.emptyFolder(name);
    await writeFiles(folder, await filesOf(layout));
    await symlink(join(installed, "node_modules"), join(folder, "node_modules"), "dir");
    if (layout.compiler === "tsc") await compile(folder, "--skipLibCheck");
    // The language host that can be built here ignores `typescript` and `nodeargs` of Pulumi.yaml.
    if (layout.compiler !== "ts-node") await world.stack.preload();
    const { NODE_OPTIONS } = world.stack.environment;
    if (layout.compiler === "tsx") setEnvironment({ NODE_OPTIONS: `${NODE_OPTIONS} --import tsx` });
    setEnvironment(layout.environment ?? {});
    return folder;
  }

  async function filesOf({ files, more }: Layout): Promise<Readonly<Record<string, string>>> {
    const common = { "Pulumi.yaml": PULUMI_YAML, "api.json": SWAGGER };
    return { ...common, "package.json": await manifest(tarball, PACKAGES, more), ...files };
  }

  /** All that is done to a stack, with and without the program. */
  async function lives(folder: string): Promise<void> {
    await goesUp(folder);
    await pulumi(folder, "preview", "--expect-no-changes");
    await pulumi(folder, "refresh", "--yes", "--expect-no-changes");
    await goesDown(folder);
  }

  async function goesUp(folder: string): Promise<void> {
    const { text } = await pulumi(folder, "up", "--yes", "--skip-preview");
    assert.match(text, new RegExp(`path: "${PAGE}"`));
    assert.equal(world.aem.plainSecret(PAGE), CLIENT_SECRET);
  }

  async function goesDown(folder: string): Promise<void> {
    await pulumi(folder, "destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
  }

  function setEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
    Object.assign(world.stack.environment, environment);
  }

  const pulumi = (folder: string, ...words: string[]) => world.stack.pulumi("-C", folder, ...words);
});
