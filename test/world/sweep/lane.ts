import { type AemEmulator, startAemEmulator } from "../aemEmulator";
import { type Authority, type Issued, makeAuthority } from "../certificates";
import { DynamicHost, type Wire, type WireValue } from "../dynamicHost";
import { type FaultProxy, startFaultProxy } from "../faultProxy";
import { type Elsewhere, startElsewhere } from "../faults";
import { searchText } from "../leaks";
import { startTokenServer, type TokenServer } from "../tokenServer";
import { EngineModel } from "./engineModel";
import type { Secrets } from "./scenarios";

export const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const CLIENT_ID = "consumer-key";
/** Characters that every encoding treats in its own way. */
const SECRET = 'S3cret+/=&% "quoted"\\of-the-app~';
const USER = "deployer";
const PASSWORD = "p4ssword:of the deployer";

/** What was loaded afresh is never given back, so a host is replaced after so many runs. */
const RUNS_OF_A_HOST = 50;
/** So that a silent author is given up soon, and a slow machine is none. */
const TIMEOUT_SECONDS = "8";

/** Two Swagger files that differ in what they say. */
const FILES = {
  "api.json": swaggerFile({ "/lead": operation("getLead") }),
  "next.json": swaggerFile({ "/lead": operation("getLead"), "/offer": operation("getOffer") }),
};

/**
 * AEM emulator, token server, a fault proxy before each of them, and the provider in the SDK's dynamic host. One run
 * after the other takes place here; lanes run side by side. Over https where that matters, since it is slow: each
 * connection reads all authorities that Node trusts.
 */
export class Lane {
  #host: DynamicHost | undefined;
  #runs = 0;

  private constructor(
    readonly aem: AemEmulator,
    readonly tokens: TokenServer,
    readonly author: FaultProxy,
    readonly tokenServer: FaultProxy,
    readonly elsewhere: Elsewhere,
    private readonly authority: Authority,
    /** Of an authority that nobody trusts. */
    readonly otherCertificate: Issued,
    private readonly https: boolean,
  ) {}

  static async start({ https = false } = {}): Promise<Lane> {
    const authority = await makeAuthority();
    const aem = await startAemEmulator({ accounts: [{ user: USER, password: PASSWORD, rights: "write" }] });
    const tokens = await startTokenServer({ clients: [{ clientId: CLIENT_ID, clientSecret: SECRET }] });
    const options = https ? { tls: await authority.issue() } : {};
    const author = await startFaultProxy(aem.origin, options);
    const tokenServer = await startFaultProxy(tokens.origin, options);
    const other = await (await makeAuthority("Somebody else")).issue();
    return new Lane(aem, tokens, author, tokenServer, await startElsewhere(), authority, other, https);
  }

  get host(): DynamicHost {
    if (this.#host === undefined) throw new Error("No host has started.");
    return this.#host;
  }

  /** A stack without a resource, and secrets that nobody has heard of. */
  async begin(): Promise<{ readonly model: EngineModel; readonly secrets: Secrets }> {
    this.aem.requests.length = 0;
    if (this.#runs % RUNS_OF_A_HOST === 0) await this.restart();
    this.#runs += 1;
    const secrets = { first: `${SECRET}${this.#runs}`, next: `next/${SECRET}${this.#runs}` };
    return { model: new EngineModel(() => this.host), secrets };
  }

  /** SIGKILL, as a crash would. */
  kill(): void {
    if (this.host.pid !== undefined) process.kill(this.host.pid, "SIGKILL");
  }

  async restart(): Promise<void> {
    await this.#host?.stop();
    this.#host = await DynamicHost.start({
      files: { ...FILES, "ca.pem": this.authority.certificate },
      environment: {
        AEM_AUTHOR: this.author.origin,
        AEM_USERNAME: USER,
        AEM_PASSWORD: PASSWORD,
        AEM_TIMEOUT_SECONDS: TIMEOUT_SECONDS,
        ...(this.https ? { AEM_CA_FILE: "ca.pem", NODE_EXTRA_CA_CERTS: "ca.pem" } : {}),
      },
    });
  }

  /** The program's app has this secret from now on. */
  rotate(secret: string): void {
    this.tokens.setSecret(CLIENT_ID, secret);
  }

  args(name: string, clientSecret: string, more: Readonly<Record<string, WireValue>>): Wire {
    const { pathname } = new URL(this.tokens.tokenUrl);
    return {
      container: "global",
      name,
      title: "Salesforce",
      swagger: { file: "api.json" },
      oauth2: { clientId: CLIENT_ID, clientSecret, tokenUrl: this.tokenServer.origin + pathname },
      owner: `acme/shop/prod/${name}`,
      ...more,
    };
  }

  /** Where a secret, or an access token, stands in what the last run printed, said or failed with; and in `more`. */
  leaks({ first, next }: Secrets, more: Readonly<Record<string, string>>): string[] {
    const secrets = [first, next, PASSWORD, ...this.tokens.issuedTokens];
    const { host } = this;
    const texts = {
      "the host's output": host.printed,
      "what was said to the engine": host.said.map(({ message }) => message).join("\n"),
      "a failure": host.failures.join("\n"),
      ...more,
    };
    host.printed = "";
    host.said.length = 0;
    host.failures.length = 0;
    this.tokens.issuedTokens.length = 0;
    return Object.entries(texts).flatMap(([where, text]) => searchText(where, text, secrets));
  }

  async stop(): Promise<void> {
    await this.#host?.stop();
    const { aem, tokens, author, tokenServer, elsewhere } = this;
    await Promise.all([author, tokenServer, aem, tokens, elsewhere].map((server) => server.stop()));
  }
}

function swaggerFile(paths: object): string {
  const info = { title: "CRM", version: "61.0" };
  return JSON.stringify({ swagger: "2.0", info, host: "acme.example", basePath: "/", paths });
}

function operation(operationId: string): object {
  return { get: { operationId, responses: { 204: { description: "No content" } } } };
}
