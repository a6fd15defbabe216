/**
 * Creates some data sources step by step, with the provider's own rooms in the order of its lifecycle, and prints what
 * each step took: milliseconds by step, one number a data source. Afterwards it removes them again.
 */

const times: Record<string, number[]> = {};

async function timed<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await act();
  times[what] = [...(times[what] ?? []), performance.now() - begun];
  return result;
}

export type Timed = typeof timed;

async function main(): Promise<void> {
  require("@pulumi/pulumi/runtime"); // stands in each dynamic provider's process: what it costs is the engine's
  await timed("load the provider", () => {
    require("../../provider/dynamic");
  });
  // Not before, or the loading would not be seen.
  const { createInSteps }: typeof import("./createInSteps") = require("./createInSteps");
  await createInSteps(timed);
  console.log(JSON.stringify(times));
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
