/** What is known about the present trouble: the steps tried for each offender, and what recycles left behind. */
import { COMPONENT_NAMES, type Component } from './components';
import type { Attempt } from './ladder';
import { valueOf, type Measures } from './measures';

/** Two floors are compared; more says nothing more. */
const KEPT_FLOORS = 2;
const FLOOR_COMPONENTS = ['residual', 'rss'] as const satisfies readonly Component[];

export class Episode {
  readonly #attempts = new Map<Component, Attempt[]>();
  readonly #floors = new Map<Component, number[]>();
  readonly #lowest = new Map<Component, number>();

  /** Each sample: what is the lowest level of all is what a step can hope to come back to. */
  observe(measures: Measures): void {
    for (const name of COMPONENT_NAMES) {
      const value = valueOf(measures, name);
      if (value !== undefined) this.#lowest.set(name, Math.min(value, this.#lowest.get(name) ?? value));
    }
  }

  attempts(offender: Component): readonly Attempt[] {
    return this.#attempts.get(offender) ?? [];
  }

  floors(offender: Component): readonly number[] {
    return this.#floors.get(offender) ?? [];
  }

  baseline(offender: Component): number {
    return this.#lowest.get(offender) ?? 0;
  }

  tried(offender: Component, attempt: Attempt): void {
    this.#attempts.set(offender, [...this.attempts(offender), attempt]);
  }

  /** After a recycle, whoever was the offender. */
  recycled(measures: Measures): void {
    for (const name of FLOOR_COMPONENTS) {
      const value = valueOf(measures, name);
      if (value !== undefined) this.#floors.set(name, [...this.floors(name), value].slice(-KEPT_FLOORS));
    }
  }

  /** The trouble is over; the steps may be tried again when it comes back. */
  end(): void {
    this.#attempts.clear();
  }

  /** After an hour of health, old floors are history. */
  forgetFloors(): void {
    this.#floors.clear();
  }
}
