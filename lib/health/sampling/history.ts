/** The last samples, fine and coarse: two rings of bounded length. */

export interface History<Sample> {
  readonly fine: readonly Sample[];
  readonly coarse: readonly Sample[];
}

/** A coarse entry is a whole sample: what a reader can compare, which an average of states could not be. */
const COARSE_PERIOD_MS = 300_000;

export class SampleHistory<Sample extends { readonly at: number }> {
  readonly #size: number;
  #fine: Sample[] = [];
  #coarse: Sample[] = [];

  /** @param size entries of each ring */
  constructor(size: number) {
    this.#size = size;
  }

  add(sample: Sample): void {
    this.#fine = [...this.#fine, sample].slice(-this.#size);
    const last = this.#coarse.at(-1);
    // A clock that was set back starts the ring's rhythm anew.
    if (!last || sample.at - last.at >= COARSE_PERIOD_MS || sample.at < last.at)
      this.#coarse = [...this.#coarse, sample].slice(-this.#size);
  }

  /** The same entries, as many as fit. */
  resized(size: number): SampleHistory<Sample> {
    const other = new SampleHistory<Sample>(size);
    other.#fine = this.#fine.slice(-size);
    other.#coarse = this.#coarse.slice(-size);
    return other;
  }

  list(): History<Sample> {
    return { fine: this.#fine, coarse: this.#coarse };
  }
}
