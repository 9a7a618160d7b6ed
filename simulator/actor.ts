/** Owns one moving object: its motion along a path and the life of its track, from first sight to expiry. */

import { TRACKING_STATUS } from './enums';
import type { Path, Pose } from './path';
import type { Random } from './random';
import type { Kind } from './site';
import type { Vector3 } from './types';

/** A new track is checked for so long before it counts. */
const VALIDATING_S: readonly [number, number] = [0.35, 0.65];
/** A share of the new tracks is nothing: they vanish without ever having counted. */
const FALSE_TRACK_SHARE = 0.06;
const INVALIDATING_S = 0.3;
/** A lost track is predicted for so long before it ends. */
const DRIFTING_S = 0.8;
/** Nobody drives on a ruler: tracks lie a little beside their path. */
const LANE_SPREAD_M = 0.6;
const SPEED_SWAY = 0.06;
/** A history holds so many states, at least so far apart. */
const HISTORY_STATES = 8;
const HISTORY_STEP_MS = 100;

export interface PastState {
  readonly timeMs: number;
  readonly position: Vector3;
}

export class Actor {
  readonly id: number;
  readonly kind: Kind;
  readonly size: Vector3;
  readonly confidence: number;
  readonly history: PastState[] = [];
  status: number = TRACKING_STATUS.VALIDATING;
  position: Required<Vector3> = { x: 0, y: 0, z: 0 };
  yaw = 0;
  yawRate = 0;
  speed: number;
  lastObservedMs = 0;
  readonly #path: Path;
  readonly #cruiseSpeed: number;
  readonly #lateralM: number;
  readonly #swayPhase: number;
  readonly #isFalse: boolean;
  readonly #validatingS: number;
  readonly #pauseAtM: number;
  #pauseLeftS: number;
  #distanceM = 0;
  #ageS = 0;
  /** Seconds since the state changed last. */
  #statusS = 0;

  constructor(id: number, kind: Kind, random: Random) {
    this.id = id;
    this.kind = kind;
    const scale = random.between(0.9, 1.1);
    const [length, width, height] = kind.size;
    this.size = { x: length * scale, y: width * scale, z: height * scale };
    this.confidence = random.between(0.55, 0.99);
    this.#path = random.pick(kind.paths.map((path) => [1, path] as const));
    this.#cruiseSpeed = random.between(kind.minSpeed, kind.maxSpeed);
    this.speed = this.#cruiseSpeed;
    this.#lateralM = random.between(-LANE_SPREAD_M, LANE_SPREAD_M);
    this.#swayPhase = random.between(0, 2 * Math.PI);
    this.#isFalse = random.chance(FALSE_TRACK_SHARE);
    this.#validatingS = random.between(...VALIDATING_S);
    this.#pauseAtM = this.#path.lengthM * kind.pause.atShare;
    const pauses = random.chance(kind.pause.probability);
    this.#pauseLeftS = pauses ? random.between(1, kind.pause.maxSeconds) : 0;
    this.position = { ...this.#groundPoint(this.#path.poseAt(0)), z: random.between(-0.05, 0.15) };
    this.yaw = this.#path.poseAt(0).yaw;
  }

  /** Puts it somewhere on its way with a track that already counts: a world that has long been running. */
  startUnderWay(share: number): void {
    this.#distanceM = this.#path.lengthM * share;
    if (this.#distanceM >= this.#pauseAtM) this.#pauseLeftS = 0;
    this.#move(0);
    this.#enter(TRACKING_STATUS.TRACKING);
  }

  get isGone(): boolean {
    return this.#isGone;
  }
  #isGone = false;

  get velocity(): Vector3 {
    return { x: this.speed * Math.cos(this.yaw), y: this.speed * Math.sin(this.yaw) };
  }

  advance(seconds: number, timeMs: number): void {
    this.#ageS += seconds;
    this.#statusS += seconds;
    this.#updateStatus();
    if (this.#isGone) return;
    this.#move(seconds);
    const isSeen = this.status === TRACKING_STATUS.VALIDATING || this.status === TRACKING_STATUS.TRACKING;
    if (isSeen || this.lastObservedMs === 0) this.lastObservedMs = timeMs;
    this.#remember(timeMs);
  }

  /** Ends the track now, as where an exclusion zone hides it. It is published once more as expired. */
  expire(): void {
    this.#enter(TRACKING_STATUS.EXPIRED);
  }

  #updateStatus(): void {
    const { VALIDATING, INVALIDATING, TRACKING, DRIFTING, EXPIRED } = TRACKING_STATUS;
    if (this.status === VALIDATING && this.#statusS >= this.#validatingS)
      this.#enter(this.#isFalse ? INVALIDATING : TRACKING);
    else if (this.status === INVALIDATING && this.#statusS >= INVALIDATING_S) this.#isGone = true;
    else if (this.status === TRACKING && this.#distanceM >= this.#path.lengthM) this.#enter(DRIFTING);
    else if (this.status === DRIFTING && this.#statusS >= DRIFTING_S) this.#enter(EXPIRED);
    else if (this.status === EXPIRED) this.#isGone = true;
  }

  #enter(status: number): void {
    this.status = status;
    this.#statusS = 0;
  }

  #move(seconds: number): void {
    this.speed = this.#cruiseSpeed * (1 + SPEED_SWAY * Math.sin(this.#ageS + this.#swayPhase));
    if (this.#pauseLeftS > 0 && this.#distanceM >= this.#pauseAtM) {
      this.#pauseLeftS -= seconds;
      this.speed = 0;
    }
    this.#distanceM += this.speed * seconds;
    const pose = this.#path.poseAt(this.#distanceM);
    const turn = Math.atan2(Math.sin(pose.yaw - this.yaw), Math.cos(pose.yaw - this.yaw));
    this.yawRate = seconds > 0 ? turn / seconds : 0;
    this.yaw = pose.yaw;
    this.position = { ...this.#groundPoint(pose), z: this.position.z };
  }

  #groundPoint({ x, y, yaw }: Pose): { x: number; y: number } {
    return { x: x - Math.sin(yaw) * this.#lateralM, y: y + Math.cos(yaw) * this.#lateralM };
  }

  #remember(timeMs: number): void {
    const last = this.history.at(-1);
    if (last && timeMs - last.timeMs < HISTORY_STEP_MS) return;
    this.history.push({ timeMs, position: this.position });
    if (this.history.length > HISTORY_STATES) this.history.shift();
  }
}
