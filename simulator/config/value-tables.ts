/** Owns the single values that REST can read and set: parameters of 3.x, algorithm and early settings of 2.x. */

import type { TypeName } from './fields';

export interface ValueSpec {
  readonly type: TypeName;
  readonly value: unknown;
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
}

/** Paths with dots to values: the nested table they stand for is made from them. */
export type ValueTable = Readonly<Record<string, ValueSpec>>;

export const PARAMETERS: ValueTable = {
  publish_level_point_cloud: {
    type: 'Int',
    value: 1,
    name: 'Publishing level of point clouds',
    min: 0,
    max: 3,
  },
  point_cloud_update_interval: {
    type: 'Float',
    value: 1,
    name: 'Update interval of point clouds',
    min: 0,
  },
  enable_point_cloud_bandwidth_reduction: { type: 'Bool', value: false, name: 'Bandwidth reduction' },
  downsampling_resolution: { type: 'Float', value: 0.1, name: 'Downsampling resolution', min: 0 },
};

const MASTER: ValueTable = {
  'output.publish_point_cloud': {
    type: 'Int',
    value: 1,
    name: 'Publish point cloud',
    min: 0,
    max: 3,
    step: 1,
  },
  'output.update_interval': { type: 'Float', value: 1, name: 'Update interval', min: 0.1, step: 0.1 },
  'merging.enabled': { type: 'Bool', value: true, name: 'Merge objects of several nodes' },
  'merging.distance': { type: 'Float', value: 1.5, name: 'Merging distance', min: 0, max: 10, step: 0.1 },
};

const ALGO: ValueTable = {
  'tracking.validation_time': { type: 'Float', value: 0.5, name: 'Validation time', min: 0, step: 0.1 },
  'tracking.drift_time': { type: 'Float', value: 0.8, name: 'Drift time', min: 0, step: 0.1 },
  'clustering.min_points': { type: 'Int', value: 5, name: 'Fewest points', min: 1, step: 1 },
  'clustering.method': { type: 'String', value: 'grid', name: 'Method' },
};

export const ALGORITHM: Readonly<Record<'master' | 'algo', ValueTable>> = { master: MASTER, algo: ALGO };

export const EARLY_SETTINGS: Readonly<Record<'app' | 'project' | 'sensor', ValueTable>> = {
  app: {
    'log.level': { type: 'String', value: 'info', name: 'Log level' },
    'output.port': { type: 'Int', value: 5050, name: 'Output port', min: 1, max: 65_535 },
  },
  project: {
    name: { type: 'String', value: 'crossing', name: 'Name' },
    'ground.height': { type: 'Float', value: 0, name: 'Ground height' },
  },
  sensor: {
    detection_radius: { type: 'Float', value: 120, name: 'Detection radius', min: 0 },
    disabled: { type: 'Bool', value: false, name: 'Disabled' },
  },
};
