import assert from "node:assert/strict";
import { type AemEmulator, type AemEmulatorOptions, startAemEmulator } from "../world/aemEmulator";
import { CallFailed, DynamicHost, type DynamicHostOptions, type Wire, type WireValue } from "../world/dynamicHost";
import { searchText } from "../world/leaks";
import { type HttpProxy, startProxy } from "../world/proxy";
import { startTokenServer, type TokenServer } from "../world/tokenServer";
import { SWAGGER } from "../world/world";

export const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
export const PAGE = `${FOLDER}/crm`;
export const CLIENT_ID = "consumer-key";
/** Characters that every encoding treats in its own way. */
export const SECRET = 'S3cret+/=&% "quoted"\\of-the-app~';
export const USER = "deployer";
export const PASSWORD = "p4ssword:of the deployer";

type Args = Readonly<Record<string, WireValue | undefined>>;

/** AEM, a token server, and the SDK's dynamic host between them and the test, which plays the engine. */
export class WireWorld {
  /** Everything that must stand nowhere in clear; tests add what they invent. */
  readonly secrets = [SECRET, PASSWORD];
  /** Of each host that was there, one after the other. */
  readonly #hosts: DynamicHost[] = [];

  private constructor(
    readonly aem: AemEmulator,
    /** Stands in front of the author: tests break a run there. */
    readonly proxy: HttpProxy,
    readonly tokens: TokenServer,
  ) {}

  static async start(options: DynamicHostOptions = {}, aemOptions: AemEmulatorOptions = {}): Promise<WireWorld> {
    const aem = await startAemEmulator({
      accounts: [{ user: USER, password: PASSWORD, rights: "write" }],
      ...aemOptions,
    });
    const proxy = await startProxy(aem.origin);
    const tokens = await startTokenServer({ clients: [{ clientId: CLIENT_ID, clientSecret: SECRET }] });
    const world = new WireWorld(aem, proxy, tokens);
    await world.nextPhase(options);
    return world;
  }

  /** The host of this phase. */
  get host(): DynamicHost {
    const host = this.#hosts.at(-1);
    if (host === undefined) throw new Error("No host has started.");
    return host;
  }

  /** Another process, as the engine starts one for each phase: nothing is left in memory of what was before. */
  async nextPhase(options: DynamicHostOptions = {}): Promise<DynamicHost> {
    await this.#hosts.at(-1)?.stop();
    const host = await DynamicHost.start({
      ...options,
      environment: {
        AEM_AUTHOR: this.proxy.origin,
        AEM_USERNAME: USER,
        AEM_PASSWORD: PASSWORD,
        ...options.environment,
      },
      files: { "api.json": SWAGGER, ...options.files },
    });
    this.#hosts.push(host);
    return host;
  }

  oauth2(args: Args = {}): Wire {
    return defined({ clientId: CLIENT_ID, clientSecret: SECRET, tokenUrl: this.tokens.tokenUrl, ...args });
  }

  /** What the class hands over for a program with one data source; undefined leaves an argument out. */
  args(args: Args = {}): Wire {
    return defined({
      container: "global",
      title: "Salesforce",
      swagger: { file: "api.json" },
      oauth2: this.oauth2(),
      owner: `acme/shop/prod/${args.name ?? "crm"}`,
      ...args,
    });
  }

  /** The inputs of a check that must find nothing. */
  async checked(args: Args = {}, olds: Wire = {}): Promise<Wire> {
    const { inputs, failures } = await this.host.check(olds, this.args(args));
    assert.deepEqual(failures, []);
    return inputs;
  }

  /** As an `up` does for a new resource. */
  async created(args: Args = {}): Promise<{ id: string; inputs: Wire; outs: Wire }> {
    const inputs = await this.checked(args);
    return { inputs, ...(await this.host.create(inputs)) };
  }

  /** Every request that anybody got, as text. */
  sent(): string[] {
    const { requests } = this.aem;
    const files = requests.flatMap(({ fields }) => fields.map(({ file }) => file?.bytes.toString("utf8") ?? ""));
    return [...[...requests, ...this.tokens.requests].map((request) => JSON.stringify(request)), ...files];
  }

  /** What a user could see of this run, searched for every secret of it. Only the answers themselves may hold one. */
  leaks(): string[] {
    const secrets = [...this.secrets, ...this.tokens.issuedTokens];
    return this.#hosts.flatMap((host) => [
      ...searchText("the host's output", host.printed, secrets),
      ...searchText("what was said to the engine", host.said.map(({ message }) => message).join("\n"), secrets),
      ...searchText("a failure", host.failures.join("\n"), secrets),
    ]);
  }

  async stop(): Promise<void> {
    await this.#hosts.at(-1)?.stop();
    await Promise.all([this.proxy.stop(), this.aem.stop(), this.tokens.stop()]);
  }
}

function defined(values: Args): Wire {
  const given: Record<string, WireValue> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) given[key] = value;
  return given;
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const outcome = await call.then(
    () => "it succeeded",
    (thrown: unknown) => thrown,
  );
  assert.ok(outcome instanceof CallFailed, String(outcome));
  return outcome;
}

/** The partial failure of a call that must fail half-way. */
export async function partialOf(call: Promise<unknown>): Promise<NonNullable<CallFailed["partial"]>> {
  const { partial, message } = await failureOf(call);
  assert.ok(partial, `no partial failure: ${message}`);
  return partial;
}

/** An object among the properties; empty when there is none of that name. */
export function member(values: Wire, key: string): Wire {
  const value = values[key];
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

function isList(value: WireValue): value is readonly WireValue[] {
  return Array.isArray(value);
}
