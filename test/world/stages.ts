import { type AemEmulator, startAemEmulator } from "./aemEmulator";
import { findEngine } from "./engine";
import { searchText } from "./leaks";
import { type NamedHosts, startNamedHosts } from "./namedHosts";
import { Stack } from "./stack";
import { startTokenServer, type TokenServer } from "./tokenServer";

export interface Stage {
  readonly name: string;
  readonly authorHost: string;
  readonly orgHost: string;
  readonly aem: AemEmulator;
  readonly tokens: TokenServer;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly password: string;
}

/** Where the stages of examples/promotion live, as their stack files say it. */
const HOSTS = {
  dev: ["author-dev.example.com", "acme--dev.sandbox.my.salesforce.com"],
  stage: ["author-stage.example.com", "acme--uat.sandbox.my.salesforce.com"],
  prod: ["author.example.com", "acme.my.salesforce.com"],
} as const;
type StageName = keyof typeof HOSTS;

/**
 * examples/promotion as it stands, with a stack for each stage: an author and an org each, under the names of the stack
 * files. An author is an AEM emulator, an org a real token server.
 */
export class Stages {
  private constructor(
    readonly stack: Stack,
    readonly hosts: NamedHosts,
    private readonly all: Readonly<Record<StageName, Stage>>,
  ) {}

  static async start(): Promise<Stages> {
    const [dev, stage, prod] = await Promise.all([startStage("dev"), startStage("stage"), startStage("prod")]);
    const servers = [dev, stage, prod].flatMap(({ authorHost, orgHost, aem, tokens }) => [
      [authorHost, aem.origin],
      [orgHost, tokens.origin],
    ]);
    const hosts = await startNamedHosts(Object.fromEntries(servers));
    const stack = await Stack.create(await findEngine(() => undefined), {}, hosts.environment);
    stack.environment.PULUMI_NODEJS_TRANSPILE_ONLY = "true"; // the example's types are checked by a test of its own
    await stack.copy("examples/promotion", ".");
    return new Stages(stack, hosts, { dev, stage, prod });
  }

  get dev(): Stage {
    return this.all.dev;
  }

  get stage(): Stage {
    return this.all.stage;
  }

  get prod(): Stage {
    return this.all.prod;
  }

  /** Makes the stacks, and gives each its secrets. */
  async init(...names: readonly StageName[]): Promise<void> {
    for (const name of names) {
      await this.stack.pulumi("stack", "init", name);
      await this.secrets(name);
    }
  }

  /** The secrets of a stage, into its stack's config. */
  async secrets(name: StageName): Promise<void> {
    await this.stack.pulumi("stack", "select", name);
    await this.stack.setSecret("consumerSecret", this.all[name].clientSecret);
    await this.stack.setSecret("aem-datasource:password", this.all[name].password);
  }

  /** Every artefact of all stages, searched for every secret of all of them. */
  async leaks(): Promise<string[]> {
    const stages = Object.values(this.all);
    const secrets = stages.flatMap(({ clientSecret, password, tokens }) => [
      clientSecret,
      password,
      ...tokens.issuedTokens,
    ]);
    const logs = stages.flatMap(({ aem, tokens }) => [...aem.log, ...tokens.log]).join("\n");
    return [...(await this.stack.leaks(secrets)), ...searchText("a server's log", logs, secrets)];
  }

  async stop(): Promise<void> {
    const servers = Object.values(this.all).flatMap(({ aem, tokens }) => [aem, tokens]);
    await Promise.all([...servers, this.hosts].map((server) => server.stop()));
    await this.stack.remove();
  }
}

async function startStage(name: StageName): Promise<Stage> {
  const [authorHost, orgHost] = HOSTS[name];
  const clientId = `3MVG9ExampleKeyOf${name[0]?.toUpperCase()}${name.slice(1)}`;
  const clientSecret = `s3cret of the app in ${name}`;
  const password = `p4ssword of the account in ${name}`;
  const [aem, tokens] = await Promise.all([
    startAemEmulator({ accounts: [{ user: "pulumi", password, rights: "write" }] }),
    startTokenServer({ clients: [{ clientId, clientSecret }] }),
  ]);
  return { name, authorHost, orgHost, aem, tokens, clientId, clientSecret, password };
}
