/** Where each object was in the last seconds, for as long as it is seen. */
import type { LiveObject } from '../../protocol';
import type { Place } from './live-shapes';

const KEPT_MS = 5000;
/** Objects that stand tremble by less. */
const LEAST_STEP_M = 0.1;

interface Stop {
  readonly place: Place;
  readonly atMs: number;
}

export class Trails {
  #stops = new Map<number, readonly Stop[]>();

  /** @param atMs of the frame */
  add(objects: readonly LiveObject[], atMs: number): void {
    const moving = objects.filter(({ isStatic }) => !isStatic);
    this.#stops = new Map(
      moving.map(({ id, x, y }) => {
        const kept = (this.#stops.get(id) ?? []).filter((stop) => Math.abs(atMs - stop.atMs) <= KEPT_MS);
        const last = kept.at(-1)?.place;
        const hasMoved = !last || Math.hypot(x - last[0], y - last[1]) >= LEAST_STEP_M;
        return [id, hasMoved ? [...kept, { place: [x, y], atMs }] : kept];
      }),
    );
  }

  paths(): ReadonlyMap<number, readonly Place[]> {
    return new Map([...this.#stops].map(([id, stops]) => [id, stops.map(({ place }) => place)]));
  }

  clear(): void {
    this.#stops.clear();
  }
}
