/** How much a counter grew in the recent past, read off at regular moments. */

interface Reading {
  readonly atMs: number;
  readonly count: number;
}

export class RateMeter {
  readonly #windowMs: number;
  #readings: Reading[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @param nowMs monotonic @param count the counter's present value, which never falls */
  read(nowMs: number, count: number): { readonly grown: number; readonly perS: number } {
    this.#readings.push({ atMs: nowMs, count });
    // One reading from before the window stays: the growth since then is what is asked.
    while (this.#readings.length > 2 && (this.#readings[1]?.atMs ?? 0) <= nowMs - this.#windowMs)
      this.#readings.shift();
    const first = this.#readings[0];
    if (!first || nowMs <= first.atMs) return { grown: 0, perS: 0 };
    const grown = count - first.count;
    return { grown, perS: (grown * 1000) / (nowMs - first.atMs) };
  }
}
