/** One listener's accounting in shared memory: received = filtered + dropped + posted + queued, at every moment. */
import { LISTENER_COUNTER } from '../thread/protocol';

export type CounterName = keyof typeof LISTENER_COUNTER;

export class Counters {
  readonly #values: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#values = new Float64Array(memory);
  }

  get(name: CounterName): number {
    return this.#values[LISTENER_COUNTER[name]] ?? 0;
  }

  set(name: CounterName, value: number): void {
    this.#values[LISTENER_COUNTER[name]] = value;
  }

  add(name: CounterName, count = 1): void {
    this.set(name, this.get(name) + count);
  }
}
