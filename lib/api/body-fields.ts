/** What is known about the fields of the objects that SENSR takes; fields that are not here are passed on as they are. */
import {
  filledText,
  finiteNumber,
  fromZero,
  isAbsent,
  isRecord,
  refuse,
  truth,
  wholeNumber,
  wholeText,
  type Check,
} from './check-value';

export type Fields = Readonly<Record<string, unknown>>;

export interface FieldTable {
  readonly [field: string]: Check<unknown>;
}

/** Of each field that is there, and neither null nor undefined, the checked value; the others stay as they are. */
export function checkFields(where: string, body: Fields, table: FieldTable): Fields {
  const checked: Record<string, unknown> = { ...body };
  for (const [field, check] of Object.entries(table)) {
    const value = Object.hasOwn(body, field) ? body[field] : undefined;
    if (value === undefined || value === null) continue;
    checked[field] = check(`${where}.${field}`, value);
  }
  return checked;
}

/** @throws SensrError SENSR_BAD_REQUEST when one of `fields` is missing, null or empty */
export function requireFields(where: string, body: Fields, fields: readonly string[], why: string): void {
  for (const field of fields) {
    const value = Object.hasOwn(body, field) ? body[field] : undefined;
    if (isAbsent(value)) refuse(`${where}.${field}`, why, value);
  }
}

/** A table within an object. */
export const nested =
  (table: FieldTable): Check<Fields> =>
  (where, value) =>
    isRecord(value) ? checkFields(where, value, table) : refuse(where, 'an object', value);

/** SENSR's `Event` under each of its spellings; types that the manual does not name are passed on. */
const zoneType: Check<string> = (where, value) => {
  const text = filledText(where, value);
  return /^(event|1)$/i.test(text.trim()) ? 'Event' : text;
};

const FEWEST_VERTICES = 3;

/** [x, y], or { x, y } as SENSR's results have it. */
const vertex: Check<readonly [number, number]> = (where, value) => {
  const pair: unknown = isRecord(value) ? [value['x'], value['y']] : value;
  if (!Array.isArray(pair) || pair.length !== 2) return refuse(where, 'a pair [x, y]', value);
  return [finiteNumber(`${where}[0]`, pair[0]), finiteNumber(`${where}[1]`, pair[1])];
};

const vertices: Check<unknown> = (where, value) => {
  if (!Array.isArray(value) || value.length < FEWEST_VERTICES)
    return refuse(where, `a list of at least ${FEWEST_VERTICES} pairs [x, y]`, value);
  // Not map(): it leaves out holes.
  return Array.from(value, (one: unknown, index) => vertex(`${where}[${index}]`, one));
};

const vector2: Check<readonly [number, number]> = (where, value) => {
  if (!Array.isArray(value) || value.length !== 2) return refuse(where, 'a pair of numbers', value);
  return [finiteNumber(`${where}[0]`, value[0]), finiteNumber(`${where}[1]`, value[1])];
};

const orderedPair: Check<readonly [number, number]> = (where, value) => {
  const [low, high] = vector2(where, value);
  return low <= high ? [low, high] : refuse(where, '[min, max] with min not above max', `${low}, ${high}`);
};

/** Digits as text is what the manual shows. */
const port: Check<string> = (where, value) => {
  const number = wholeNumber(where, value);
  return number >= 1 && number <= 65535 ? String(number) : refuse(where, 'a port from 1 to 65535', value);
};

const ROTATION: FieldTable = { qw: finiteNumber, qx: finiteNumber, qy: finiteNumber, qz: finiteNumber };
const BASE_TO_ORIGIN = nested({ tx: finiteNumber, ty: finiteNumber });
const SENSOR_TO_BASE = nested({ tz: finiteNumber, ...ROTATION });

export const ZONE_FIELDS: FieldTable = {
  id: wholeNumber,
  name: wholeText,
  zone_type: zoneType,
  speed_limit: fromZero,
  loitering_threshold: fromZero,
  min_z: finiteNumber,
  max_z: finiteNumber,
  vertices,
};

export const SENSOR_FIELDS: FieldTable = {
  uid: filledText,
  name: wholeText,
  topic: wholeText,
  sensor: wholeText,
  stack_capacity: wholeNumber,
  detection_radius: finiteNumber,
  horizontal_angle_range: vector2,
  use_intensity_filtering: truth,
  use_lidar_timestamp: truth,
  use_corrected_pose: truth,
  save_corrected_pose: truth,
  disabled: truth,
  minimum_intensity: finiteNumber,
  retro_reflective_intensity: finiteNumber,
  connected_to_edge_node: truth,
  edge_uid: wholeText,
  base_to_origin: BASE_TO_ORIGIN,
  sensor_to_base: SENSOR_TO_BASE,
  pose_correction: nested({ tx: finiteNumber, ty: finiteNumber, tz: finiteNumber, ...ROTATION }),
};

export const NODE_FIELDS: FieldTable = {
  uid: filledText,
  ip: filledText,
  name: wholeText,
  rosbag_path: wholeText,
  preset: wholeText,
  enable_gpu: truth,
  disabled: truth,
  master_ip: wholeText,
  bin: wholeText,
  username: wholeText,
  port,
};

export const EDGE_FIELDS: FieldTable = {
  uid: filledText,
  algo_uid: filledText,
  ip: filledText,
  name: wholeText,
  disabled: truth,
};

export const TRANSFORM_FIELDS: FieldTable = {
  base_to_origin: BASE_TO_ORIGIN,
  sensor_to_base: SENSOR_TO_BASE,
};

export const RANGE_FIELDS: FieldTable = { x_range: orderedPair, y_range: orderedPair, z_range: orderedPair };
