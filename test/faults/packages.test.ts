import assert from "node:assert/strict";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diagnostics, shows } from "../world/faultRows";
import { REPOSITORY, type Stack } from "../world/stack";
import { PAGE, World } from "../world/world";

const OURS = "pulumi-aem-datasource";

describe("a program whose packages are others than at its last up, on the engine", () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.newWrites();
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  shows("E8", "runs with the code that is there now, changes nothing, and destroys", async () => {
    const { stack } = world;
    const ran = join(stack.project, "ran");
    await ownPackages(stack, {
      "package.json": `{ "name": "${OURS}", "exports": { ".": "./index.js", "./provider": "./provider.js" } }`,
      "index.js": `module.exports = require(${JSON.stringify(join(REPOSITORY, "dist", "provider", "index.js"))});`,
      "provider.js": [
        `require("node:fs").writeFileSync(${JSON.stringify(ran)}, "yes");`,
        `module.exports = require(${JSON.stringify(join(REPOSITORY, "dist", "provider", "dynamic.js"))});`,
      ].join("\n"),
    });
    const { text } = await stack.pulumi("up", "--yes", "--expect-no-changes");
    assert.equal(await stack.read("ran"), "yes");
    assert.deepEqual(world.newWrites(), []);
    await stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
    return diagnostics(text);
  });

  shows("E9", "says what is missing, and destroys without the program itself", async () => {
    const { stack } = world;
    await rm(join(stack.project, "index.js"));
    await rm(join(stack.project, "api.json"));
    await ownPackages(stack);
    const { code, text } = await stack.try("destroy", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /pulumi-aem-datasource is missing: run npm install in the program's folder/);
    assert.ok(world.aem.node(PAGE));
    await symlink(REPOSITORY, join(stack.project, "node_modules", OURS), "dir");
    await stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
    return diagnostics(text);
  });
});

/** A folder of packages that has all of the repository's but this one, which has these files, or is missing. */
async function ownPackages(stack: Stack, files?: Readonly<Record<string, string>>): Promise<void> {
  const theirs = join(REPOSITORY, "node_modules");
  const folder = join(stack.project, "node_modules");
  await rm(folder);
  await mkdir(folder);
  for (const name of await readdir(theirs)) {
    if (name !== OURS && !name.startsWith(".")) await symlink(join(theirs, name), join(folder, name), "dir");
  }
  if (files === undefined) return;
  await mkdir(join(folder, OURS));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, OURS, name), text);
}
