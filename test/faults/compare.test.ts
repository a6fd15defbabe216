import assert from "node:assert/strict";
import { type AemEmulator, startAemEmulator } from "../world/aemEmulator";
import { commandLine, type Ended } from "../world/commandLine";
import { PAGE, program, SWAGGER, World } from "../world/world";

const STAGES = ["dev", "stage", "prod"] as const;

describe("three stacks of one program, each with an author of its own, on the engine", () => {
  let world: World;
  const authors = new Map<string, AemEmulator>();

  before(async () => {
    world = await World.start(program({ publish: "true" }));
    for (const stage of STAGES) {
      const accounts = [
        { user: "deployer", password: world.stack.environment.AEM_PASSWORD ?? "", rights: "write" },
      ] as const;
      authors.set(stage, await startAemEmulator({ accounts: [...accounts] }));
      await world.stack.pulumi("stack", "init", stage);
    }
    for (const stage of ["dev", "stage"] as const) await up(stage);
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await Promise.all([...authors.values()].map((author) => author.stop()));
    await world.stop();
  });

  async function up(stage: (typeof STAGES)[number]): Promise<void> {
    world.stack.environment.AEM_AUTHOR = authors.get(stage)?.origin;
    await world.stack.pulumi("up", "--yes", "--skip-preview", "--stack", stage);
  }

  /** Without the stacks' passphrase, and with authors and token server counted. */
  async function compare(...words: string[]): Promise<Ended> {
    const asked = () =>
      [...authors.values()].map(({ requests }) => requests.length).concat(world.tokens.requests.length);
    const { PULUMI_CONFIG_PASSPHRASE: _, ...environment } = world.stack.commandEnvironment();
    const before = asked();
    const call = { environment, folder: world.stack.project, secrets: world.secrets };
    const ended = await commandLine(["compare", ...words], call);
    assert.deepEqual(asked(), before);
    return ended;
  }

  it("are the same after the same up; one that was never updated is told, and a stack that is not there", async () => {
    const { code, stdout, stderr } = await compare("dev", "stage");
    assert.match(stdout, /\nstage is what dev is\n$/);
    assert.deepEqual([code, stderr], [0, ""]);
    const with3 = await compare(...STAGES);
    assert.match(with3.stdout, /\nprod +never, or destroyed +0\n/);
    assert.match(with3.stdout, /\nnothing is deployed in prod: a promotion would create 1 data source\n$/);
    assert.equal(with3.code, 2);
    const gone = await compare("dev", "production");
    assert.match(gone.stderr, /^error: stack production: there is no stack of that name \[stack-unreadable\]\n/);
    assert.equal(gone.code, 1);
  });

  it("differ by what dev got since, until it is promoted", async () => {
    const document = JSON.parse(SWAGGER);
    const { "/query": _, ...paths } = document.paths;
    await world.stack.write("api.json", JSON.stringify({ ...document, paths }));
    await world.program({ publish: "true", title: '"Salesforce CRM"' });
    await up("dev");
    const { code, stdout } = await compare("dev", "stage");
    assert.match(stdout, /\n {4}title: Salesforce → Salesforce CRM\n/);
    assert.match(stdout, /\n {4}breaks form data models:\n {6}GET \/query: removed\n/);
    assert.equal(code, 2);
    await up("stage");
    await up("prod");
    const after = await compare(...STAGES);
    assert.match(after.stdout, /\nstage is what dev is\nprod is what stage is\n$/);
    assert.equal(after.code, 0);
  });

  it("show drift that a refresh has noted, and a publication that failed", async () => {
    authors.get("stage")?.saveSecretAgain(PAGE, "a secret by hand");
    world.secrets.push("a secret by hand");
    world.stack.environment.AEM_AUTHOR = authors.get("stage")?.origin;
    await world.stack.pulumi("refresh", "--yes", "--skip-preview", "--stack", "stage");
    authors.get("prod")?.setReplication("refused");
    await world.program({ publish: "true", title: '"Salesforce Cloud"' });
    world.stack.environment.AEM_AUTHOR = authors.get("prod")?.origin;
    await world.stack.try("up", "--yes", "--skip-preview", "--stack", "prod");
    const { code, stdout } = await compare(...STAGES);
    assert.match(stdout, /\nsecretRevision +state +1 +1, saved again in AEM +1\n/);
    assert.match(stdout, /\npublish +differs +yes +yes +not published in AEM\n/);
    assert.match(stdout, /\nlastWrite +state +- +- +failed in part \[not-published\]\n/);
    assert.equal(code, 2);
  });
});
