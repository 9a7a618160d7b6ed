/** Decides who is in which zone and what follows: entry, exit, loitering, excess speed. */

import type { Actor } from './actor';
import { TRACKING_STATUS, ZONE_EVENT } from './enums';
import { toTimestamp } from './time';
import type { ZoneEvent } from './types';
import { isEventZone, zoneHolds, type Zone } from './zones';

interface Visit {
  readonly zone: Zone;
  seconds: number;
  hasLoitered: boolean;
  hasExceeded: boolean;
}

/** Only a track that counts is in a zone; a predicted one still is. */
const counts = ({ status }: Actor): boolean =>
  status === TRACKING_STATUS.TRACKING || status === TRACKING_STATUS.DRIFTING;

export class ZoneWatch {
  readonly #visits = new Map<Actor, Map<number, Visit>>();

  zoneIds(actor: Actor): number[] {
    return [...(this.#visits.get(actor)?.keys() ?? [])].sort((one, other) => one - other);
  }

  /** Brings all visits up to date and returns what happened since the frame before. */
  update(actors: readonly Actor[], zones: readonly Zone[], seconds: number, timeMs: number): ZoneEvent[] {
    const events: ZoneEvent[] = [];
    const report = (actor: Actor, zoneId: number, type: number): void => {
      const { id, position, yaw, velocity } = actor;
      events.push({
        timestamp: toTimestamp(timeMs),
        id: zoneId,
        type,
        object: { id, position, heading: yaw, velocity },
      });
    };
    const present = new Set(actors);
    for (const [actor, visits] of this.#visits) {
      if (present.has(actor)) continue;
      for (const zoneId of visits.keys()) report(actor, zoneId, ZONE_EVENT.EXIT);
      this.#visits.delete(actor);
    }
    const eventZones = zones.filter(isEventZone);
    for (const actor of actors) this.#updateActor(actor, eventZones, seconds, report);
    return events;
  }

  #updateActor(
    actor: Actor,
    zones: readonly Zone[],
    seconds: number,
    report: (actor: Actor, zoneId: number, type: number) => void,
  ): void {
    const visits = this.#visits.get(actor) ?? new Map<number, Visit>();
    const { x, y, z } = actor.position;
    const held = counts(actor) ? zones.filter((zone) => zoneHolds(zone, x, y, z)) : [];
    for (const zoneId of visits.keys()) {
      if (held.some(({ id }) => id === zoneId)) continue;
      visits.delete(zoneId);
      report(actor, zoneId, ZONE_EVENT.EXIT);
    }
    for (const zone of held) {
      const visit = visits.get(zone.id) ?? {
        zone,
        seconds: -seconds,
        hasLoitered: false,
        hasExceeded: false,
      };
      if (!visits.has(zone.id)) report(actor, zone.id, ZONE_EVENT.ENTRY);
      visits.set(zone.id, visit);
      visit.seconds += seconds;
      if (!visit.hasLoitered && zone.loiteringThreshold > 0 && visit.seconds > zone.loiteringThreshold) {
        visit.hasLoitered = true;
        report(actor, zone.id, ZONE_EVENT.LOITERING);
      }
      if (!visit.hasExceeded && zone.speedLimit > 0 && actor.speed > zone.speedLimit) {
        visit.hasExceeded = true;
        report(actor, zone.id, ZONE_EVENT.EXCEEDS_SPEED);
      }
    }
    if (visits.size > 0) this.#visits.set(actor, visits);
    else this.#visits.delete(actor);
  }
}
