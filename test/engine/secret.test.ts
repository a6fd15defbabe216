import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import type { StateResource } from "../world/stack";
import { PAGE, program, World } from "../world/world";

const FIELDS = "clientId: process.env.CLIENT_ID, tokenUrl: process.env.TOKEN_URL";
const HANDED_OVER: Readonly<Record<string, string>> = {
  "a string": `{ ${FIELDS}, clientSecret: process.env.CLIENT_SECRET }`,
  "an Output": `{ ${FIELDS}, clientSecret: pulumi.output(process.env.CLIENT_SECRET) }`,
  "a secret Output": `{ ${FIELDS}, clientSecret: pulumi.secret(process.env.CLIENT_SECRET) }`,
  "a whole oauth2 as Output": `pulumi.output({ ${FIELDS}, clientSecret: process.env.CLIENT_SECRET })`,
};

describe("the client secret, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  afterEach(async () => {
    assert.deepEqual(await world.leaks(), []);
  });

  after(async () => {
    await world.stop();
  });

  shows("C10", "stands encrypted in the state, and the token URL clear, however it was handed over", async () => {
    const names = Object.keys(HANDED_OVER);
    const sources = Object.values(HANDED_OVER).map(
      (oauth2, index) =>
        `new RestDataSource("source${index}", { container: "acme", title: "T", swagger: "api.json", oauth2: ${oauth2} });`,
    );
    await world.stack.write("index.js", program({}, sources.join("\n")));
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    const { deployment } = await world.stack.state();
    for (const [index, how] of names.entries()) {
      const resource = deployment.resources?.find(({ id }) => id?.endsWith(`/source${index}`));
      for (const oauth2 of [oauth2In(resource?.inputs), oauth2In(resource?.outputs)]) {
        assert.deepEqual(Object.keys(Object(oauth2.clientSecret)), [SIGNATURE, "ciphertext"], how);
        assert.equal(oauth2.tokenUrl, world.tokens.tokenUrl, how);
      }
    }
    return diagnostics(text);
  });

  it("is in no output of the state, nor of preview --json", async () => {
    await world.stack.pulumi("stack", "export");
    await world.stack.pulumi("preview", "--json");
  });

  it("is rotated by one write, which the preview shows as a revision", async () => {
    world.newWrites();
    world.rotate("another+S3cret, of the app");
    const { text } = await world.stack.pulumi("preview", "--diff", "--target", "**crm");
    assert.match(text, /~ secretRevision +: 1 => 2/);
    assert.deepEqual(world.newWrites(), []);
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--target", "**crm");
    assert.equal(world.aem.plainSecret(PAGE), "another+S3cret, of the app");
    const sent = world.newWrites().filter(({ path }) => path.startsWith(PAGE));
    assert.deepEqual(
      sent.map(({ fields }) => fields.map(({ name }) => name).filter((name) => name.includes("client_secret"))),
      [["./client_secret", "./client_secret@Encrypted"]],
    );
  });

  it("is not sent at all to an author that does not encrypt", async () => {
    const careless = await World.start(program(), { encryption: "none" });
    try {
      const { code, text } = await careless.stack.try("up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(
        text,
        /does not encrypt: a dummy secret came back in clear, and its crypto console can't be used; the real secret was not sent/,
      );
      const sent = careless.newWrites().flatMap(({ fields }) => fields.map(({ value }) => value));
      assert.equal(sent.includes(world.secrets[0]), false);
      const nodes = Object.keys(Object(careless.aem.node("/conf/global/settings/cloudconfigs/fdm")));
      assert.deepEqual(
        nodes.filter((name) => !name.startsWith("jcr:")),
        [],
      );
      assert.deepEqual(await careless.leaks(), []);
    } finally {
      await careless.stop();
    }
  });
});

const SIGNATURE = "4dabf18193072939515e22adb298388d";

function oauth2In(view: StateResource["inputs"]): { clientSecret?: unknown; tokenUrl?: unknown } {
  return Object(view?.oauth2);
}
