/** Lets a report through at most once a period, with the number of occurrences it stands for. */
import type { Clock } from './clock';

export class RateLimit {
  readonly #periodMs: number;
  readonly #clock: Clock;
  #nextMs = 0;
  #pending = 0;

  constructor(periodMs: number, clock: Clock) {
    this.#periodMs = periodMs;
    this.#clock = clock;
  }

  /** Counts one occurrence. @returns how many to report now, this one included; 0 = keep quiet. */
  hit(): number {
    this.#pending += 1;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#nextMs) return 0;
    this.#nextMs = nowMs + this.#periodMs;
    const count = this.#pending;
    this.#pending = 0;
    return count;
  }
}
