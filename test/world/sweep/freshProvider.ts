import { join } from "node:path";
import { PROVIDER } from "../../../provider/address";
import { REPOSITORY } from "../stack";

let phases = 0;

/**
 * The address of the provider for one more phase in a host that is there already. What a process remembers of its phase
 * hangs on `dynamic.ts`, which is loaded again: a fraction of what a process of its own costs. The redactor alone still
 * knows the secrets of earlier phases, so each run has secrets of its own.
 */
export function freshProvider(): string {
  const ours = JSON.stringify(join(REPOSITORY, "dist", "provider", "dynamic.js"));
  const forget = `delete require.cache[${ours}];`;
  phases += 1;
  return `${forget}\n${PROVIDER}// phase ${phases}`;
}
