import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { runByShell } from "../world/shell";
import { REPOSITORY } from "../world/stack";
import { Stages } from "../world/stages";

const run = promisify(execFile);
const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
const FILE = "salesforce.swagger.json";

interface Job {
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly name?: string; readonly run?: string }[];
}

interface Ended {
  readonly code: number;
  readonly text: string;
}

/** The files are read as they stand: what the tests run is what a user copies. */
describe("examples/promotion/pipelines, their commands run by bash, on the engine", () => {
  let world: Stages;

  before(async () => {
    world = await Stages.start();
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  /** Runs the commands of a job until one fails, as the forge does. `npm ci` is done already. */
  async function pipeline(file: string, job: string, environment: Record<string, string | undefined>): Promise<Ended> {
    const text = await readFile(join(REPOSITORY, "examples", "promotion", "pipelines", file), "utf8");
    const { env, steps } = (load(text) as { jobs: Record<string, Job> }).jobs[job] ?? assert.fail(`no job ${job}`);
    const own = Object.entries(env).filter(([, value]) => !value.includes("${{"));
    let told = "";
    for (const { run: commands } of steps) {
      if (commands === undefined || commands === "npm ci") continue;
      const ended = await bash(commands, { ...Object.fromEntries(own), ...environment });
      told += ended.text;
      if (ended.code !== 0) return { code: ended.code, text: told };
    }
    return { code: 0, text: told };
  }

  function bash(commands: string, environment: Record<string, string | undefined>): Promise<Ended> {
    return runByShell(world.stack, commands, { environment });
  }

  describe("pull-request.yaml", () => {
    const environment = { GITHUB_BASE_REF: "main", PULUMI_BACKEND_URL: undefined };

    before(async () => {
      // The forge's checkout: the target branch as `origin/main`, the pull request on top of it.
      await git("init", "--quiet", "--initial-branch", "main");
      await git("add", FILE);
      await git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "before");
      await git("update-ref", "refs/remotes/origin/main", "HEAD");
    });

    async function git(...words: string[]): Promise<void> {
      await run("git", words, { cwd: world.stack.project });
    }

    async function pullRequest(change: (file: Record<string, Record<string, unknown>>) => void): Promise<Ended> {
      const file = JSON.parse(await readFile(join(REPOSITORY, "examples", "promotion", FILE), "utf8"));
      change(file);
      await world.stack.write(FILE, JSON.stringify(file, undefined, 2));
      // Each job has a machine of its own, and with it a backend that holds nothing yet.
      const backend = `file://${await world.stack.emptyFolder("backend of the job")}`;
      const scratch = await world.stack.emptyFolder("scratch of the job");
      const ended = await pipeline("pull-request.yaml", "preview", {
        ...environment,
        PULUMI_BACKEND_URL: backend,
        RUNNER_TEMP: scratch,
      });
      assert.deepEqual(world.hosts.asked(), []);
      return ended;
    }

    it("passes for a change that breaks no form, and asks nobody", async () => {
      const { code, text } = await pullRequest(({ paths = {} }) => {
        paths["/query"] = { get: { operationId: "query", responses: { 200: { description: "Records" } } } };
      });
      assert.equal(code, 0, text);
      assert.match(text, /the token check is relaxed to off by aem-datasource:tokenCheck/);
      assert.match(text, /compatible:\n {2}GET \/query: added/);
    });

    it("fails for a Swagger file that breaks forms", async () => {
      const { code, text } = await pullRequest(({ paths = {} }) => {
        delete paths["/sobjects/Lead/{id}"];
      });
      assert.equal(code, 2, text);
      assert.match(text, /breaking:\n {2}GET \/sobjects\/Lead\/\{id\}: removed/);
    });

    it("fails for a Swagger file that AEM would not take", async () => {
      const { code, text } = await pullRequest((file) => Object.assign(file, { swagger: "1.2" }));
      assert.notEqual(code, 0);
      assert.match(text, /\[swagger-not-accepted\]/);
    });
  });

  describe("up.yaml and nightly.yaml", () => {
    before(async () => {
      await world.stack.copy("examples/promotion", ".");
      await world.init("dev");
      world.stack.environment.AEM_DATASOURCE_ALLOWED_HOSTS = `${world.dev.authorHost}, ${world.dev.orgHost}`;
    });

    it("brings a stage up", async () => {
      const { code, text } = await pipeline("up.yaml", "up", { STAGE: "dev" });
      assert.equal(code, 0, text);
      assert.equal(world.dev.aem.plainSecret(PAGE), world.dev.clientSecret);
    });

    it("ends well in a night after which nothing differs", async () => {
      const { code, text } = await pipeline("nightly.yaml", "drift", { STAGE: "dev" });
      assert.equal(code, 0, text);
    });

    it("fails in the night after somebody changed something in AEM, and says what; the next up puts it right", async () => {
      world.dev.aem.edit(PAGE, { "jcr:title": "Salesforce!" });
      const { code, text } = await pipeline("nightly.yaml", "drift", { STAGE: "dev" });
      assert.notEqual(code, 0);
      assert.match(text, /~ title +: "Salesforce" => "Salesforce!"/);
      await pipeline("up.yaml", "up", { STAGE: "dev" });
      assert.equal(world.dev.aem.list(PAGE)[`${PAGE}/jcr:content/jcr:title`], "Salesforce");
    });
  });
});
