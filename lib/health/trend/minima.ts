/** The lowest value of each half minute of the last 8.3 hours: below the teeth of garbage, what is really kept. */

/** The block of the short window, and a divisor of all the others. */
export const BUCKET_MS = 30_000;
/** 100 blocks of five minutes, the longest window. */
const BUCKETS = 1000;

export class Minima {
  readonly #values = new Float64Array(BUCKETS);
  /** Number of the bucket being filled, counted from time 0; undefined when empty. */
  #newest: number | undefined;
  #oldest = 0;

  /** @param atMs monotonic, never falling */
  add(atMs: number, value: number): void {
    const bucket = Math.floor(atMs / BUCKET_MS);
    if (this.#newest === undefined) {
      this.#oldest = bucket;
      this.#newest = bucket - 1;
    }
    while (this.#newest < bucket) {
      this.#newest += 1;
      this.#values[this.#newest % BUCKETS] = NaN;
    }
    this.#oldest = Math.max(this.#oldest, bucket - BUCKETS + 1);
    const slot = bucket % BUCKETS;
    const lowest = this.#values[slot] ?? NaN;
    this.#values[slot] = Number.isNaN(lowest) ? value : Math.min(lowest, value);
  }

  clear(): void {
    this.#newest = undefined;
  }

  /**
   * The newest complete blocks, oldest first; NaN where a block saw nothing. The bucket being filled is left out: with
   * fewer samples its minimum would be too high.
   * @param blockMs a multiple of BUCKET_MS
   */
  blocks(nowMs: number, blockMs: number, most: number): Float64Array {
    if (this.#newest === undefined) return new Float64Array(0);
    const end = Math.min(this.#newest + 1, Math.floor(nowMs / BUCKET_MS));
    const width = Math.round(blockMs / BUCKET_MS);
    // The first bucket began before the first sample, like the last it is not complete.
    const count = Math.max(0, Math.min(most, Math.floor((end - this.#oldest - 1) / width)));
    const blocks = new Float64Array(count).fill(NaN);
    for (let block = 0; block < count; block += 1) {
      const start = end - (count - block) * width;
      for (let bucket = start; bucket < start + width; bucket += 1) {
        const value = this.#values[bucket % BUCKETS] ?? NaN;
        const lowest = blocks[block] ?? NaN;
        if (!(value >= lowest) && !Number.isNaN(value)) blocks[block] = value;
      }
    }
    return blocks;
  }
}
