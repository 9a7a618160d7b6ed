/** Keeps static objects in the picture over frames that leave them out: SENSR has no flag for their list. */
import type { LiveObject } from '../protocol';

/** On the measured site up to one frame in ten has none: without this they would blink once a second. */
export const STAY_MS = 2000;

interface Seen {
  readonly object: LiveObject;
  readonly arrivedMs: number;
}

/** @returns adds to a frame's objects the static ones that were there a moment ago; to be called frame by frame */
export function createStaticKeeper(): (
  list: readonly LiveObject[],
  arrivedMs: number,
) => readonly LiveObject[] {
  let seen: ReadonlyMap<number, Seen> = new Map();
  return (list, arrivedMs) => {
    const ids = new Set(list.map(({ id }) => id));
    const kept = [...seen].filter(([id, one]) => !ids.has(id) && arrivedMs - one.arrivedMs < STAY_MS);
    const fresh = list
      .filter(({ isStatic }) => isStatic)
      .map((object) => [object.id, { object, arrivedMs }] as const);
    seen = new Map([...kept, ...fresh]);
    return [...list, ...kept.map(([, { object }]) => object)];
  };
}
