/** The results (`results/…`) as this package gives them: the names of 3.x, times as epoch milliseconds, points as bytes. */
import { isRecord } from './check-value';
import { readTime } from './timestamp';

type Fields = Readonly<Record<string, unknown>>;

/** What a result has to be, and is not. */
export class ResultFlaw extends Error {}

/** The manual of 2.4.6 has other names for the same members; where both are there, the new one counts. */
function renamed(value: Fields, names: ReadonlyMap<string, string>): Fields {
  const entries = Object.entries(value)
    .filter(([name]) => !Object.hasOwn(value, names.get(name) ?? ''))
    .map(([name, member]): [string, unknown] => {
      const known = names.get(name) ?? name;
      return [known, known === 'timestamp' ? readTime(member) : member];
    });
  return Object.fromEntries(entries);
}

const TIME = ['time', 'timestamp'] as const;
const SHAPE_NAMES = new Map([TIME, ['point', 'points']]);
const STATE_NAMES = new Map([TIME]);
const ZONE_NAMES = new Map([TIME, ['objects', 'objectIds']]);

const FLOAT_BYTES = 4;
const POINT_BYTES = 3 * FLOAT_BYTES;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export function shapeOf(value: Fields): Fields {
  const shape = renamed(value, SHAPE_NAMES);
  const { points = '' } = shape;
  return { ...shape, points: pointBytes(points) };
}

/** In memory of its own, so that a Float32Array can view it in place: small Buffers lie anywhere in a shared one. */
function pointBytes(points: unknown): Buffer {
  if (typeof points !== 'string' || !BASE64.test(points)) throw new ResultFlaw('points to be base64');
  const decoded = Buffer.from(points, 'base64');
  if (decoded.length % POINT_BYTES !== 0)
    throw new ResultFlaw(`points to be x, y, z of ${FLOAT_BYTES} bytes each, not ${decoded.length} bytes`);
  const bytes = Buffer.from(new ArrayBuffer(decoded.length));
  decoded.copy(bytes);
  return bytes;
}

export function historyOf(value: Fields): Fields {
  const { locations, ...history } = renamed(value, STATE_NAMES);
  const states = history['states'] ?? locations ?? [];
  if (!Array.isArray(states)) throw new ResultFlaw('states to be a list');
  return { ...history, states: states.map(stateOf) };
}

function stateOf(state: unknown): unknown {
  if (isRecord(state)) return renamed(state, STATE_NAMES);
  if (!Array.isArray(state)) throw new ResultFlaw('states to hold objects, or [x, y, z]');
  const [x = 0, y = 0, z = 0] = state as unknown[];
  return { position: { x, y, z } };
}

export function zoneStatusOf(value: Fields): Fields {
  const { zones = [] } = value;
  if (!Array.isArray(zones)) throw new ResultFlaw('zones to be a list');
  return { ...value, zones: zones.map(zoneOf) };
}

const EVENT_TYPE = 1;

function zoneOf(value: unknown): Fields {
  if (!isRecord(value)) throw new ResultFlaw('zones to hold objects');
  const { shape, ...zone } = renamed(value, ZONE_NAMES);
  const { objectIds = [], type } = zone;
  if (!Array.isArray(objectIds)) throw new ResultFlaw('objectIds to be a list');
  return {
    ...zone,
    ...(type === EVENT_TYPE ? { type: 'event' } : {}),
    ...(Array.isArray(shape) ? { pbox: { points: shape.map(xy) } } : {}),
    objectIds,
  };
}

const xy = (point: unknown): unknown =>
  Array.isArray(point) ? { x: point[0] as unknown, y: point[1] as unknown } : point;

/** The keys of `nodes`; those of their `edges`. */
export const nodeNames = (health: Fields): string[] => Object.keys(tableOf(health, 'nodes'));

export const edgeNames = (health: Fields): string[] =>
  Object.values(tableOf(health, 'nodes')).flatMap((node) =>
    isRecord(node) ? Object.keys(tableOf(node, 'edges')) : [],
  );

export function healthOf(health: Fields): Fields {
  tableOf(health, 'nodes');
  return health;
}

function tableOf(value: Fields, member: string): Fields {
  const table = value[member] ?? {};
  if (!isRecord(table)) throw new ResultFlaw(`${member} to be an object`);
  return table;
}
