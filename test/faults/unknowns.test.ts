import assert from "node:assert/strict";
import { shows } from "../world/faultRows";
import { program, World } from "../world/world";

/** A resource whose outputs are known only once it is made. */
const MADE = [
  "class Made extends pulumi.dynamic.Resource {",
  "  constructor(salt) {",
  "    const outs = { text: 'made', secret: process.env.CLIENT_SECRET, url: process.env.TOKEN_URL };",
  "    outs.oauth2 = { clientId: process.env.CLIENT_ID, clientSecret: outs.secret, tokenUrl: outs.url };",
  "    const provider = {",
  "      create: async ({ salt }) => ({ id: '1', outs: { ...outs, salt } }),",
  "      diff: async (_, a, b) => ({ changes: a.salt !== b.salt, replaces: ['salt'] }),",
  "    };",
  "    const values = { text: undefined, secret: undefined, url: undefined, oauth2: undefined, salt };",
  "    super(provider, 'made', values, { additionalSecretOutputs: ['secret', 'oauth2'] });",
  "  }",
  "}",
].join("\n");
const OAUTH2 =
  "oauth2: { clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL }";

/** Which argument comes from another resource → the arguments in its place, and what the first preview says. */
const UNKNOWN: Readonly<Record<string, readonly [args: string, said: readonly RegExp[]]>> = {
  secret: [
    "oauth2: { clientId: process.env.CLIENT_ID, clientSecret: made.secret, tokenUrl: process.env.TOKEN_URL }",
    [/secret: the token check was not made: `oauth2\.clientSecret` not known yet/, /secretRevision +: \[unknown\]/],
  ],
  tokenUrl: [
    "oauth2: { clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: made.url }",
    [/tokenUrl: the token check was not made: `oauth2\.tokenUrl` not known yet/, /tokenUrl +: \[unknown\]/],
  ],
  wholeOAuth2: ["oauth2: made.oauth2", [/wholeOAuth2: the token check was not made: .*`oauth2\.clientSecret`/]],
  title: [`title: made.text, ${OAUTH2}`, [/title +: \[unknown\]/]],
  name: [`name: made.text, ${OAUTH2}`, [/path +: \[unknown\]/]],
  swagger: [
    `swagger: made.text.apply((text) => text + ".json"), ${OAUTH2}`,
    [/swagger: the Swagger file was not looked at: .* not known yet/, /api +: \[unknown\]/],
  ],
};

describe("values that are not known yet, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    await world.stack.write("made.json", await world.stack.read("api.json"));
    await write(world, "1");
  });

  after(async () => {
    const sent = [...world.aem.requests, ...world.tokens.requests].map((request) => JSON.stringify(request));
    assert.deepEqual(
      sent.filter((request) => request.includes(UNKNOWN_ON_WIRE)),
      [],
    );
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  shows("E1", "pass the first preview, which says what was not checked and why", async () => {
    const { text } = await world.stack.pulumi("preview", "--diff");
    for (const [, said] of Object.values(UNKNOWN)) for (const line of said) assert.match(text, line);
    assert.deepEqual(world.aem.requests, []);
    const notes = text.match(/\S+: the (token check|Swagger file) was not .*/g) ?? [];
    return [...new Set(notes)].sort().join("\n");
  });

  it("are known in the up, which writes them", async () => {
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    for (const name of [...Object.keys(UNKNOWN).filter((name) => name !== "name"), "made"]) {
      const page = `/conf/acme/settings/cloudconfigs/fdm/${name}`;
      assert.equal(world.aem.plainSecret(page), world.secrets[0], name);
    }
  });

  it("pass a later preview, where what they come from is made again, and leave nothing to do after its up", async () => {
    await write(world, "2");
    const { text } = await world.stack.pulumi("preview", "--diff");
    assert.match(text, /~ title +: "made" => \[unknown\]/);
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    await world.stack.pulumi("preview", "--expect-no-changes");
  });
});

async function write(world: World, salt: string): Promise<void> {
  const sources = Object.entries(UNKNOWN).map(([name, [args]]) => {
    return `new RestDataSource("${name}", { container: "acme", title: "T", swagger: "api.json", ${args} });`;
  });
  await world.stack.write("index.js", program({}, [MADE, `const made = new Made("${salt}");`, ...sources].join("\n")));
}

const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
