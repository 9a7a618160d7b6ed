/** Decides how results look as JSON: the protobuf mapping's names, or those of the 2.4.6 manual. */

import { enumName, NODE_STATUS, SENSOR_STATUS, SYSTEM_STATUS } from '../enums';
import type { SeenState } from '../frame-memory';
import { toTimeText } from '../time';
import type { EdgeNodeHealth, SystemHealth, Vector3 } from '../types';
import { type Zone, zoneTypeNumber } from '../zones';

type Names = 'current' | 'early';

const FEWEST_DIGITS = 6;
/** A 32-bit float never needs more to be read back as the same number. */
const MOST_DIGITS = 9;

/** The number that a 32-bit float prints as. */
export const float32 = (value: number): number => {
  const exact = Math.fround(value);
  for (let digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits += 1) {
    const rounded = Number(exact.toPrecision(digits));
    if (Math.fround(rounded) === exact) return rounded;
  }
  return Number(exact.toPrecision(MOST_DIGITS));
};

const mapValues = <T, R>(values: Readonly<Record<string, T>> | undefined, map: (value: T) => R) =>
  Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, map(value)]));

const sensorsJson = (sensors: Readonly<Record<string, number>> | undefined) =>
  mapValues(sensors, (status) => enumName(SENSOR_STATUS, status));

const edgeJson = ({ status = 0, sensors }: EdgeNodeHealth) => ({
  status: enumName(NODE_STATUS, status),
  sensors: sensorsJson(sensors),
});

/** Edge nodes are newer than the first editions: those do not know the member. */
export const healthJson = ({ master = 0, nodes }: SystemHealth, names: Names) => ({
  master: enumName(SYSTEM_STATUS, master),
  nodes: mapValues(nodes, (node) => ({
    ...edgeJson(node),
    ...(names === 'current' && { edges: mapValues(node.edges, edgeJson) }),
  })),
});

/** Camel case, the type in small letters, who is inside. */
export const zoneJson = (zone: Zone, objectIds: readonly number[], timeMs: number, names: Names): object => {
  const points = zone.vertices.map(([x, y]) => ({ x: float32(x), y: float32(y) }));
  const { id, name } = zone;
  if (names === 'early') {
    const type = zoneTypeNumber(zone);
    return { id, time: toTimeText(timeMs), name, type, shape: points, objects: objectIds };
  }
  const pbox = { points, minZ: float32(zone.minZ), maxZ: float32(zone.maxZ) };
  return { id, name, pbox, type: zone.zoneType.toLowerCase(), objectIds };
};

export const shapeJson = (id: number, timeMs: number, points: Uint8Array, names: Names): object => {
  const text = Buffer.from(points).toString('base64');
  const time = toTimeText(timeMs);
  return names === 'early' ? { id, time, point: text } : { id, timestamp: time, points: text };
};

const vectorJson = ({ x = 0, y = 0, z = 0 }: Vector3): Required<Vector3> => ({
  x: float32(x),
  y: float32(y),
  z: float32(z),
});

export const historyJson = (id: number, states: readonly SeenState[], names: Names): object => {
  if (names === 'current')
    return {
      id,
      states: states.map(({ timeMs, position }) => ({
        position: vectorJson(position),
        timestamp: toTimeText(timeMs),
      })),
    };
  const locations = states.map(({ position }) => Object.values(vectorJson(position)));
  return { id, time: toTimeText(states.at(-1)?.timeMs ?? 0), locations };
};
