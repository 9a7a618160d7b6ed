/** Owns the simulated world: moves it on and says what SENSR would send about it at that moment. */

import type { Actor } from './actor';
import { SYSTEM_STATUS, TRACKING_STATUS } from './enums';
import { FrameMemory } from './frame-memory';
import { objectDetails } from './object-details';
import { createProfiling } from './profiling';
import { createRandom } from './random';
import { createStaticObjects, healthySite } from './site';
import { toTimestamp } from './time';
import { createTraffic, type Traffic } from './traffic';
import type {
  EventMessage,
  LosingEvent,
  OnlineRecalibrationEvent,
  OutputMessage,
  StreamMessage,
  SystemHealth,
  TrackedObject,
} from './types';
import { ZoneWatch } from './zone-watch';
import { BUSY_ZONES, isExclusionZone, QUIET_ZONES, toZoneConfig, zoneHolds, ZoneStore } from './zones';

export interface SceneOptions {
  readonly seed: number;
  readonly startTimeMs: number;
  readonly busy: boolean;
  /** Points, history and prediction with each object. */
  readonly details: boolean;
}

const HEALTH_PERIOD_MS = 1000;
const ZONES_PERIOD_MS = 10_000;
const CUSTOM_PERIOD_MS = 1000;
/** Apart from health, so that the two do not always share a frame. */
const CUSTOM_OFFSET_MS = 500;
const RECALIBRATION_PERIOD_MS = 600_000;
/** The first cloud of a frame is so much older than the frame. */
const FIRST_CLOUD_AGE_MS = 60;

/** Says once a period that it is time again, also when frames come at another rate. */
const each = (periodMs: number, firstMs: number): ((timeMs: number) => boolean) => {
  let nextMs = firstMs;
  return (timeMs) => {
    if (timeMs < nextMs) return false;
    nextMs += periodMs * Math.max(1, Math.ceil((timeMs - nextMs + 1) / periodMs));
    return true;
  };
};

export class Scene {
  readonly zones: ZoneStore;
  readonly memory = new FrameMemory();
  #health: SystemHealth = healthySite();
  #actors: readonly Actor[] = [];
  #timeMs: number;
  #frame = 0;
  readonly #details: boolean;
  readonly #traffic: Traffic;
  readonly #watch = new ZoneWatch();
  readonly #staticObjects: TrackedObject[];
  readonly #isHealthDue: (timeMs: number) => boolean;
  readonly #areZonesDue: (timeMs: number) => boolean;
  readonly #isCustomDue: (timeMs: number) => boolean;
  readonly #isRecalibrationDue: (timeMs: number) => boolean;

  constructor({ seed, startTimeMs, busy, details }: SceneOptions) {
    const random = createRandom(seed);
    this.zones = new ZoneStore(busy ? BUSY_ZONES : QUIET_ZONES);
    this.#timeMs = startTimeMs;
    this.#details = details;
    this.#staticObjects = createStaticObjects(random);
    this.#traffic = createTraffic(random, busy);
    this.#isHealthDue = each(HEALTH_PERIOD_MS, startTimeMs);
    this.#areZonesDue = each(ZONES_PERIOD_MS, startTimeMs);
    this.#isCustomDue = each(CUSTOM_PERIOD_MS, startTimeMs + CUSTOM_OFFSET_MS);
    this.#isRecalibrationDue = each(RECALIBRATION_PERIOD_MS, startTimeMs + RECALIBRATION_PERIOD_MS);
  }

  /** Of the last frame; before the first, of the start. */
  get timeMs(): number {
    return this.#timeMs;
  }

  get health(): SystemHealth {
    return this.#health;
  }

  setHealth(health: SystemHealth): void {
    this.#health = health;
  }

  /** Ids of the objects in a zone, for `results/zone`. */
  objectIdsIn(zoneId: number): number[] {
    return this.#actors.filter((actor) => this.#watch.zoneIds(actor).includes(zoneId)).map(({ id }) => id);
  }

