import assert from "node:assert/strict";
import { World } from "../world/world";

const LIST = "AEM_DATASOURCE_ALLOWED_HOSTS";

describe("a change of the program that would send credentials elsewhere, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
    world.stack.environment[LIST] = "127.0.0.1, *.my.salesforce.com";
    await world.stack.pulumi("up", "--yes", "--skip-preview");
  });

  beforeEach(() => {
    world.aem.requests.length = 0;
    world.tokens.requests.length = 0;
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  /** A preview that must fail, of which the author must hear nothing. */
  async function refused(): Promise<string> {
    const { code, text } = await world.stack.try("preview");
    assert.notEqual(code, 0, text);
    assert.deepEqual(world.aem.requests, []);
    return text;
  }

  it("is stopped in the preview by the pipeline's list, though the program has the token check off", async () => {
    const { TOKEN_URL } = world.stack.environment;
    world.stack.environment.TOKEN_URL = String(TOKEN_URL).replace("127.0.0.1", "localhost");
    await world.program({ tokenCheck: '"off"' });
    const text = await refused();
    assert.match(
      text,
      /`oauth2\.tokenUrl` leads to localhost, which is not among the hosts of AEM_DATASOURCE_ALLOWED_HOSTS; nothing was sent there \[host-not-allowed\]\n +Correct `oauth2\.tokenUrl`, or add localhost to AEM_DATASOURCE_ALLOWED_HOSTS/,
    );
    assert.deepEqual(world.tokens.requests, []);
    world.stack.environment.TOKEN_URL = TOKEN_URL;
    await world.program();
  });

  it("is not let through by a wider list in the stack's config, which comes with the program", async () => {
    await world.stack.pulumi("config", "set", "aem-datasource:allowedHosts", "127.0.0.1, localhost");
    const { AEM_AUTHOR } = world.stack.environment;
    world.stack.environment.AEM_AUTHOR = String(AEM_AUTHOR).replace("127.0.0.1", "localhost");
    assert.match(
      await refused(),
      /AEM_AUTHOR leads to localhost, which is not among the hosts of AEM_DATASOURCE_ALLOWED/,
    );
    world.stack.environment.AEM_AUTHOR = AEM_AUTHOR;
    await world.stack.pulumi("preview", "--expect-no-changes");
  });

  it("is stopped by the stack's list alone, too, where nobody set another one", async () => {
    await world.stack.pulumi("config", "set", "aem-datasource:allowedHosts", "*.example.com");
    delete world.stack.environment[LIST];
    assert.match(
      await refused(),
      /AEM_AUTHOR leads to 127\.0\.0\.1, which is not among the hosts of aem-datasource:allowedHosts/,
    );
    assert.deepEqual(world.tokens.requests, []);
    await world.stack.pulumi("config", "rm", "aem-datasource:allowedHosts");
  });
});
