import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assertShown } from "../world/consoleBlocks";
import { REPOSITORY } from "../world/stack";
import { type Stage, Stages } from "../world/stages";

const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
const FILE = "salesforce.swagger.json";
const QUERY = {
  get: {
    operationId: "queryRecords",
    parameters: [{ name: "q", in: "query", required: true, type: "string" }],
    responses: { 200: { description: "Records", schema: { type: "object" } } },
  },
};

describe("examples/promotion over dev, stage and prod, on the engine", () => {
  let world: Stages;

  before(async () => {
    world = await Stages.start();
    await world.init("dev", "stage", "prod");
    for (const { name } of all()) await up(name);
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  function all(): Stage[] {
    return [world.dev, world.stage, world.prod];
  }

  function up(stack: string) {
    return world.stack.pulumi("up", "--yes", "--skip-preview", "--stack", stack);
  }

  async function digest(stack: string): Promise<unknown> {
    const { stdout } = await world.stack.pulumi("stack", "export", "--stack", stack);
    const api = /"api": \{\s+"digest": "([0-9a-f]+)"/.exec(stdout);
    assert.ok(api, stdout);
    return api[1];
  }

  /** The requests that each stage's author has had. */
  function requests(): number[] {
    return all().map(({ aem }) => aem.requests.length);
  }

  function swaggerFile({ aem }: Stage): unknown {
    return aem.list(PAGE)[`${PAGE}/jcr:content/swaggerFile/jcr:content/jcr:data`];
  }

  it("gives each author its own org, login and secret, and only what says so is published", () => {
    for (const { aem, tokens, clientId, clientSecret, orgHost, name } of all()) {
      const page = aem.list(`${PAGE}/jcr:content`);
      assert.equal(aem.plainSecret(PAGE), clientSecret);
      assert.equal(page[`${PAGE}/jcr:content/access_token_uri`], `https://${orgHost}/services/oauth2/token`);
      assert.equal(page[`${PAGE}/jcr:content/serviceEndPoint`], `https://${orgHost}/services/data/v61.0`);
      assert.deepEqual(aem.published(), name === "dev" ? [] : [PAGE]);
      assert.deepEqual([...new Set(tokens.requests.map((request) => request.clientId))], [clientId]);
    }
  });

  it("shows a changed Swagger file in dev, and changes dev alone", async () => {
    const before = requests();
    const file = JSON.parse(await world.stack.read(FILE));
    file.paths["/query"] = QUERY;
    await world.stack.write(FILE, JSON.stringify(file, undefined, 2));
    await world.stack.pulumi("preview", "--diff", "--stack", "dev");
    assert.deepEqual(requests(), before);
    await up("dev");
    assert.notDeepEqual(swaggerFile(world.dev), swaggerFile(world.stage));
    assert.deepEqual(requests().slice(1), before.slice(1));
    assert.notEqual(await digest("dev"), await digest("stage"));
  });

  it("carries the same file to stage, then to prod", async () => {
    await world.stack.pulumi("preview", "--diff", "--stack", "stage");
    await up("stage");
    assert.notDeepEqual(swaggerFile(world.stage), swaggerFile(world.prod));
    await up("prod");
    assert.deepEqual(swaggerFile(world.stage), swaggerFile(world.dev));
    assert.deepEqual(swaggerFile(world.prod), swaggerFile(world.dev));
    assert.deepEqual([await digest("stage"), await digest("prod")], [await digest("dev"), await digest("dev")]);
    for (const { aem, clientSecret } of all()) assert.equal(aem.plainSecret(PAGE), clientSecret);
    await world.stack.pulumi("preview", "--expect-no-changes", "--stack", "prod");
  });

  describe("with something of production in dev", () => {
    let asked: number;
    let before: number[];

    beforeEach(() => {
      asked = world.hosts.asked().length;
      before = requests();
    });

    afterEach(async () => {
      const { authorHost, orgHost } = world.prod;
      const news = world.hosts.asked().slice(asked);
      assert.deepEqual(
        news.filter((host) => [`${authorHost}:443`, `${orgHost}:443`].includes(host)),
        [],
      );
      assert.deepEqual(requests(), before);
      await world.stack.copy("examples/promotion/Pulumi.dev.yaml", "Pulumi.dev.yaml");
      await world.secrets("dev");
    });

    async function refused(...lines: RegExp[]): Promise<void> {
      const { code, text } = await world.stack.try("preview", "--stack", "dev");
      assert.notEqual(code, 0, text);
      for (const line of lines) assert.match(text, line);
    }

    it("refuses the org in the preview, and sends nothing", async () => {
      await world.stack.pulumi("config", "set", "myDomain", "acme", "--stack", "dev");
      await refused(/`oauth2\.tokenUrl` leads to acme\.my\.salesforce\.com, .* aem-datasource:allowedHosts/);
    });

    it("refuses the author in the preview, and sends nothing", async () => {
      const setting = ["aem-datasource:author", "https://author.example.com"];
      await world.stack.pulumi("config", "set", ...setting, "--stack", "dev");
      await refused(/aem-datasource:author leads to author\.example\.com, .* aem-datasource:allowedHosts/);
    });

    it("refuses the whole of production's stack file by the list of the pipeline, and sends nothing", async () => {
      await world.stack.copy("examples/promotion/Pulumi.prod.yaml", "Pulumi.dev.yaml");
      await world.secrets("dev");
      world.stack.environment.AEM_DATASOURCE_ALLOWED_HOSTS = "author-dev.example.com, *.sandbox.my.salesforce.com";
      await refused(/leads to author\.example\.com, .* of AEM_DATASOURCE_ALLOWED_HOSTS/);
      delete world.stack.environment.AEM_DATASOURCE_ALLOWED_HOSTS;
    });
  });

  describe("on its page", () => {
    it("is shown with commands that were run here, and what they printed", async () => {
      const page = await readFile(join(REPOSITORY, "examples", "promotion", "README.md"), "utf8");
      assertShown(page, world.stack.outputs);
    });
  });
});
