/** How often major collections came lately, told from a counter that is looked at with every sample. */
import type { Majors } from './windows';

interface Seen {
  readonly atMs: number;
  readonly count: number;
}

/** Gaps looked at; collections come at uneven intervals, so the longest of them counts. */
const GAPS = 3;

export class MajorRate {
  #base: number | undefined;
  #latest = 0;
  #seen: Seen[] = [];

  /** @returns true when a collection ran since the last call */
  add(atMs: number, count: number): boolean {
    // A smaller count is a new thread's, which begins at 0.
    if (this.#base === undefined || count < this.#latest) {
      this.#base = count;
      this.#latest = count;
      this.#seen = [];
      return false;
    }
    if (count === this.#latest) return false;
    this.#latest = count;
    this.#seen.push({ atMs, count });
    if (this.#seen.length > GAPS + 1) this.#seen.shift();
    return true;
  }

  read(nowMs: number): Majors {
    let intervalMs = 0;
    for (let index = 1; index < this.#seen.length; index += 1) {
      const earlier = this.#seen[index - 1];
      const later = this.#seen[index];
      if (earlier && later)
        intervalMs = Math.max(intervalMs, (later.atMs - earlier.atMs) / (later.count - earlier.count));
    }
    const last = this.#seen.at(-1);
    const sinceLastMs = last ? nowMs - last.atMs : Infinity;
    if (last) intervalMs = Math.max(intervalMs, sinceLastMs);
    return { count: this.#latest - (this.#base ?? 0), intervalMs, sinceLastMs };
  }
}