  /** Moves the world on to `timeMs` and returns the frame of that moment. */
  next(timeMs: number, isOverflowing = false): OutputMessage {
    const seconds = Math.max(0, timeMs - this.#timeMs) / 1000;
    this.#timeMs = timeMs;
    this.#actors = this.#traffic.advance(seconds, timeMs);
    this.#hideExcluded();
    this.memory.remember(timeMs, this.#actors);
    const event = this.#event(seconds, isOverflowing);
    const frame = this.#frame++;
    return {
      timestamp: toTimestamp(timeMs),
      stream: this.#stream(isOverflowing),
      ...(event && { event }),
      ...(this.#isCustomDue(timeMs) && { custom: { profiling: createProfiling(frame) } }),
    };
  }

  #hideExcluded(): void {
    const excluded = this.zones.list().filter(isExclusionZone);
    for (const actor of this.#actors) {
      const { x, y, z } = actor.position;
      const isTracked = actor.status !== TRACKING_STATUS.EXPIRED;
      if (isTracked && excluded.some((zone) => zoneHolds(zone, x, y, z))) actor.expire();
    }
  }

  #stream(isOverflowing: boolean): StreamMessage {
    const isHealthDue = this.#isHealthDue(this.#timeMs);
    const hasZones = this.#areZonesDue(this.#timeMs);
    return {
      objects: this.#actors.map((actor) => this.#object(actor)),
      firstCloudArrivalTimestamp: toTimestamp(this.#timeMs - FIRST_CLOUD_AGE_MS),
      hasObjects: true,
      ...(hasZones && { hasZones, zones: this.zones.list().map(toZoneConfig) }),
      // On the measured site one frame in ten is tiny: the one with health has no static objects.
      ...(isHealthDue || isOverflowing
        ? { health: this.#currentHealth(isOverflowing) }
        : { staticObjects: this.#staticObjects }),
    };
  }

  #currentHealth(isOverflowing: boolean): SystemHealth {
    return isOverflowing ? { ...this.#health, master: SYSTEM_STATUS.OUTPUT_BUFFER_OVERFLOW } : this.#health;
  }

  #object(actor: Actor): TrackedObject {
    return {
      id: actor.id,
      label: actor.kind.label,
      confidence: actor.confidence,
      bbox: { position: actor.position, size: actor.size, yaw: actor.yaw },
      velocity: actor.velocity,
      trackingStatus: actor.status,
      yawRate: actor.yawRate,
      retroReflective: actor.kind.retroReflective,
      lastObservedTimestamp: toTimestamp(actor.lastObservedMs),
      zoneIds: this.#watch.zoneIds(actor),
      ...(this.#details && objectDetails(actor)),
    };
  }

  #event(seconds: number, isOverflowing: boolean): EventMessage | undefined {
    const zone = this.#watch.update(this.#actors, this.zones.list(), seconds, this.#timeMs);
    const losing = this.#actors.filter(({ status }) => status === TRACKING_STATUS.EXPIRED);
    const isRecalibration = this.#isRecalibrationDue(this.#timeMs);
    if (zone.length === 0 && losing.length === 0 && !isRecalibration && !isOverflowing) return undefined;
    return {
      zone,
      losing: losing.map((actor) => this.#losingEvent(actor)),
      ...(isOverflowing && { health: this.#currentHealth(true) }),
      ...(isRecalibration && { onlineRecalibration: [this.#recalibration()] }),
    };
  }

  #losingEvent({ id, position, yaw }: Actor): LosingEvent {
    return { timestamp: toTimestamp(this.#timeMs), id, position, heading: yaw };
  }

  #recalibration(): OnlineRecalibrationEvent {
    return {
      timestamp: toTimestamp(this.#timeMs),
      topic: '/lidar_0',
      translation: { x: 0.01, y: -0.02, z: 0.005 },
      rotation: { qw: 1, qx: 0.0005, qy: -0.0003, qz: 0.001 },
    };
  }
}
