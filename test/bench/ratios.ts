import { type Contest, PHASES, type Phase } from "./contest";
import type { Contestant } from "./contestants";
import { median } from "./statistics";

/** A figure that the issue sets a bound for, and what came out. */
export interface Ratio {
  readonly what: string;
  readonly value: number;
  /** At most this. Undefined: it is only told. */
  readonly bound?: number;
}

/**
 * Formed within each round, so that a machine that is faster in one round than in the next decides nothing; then the
 * median of the rounds.
 */
export function ratiosOf({ milliseconds, processor, rounds }: Contest): Ratio[] {
  const of = (form: (time: (contestant: Contestant, phase: Phase) => number) => number): number => {
    const values = Array.from({ length: rounds }, (_, round) => {
      return form((contestant, phase) => milliseconds[contestant][phase][round] ?? Number.NaN);
    });
    return median(values);
  };
  return [
    {
      what: "first up: (ours − engine) ÷ floor",
      value: of((time) => (time("ours", "up") - time("engine", "up")) / time("floor", "up")),
      bound: 1.2,
    },
    { what: "first up: ours ÷ tutorial", value: of((time) => time("ours", "up") / time("tutorial", "up")), bound: 1 },
    {
      what: "preview without changes: ours ÷ engine",
      value: of((time) => time("ours", "preview") / time("engine", "preview")),
      bound: 1.15,
    },
    {
      what: "refresh: (ours − engine) ÷ floor's reads",
      value: of((time) => (time("ours", "refresh") - time("engine", "refresh")) / time("floor", "refresh")),
      bound: 1.2,
    },
    { what: "up of one change: ours ÷ engine", value: of((time) => time("ours", "change") / time("engine", "change")) },
    ...(processor.ours.preview.some((used) => used > 0)
      ? PHASES.map((phase) => ({
          what: `${phase === "up" ? "first up" : phase}, processor time: ours ÷ engine`,
          value: median(processor.ours[phase]) / median(processor.engine[phase]),
        }))
      : []),
    { what: "destroy: ours ÷ engine", value: of((time) => time("ours", "destroy") / time("engine", "destroy")) },
  ];
}

/** How the time per data source grows with their number, phase by phase: of ours over the engine, and of the engine. */
export function growthOf(small: Contest, large: Contest): Ratio[] {
  const each = ({ milliseconds, count }: Contest, phase: Phase, contestant: Contestant) => {
    return median(milliseconds[contestant][phase]) / count;
  };
  const over = (contest: Contest, phase: Phase) => each(contest, phase, "ours") - each(contest, phase, "engine");
  const range = `${small.count} → ${large.count}`;
  return (["up", "preview", "refresh", "destroy"] as const).flatMap((phase) => [
    {
      what: `${phase}, per data source, ${range}: ours − engine`,
      value: over(large, phase) / over(small, phase),
      bound: 1.1,
    },
    {
      what: `${phase}, per data source, ${range}: engine`,
      value: each(large, phase, "engine") / each(small, phase, "engine"),
    },
  ]);
}
