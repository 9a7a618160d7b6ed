/** The lowest value of each half minute of the last 8.3 hours: below the teeth of garbage, what is really kept. */

/** The block of the short window, and a divisor of all the others. */
export const BUCKET_MS = 30_000;
/** 100 blocks of five minutes, the longest window. */
const BUCKETS = 1000;

/** Lowest values of successive blocks, oldest first; NaN where a block saw nothing. */
export interface Blocks {
  readonly values: Float64Array;
  /** When each was seen: two minima of neighbouring blocks may be a second apart, or two blocks. */
  readonly timesMs: Float64Array;
  /** 1 where the value was read right after a collection, so that no garbage is in it. */
  readonly settled: Uint8Array;
}

const emptyBlocks = (count: number): Blocks => ({
  values: new Float64Array(count).fill(NaN),
  timesMs: new Float64Array(count).fill(NaN),
  settled: new Uint8Array(count),
});

export class Minima {
  readonly #ring = emptyBlocks(BUCKETS);
  /** Number of the bucket being filled, counted from time 0; undefined when empty. */
  #newest: number | undefined;
  #oldest = 0;

  /** @param atMs monotonic, never falling @param settled read right after a collection */
  add(atMs: number, value: number, settled = false): void {
    const bucket = Math.floor(atMs / BUCKET_MS);
    if (this.#newest === undefined) {
      this.#oldest = bucket;
      this.#newest = bucket - 1;
    }
    while (this.#newest < bucket) {
      this.#newest += 1;
      this.#ring.values[this.#newest % BUCKETS] = NaN;
      this.#ring.settled[this.#newest % BUCKETS] = 0;
    }
    this.#oldest = Math.max(this.#oldest, bucket - BUCKETS + 1);
    keepLower(this.#ring, bucket % BUCKETS, value, atMs, settled ? 1 : 0);
  }

  /**
   * The newest complete blocks. The bucket being filled is left out: with fewer samples its minimum would be too high.
   * @param blockMs a multiple of BUCKET_MS
   */
  blocks(nowMs: number, blockMs: number, most: number): Blocks {
    if (this.#newest === undefined) return emptyBlocks(0);
    const end = Math.min(this.#newest + 1, Math.floor(nowMs / BUCKET_MS));
    const width = Math.round(blockMs / BUCKET_MS);
    // The first bucket began before the first sample, like the last it is not complete.
    const count = Math.max(0, Math.min(most, Math.floor((end - this.#oldest - 1) / width)));
    const blocks = emptyBlocks(count);
    const { values, timesMs, settled } = this.#ring;
    for (let block = 0; block < count; block += 1) {
      const start = end - (count - block) * width;
      for (let bucket = start; bucket < start + width; bucket += 1) {
        const slot = bucket % BUCKETS;
        keepLower(blocks, block, values[slot] ?? NaN, timesMs[slot] ?? NaN, settled[slot] ?? 0);
      }
    }
    return blocks;
  }
}

/** A settled value beats any other; of two of a kind the lower stays. */
function keepLower(into: Blocks, slot: number, value: number, atMs: number, settled: number): void {
  if (Number.isNaN(value)) return;
  const kept = into.values[slot] ?? NaN;
  const keptSettled = into.settled[slot] ?? 0;
  if (!Number.isNaN(kept) && (settled < keptSettled || (settled === keptSettled && value >= kept))) return;
  into.values[slot] = value;
  into.timesMs[slot] = atMs;
  into.settled[slot] = settled;
}
