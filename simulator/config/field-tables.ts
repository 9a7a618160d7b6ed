/** Owns the fields of zones, sensors, nodes and edge nodes: their types and what they are when left out. */

import type { FieldTable, Settings } from './fields';

export const ZONE_FIELDS: FieldTable = {
  id: 'Int',
  name: 'String',
  zone_type: 'String',
  speed_limit: 'Float',
  loitering_threshold: 'Int',
  min_z: 'Float',
  max_z: 'Float',
  vertices: 'Array[Vector2]',
};

export const ZONE_DEFAULTS: Settings = {
  name: '',
  zone_type: 'Event',
  speed_limit: 0,
  loitering_threshold: 0,
  min_z: -1,
  max_z: 3,
  vertices: [],
};

const BASE_TO_ORIGIN: FieldTable = { tx: 'Float', ty: 'Float' };
const SENSOR_TO_BASE: FieldTable = { tz: 'Float', qw: 'Float', qx: 'Float', qy: 'Float', qz: 'Float' };
const NO_ROTATION: Settings = { tz: 0, qw: 1, qx: 0, qy: 0, qz: 0 };
const ORIGIN: Settings = { tx: 0, ty: 0 };

const ANY_SENSOR_FIELDS: FieldTable = {
  uid: 'String',
  name: 'String',
  topic: 'String',
  sensor: 'String',
  disabled: 'Bool',
};

const LIDAR_FIELDS: FieldTable = {
  uid: 'String',
  name: 'String',
  topic: 'String',
  sensor: 'String',
  connected_to_edge_node: 'Bool',
  edge_uid: 'String',
  stack_capacity: 'Int',
  detection_radius: 'Float',
  horizontal_angle_range: 'Vector2',
  use_lidar_timestamp: 'Bool',
  use_corrected_pose: 'Bool',
  save_corrected_pose: 'Bool',
  use_intensity_filtering: 'Bool',
  disabled: 'Bool',
  minimum_intensity: 'Float',
  retro_reflective_intensity: 'Float',
  base_to_origin: BASE_TO_ORIGIN,
  sensor_to_base: SENSOR_TO_BASE,
  pose_correction: { tx: 'Float', ty: 'Float', ...SENSOR_TO_BASE },
  arguments: 'Table',
};

export const SENSOR_FIELDS = { lidar: LIDAR_FIELDS, odom: ANY_SENSOR_FIELDS, can: ANY_SENSOR_FIELDS };
export type SensorType = keyof typeof SENSOR_FIELDS;

export const isSensorType = (type: unknown): type is SensorType =>
  typeof type === 'string' && Object.hasOwn(SENSOR_FIELDS, type);

const ANY_SENSOR_DEFAULTS: Settings = { name: '', topic: '', sensor: 'ROS Message', disabled: false };

export const SENSOR_DEFAULTS: Readonly<Record<SensorType, Settings>> = {
  lidar: {
    ...ANY_SENSOR_DEFAULTS,
    connected_to_edge_node: false,
    edge_uid: '',
    stack_capacity: 0,
    detection_radius: 120,
    horizontal_angle_range: [-180, 180],
    use_lidar_timestamp: false,
    use_corrected_pose: false,
    save_corrected_pose: false,
    use_intensity_filtering: false,
    minimum_intensity: 0,
    retro_reflective_intensity: 230,
    base_to_origin: ORIGIN,
    sensor_to_base: NO_ROTATION,
    // As the server shows it before any correction: not a unit quaternion.
    pose_correction: { tx: 0, ty: 0, tz: 0, qw: 0, qx: 0, qy: 0, qz: 0 },
    arguments: {},
  },
  odom: ANY_SENSOR_DEFAULTS,
  can: ANY_SENSOR_DEFAULTS,
};

const ANY_NODE_FIELDS: FieldTable = {
  uid: 'String',
  ip: 'String',
  name: 'String',
  rosbag_path: 'String',
  preset: 'String',
  enable_gpu: 'Bool',
};

export const NODE_FIELDS: Readonly<Record<'current' | 'early', FieldTable>> = {
  current: { ...ANY_NODE_FIELDS, disabled: 'Bool' },
  early: { ...ANY_NODE_FIELDS, master_ip: 'String', port: 'String', bin: 'String', username: 'String' },
};

const ANY_NODE_DEFAULTS: Settings = {
  ip: '',
  name: '',
  rosbag_path: '',
  preset: 'outdoor',
  enable_gpu: false,
};

export const NODE_DEFAULTS: Readonly<Record<'current' | 'early', Settings>> = {
  current: { ...ANY_NODE_DEFAULTS, disabled: false },
  early: { ...ANY_NODE_DEFAULTS, master_ip: '127.0.0.1', port: '5055', bin: '', username: 'sensr' },
};

export const TRANSFORM_FIELDS: FieldTable = {
  base_to_origin: BASE_TO_ORIGIN,
  sensor_to_base: SENSOR_TO_BASE,
};
export const NO_TRANSFORM: Settings = { base_to_origin: ORIGIN, sensor_to_base: NO_ROTATION };

export const RANGE_FIELDS: FieldTable = { x_range: 'Vector2', y_range: 'Vector2', z_range: 'Vector2' };
export const WHOLE_SITE_RANGE: Settings = { x_range: [-60, 60], y_range: [-60, 60], z_range: [-2, 6] };

/** `uid` and the parent are not changed by an update: the parent cannot even be read back. */
export const EDGE_FIELDS: FieldTable = { uid: 'String', ip: 'String', name: 'String', disabled: 'Bool' };
export const EDGE_DEFAULTS: Settings = { ip: '', name: '', disabled: false };
