import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { differences } from "../../provider/changes";
import { check } from "../../provider/check";
import * as lifecycle from "../../provider/lifecycle";
import { PartialFailure } from "../../provider/outputs";
import { Run } from "../../provider/run";
import { Secret } from "../../provider/values";

type Raw = Readonly<Record<string, unknown>>;

/** The Swagger file of a deployment, unless a test writes another one. */
export const CRM = {
  swagger: "2.0",
  info: { title: "CRM", version: "61.0" },
  host: "acme.example",
  basePath: "/",
  paths: { "/lead": { get: { operationId: "getLead", responses: { 204: { description: "No content" } } } } },
};

export const OAUTH2 = {
  clientId: "key",
  clientSecret: new Secret("the consumer's s3cret"),
  tokenUrl: "https://acme.example/token",
};

/** Where its account logs in. */
export interface Place {
  readonly origin: string;
  readonly username: string;
  readonly password: string;
}

/**
 * One data source of a program on one author, and what the engine keeps of it: the lifecycle without the engine, so that
 * many cases cost little. Each call is a phase with a Run of its own.
 */
export class Deployment {
  inputs: Raw = {};
  outputs: Raw = {};
  /** What the last phase said. */
  said: string[] = [];
  /** Environment of the next phases, over what is needed to log in. */
  environment: Record<string, string | undefined> = {};

  constructor(
    readonly place: Place,
    private readonly folder: string,
    private readonly name = "crm",
  ) {}

  /** What a program says; undefined leaves an argument out. */
  args(args: Raw = {}): Raw {
    const all = { container: "global", title: "Salesforce", swagger: { file: "crm.json" }, oauth2: OAUTH2 };
    const owner = `acme/shop/prod/${this.name}`;
    const given = Object.entries({ ...all, tokenCheck: "off", owner, ...args });
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  }

  /** The Swagger file that the program names. */
  async swagger(document: object | string = CRM): Promise<void> {
    await writeFile(join(this.folder, "crm.json"), typeof document === "string" ? document : JSON.stringify(document));
  }

  async up(args?: Raw): Promise<void> {
    await this.phase((run) => this.upIn(run, args));
  }

  /** The same in a phase that other data sources share. */
  async upIn(run: Run, args?: Raw): Promise<void> {
    const inputs = await checked(run, this.inputs, this.args(args));
    try {
      const { outputs } =
        this.outputs.path === undefined
          ? await lifecycle.create(run, inputs)
          : await lifecycle.update(run, this.outputs, inputs);
      this.keep(inputs, outputs);
    } catch (thrown) {
      if (thrown instanceof PartialFailure) this.keep(inputs, thrown.properties);
      throw thrown;
    }
  }

  /** What a preview with these arguments says is wrong. */
  async problems(args?: Raw): Promise<string> {
    const { problems } = await this.phase((run) => check(run, this.inputs, this.args(args)));
    return problems.map((problem) => problem.text()).join("\n");
  }

  /** Whether the next `up` would do something. */
  async preview(args?: Raw): Promise<boolean> {
    return this.phase(async (run) => {
      const inputs = await checked(run, this.inputs, this.args(args));
      return lifecycle.diff(this.outputs, inputs).changes;
    });
  }

  /** Keeps what a read gives back, as the engine does; answers with the names of the inputs that differ. */
  async refresh(): Promise<string[]> {
    const found = await this.read();
    assert.ok(found, "the page is gone");
    const changed = differences(this.inputs, found.inputs).map(({ field }) => field);
    this.keep(found.inputs, found.outputs);
    return changed;
  }

  async read(id = this.path): Promise<{ inputs: Raw; outputs: Raw } | undefined> {
    return this.phase((run) => lifecycle.read(run, id, this.outputs));
  }

  async destroy(): Promise<void> {
    await this.phase((run) => lifecycle.remove(run, this.path, this.outputs));
    this.keep({}, {});
  }

  get path(): string {
    return String(this.outputs.path ?? `/conf/global/settings/cloudconfigs/fdm/${this.name}`);
  }

  async phase<T>(act: (run: Run) => Promise<T>): Promise<T> {
    this.said = [];
    const say = (kind: string) => async (text: string) => void this.said.push(`${kind}: ${text}`);
    const { origin, username, password } = this.place;
    const login = { AEM_AUTHOR: origin, AEM_USERNAME: username, AEM_PASSWORD: password };
    const surroundings = { environment: { ...login, ...this.environment }, config: () => undefined };
    const run = new Run(surroundings, { warn: say("warning"), note: say("note") }, this.folder);
    try {
      return await act(run);
    } finally {
      await run.close();
    }
  }

  private keep(inputs: Raw, outputs: Raw): void {
    this.inputs = inputs;
    this.outputs = outputs;
  }
}

export async function checked(run: Run, olds: Raw, news: Raw): Promise<Raw> {
  const { inputs, problems } = await check(run, olds, news);
  assert.deepEqual(
    problems.map((problem) => problem.text()),
    [],
  );
  return inputs;
}
