/** The SDK's own dynamic host as a child process, spoken to as the engine does: gRPC, without the engine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as requests from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { PROVIDER } from "../../provider/address";
import { REPOSITORY } from "./stack";

// The SDK's own copies: messages and credentials of other copies are refused.
const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc: typeof import("@grpc/grpc-js") = sdk("@grpc/grpc-js");
const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb") = sdk(
  "google-protobuf/google/protobuf/empty_pb",
);
const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb") = sdk(
  "google-protobuf/google/protobuf/struct_pb",
);
type StructMessage = InstanceType<typeof Struct>;

/** What stands in the place of a value that the engine does not know yet. */
export const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** How a secret goes to the engine, which then keeps it encrypted. */
export function envelope(value: string): Wire {
  return { [SIGNATURE]: SECRET_SIGNATURE, value };
}

/** Whether the engine keeps this value encrypted. */
export function isEnvelope(value: unknown): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, SIGNATURE) === SECRET_SIGNATURE;
}

export type WireValue = string | number | boolean | null | readonly WireValue[] | Wire;
/** Properties of a resource as they cross the wire. */
export interface Wire {
  readonly [key: string]: WireValue;
}

export interface Said {
  readonly severity: string;
  readonly message: string;
  readonly urn: string;
}

/** A call that failed: what the user reads, and what the engine keeps of a partial failure. */
export class CallFailed extends Error {
  constructor(
    message: string,
    readonly partial?: { readonly id: string; readonly properties: Wire; readonly reasons: readonly string[] },
  ) {
    super(message);
  }
}

export interface DynamicHostOptions {
  /** All the host sees of an environment, beside PATH. */
  environment?: Readonly<Record<string, string>>;
  /** Text by path, in the program's folder. */
  files?: Readonly<Record<string, string>>;
  /** Stack config, by whole keys. */
  config?: Wire;
  /** `absent`: nobody listens at the engine's address. */
  engine?: "listening" | "absent";
  /** `missing`: the program's node_modules has the SDK, but not this package. */
  ourPackage?: "installed" | "missing";
}

/** One process, as the engine starts one for each phase. */
export class DynamicHost {
  /** What was said to the engine, in order. */
  readonly said: Said[] = [];
  /** Everything on stdout and stderr after the port. */
  printed = "";
  /** The text of every call that failed. */
  readonly failures: string[] = [];
  #client: ResourceProviderClient | undefined;
  #child: ChildProcess | undefined;
  readonly #engine = new grpc.Server();

  private constructor(readonly folder: string) {}

  static async start(options: DynamicHostOptions = {}): Promise<DynamicHost> {
    const host = new DynamicHost(await realpath(await mkdtemp(join(tmpdir(), "dynamic-host-"))));
    try {
      await host.#program(options);
      await host.#listen();
      await host.configure(options.config ?? {});
      return host;
    } catch (thrown) {
      await host.stop();
      throw thrown;
    }
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async write(path: string, text: string): Promise<void> {
    await writeFile(join(this.folder, path), text);
  }

  async configure(config: Wire): Promise<void> {
    const request = new requests.ConfigureRequest().setArgs(struct(config));
    await this.#call<unknown>((client, options, done) => client.configure(request, NO_METADATA, options, done));
  }

  async check(olds: Wire, news: Wire) {
    const request = new requests.CheckRequest().setOlds(resource(olds)).setNews(resource(news));
    const answer = await this.#call<requests.CheckResponse>((client, options, done) =>
      client.check(request, NO_METADATA, options, done),
    );
    const failures = answer.getFailuresList().map((failure) => failure.toObject());
    return { inputs: properties(answer.getInputs()), failures };
  }

