import assert from "node:assert/strict";
import { setImmediate as tick } from "node:timers/promises";
import { Turns } from "../../../provider/aem/turns";

describe("turns", () => {
  it("let a few at a time go on, and everybody in the end, in the order they came", async () => {
    const turns = new Turns(3);
    const begun: number[] = [];
    let [now, most] = [0, 0];
    const all = Array.from({ length: 20 }, (_, index) =>
      turns.take(async () => {
        begun.push(index);
        now += 1;
        most = Math.max(most, now);
        await tick();
        now -= 1;
        return index;
      }),
    );
    assert.deepEqual(
      await Promise.all(all),
      all.map((_, index) => index),
    );
    assert.deepEqual(
      begun,
      [...begun].sort((one, other) => one - other),
    );
    assert.deepEqual([most, now], [3, 0]);
  });

  it("are given back by what fails", async () => {
    const turns = new Turns(1);
    await assert.rejects(
      turns.take(() => Promise.reject(new Error("full"))),
      /full/,
    );
    assert.equal(await turns.take(async () => "next"), "next");
  });

  it("are not taken by one that comes while another is woken", async () => {
    const turns = new Turns(1);
    let [now, most] = [0, 0];
    const work = async () => {
      now += 1;
      most = Math.max(most, now);
      await tick();
      now -= 1;
    };
    const first = turns.take(work);
    const second = turns.take(work);
    await first;
    await Promise.all([second, turns.take(work), turns.take(work)]);
    assert.equal(most, 1);
  });
});
