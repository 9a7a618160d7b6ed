/** Decides who comes into the world and when: the quiet measured site, or a busy one that is always full. */

import { Actor } from './actor';
import type { Random } from './random';
import { KINDS } from './site';

/** Counted at one site: nothing in three frames of four, one or two in most of the rest, never more than six. */
const MEAN_ARRIVAL_GAP_S = 62;
const MOST_OBJECTS = 6;
/** So that somebody who starts the simulator soon sees something. */
const FIRST_ARRIVAL_S = 2;
const COMPANY: readonly (readonly [weight: number, count: number])[] = [
  [72, 1],
  [21, 2],
  [5, 3],
  [2, 4],
];
export const BUSY_OBJECTS = 60;

export interface Traffic {
  /** Moves everybody on, removes who has gone, brings who comes. */
  readonly advance: (seconds: number, timeMs: number) => readonly Actor[];
}

export function createTraffic(random: Random, busy: boolean): Traffic {
  let actors: Actor[] = [];
  let nextId = 1;
  let nextArrivalS = FIRST_ARRIVAL_S;
  const newcomer = (): Actor => new Actor(nextId++, random.pick(KINDS), random);

  const arrive = (seconds: number): void => {
    nextArrivalS -= seconds;
    if (nextArrivalS > 0) return;
    nextArrivalS = random.exponential(MEAN_ARRIVAL_GAP_S);
    const count = random.pick(COMPANY);
    for (let index = 0; index < count && actors.length < MOST_OBJECTS; index += 1) actors.push(newcomer());
  };

  const refill = (): void => {
    const isFirst = nextId === 1;
    while (actors.length < BUSY_OBJECTS) {
      const actor = newcomer();
      if (isFirst) actor.startUnderWay(random.next());
      actors.push(actor);
    }
  };

  return {
    advance: (seconds, timeMs) => {
      if (!busy) arrive(seconds);
      for (const actor of actors) actor.advance(seconds, timeMs);
      actors = actors.filter((actor) => !actor.isGone);
      if (busy) {
        const present = actors.length;
        refill();
        for (const actor of actors.slice(present)) actor.advance(0, timeMs);
      }
      return actors;
    },
  };
}