  async diff(id: string, olds: Wire, news: Wire) {
    const request = new requests.DiffRequest().setId(id).setOlds(resource(olds)).setNews(resource(news));
    const answer = await this.#call<requests.DiffResponse>((client, options, done) =>
      client.diff(request, NO_METADATA, options, done),
    );
    return {
      changes: answer.getChanges() === requests.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList(),
    };
  }

  async create(inputs: Wire) {
    const request = new requests.CreateRequest().setProperties(resource(inputs));
    const answer = await this.#call<requests.CreateResponse>((client, options, done) =>
      client.create(request, NO_METADATA, options, done),
    );
    return { id: answer.getId(), outs: properties(answer.getProperties()) };
  }

  async update(id: string, olds: Wire, news: Wire) {
    const request = new requests.UpdateRequest().setId(id).setOlds(resource(olds)).setNews(resource(news));
    const answer = await this.#call<requests.UpdateResponse>((client, options, done) =>
      client.update(request, NO_METADATA, options, done),
    );
    return { outs: properties(answer.getProperties()) };
  }

  /** `id` is empty when the resource is gone. */
  async read(id: string, outs: Wire) {
    const request = new requests.ReadRequest().setId(id).setProperties(resource(outs));
    const answer = await this.#call<requests.ReadResponse>((client, options, done) =>
      client.read(request, NO_METADATA, options, done),
    );
    return { id: answer.getId(), props: properties(answer.getProperties()), inputs: properties(answer.getInputs()) };
  }

  async delete(id: string, outs: Wire): Promise<void> {
    const request = new requests.DeleteRequest().setId(id).setProperties(resource(outs));
    await this.#call<unknown>((client, options, done) => client.delete(request, NO_METADATA, options, done));
  }

  /** Ends the process and the engine, and takes the program's folder away. */
  async stop(): Promise<void> {
    this.#client?.close();
    process.off("exit", this.#abandon);
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, "exit");
      this.#child.kill();
      await exited;
    }
    this.#engine.forceShutdown();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #program({ files = {}, ourPackage, environment, engine }: DynamicHostOptions): Promise<void> {
    const packages = join(REPOSITORY, "node_modules");
    if (ourPackage === "missing") {
      await mkdir(join(this.folder, "node_modules"));
      await symlink(join(packages, "@pulumi"), join(this.folder, "node_modules", "@pulumi"), "dir");
    } else {
      await symlink(packages, join(this.folder, "node_modules"), "dir");
    }
    for (const [path, text] of Object.entries(files)) await this.write(path, text);
    const address = await this.#startEngine();
    if (engine === "absent") this.#engine.forceShutdown();
    this.#child = spawn(process.execPath, [sdk.resolve("@pulumi/pulumi/cmd/dynamic-provider"), address], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    process.once("exit", this.#abandon);
  }

  async #startEngine(): Promise<string> {
    this.#engine.addService(EngineService, {
      log: ({ request }: { request: LogRequest }, done: (error: null, answer: unknown) => void) => {
        const { severity, message, urn } = request.toObject();
        const [name = String(severity)] = Object.entries(LogSeverity).find(([, value]) => value === severity) ?? [];
        this.said.push({ severity: name, message, urn });
        done(null, new Empty());
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.#engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return `127.0.0.1:${port}`;
  }

  /** The first line on stdout is the port; everything else is for the user. */
  async #listen(): Promise<void> {
    const child = this.#child;
    if (!child?.stdout || !child.stderr) throw new Error("The dynamic host has no streams.");
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.printed += text;
    });
    const { stdout } = child;
    const port = await new Promise<string>((resolve, reject) => {
      let first: string | undefined = "";
      stdout.setEncoding("utf8").on("data", (text: string) => {
        if (first === undefined) {
          this.printed += text;
          return;
        }
        first += text;
        const end = first.indexOf("\n");
        if (end < 0) return;
        this.printed += first.slice(end + 1);
        resolve(first.slice(0, end).trim());
        first = undefined;
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`The dynamic host ended with ${code}: ${this.printed}`)));
    });
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  /** A call that is never answered fails too: `pulumi up` would hang. */
  async #call<A>(send: (client: ResourceProviderClient, options: CallOptions, done: Done<A>) => unknown): Promise<A> {
    const client = this.#client;
    if (client === undefined) throw new Error("The dynamic host has not started.");
    const deadline = Date.now() + 60_000;
    return new Promise((resolve, reject) => {
      send(client, { deadline }, (error, answer) => {
        if (error === null) resolve(answer);
        else {
          const failed = callFailed(error);
          this.failures.push(JSON.stringify([failed.message, failed.partial?.reasons]));
          reject(failed);
        }
      });
    });
  }

  /** For a test process that ends without `stop`. */
  readonly #abandon = (): void => {
    this.#child?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  };
}

type CallOptions = { deadline: number };
type ServiceError = import("@grpc/grpc-js").ServiceError;
type Done<A> = (error: ServiceError | null, answer: A) => void;

const NO_METADATA = new grpc.Metadata();

function callFailed(error: ServiceError): CallFailed {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) return new CallFailed(error.details);
  const [detail] = Status.deserializeBinary(bytes).getDetailsList();
  const type = "pulumirpc.ErrorResourceInitFailed";
  const failed = detail?.unpack(requests.ErrorResourceInitFailed.deserializeBinary, type);
  if (!failed) throw new Error(`A failure of an unknown form: ${detail?.getTypeName()}`);
  const [id, reasons] = [failed.getId(), failed.getReasonsList()];
  return new CallFailed(error.details, { id, properties: properties(failed.getProperties()), reasons });
}

/** A resource's properties carry the address of the provider, a state's its own; secrets go in clear, as the host asks. */
function resource(values: Wire): StructMessage {
  return struct({ __provider: PROVIDER, ...values });
}

function struct(values: Wire): StructMessage {
  return Struct.fromJavaScript(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, opened(value)])));
}

/** As the engine does with what it keeps encrypted. */
function opened(value: WireValue): WireValue {
  if (isList(value)) return value.map(opened);
  if (value === null || typeof value !== "object") return value;
  if (value[SIGNATURE] === SECRET_SIGNATURE && value.value !== undefined) return value.value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, opened(child)]));
}

function isList(value: WireValue): value is readonly WireValue[] {
  return Array.isArray(value);
}

/** A Struct holds nothing but JSON. */
function properties(message: StructMessage | undefined): Wire {
  const values: Wire = JSON.parse(JSON.stringify(message?.toJavaScript() ?? {}));
  return values;
}
