import assert from "node:assert/strict";
import type { Contest, Phase } from "../../bench/contest";
import { growthOf, type Ratio, ratiosOf } from "../../bench/ratios";
import { median, ninthDecile } from "../../bench/statistics";

/** Each phase takes as long as the others. */
function contest(count: number, times: { floor: number[]; engine: number[]; ours: number[] }): Contest {
  const all = (values: number[]): Record<Phase, number[]> => {
    return { up: values, preview: values, change: values, refresh: values, destroy: values };
  };
  const { floor, engine, ours } = times;
  const milliseconds = { floor: all(floor), engine: all(engine), ours: all(ours), tutorial: all(engine) };
  return { author: "AEM emulator", count, rounds: ours.length, milliseconds, processor: milliseconds };
}

function ratioOf(ratios: readonly Ratio[], what: string): number | undefined {
  return ratios.find((ratio) => ratio.what.startsWith(what))?.value;
}

describe("the benchmark's figures", () => {
  it("are formed within each round: a machine that is twice as slow in one of them decides nothing", () => {
    const even = contest(100, { floor: [10, 10, 10], engine: [100, 100, 100], ours: [110, 110, 110] });
    const uneven = contest(100, { floor: [10, 20, 10], engine: [100, 200, 100], ours: [110, 220, 110] });
    assert.equal(ratioOf(ratiosOf(even), "first up: (ours"), 1);
    assert.deepEqual(ratiosOf(uneven), ratiosOf(even));
  });

  it("do not hide a round that went wrong: a time that is missing is no number", () => {
    const broken = contest(100, { floor: [], engine: [100], ours: [110] });
    assert.equal(ratioOf(ratiosOf(broken), "first up: (ours"), Number.NaN);
  });

  it("tell how the time per data source grows, without the engine's and of the engine's", () => {
    const small = contest(100, { floor: [1], engine: [100], ours: [200] });
    const large = contest(1_000, { floor: [1], engine: [4_000], ours: [5_000] });
    const growth = growthOf(small, large);
    assert.equal(ratioOf(growth, "up, per data source, 100 → 1000: ours − engine"), 1);
    assert.equal(ratioOf(growth, "up, per data source, 100 → 1000: engine"), 4);
  });

  it("are medians", () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([])], [2, 2.5, Number.NaN]);
    assert.equal(ninthDecile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), 9);
  });
});
