import { check as checkInputs } from "./check";
import { engineVoice } from "./engine";
import { asDataSourceError, type DataSourceError, redact } from "./errors";
import * as lifecycle from "./lifecycle";
import { PartialFailure } from "./outputs";
import { Run } from "./run";
import { isRecord, Secret, UNKNOWN } from "./values";

/**
 * What the engine calls, through the SDK's dynamic host: it turns the engine's plain objects into values that say what
 * they are, and answers and failures back. Reached by the constant `__provider` of every resource, so this module's
 * exports are an address in the states of all users.
 */

/** The engine's marks on the wire (pulumi.md §1.2, §3.2): one string for any unknown, one envelope for any secret. */
const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** The constant under which the state finds this module; the SDK adds it to every answer but a partial failure. */
const PROVIDER_KEY = "__provider";

type Wire = Record<string, unknown>;

let config: (key: string) => string | undefined = () => undefined;
let current: Run | undefined;

/** One run per process: the engine starts one for each phase. */
function run(): Run {
  current ??= new Run(
    { environment: process.env, config: (key) => config(key) },
    engineVoice(process.argv[2]),
    process.cwd(),
  );
  return current;
}

export async function configure(request: { config: { get(key: string): string | undefined } }): Promise<void> {
  config = (key) => request.config.get(key);
}

export async function check(olds: Wire, news: Wire) {
  return reported(async () => {
    const { inputs, problems } = await checkInputs(run(), fromWire(olds), fromWire(news));
    // Never the name of a property: the engine prints the value of the one that is named, secrets included.
    return { inputs: toWire(inputs), failures: problems.map((problem) => ({ property: "", reason: problem.text() })) };
  });
}

export async function diff(_id: string, olds: Wire, news: Wire) {
  return reported(async () => lifecycle.diff(fromWire(olds), fromWire(news)));
}

export async function create(inputs: Wire) {
  return reported(async () => {
    const { id, outputs } = await lifecycle.create(run(), fromWire(inputs));
    return { id, outs: toWire(outputs) };
  }, inputs);
}

export async function read(id: string, props: Wire) {
  return reported(async () => {
    const found = await lifecycle.read(run(), id, fromWire(props));
    return found ? { id, props: toWire(found.outputs), inputs: toWire(found.inputs) } : {};
  });
}

export async function update(_id: string, olds: Wire, news: Wire) {
  return reported(async () => {
    const { outputs } = await lifecycle.update(run(), fromWire(olds), fromWire(news));
    return { outs: toWire(outputs) };
  }, news);
}

async function remove(id: string, props: Wire): Promise<void> {
  return reported(() => lifecycle.remove(run(), id, fromWire(props)));
}

export { remove as delete };

/** Nothing but a redacted text leaves, and no stack: the SDK would print it. */
async function reported<T>(act: () => Promise<T>, inputs: Wire = {}): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof PartialFailure) throw partialFailure(thrown, inputs);
    throw plainError(asDataSourceError(thrown).text());
  }
}

/** The engine's own form: it keeps the resource with these properties and tries an update the next time. */
function partialFailure({ id, properties, reasons }: PartialFailure, inputs: Wire): Error {
  return Object.assign(plainError(reasons.map((reason) => reason.text()).join("\n")), {
    id,
    properties: toWire({ ...properties, [PROVIDER_KEY]: inputs[PROVIDER_KEY] }),
    reasons: reasons.map((reason: DataSourceError) => reason.text()),
  });
}

function plainError(text: string): Error {
  const error = new Error(redact(text));
  error.stack = "";
  return error;
}

/** Unknowns and the one secret as types of their own; the address of this module is the SDK's business. */
export function fromWire(props: Wire): Record<string, unknown> {
  const { [PROVIDER_KEY]: _, ...rest } = props;
  const values = markUnknowns(rest);
  if (!isRecord(values)) return {};
  const { oauth2 } = values;
  if (isRecord(oauth2) && typeof oauth2.clientSecret === "string") {
    return { ...values, oauth2: { ...oauth2, clientSecret: new Secret(oauth2.clientSecret) } };
  }
  return values;
}

function markUnknowns(value: unknown): unknown {
  if (value === UNKNOWN_ON_WIRE) return UNKNOWN;
  if (Array.isArray(value)) return value.map(markUnknowns);
  if (!isRecord(value)) return value;
  // A null is an Output of the program that came to undefined: nothing was given.
  const given = Object.entries(value).filter(([, child]) => child !== null);
  return Object.fromEntries(given.map(([key, child]) => [key, markUnknowns(child)]));
}

/**
 * The one door for everything that goes to the engine. Secrets get the envelope, wherever they stand; nothing undefined
 * passes, since it orphans a page on create and hangs `pulumi up` for ever in a partial failure (spike.md §8).
 */
export function toWire(values: Readonly<Record<string, unknown>>): Wire {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, wireValue(value)]));
}

function wireValue(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_ON_WIRE;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET_SIGNATURE, value: value.reveal() };
  if (Array.isArray(value)) return value.map((item) => wireValue(item ?? null));
  return isRecord(value) ? toWire(value) : value;
}
