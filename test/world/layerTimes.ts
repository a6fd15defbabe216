/**
 * How long each layer took by the clock. The layers run one after the other, so that a layer lasts from the end of the
 * one before it to its own last test; only where one goes over into the next do two files run side by side.
 */
export class LayerTimes {
  readonly #seconds = new Map<string, number>();
  #last = performance.now();

  /** `place`: the file of a test that has ended, below `test/`. */
  sawEndOf(place: string): void {
    const [layer = ""] = place.split(/[\\/]/);
    const now = performance.now();
    this.#seconds.set(layer, (this.#seconds.get(layer) ?? 0) + (now - this.#last) / 1_000);
    this.#last = now;
  }

  text(): string {
    return [...this.#seconds].map(([layer, seconds]) => `${layer} ${Math.round(seconds)} s`).join(", ");
  }
}
