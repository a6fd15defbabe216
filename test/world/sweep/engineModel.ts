import { isDeepStrictEqual } from "node:util";
import { CallFailed, type DynamicHost, type Wire } from "../dynamicHost";
import { freshProvider } from "./freshProvider";

/** What the engine keeps of a resource (its state, without what it encrypts and how it is stored). */
export interface Kept {
  readonly id: string;
  readonly inputs: Wire;
  readonly outputs: Wire;
  /** Why the last create or update did not get to its end; a refresh forgets it. */
  readonly initErrors: readonly string[];
}

/** What a command of `pulumi` ended with. */
export interface Ended {
  readonly ok: boolean;
  readonly text: string;
}

const OK: Ended = { ok: true, text: "" };

/**
 * One resource of a stack, treated as the engine treats it (pkg/resource/deploy, as far as one resource goes): what it
 * asks the provider in which order, and what it keeps after a success, a failure and a partial failure. The provider is
 * the real one, in the SDK's dynamic host.
 */
export class EngineModel {
  state: Kept | undefined;
  #address: Wire = {};

  constructor(private readonly host: () => DynamicHost) {
    this.nextPhase();
  }

  /** The provider forgets what it knew, as the engine starts another process for each phase. */
  nextPhase(): void {
    this.#address = { __provider: freshProvider() };
  }

  async up(args: Wire): Promise<Ended> {
    return ended(async () => {
      const inputs = await this.#checked(args);
      const olds = this.state;
      if (olds === undefined) {
        const keep = (id: string, outputs: Wire) => this.#keep(id, inputs, outputs);
        return this.#written(inputs, async () => {
          const { id, outs } = await this.host().create(this.#with(inputs));
          keep(id, outs);
        });
      }
      if (!(await this.#changes(olds, inputs))) {
        this.state = { ...olds, inputs };
        return;
      }
      return this.#written(inputs, async () => {
        const { outs } = await this.host().update(olds.id, this.#with(olds.outputs), this.#with(inputs));
        this.#keep(olds.id, inputs, outs);
      });
    });
  }

  /** Whether an `up` would do something. */
  async preview(args: Wire): Promise<boolean> {
    return this.state === undefined || this.#changes(this.state, await this.#checked(args));
  }

  async refresh(): Promise<Ended> {
    return ended(async () => {
      const { state } = this;
      if (state === undefined) return;
      const { id, props, inputs } = await this.host().read(state.id, this.#with(state.outputs));
      this.state = id === "" ? undefined : { id, inputs, outputs: props, initErrors: [] };
    });
  }

  async destroy(): Promise<Ended> {
    return ended(async () => {
      if (this.state === undefined) return;
      await this.host().delete(this.state.id, this.#with(this.state.outputs));
      this.state = undefined;
    });
  }

  async #checked(args: Wire): Promise<Wire> {
    const { inputs, failures } = await this.host().check(this.#with(this.state?.inputs ?? {}), this.#with(args));
    if (failures.length > 0) throw new CallFailed(failures.map(({ reason }) => reason).join("\n"));
    return inputs;
  }

  /** The engine updates what failed half-way, whatever the provider says of a difference. */
  async #changes({ id, outputs, initErrors }: Kept, inputs: Wire): Promise<boolean> {
    const { changes } = await this.host().diff(id, this.#with(outputs), this.#with(inputs));
    return changes || initErrors.length > 0;
  }

  async #written(inputs: Wire, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (thrown) {
      if (thrown instanceof CallFailed && thrown.partial) {
        const { id, properties, reasons } = thrown.partial;
        this.state = { id, inputs, outputs: properties, initErrors: reasons };
      }
      throw thrown;
    }
  }

  #keep(id: string, inputs: Wire, outputs: Wire): void {
    this.state = { id, inputs, outputs, initErrors: [] };
  }

  #with(values: Wire): Wire {
    return { ...values, ...this.#address };
  }
}

async function ended(command: () => Promise<void>): Promise<Ended> {
  try {
    await command();
    return OK;
  } catch (thrown) {
    if (thrown instanceof CallFailed) return { ok: false, text: thrown.message };
    throw thrown;
  }
}

/** As the engine compares: a secret equals its value, and the provider's address says nothing. */
export function sameProperties(one: Wire, other: Wire): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

function comparable({ __provider: _, ...values }: Wire): Wire {
  return values;
}
