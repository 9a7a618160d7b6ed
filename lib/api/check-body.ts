/** `msg.payload` against what an operation sends: the object or value, checked, as the text of a request's body. */
import { SensrError, messageOf } from '../errors';
import {
  EDGE_FIELDS,
  NODE_FIELDS,
  RANGE_FIELDS,
  SENSOR_FIELDS,
  TRANSFORM_FIELDS,
  ZONE_FIELDS,
  checkFields,
  requireFields,
  type Fields,
  type FieldTable,
} from './body-fields';
import { isAbsent, isRecord, refuse, wholeText } from './check-value';
import type { Body, Operation } from './operation';

export interface CheckedBody {
  readonly text: string;
  readonly contentType: 'application/json' | 'text/plain';
}

type Schema = Exclude<Body, 'none' | 'value' | 'any'>;

interface ObjectRule {
  readonly fields: FieldTable;
  /** What SENSR finds the object by; it gives one itself on creation, so there none is sent. */
  readonly id?: string;
  readonly requiredToCreate?: readonly string[];
  readonly required?: readonly string[];
  readonly defaults?: Fields;
  readonly rule?: (where: string, body: Fields) => void;
}

const RULES: Readonly<Record<Schema, ObjectRule>> = {
  zone: {
    fields: ZONE_FIELDS,
    id: 'id',
    requiredToCreate: ['name', 'vertices'],
    defaults: { zone_type: 'Event' },
    rule: zoneRule,
  },
  sensor: { fields: SENSOR_FIELDS, id: 'uid', rule: sensorRule },
  node: { fields: NODE_FIELDS, id: 'uid', requiredToCreate: ['ip'] },
  edge: { fields: EDGE_FIELDS, id: 'uid', requiredToCreate: ['algo_uid', 'ip'] },
  transform: {
    fields: TRANSFORM_FIELDS,
    required: ['base_to_origin', 'sensor_to_base'],
    rule: transformRule,
  },
  range: { fields: RANGE_FIELDS, required: ['x_range', 'y_range', 'z_range'] },
};

/** @throws SensrError SENSR_BAD_REQUEST */
export function checkBody(operation: Operation, payload: unknown): CheckedBody | undefined {
  const where = `${operation.name}: payload`;
  switch (operation.body) {
    case 'none':
      return undefined;
    case 'value':
      return plain(where, payload);
    case 'any':
      return anyBody(where, payload);
    default:
      return json(where, checkObject(where, RULES[operation.body], payload, operation.creates));
  }
}

/** What neither the table nor the manual describes: an object as JSON, anything else as text, nothing as no body. */
export function anyBody(where: string, payload: unknown): CheckedBody | undefined {
  if (payload === undefined || payload === null || payload === '') return undefined;
  return typeof payload === 'object' ? json(where, payload) : plain(where, payload);
}

function checkObject(where: string, rule: ObjectRule, payload: unknown, creates: boolean): Fields {
  const given = objectOf(where, payload);
  const { fields, id, requiredToCreate = [], required = [], defaults = {} } = rule;
  const body = checkFields(where, creates && id !== undefined ? without(given, id) : given, fields);
  if (creates) requireFields(where, body, requiredToCreate, 'it to be there to create one');
  else if (id !== undefined) requireFields(where, body, [id], 'the id of the one to change');
  requireFields(where, body, required, 'it to be there');
  rule.rule?.(where, body);
  if (!creates) return body;
  const missing = Object.entries(defaults).filter(([field]) => isAbsent(body[field]));
  return { ...body, ...Object.fromEntries(missing) };
}

function objectOf(where: string, payload: unknown): Fields {
  const value = typeof payload === 'string' ? parsed(where, payload) : payload;
  return isRecord(value) ? value : refuse(where, 'an object, or its JSON', payload);
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SensrError(
      'SENSR_BAD_REQUEST',
      `${where}: expected an object, or its JSON: ${messageOf(error)}`,
    );
  }
}

const without = (body: Fields, field: string): Fields =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));

function zoneRule(where: string, { min_z: low, max_z: high }: Fields): void {
  if (typeof low === 'number' && typeof high === 'number' && low > high)
    refuse(where, 'min_z not above max_z', `${low} and ${high}`);
}

function sensorRule(where: string, { sensor_to_base: pose }: Fields): void {
  const rotation = rotationOf(pose);
  // SENSR itself writes one of zeros where there is none.
  if (rotation && rotation.some((part) => part !== 0)) unitRotation(`${where}.sensor_to_base`, rotation);
}

/** SENSR turns a node about Z only, and keeps it on the ground. */
function transformRule(where: string, { base_to_origin: origin, sensor_to_base: pose }: Fields): void {
  const poseWhere = `${where}.sensor_to_base`;
  requireFields(`${where}.base_to_origin`, origin as Fields, ['tx', 'ty'], 'a number');
  requireFields(poseWhere, pose as Fields, ['tz', 'qw', 'qx', 'qy', 'qz'], 'a number');
  for (const field of ['tz', 'qx', 'qy']) {
    const value = (pose as Fields)[field];
    if (Math.abs(Number(value)) > ZERO_TOLERANCE)
      refuse(`${poseWhere}.${field}`, '0: a node is turned about Z only, and its height stays', value);
  }
  unitRotation(poseWhere, rotationOf(pose) ?? []);
}

/** SENSR prints 32-bit floats: what was 0 may come back with a tail. */
const ZERO_TOLERANCE = 1e-6;
/** Rounded to three digits, as people write them. */
const NORM_TOLERANCE = 1e-3;

function rotationOf(pose: unknown): number[] | undefined {
  if (!isRecord(pose)) return undefined;
  const parts = [pose['qw'], pose['qx'], pose['qy'], pose['qz']];
  return parts.every((part) => typeof part === 'number') ? parts : undefined;
}

function unitRotation(where: string, rotation: readonly number[]): void {
  const norm = Math.hypot(...rotation);
  if (!(Math.abs(norm - 1) <= NORM_TOLERANCE))
    refuse(where, 'qw, qx, qy, qz of length 1', `a length of ${Number(norm.toFixed(6))}`);
}

function json(where: string, value: unknown): CheckedBody {
  if (ArrayBuffer.isView(value)) return refuse(where, 'text, a number or an object', 'binary data');
  let text: string | undefined;
  try {
    // JSON turns what is not finite into null, which SENSR would take for something else.
    text = JSON.stringify(value, (field, part: unknown) =>
      typeof part === 'number' && !Number.isFinite(part)
        ? refuse(`${where}${field === '' ? '' : `, ${field}`}`, 'a finite number', part)
        : part,
    ) as string | undefined;
  } catch (error) {
    if (error instanceof SensrError) throw error;
    throw new SensrError(
      'SENSR_BAD_REQUEST',
      `${where}: expected what JSON can say: ${messageOf(error)}`,
      error,
    );
  }
  return text === undefined
    ? refuse(where, 'what JSON can say', value)
    : { text, contentType: 'application/json' };
}

/** A value on its own; a list or an object, as vectors are, in JSON. */
function plain(where: string, value: unknown): CheckedBody {
  if (value === undefined || value === null || value === '') return refuse(where, 'the value to set', value);
  const contentType = 'text/plain';
  if (typeof value === 'object') return { text: json(where, value).text, contentType };
  if (typeof value === 'boolean') return { text: String(value), contentType };
  return { text: wholeText(where, value), contentType };
}
