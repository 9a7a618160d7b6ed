/** Objects of settings on their way out: numbers that a flow computes with are finite, everything else is as it came. */
import { isRecord } from './check-value';

export type Fields = Readonly<Record<string, unknown>>;

/** @returns the name of the first field that is not what it has to be, and what that would be */
export interface Flaw {
  readonly field: string;
  readonly expected: string;
}

const isFinite = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(isFinite);

export function zoneFlaw({ vertices, ...zone }: Fields): Flaw | undefined {
  for (const field of ['min_z', 'max_z', 'speed_limit', 'loitering_threshold'])
    if (zone[field] !== undefined && !isFinite(zone[field])) return { field, expected: 'a number' };
  if (vertices === undefined) return undefined;
  if (!Array.isArray(vertices)) return { field: 'vertices', expected: 'a list of pairs [x, y]' };
  const wrong = vertices.findIndex((vertex) => !isPair(vertex));
  return wrong < 0 ? undefined : { field: `vertices[${wrong}]`, expected: 'a pair of numbers' };
}

const POSES: Readonly<Record<string, readonly string[]>> = {
  base_to_origin: ['tx', 'ty'],
  sensor_to_base: ['tz', 'qw', 'qx', 'qy', 'qz'],
  pose_correction: ['tx', 'ty', 'tz', 'qw', 'qx', 'qy', 'qz'],
};

export function sensorFlaw(sensor: Fields): Flaw | undefined {
  for (const [table, fields] of Object.entries(POSES)) {
    const pose = sensor[table];
    if (pose === undefined) continue;
    if (!isRecord(pose)) return { field: table, expected: 'an object' };
    const wrong = fields.find((field) => pose[field] !== undefined && !isFinite(pose[field]));
    if (wrong !== undefined) return { field: `${table}.${wrong}`, expected: 'a number' };
  }
  return undefined;
}
