/** Owns what never moves and where others move: the ways through a road crossing, its sensors, its static objects. */

import { LABEL, NODE_STATUS, SENSOR_STATUS, SYSTEM_STATUS, TRACKING_STATUS } from './enums';
import { arc, Path, type Point } from './path';
import type { Random } from './random';
import type { SystemHealth, TrackedObject, Vector3 } from './types';

/** What moves: its class, size and speed, and the ways it may take. */
export interface Kind {
  readonly label: number;
  /** Metres along, across and up. */
  readonly size: readonly [length: number, width: number, height: number];
  readonly minSpeed: number;
  readonly maxSpeed: number;
  readonly retroReflective: boolean;
  /** How likely it stops on its way, and where (share of the way) and how long at most. */
  readonly pause: { readonly probability: number; readonly atShare: number; readonly maxSeconds: number };
  readonly paths: readonly Path[];
}

const reversed = (points: readonly Point[]): Point[] => [...points].reverse();
const bothWays = (points: readonly Point[]): Path[] => [new Path(points), new Path(reversed(points))];

const EASTBOUND = new Path([
  [-58, -2],
  [58, -2],
]);
const WESTBOUND = new Path([
  [58, 2],
  [-58, 2],
]);
const NORTHBOUND = new Path([
  [2, -50],
  [2, 50],
]);
const RIGHT_TURN = new Path([[-58, -2], ...arc([-8, -8], 6, Math.PI / 2, 0), [-2, -50]]);

const CAR: Kind = {
  label: LABEL.LABEL_CAR,
  size: [4.4, 1.8, 1.5],
  minSpeed: 7.5,
  maxSpeed: 14,
  retroReflective: true,
  pause: { probability: 0.15, atShare: 0.42, maxSeconds: 9 },
  paths: [EASTBOUND, WESTBOUND, EASTBOUND, NORTHBOUND, RIGHT_TURN],
};

const PEDESTRIAN: Kind = {
  label: LABEL.LABEL_PEDESTRIAN,
  size: [0.6, 0.6, 1.75],
  minSpeed: 1.1,
  maxSpeed: 1.8,
  retroReflective: false,
  pause: { probability: 0.5, atShare: 0.3, maxSeconds: 12 },
  paths: [
    ...bothWays([
      [8, -16],
      [8, 16],
    ]),
    ...bothWays([
      [-18, -8.5],
      [7, -8.5],
      [7, 14],
    ]),
  ],
};

const CYCLIST: Kind = {
  label: LABEL.LABEL_CYCLIST,
  size: [1.8, 0.6, 1.7],
  minSpeed: 3.5,
  maxSpeed: 6.5,
  retroReflective: true,
  pause: { probability: 0.1, atShare: 0.45, maxSeconds: 4 },
  paths: bothWays([
    [-45, -4],
    [-12, -4],
    [0, -6],
    [45, -5],
  ]),
};

/** Runs through the tree of the busy site, where tracking ends. */
const STRAY: Kind = {
  ...PEDESTRIAN,
  label: LABEL.LABEL_MISC,
  size: [0.9, 0.4, 0.6],
  paths: [
    new Path([
      [2, 12],
      [34, 12],
    ]),
  ],
};

export const KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
  [50, CAR],
  [28, PEDESTRIAN],
  [18, CYCLIST],
  [4, STRAY],
];

export const SENSORS: readonly Vector3[] = [
  { x: 9, y: 5, z: 4 },
  { x: -9, y: -5, z: 4 },
];

const STATIC_OBJECT_ID = 90_000;
/** With so many a frame without a moving object is as large as on the measured site: 2.1 kB. */
const STATIC_OBJECT_COUNT = 33;

/** Parked cars in a row and posts along the road; all of them were there before any frame. */
export const createStaticObjects = (random: Random): TrackedObject[] =>
  Array.from({ length: STATIC_OBJECT_COUNT }, (_, index) => {
    const isCar = index % 3 === 0;
    const [length, width, height] = isCar ? CAR.size : ([0.3, 0.3, random.between(1, 4)] as const);
    return {
      id: STATIC_OBJECT_ID + index,
      label: isCar ? LABEL.LABEL_CAR : LABEL.LABEL_MISC,
      confidence: random.between(0.6, 0.99),
      bbox: {
        position: {
          x: isCar ? -38 + index * 1.1 : random.between(-50, 50),
          y: isCar ? 17 : random.between(6, 9) * (index % 2 === 0 ? 1 : -1),
          z: random.between(-0.1, 0.1),
        },
        size: { x: length, y: width, z: height },
        yaw: isCar ? Math.PI / 2 : random.between(-3, 3),
      },
      velocity: {},
      trackingStatus: TRACKING_STATUS.TRACKING,
      retroReflective: isCar,
      isStatic: true,
    };
  });

export const healthySite = (): SystemHealth => ({
  master: SYSTEM_STATUS.OK,
  nodes: {
    algo_0000: {
      status: NODE_STATUS.OK,
      sensors: { '/lidar_0': SENSOR_STATUS.SENSOR_ALIVE },
      edges: {
        edge_0000: { status: NODE_STATUS.OK, sensors: { '/lidar_1': SENSOR_STATUS.SENSOR_ALIVE } },
      },
    },
  },
});
