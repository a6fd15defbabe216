import { join } from "node:path";
import type { Resource } from "../../examples/policy/rules";
import { REPOSITORY, type StateResource } from "./stack";

/**
 * Resources of a production stack after its first `up`, as `pulumi stack export` has them, without what is the engine's
 * business alone. Recorded on the real engine:
 *
 *     RECORD=1 node dist/test/run.js faults/policy && npx biome check --write test/unit/examples
 */
export const RECORDED = join(REPOSITORY, "test", "unit", "examples", "policy.resources.json");

export type RecordedResource = Required<Pick<StateResource, "type" | "urn" | "inputs" | "outputs">>;

export function recorded({ type, urn, inputs = {}, outputs = {} }: StateResource): RecordedResource {
  return { type, urn, inputs, outputs };
}

/** As the engine hands it to a policy of the whole stack, once it is written. */
export function written({ type, urn, outputs }: RecordedResource): Resource {
  return { type, urn, props: outputs };
}

/** The same in the preview of its create, where nothing is known but inputs. */
export function planned({ type, urn, inputs }: RecordedResource): Resource {
  return { type, urn, props: inputs };
}
