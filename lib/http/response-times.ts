/** The durations of the last answers, and their percentiles. */

/** Enough for a steady 99th percentile, few enough to sort when somebody asks. */
const KEPT = 1000;

export class ResponseTimes {
  readonly #durationsMs = new Float64Array(KEPT);
  #count = 0;

  add(durationMs: number): void {
    this.#durationsMs[this.#count % KEPT] = durationMs;
    this.#count += 1;
  }

  /** @param share 0.5 = median; null before the first answer */
  percentileMs(share: number): number | null {
    const kept = Math.min(this.#count, KEPT);
    if (kept === 0) return null;
    const sorted = this.#durationsMs.slice(0, kept).sort();
    return sorted[Math.min(kept - 1, Math.ceil(share * kept) - 1)] ?? null;
  }
}
