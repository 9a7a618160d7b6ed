/** The objects that operations send, as tables: what each field has to be is asked of its check. */
import {
  EDGE_FIELDS,
  NODE_FIELDS,
  RANGE_FIELDS,
  SENSOR_FIELDS,
  TRANSFORM_FIELDS,
  ZONE_FIELDS,
  type FieldTable,
} from '../lib/api/body-fields';
import type { Check } from '../lib/api/check-value';
import { messageOf } from '../lib/errors';

export type ObjectBody = 'zone' | 'sensor' | 'node' | 'transform' | 'range' | 'edge';

export interface ObjectRow {
  readonly body: ObjectBody;
  readonly fields: FieldTable;
  /** A test holds these true. */
  readonly toCreate: readonly string[];
  readonly toChange: readonly string[];
  readonly notes: Readonly<Record<string, string>>;
}

const TRANSFORM = ['base_to_origin', 'sensor_to_base'];
const RANGE = ['x_range', 'y_range', 'z_range'];

export const OBJECTS: readonly ObjectRow[] = [
  {
    body: 'zone',
    fields: ZONE_FIELDS,
    toCreate: ['name', 'vertices'],
    toChange: ['id'],
    notes: {
      zone_type: '`Event` when one is created without it',
      min_z: 'not above `max_z`',
      vertices: 'the outline; `{ x, y }` will do for a pair',
    },
  },
  {
    body: 'sensor',
    fields: SENSOR_FIELDS,
    toCreate: [],
    toChange: ['uid'],
    notes: { sensor_to_base: '`qw` to `qz`: a rotation of length 1, or all 0' },
  },
  { body: 'node', fields: NODE_FIELDS, toCreate: ['ip'], toChange: ['uid'], notes: {} },
  {
    body: 'transform',
    fields: TRANSFORM_FIELDS,
    toCreate: [],
    toChange: TRANSFORM,
    notes: {
      base_to_origin: 'both are needed',
      sensor_to_base: 'all are needed; `tz`, `qx` and `qy` are 0, `qw` and `qz` a rotation of length 1',
    },
  },
  { body: 'range', fields: RANGE_FIELDS, toCreate: [], toChange: RANGE, notes: {} },
  { body: 'edge', fields: EDGE_FIELDS, toCreate: ['algo_uid', 'ip'], toChange: ['uid'], notes: {} },
];

/** None of them suits every check; each check refuses at least one. */
const PROBES: readonly unknown[] = [() => undefined, ' ', 0, [2, 1]];
const POSE_PARTS = ['tx', 'ty', 'tz', 'qw', 'qx', 'qy', 'qz'];

/** @returns what a check says it expects: of several sentences the longest, which tells the most */
export function expectationOf(check: Check<unknown>): string {
  const takesObjects = refusal(check, {}) === undefined;
  const parts = takesObjects ? POSE_PARTS.filter((part) => refusal(check, { [part]: 'none' })) : [];
  if (parts.length > 0) return `object with ${parts.map((part) => `\`${part}\``).join(', ')} (numbers)`;
  const told = PROBES.map((probe) => refusal(check, probe)).filter((text) => text !== undefined);
  return told.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}

function refusal(check: Check<unknown>, value: unknown): string | undefined {
  try {
    check('', value);
    return undefined;
  } catch (error) {
    return /: expected (.*), got /.exec(messageOf(error))?.[1];
  }
}

type MakeTable = (heading: readonly string[], rows: readonly (readonly string[])[]) => string;

export function objectTable({ fields, toCreate, toChange, notes }: ObjectRow, table: MakeTable): string {
  const rows = Object.entries(fields).map(([field, check]) => [
    `\`${field}\``,
    expectationOf(check),
    neededText(toCreate.includes(field), toChange.includes(field)),
    notes[field] ?? '',
  ]);
  return table(['Field', 'What it has to be', 'Needed', 'Note'], rows);
}

function neededText(toCreate: boolean, toChange: boolean): string {
  if (toCreate) return 'to create';
  return toChange ? 'to change' : '';
}
