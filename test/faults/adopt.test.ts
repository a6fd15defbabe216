import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { makeEqual } from "../world/handMade";
import { PAGE, World } from "../world/world";

const THEIRS = "an older s3cret of the wizard";

describe("a data source made by hand and equal to the program, on the engine", () => {
  shows("W9", "is refused, taken over by `adopt`, which asks nobody when it goes, and ours to destroy", async () => {
    const world = await World.start();
    world.secrets.push(THEIRS);
    await makeEqual(world, THEIRS);
    const refused = await world.stack.try("up", "--yes", "--skip-preview");
    assert.match(refused.text, /exists already .* nothing was written \[data-source-exists\]/);
    await world.program({ adopt: "true" });
    world.newWrites();
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /crm: .*\/crm is taken over as it is; marker and client secret are written/);
    const own = world.newWrites().filter(({ path }) => path.startsWith(PAGE));
    assert.deepEqual(
      own.map(({ fields }) =>
        fields.flatMap(({ name }) => (/secret|managedBy|swagger|title/.test(name) ? [name] : [])),
      ),
      [["./managedBy", "./client_secret", "./client_secret@Encrypted"]],
    );
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);

    const asked = world.aem.requests.length;
    await world.program();
    const { text: without } = await world.stack.pulumi("up", "--yes", "--skip-preview", "--diff");
    assert.match(without, /- adopt *: true/);
    assert.equal(world.aem.requests.length, asked);

    await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
    return [refused.text, text].map(diagnostics).join("\n");
  });
});
