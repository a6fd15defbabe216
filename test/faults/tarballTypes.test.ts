import assert from "node:assert/strict";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, install, manifest, packTarball, writeFiles } from "../world/tarball";

const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { RestDataSource, type RestDataSourceArgs, salesforce } from "pulumi-aem-datasource";
import * as provider from "pulumi-aem-datasource/provider";

const args: RestDataSourceArgs = {
  container: "global",
  title: "Salesforce",
  swagger: new pulumi.asset.FileAsset("api.json"),
  oauth2: { clientId: "id", clientSecret: pulumi.secret("of the app"), tokenUrl: salesforce.tokenUrl("acme") },
};
const crm = new RestDataSource("crm", args);
export const path: pulumi.Output<string> = crm.path;
export const operations = crm.api.apply(({ operations }) => Object.keys(operations));
export const check: typeof provider.check = provider.check;

// @ts-expect-error: a title is text, and so the types are not all of them any
new RestDataSource("wrong", { ...args, title: 1 });
// @ts-expect-error: an argument that does not exist
new RestDataSource("wrong", { ...args, titel: "Salesforce" });
`;

const PACKAGES = ["@pulumi/pulumi", "@types/node", "typescript"];

interface Resolution {
  readonly module: string;
  readonly moduleResolution: string;
  /** Whether declarations are checked inside too: by the newest rules and by the oldest, since it takes its time. */
  readonly skipLibCheck: boolean;
}

const NODENEXT = { module: "nodenext", moduleResolution: "nodenext" };
const BUNDLER = { module: "preserve", moduleResolution: "bundler" };
const NODE = { module: "commonjs", moduleResolution: "node" };

/** Ways in which a user's compiler finds a package. */
const RESOLUTIONS: readonly (readonly [title: string, options: Resolution, more: object])[] = [
  ["a module under nodenext", { ...NODENEXT, skipLibCheck: false }, { type: "module" }],
  ["a CommonJS program under nodenext", { ...NODENEXT, skipLibCheck: true }, {}],
  ["a module under bundler", { ...BUNDLER, skipLibCheck: true }, { type: "module" }],
  ["a program under node, as Pulumi's template has it", { ...NODE, skipLibCheck: false }, {}],
];

describe("the types in the packed tarball", () => {
  let folder: string;
  let tarball: string;

  before(async function () {
    this.timeout(300_000);
    folder = await realpath(await mkdtemp(join(tmpdir(), "aem-datasource-types-")));
    tarball = await packTarball(folder);
    await writeFiles(folder, { "package.json": await manifest(tarball, PACKAGES) });
    await install("npm", folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("are found by every way in which a compiler looks, and are of the kind that Node runs (attw)", async () => {
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const found = await checkPackage(createPackageFromTarballData(await bytes()));
    assert.ok(found.types, "the tarball holds no types");
    assert.deepEqual(Object.keys(found.entrypoints).sort(), [".", "./package.json", "./provider"]);
    assert.deepEqual(found.problems, []);
  });

  it("stand in a package.json whose entries all lead somewhere, in the right way (publint)", async () => {
    const { publint } = await import("publint");
    const { buffer } = await bytes();
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    assert.deepEqual(messages, []);
  });

  for (const [title, options, more] of RESOLUTIONS) {
    it(`are right for ${title}`, async function () {
      this.timeout(300_000);
      const compilerOptions = { strict: true, noEmit: true, target: "es2022", ...options };
      await writeFiles(folder, {
        "index.ts": PROGRAM,
        "package.json": await manifest(tarball, PACKAGES, more),
        "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
      });
      await compile(folder);
    });
  }

  /** In memory of their own, since a small file's bytes share theirs with others. */
  async function bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await readFile(tarball));
  }
});
