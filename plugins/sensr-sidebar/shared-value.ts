/** A value that is made at most once a period, however many ask for it. */
import type { Clock } from '../../lib/clock';

export class SharedValue<T> {
  readonly #periodMs: number;
  readonly #make: () => T;
  readonly #clock: Clock;
  #made: { readonly value: T; readonly atMs: number } | undefined;

  constructor(periodMs: number, make: () => T, clock: Clock) {
    this.#periodMs = periodMs;
    this.#make = make;
    this.#clock = clock;
  }

  get(): T {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#made || nowMs - this.#made.atMs >= this.#periodMs)
      this.#made = { value: this.#make(), atMs: nowMs };
    return this.#made.value;
  }
}
