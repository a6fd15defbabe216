import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AemEmulator, type AemEmulatorOptions, type RecordedRequest, startAemEmulator } from "./aemEmulator";
import type { Place } from "./deployment";
import { findEngine } from "./engine";
import { type StackKeys, stackKeys } from "./keyServer";
import { searchText } from "./leaks";
import { REPOSITORY, Stack } from "./stack";
import { startTokenServer, type TokenServer } from "./tokenServer";

/** A Swagger file that the tests use as it is or change. */
export const SWAGGER = readFileSync(join(REPOSITORY, "test", "world", "salesforce.swagger.json"), "utf8");

/** Where the data source of `program` lives. */
export const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";

export const CLIENT_ID = "consumer-key";
/** Characters that every encoding treats in its own way, so that a leak can't hide behind one. */
export const CLIENT_SECRET = 'S3cret+/=&% "quoted"\\of-the-app';
export const PASSWORD = "p4ssword of the deployer";

/** Source text of a program with one data source; each argument is JavaScript, `undefined` leaves one out. */
export function program(args: Readonly<Record<string, string | undefined>> = {}, around = ""): string {
  const all: Record<string, string | undefined> = {
    container: '"global"',
    title: '"Salesforce"',
    swagger: '"api.json"',
    oauth2:
      "{ clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL }",
    ...args,
  };
  const given = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [`  ${key}: ${value},`]));
  return [
    'const pulumi = require("@pulumi/pulumi");',
    'const { RestDataSource, salesforce } = require("pulumi-aem-datasource");',
    around,
    `const crm = new RestDataSource("crm", {\n${given.join("\n")}\n});`,
    "exports.path = crm.path;",
  ].join("\n");
}

/** A token server that knows the program's app. */
export function startTokens(): Promise<TokenServer> {
  return startTokenServer({ clients: [{ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }] });
}

/**
 * A Pulumi stack with a program, for an author and a token server that are there already.
 * `keys`: who keeps the key of its secrets; default a passphrase.
 */
export async function startStack(
  author: Place,
  tokens: Pick<TokenServer, "tokenUrl">,
  source = program(),
  keys?: StackKeys,
): Promise<Stack> {
  const files = {
    "Pulumi.yaml": "name: program\nruntime: { name: nodejs, options: { typescript: false } }\n",
    "package.json": '{ "main": "index.js" }\n',
    "index.js": source,
    "api.json": SWAGGER,
  };
  const stack = await Stack.create(await sharedEngine(), files, {
    AEM_AUTHOR: author.origin,
    AEM_USERNAME: author.username,
    AEM_PASSWORD: author.password,
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN_URL: tokens.tokenUrl,
    ...keys?.environment,
  });
  await stack.preload();
  await stack.pulumi("stack", "init", "test", ...(keys === undefined ? [] : ["--secrets-provider", keys.provider]));
  return stack;
}

export interface WorldOptions extends AemEmulatorOptions {
  /** Whether a passphrase keeps the secrets of the stack, as in most users' stacks; default a key server, which is faster. */
  readonly passphrase?: boolean;
}

/**
 * An AEM emulator, a token server and a Pulumi stack with a program. The program's credentials come from the
 * environment, where the engine's own text filter does not mask them: what leaks, shows.
 */
export class World {
  /** Everything that must stand nowhere in clear; tests add what they invent. */
  readonly secrets = [CLIENT_SECRET, PASSWORD];

  private constructor(
    readonly aem: AemEmulator,
    readonly tokens: TokenServer,
    readonly stack: Stack,
  ) {}

  static async start(source = program(), { passphrase = false, ...options }: WorldOptions = {}): Promise<World> {
    const aem = await startAemEmulator({
      ...options,
      accounts: [
        { user: "deployer", password: PASSWORD, rights: "write" },
        { user: "reader", password: PASSWORD, rights: "read" },
        { user: "nobody", password: PASSWORD, rights: "none" },
      ],
    });
    const tokens = await startTokens();
    const author = { origin: aem.origin, username: "deployer", password: PASSWORD };
    const stack = await startStack(author, tokens, source, passphrase ? undefined : await stackKeys());
    return new World(aem, tokens, stack);
  }

  async program(args?: Readonly<Record<string, string | undefined>>, around?: string): Promise<void> {
    await this.stack.write("index.js", program(args, around));
  }

  /** Gives the app another secret on the token server and in the program's environment. */
  rotate(secret: string): void {
    this.secrets.push(secret);
    this.tokens.setSecret(CLIENT_ID, secret);
    this.stack.environment.CLIENT_SECRET = secret;
  }

  /** The requests that wrote, or tried to, since the last call. */
  newWrites(): RecordedRequest[] {
    const all = this.aem.requests.filter(({ writes }) => writes);
    const news = all.slice(this.#seen);
    this.#seen = all.length;
    return news;
  }
  #seen = 0;

  /** Every artefact of the run, searched for every secret of the run. */
  async leaks(): Promise<string[]> {
    const secrets = [...this.secrets, ...this.tokens.issuedTokens];
    const logs = [...this.aem.log, ...this.tokens.log].join("\n");
    return [...(await this.stack.leaks(secrets)), ...searchText("a server's log", logs, secrets)];
  }

  async stop(): Promise<void> {
    await Promise.all([this.aem.stop(), this.tokens.stop()]);
    await this.stack.remove();
  }
}

let engine: ReturnType<typeof findEngine> | undefined;
/** Found once per run. */
function sharedEngine() {
  engine ??= findEngine(() => undefined);
  return engine;
}
