import { readFile } from "node:fs/promises";

/** What a command took. */
export interface Taken {
  /** Milliseconds by the clock. */
  readonly clock: number;
  /** Milliseconds of processor, of the command and of all that it has started and waited for; 0 where the system does not tell. */
  readonly processor: number;
}

/** Runs a command in a process of its own, while no other child of this process ends. */
export async function timed<T>(act: () => Promise<T>): Promise<Taken & { readonly result: T }> {
  const [before, begun] = [await processorOfChildren(), performance.now()];
  const result = await act();
  const clock = performance.now() - begun;
  return { result, clock, processor: (await processorOfChildren()) - before };
}

/** By Linux's own accounting, whose ticks are hundredths of a second: what children used that have ended. */
async function processorOfChildren(): Promise<number> {
  try {
    const stat = await readFile("/proc/self/stat", "utf8");
    // The name in brackets may hold blanks; cutime and cstime are the 14th and 15th field behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}
