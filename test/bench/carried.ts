import { startStack } from "../world/world";
import type { ContestOptions } from "./contest";
import { PROGRAMS } from "./contestants";
import { AT_ONCE } from "./floor";
import type { Ground } from "./ground";
import type { Tell } from "./progress";
import { median } from "./statistics";

/**
 * What the engine spends on a state like ours, whoever fills it: resources that do nothing, and the same ones with the
 * inputs and outputs of a data source. The first up, medians of interleaved rounds.
 */
export interface Carried {
  readonly rounds: number;
  readonly count: number;
  /** Bytes of one resource in the state. */
  readonly bytes: Readonly<Record<Form, number>>;
  readonly milliseconds: Readonly<Record<Form, number>>;
}

const FORMS = ["bare", "carrying"] as const;
type Form = (typeof FORMS)[number];

/** The program of `engine`, whose resources take over what carried.json holds. */
const CARRYING = PROGRAMS.engine
  .replace("inputs: news }", 'inputs: { ...require(process.cwd() + "/carried.json").inputs, ...news } }')
  .replace("outs: inputs }", 'outs: { ...require(process.cwd() + "/carried.json").outputs, ...inputs } }');

export async function runCarried(ground: Ground, { count, rounds }: ContestOptions, tell: Tell): Promise<Carried> {
  const start = async (program: string) => {
    const stack = await startStack(ground, { tokenUrl: ground.tokenUrl }, program);
    Object.assign(stack.environment, { COUNT: "1", TITLE: "First" });
    return stack;
  };
  const [ours, bare, carrying] = await Promise.all([PROGRAMS.ours, PROGRAMS.engine, CARRYING].map(start));
  if (ours === undefined || bare === undefined || carrying === undefined)
    throw new Error("three stacks were asked for");
  const stacks = { bare, carrying };
  const times: Record<Form, number[]> = { bare: [], carrying: [] };
  const bytes: Record<Form, number> = { bare: 0, carrying: 0 };
  try {
    await ours.pulumi("up", "--yes", "--skip-preview");
    const resource = await ours.dataSource();
    await ours.pulumi("destroy", "--yes", "--skip-preview");
    if (resource === undefined) throw new Error("the up left no data source in the state");
    await carrying.write(
      "carried.json",
      JSON.stringify({ inputs: own(resource.inputs), outputs: own(resource.outputs) }),
    );
    for (let round = 0; round < rounds; round += 1) {
      for (const form of round % 2 === 0 ? FORMS : [...FORMS].reverse()) {
        const stack = stacks[form];
        stack.environment.COUNT = String(count);
        tell(`state, ${count}, round ${round + 1} of ${rounds}: ${form}`);
        const begun = performance.now();
        await stack.pulumi("up", "--yes", "--skip-preview", "--parallel", String(AT_ONCE));
        times[form].push(performance.now() - begun);
        const { resources = [] } = (await stack.state()).deployment;
        bytes[form] = Buffer.byteLength(JSON.stringify(resources.at(-1)));
        // The last one needs no emptying: the author has never heard of it.
        if (round < rounds - 1) await stack.pulumi("destroy", "--yes", "--skip-preview");
      }
    }
  } finally {
    for (const stack of [ours, bare, carrying]) await stack.remove();
  }
  const milliseconds = { bare: median(times.bare), carrying: median(times.carrying) };
  return { rounds, count, bytes, milliseconds };
}

/** Without what the program gives each of them anyway, its own way; a secret has its envelope. */
function own(values: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { __provider, title, swagger, oauth2, container, ...others } = values;
  return others;
}
