import assert from "node:assert/strict";
import { changedLines, content, EDITS, edit, gate, startDriftWorld } from "../world/driftEdits";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, World } from "../world/world";

/** What one refresh can show side by side; the rest says something else of the same field. */
const TOGETHER = [
  "the title",
  "the end point",
  "the client id",
  "the token URL",
  "the scope",
  "an extra property",
  "a constant of the product",
  "the marker, another's",
  "an operation of the Swagger file",
];

describe("drift, on the engine", () => {
  let world: World;
  before(async () => {
    world = await startDriftWorld(() => World.start());
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  shows("A9", "is not seen in what the server and the users of AEM add", async () => {
    world.aem.edit(PAGE, {
      "cq:lastReplicated": "today",
      "cq:lastReplicationAction": "Activate",
      note: "by an author",
    });
    return diagnostics(await gate(world, 0));
  });

  shows("E3", "of everything at once is shown field by field, old and new; the gate fails", async () => {
    const together = Object.entries(EDITS).filter(([what]) => TOGETHER.includes(what));
    assert.equal(together.length, TOGETHER.length);
    for (const [, [change]] of together) edit(world, change);
    const text = await gate(world, 7);
    const shown = together.flatMap(([, [, lines]]) => lines);
    const lines = changedLines(text);
    assert.equal(lines.length, shown.length, text);
    for (const line of shown)
      assert.ok(
        lines.some((printed) => line.test(printed)),
        String(line),
      );
    assert.match(text, /crm: changed in AEM since the last run, last by somebody, /);
    return lines.map((line) => line.trim().replace(/ +:/, ":")).join("\n");
  });

  it("of everything at once is repaired by one write of just that; an author's own property stays", async () => {
    for (const [change] of Object.values(EDITS)) {
      if (Buffer.isBuffer(change)) world.aem.editFile(PAGE, change);
      else if (change.managedBy === undefined) world.aem.edit(PAGE, change);
    }
    world.newWrites();
    await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const writes = world.newWrites();
    assert.deepEqual(
      writes.map(({ path }) => path),
      [`${PAGE}/jcr:content`],
    );
    const always = /^_charset_$|jcr:primaryType$|jcr:lastModified(By)?$/;
    assert.deepEqual(
      writes[0]?.fields.map(({ name }) => name).filter((name) => !always.test(name)),
      [
        "jcr:title",
        "serviceEndPoint",
        "grant_type",
        "client_id",
        "access_token_uri",
        "authorization_scope",
        "team",
        "managedBy",
        "swaggerFile@TypeHint",
        "swaggerFile",
      ].map((name) => `./${name}`),
    );
    await gate(world, 0);
    assert.equal(content(world).note, "by an author");
  });

  shows("E12", "is named in a warning where an update for another reason overwrites it", async () => {
    world.aem.edit(PAGE, { "jcr:title": "By hand again", client_id: "other" });
    await world.program({ title: '"New"', extraProperties: '{ team: "crm" }' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(
      text,
      /warning: crm: changed in AEM since the last run, last by somebody, .*, overwritten now: title "By hand again", oauth2\.clientId "other"/,
    );
    return diagnostics(text);
  });

  shows("A4", "is no drift but a failure when the login is refused, and the state stays as it was", async () => {
    await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    const before = JSON.stringify(await world.stack.dataSource());
    world.stack.environment.AEM_USERNAME = "unknown-user";
    const { code, text } = await world.stack.try("refresh", "--yes");
    world.stack.environment.AEM_USERNAME = "deployer";
    assert.notEqual(code, 0);
    assert.match(text, /refused the login of unknown-user/);
    assert.equal(JSON.stringify(await world.stack.dataSource()), before);
    return diagnostics(text);
  });
});
