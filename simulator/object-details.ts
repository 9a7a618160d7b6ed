/** Builds what a server sends per object at a high publishing level: points, history, prediction. */

import type { Actor } from './actor';
import { createRandom } from './random';
import { SENSORS } from './site';
import { toTimestamp } from './time';
import type { History, Prediction, TrackedObject, Vector3 } from './types';

/** Points on a surface thin out with the square of the distance: so many on 1 m² at 1 m. */
const POINTS_PER_M2_AT_1_M = 7000;
const MOST_POINTS = 2200;
const FEWEST_POINTS = 5;
const PREDICTED_STEPS = 5;
const STEP_S = 0.5;
const MAX_INTENSITY = 255;
/** The same pattern for all: points of a unit box's sides and roof, then scaled, turned and moved. */
const PATTERN_SEED = 7;

const createPattern = (): { readonly unit: Float32Array; readonly intensities: Float32Array } => {
  const random = createRandom(PATTERN_SEED);
  const unit = new Float32Array(MOST_POINTS * 3);
  const intensities = new Float32Array(MOST_POINTS);
  for (let index = 0; index < MOST_POINTS; index += 1) {
    const along = random.between(-0.5, 0.5);
    const side = random.chance(0.5) ? -0.5 : 0.5;
    const isFlank = random.chance(0.5);
    unit[index * 3] = isFlank ? along : side;
    unit[index * 3 + 1] = isFlank ? side : along;
    unit[index * 3 + 2] = random.next();
    intensities[index] = Math.floor(random.between(0, MAX_INTENSITY + 1));
  }
  return { unit, intensities };
};

const PATTERN = createPattern();

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** What the shape of an object depends on. */
export type Placed = Pick<Actor, 'position' | 'size' | 'yaw'>;

export const pointCount = ({ position, size }: Placed): number => {
  const areaM2 = Math.max(size.x ?? 0, size.y ?? 0) * (size.z ?? 0);
  const distancesM = SENSORS.map((sensor) =>
    Math.hypot(position.x - (sensor.x ?? 0), position.y - (sensor.y ?? 0), position.z - (sensor.z ?? 0)),
  );
  const count = Math.round((POINTS_PER_M2_AT_1_M * areaM2) / Math.min(...distancesM) ** 2);
  return Math.min(MOST_POINTS, Math.max(FEWEST_POINTS, count));
};

export const objectShape = (actor: Placed): Pick<TrackedObject, 'points' | 'intensities'> => {
  const count = pointCount(actor);
  const points = new Float32Array(count * 3);
  const [cos, sin] = [Math.cos(actor.yaw), Math.sin(actor.yaw)];
  const { x: length = 0, y: width = 0, z: height = 0 } = actor.size;
  for (let at = 0; at < points.length; at += 3) {
    const along = (PATTERN.unit[at] ?? 0) * length;
    const across = (PATTERN.unit[at + 1] ?? 0) * width;
    points[at] = actor.position.x + along * cos - across * sin;
    points[at + 1] = actor.position.y + along * sin + across * cos;
    points[at + 2] = actor.position.z + (PATTERN.unit[at + 2] ?? 0) * height;
  }
  return { points: bytesOf(points), intensities: bytesOf(PATTERN.intensities.subarray(0, count)) };
};

const history = (actor: Actor): History => ({
  states: actor.history.map(({ timeMs, position }) => ({ position, timestamp: toTimestamp(timeMs) })),
});

const prediction = ({ position, velocity, speed }: Actor): Prediction => {
  const at = (seconds: number): Vector3 => ({
    x: position.x + (velocity.x ?? 0) * seconds,
    y: position.y + (velocity.y ?? 0) * seconds,
    z: position.z,
  });
  const reachM = speed * STEP_S + STEP_S;
  const { x = 0, y = 0 } = position;
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const;
  const space = {
    points: corners.map(([east, north]) => ({ x: x + east * reachM, y: y + north * reachM })),
    minZ: 0,
    maxZ: 3,
  };
  return {
    positions: Array.from({ length: PREDICTED_STEPS }, (_, index) => at((index + 1) * STEP_S)),
    reachableSet: [{ tOffset: STEP_S, space }],
  };
};

export const objectDetails = (actor: Actor): Partial<TrackedObject> => ({
  ...objectShape(actor),
  history: history(actor),
  prediction: prediction(actor),
});
