import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AemEmulator, startAemEmulator } from "./aemEmulator";
import { assertPrinted, type Shown, shownOn } from "./consoleBlocks";
import type { Place } from "./deployment";
import { findEngine } from "./engine";
import { searchText } from "./leaks";
import { type NamedHosts, startNamedHosts } from "./namedHosts";
import { type SalesforceOrg, startSalesforceOrg } from "./salesforceOrg";
import { runByShell } from "./shell";
import { REPOSITORY, Stack } from "./stack";
import { startTokenServer, type TokenServer } from "./tokenServer";

/** What the README's reader has: an author, an org with an app, and an empty folder. */
const AUTHOR_HOST = "author.example.com";
const ORG_HOST = "acme.my.salesforce.com";
export const SALESFORCE = "/conf/global/settings/cloudconfigs/fdm/salesforce";
export const CONSUMER_KEY = "3MVG9ExampleConsumerKey";
export const CONSUMER_SECRET = "s3cret of the app in acme";
const PASSWORD = "p4ssword of the deployer";

/** What `pulumi new typescript` would bring; there is no network for it here. */
const TEMPLATE = {
  "package.json": '{ "name": "crm-forms", "main": "index.ts" }\n',
  "tsconfig.json": `{
  "compilerOptions": { "strict": true, "target": "es2022", "module": "node16", "moduleResolution": "node16", "skipLibCheck": true },
  "files": ["index.ts"]
}\n`,
};

/** The guide of the README in a project that holds nothing but what the page itself shows. */
export class Guide {
  /** Commands that were run, as the page shows them. */
  readonly ran = new Set<string>();
  readonly #answers = new Map<string, string[]>();
  readonly #secrets: string[] = [];

  private constructor(
    readonly page: string,
    readonly aem: AemEmulator,
    readonly tokens: TokenServer,
    readonly stack: Stack,
    private readonly org: SalesforceOrg,
    private readonly hosts: NamedHosts,
  ) {
    this.types("aem-datasource:password", PASSWORD);
    this.types("consumerSecret", CONSUMER_SECRET);
  }

  static async start(): Promise<Guide> {
    const page = await readFile(join(REPOSITORY, "README.md"), "utf8");
    const client = { clientId: CONSUMER_KEY, clientSecret: CONSUMER_SECRET };
    const [aem, tokens, org] = await Promise.all([
      startAemEmulator({ accounts: [{ user: "deployer", password: PASSWORD, rights: "write" }] }),
      startTokenServer({ clients: [client] }),
      startSalesforceOrg(client),
    ]);
    org.instanceUrl = `https://${ORG_HOST}`;
    const hosts = await startNamedHosts({ [AUTHOR_HOST]: aem.origin, [ORG_HOST]: tokens.origin });
    const files = {
      ...TEMPLATE,
      "Pulumi.yaml": blockOf(page, "yaml"),
      "index.ts": blockOf(page, "ts"),
    };
    const stack = await Stack.create(await findEngine(() => undefined), files, hosts.environment);
    stack.environment.PULUMI_NODEJS_TRANSPILE_ONLY = "true"; // its types are checked once, by themselves
    return new Guide(page, aem, tokens, stack, org, hosts);
  }

  /** Where somebody logs in who uses the wizard. */
  get wizard(): Place {
    return { origin: this.aem.origin, username: "deployer", password: PASSWORD };
  }

  /** What is typed where `pulumi config set --secret` asks for this key: one after the other, the last for good. */
  types(key: string, ...secrets: string[]): void {
    this.#answers.set(key, secrets);
    this.#secrets.push(...secrets);
  }

  /**
   * Does what a section shows, block by block: runs commands and compares what they print, makes changes to the program. A
   * command that is `before`, and all behind it, is left.
   */
  async follow(title: string, before?: string): Promise<void> {
    const section = this.page.split(/^#{2,3} /m).find((part) => part.startsWith(`${title}\n`));
    if (section === undefined) throw new Error(`the page has no section "${title}"`);
    for (const [block, language] of section.matchAll(/^```(console|diff)\n.*?^```$/gms)) {
      if (language === "diff") await this.#change(block);
      for (const shown of shownOn(block)) {
        if (shown.command === before) return;
        await this.#run(shown);
      }
    }
  }

  /** What somebody did in AEM: another title, an operation less, and the secret saved once more. */
  async edited(): Promise<void> {
    const { paths, ...document } = JSON.parse(await this.stack.read("salesforce.swagger.json"));
    const { "/query": _, ...others } = paths;
    this.aem.edit(SALESFORCE, { "jcr:title": "Salesforce (old)" });
    this.aem.editFile(SALESFORCE, Buffer.from(JSON.stringify({ ...document, paths: others })));
    this.aem.saveSecretAgain(SALESFORCE, CONSUMER_SECRET);
  }

  async #run(shown: Shown): Promise<void> {
    const { command } = shown;
    const [, key = ""] = /^pulumi config set --secret (\S+)$/.exec(command) ?? [];
    const describes = command.includes("swagger from-salesforce");
    // Token server and replayed org are two servers, and to the reader one.
    if (describes) this.hosts.name(ORG_HOST, this.org.origin);
    const [answer, ...later] = this.#answers.get(key) ?? [];
    if (later.length > 0) this.#answers.set(key, later);
    const output = await runByShell(this.stack, unasked(command), { input: answer, shownAs: command });
    if (describes) this.hosts.name(ORG_HOST, this.tokens.origin);
    if (!mayEnd(shown, output.code)) throw new Error(`${command} ended with ${output.code}:\n${output.text}`);
    assertPrinted(shown, output.text);
    this.ran.add(command);
  }

  /** A line behind another one, as a diff shows it. */
  async #change(block: string): Promise<void> {
    const [, before = "", added = ""] = /^ (.*)\n\+(.*)$/m.exec(block) ?? [];
    const program = await this.stack.read("index.ts");
    if (program.split(before).length !== 2) throw new Error(`the program does not have, once: ${before}`);
    await this.stack.write("index.ts", program.replace(before, `${before}\n${added}`));
  }

  /** Every artefact of the run, searched for every secret of the run. */
  async leaks(): Promise<string[]> {
    const secrets = [...this.#secrets, ...this.tokens.issuedTokens, ...this.org.tokens];
    const logs = [...this.aem.log, ...this.tokens.log].join("\n");
    return [...(await this.stack.leaks(secrets)), ...searchText("a server's log", logs, secrets)];
  }

  async stop(): Promise<void> {
    await Promise.all([this.aem, this.tokens, this.org, this.hosts].map((server) => server.stop()));
    await this.stack.remove();
  }
}

/** The first block of its language, whole. */
function blockOf(page: string, language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  if (block === undefined) throw new Error(`the page has no block of ${language}`);
  return block;
}

/** People are asked, and read the preview first; a test is not. */
function unasked(command: string): string {
  const [, verb] = /^pulumi (up|destroy|refresh)\b(?!.*--preview-only)/.exec(command) ?? [];
  return verb === undefined ? command : `${command} --yes --skip-preview`;
}

/** As the page says behind the command; else it fails if the page shows an error of it. */
function mayEnd({ command, lines }: Shown, code: number): boolean {
  const [, told] = / # ends with (\d+)/.exec(command) ?? [];
  if (told !== undefined) return code === Number(told);
  return lines.some((line) => /^ *error: /.test(line)) === (code !== 0);
}
