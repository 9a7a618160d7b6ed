/** The properties of a sensr-stream node: defaults, limits and units, and which of them a stream has. Runs in the browser too. */
import type { PropertyTable } from '../common/properties';

/** Raise when a saved property changes its meaning, and add the step to migrations.ts. */
export const VERSION = 1;

export const STREAMS = [
  'objects',
  'events',
  'zones',
  'health',
  'custom',
  'output',
  'points',
  'raw-output',
  'raw-points',
] as const;
export type StreamName = (typeof STREAMS)[number];

export const LABELS = [
  'LABEL_CAR',
  'LABEL_PEDESTRIAN',
  'LABEL_CYCLIST',
  'LABEL_MISC',
  'LABEL_GROUND',
  'LABEL_NONE',
] as const;
export const STATUSES = ['TRACKING', 'VALIDATING', 'INVALIDATING', 'DRIFTING', 'EXPIRED', 'NONE'] as const;
export const EVENT_TYPES = [
  'ENTRY',
  'EXIT',
  'LOITERING',
  'EXCEEDS_SPEED',
  'LOSING',
  'HEALTH',
  'RECALIBRATION',
] as const;
export const CLOUD_TYPES = ['GROUND', 'BACKGROUND', 'RAW'] as const;
export const INCLUDES = ['points', 'history', 'prediction'] as const;
export const POINT_FORMATS = ['buffer', 'typed', 'array'] as const;
export const PACINGS = ['loop', 'complete', 'rate', 'request'] as const;

export const PROPERTIES = {
  name: { kind: 'text', default: '' },
  server: { kind: 'reference', default: '', refersTo: 'sensr-config', required: true },
  stream: { kind: 'choice', default: 'objects', choices: STREAMS },
  labels: { kind: 'choices', default: [], choices: LABELS },
  statuses: { kind: 'choices', default: ['TRACKING'], choices: STATUSES },
  zones: { kind: 'numbers', default: [] },
  minConfidence: { kind: 'number', default: 0, min: 0, max: 1 },
  types: { kind: 'choices', default: [], choices: [...EVENT_TYPES, ...CLOUD_TYPES] },
  include: { kind: 'choices', default: [], choices: INCLUDES },
  pointFormat: { kind: 'choice', default: 'buffer', choices: POINT_FORMATS },
  maxPoints: { kind: 'number', default: 0, min: 0, max: 100_000_000, integer: true },
  interval: { kind: 'number', default: 0, min: 0, max: 3600, unit: 's' },
  skipEmpty: { kind: 'boolean', default: false },
  pacing: { kind: 'choice', default: 'loop', choices: PACINGS },
  inFlight: { kind: 'number', default: 1, min: 1, max: 100, integer: true },
  stallTimeout: { kind: 'number', default: 30, min: 0.1, max: 3600, unit: 's' },
  rate: { kind: 'number', default: 10, min: 0.01, max: 1000, unit: '/s' },
  queueSize: { kind: 'number', default: 50, min: 1, max: 10_000, integer: true },
  queueMB: { kind: 'number', default: 64, min: 0.1, max: 4096, unit: 'MB' },
} as const satisfies PropertyTable;

export type StreamProperty = keyof typeof PROPERTIES;

const POINTS_OF_OBJECTS: readonly StreamProperty[] = ['include', 'pointFormat', 'maxPoints'];

/** The properties that change anything for a stream, beside server, stream, interval, pacing and queue, which all have. */
export const PROPERTIES_OF: Readonly<Record<StreamName, readonly StreamProperty[]>> = {
  objects: ['labels', 'statuses', 'zones', 'minConfidence', 'skipEmpty', ...POINTS_OF_OBJECTS],
  events: ['types', 'zones'],
  zones: ['zones', 'skipEmpty'],
  health: [],
  custom: [],
  output: ['pointFormat', 'maxPoints'],
  points: ['types', 'skipEmpty', 'pointFormat', 'maxPoints'],
  'raw-output': [],
  'raw-points': [],
};

/** The choices of `types` that a stream has. */
export const TYPES_OF: Readonly<Partial<Record<StreamName, readonly string[]>>> = {
  events: EVENT_TYPES,
  points: CLOUD_TYPES,
};
