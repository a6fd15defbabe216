import fc from "fast-check";

/** Seconds for each property, set by `npm run fuzz`; in an ordinary run a few hundred cases have to do. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 0);
/** Repeats a run that found something: the seed that it printed. */
const seed = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };

/** Fails with the smallest case for which the property does not hold. `runs`: cases in an ordinary run. */
export function holds<T>(property: fc.IProperty<T>, runs: number): void {
  const settings =
    seconds > 0 ? { numRuns: 1_000_000_000, interruptAfterTimeLimit: seconds * 1_000, ...seed } : { numRuns: runs };
  const details = fc.check(property, settings);
  if (seconds > 0) console.log(`      ${details.numRuns} cases, seed ${details.seed}`);
  if (!details.failed) return;
  throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}
