/** The protocol's enum numbers by their names. */

export const LABEL = {
  LABEL_NONE: 0,
  LABEL_CAR: 1,
  LABEL_PEDESTRIAN: 2,
  LABEL_CYCLIST: 3,
  LABEL_MISC: 4,
  LABEL_GROUND: 5,
} as const;

export const TRACKING_STATUS = {
  NONE: 0,
  VALIDATING: 1,
  INVALIDATING: 2,
  TRACKING: 3,
  DRIFTING: 4,
  EXPIRED: 5,
} as const;

export const ZONE_EVENT = { NONE: 0, ENTRY: 1, EXIT: 2, LOITERING: 3, EXCEEDS_SPEED: 4 } as const;

export const ZONE_TYPE = {
  ZONE_TYPE_NONE: 0,
  ZONE_TYPE_EVENT: 1,
  ZONE_TYPE_EXCLUSION: 2,
  ZONE_TYPE_REFLECTION: 3,
  ZONE_TYPE_STATIC: 5,
  ZONE_TYPE_MAP_EXCLUSION: 6,
  ZONE_TYPE_BACKGROUND_REMOVAL: 7,
} as const;

export const SYSTEM_STATUS = {
  NONE: 0,
  OK: 1,
  STORAGE_SHORTAGE: 2,
  SLOWDOWN: 3,
  INTERNAL_ERROR: 4,
  OUTPUT_BUFFER_OVERFLOW: 5,
} as const;

export const NODE_STATUS = {
  NONE: 0,
  OK: 1,
  ROS_ERROR: 2,
  LOST_CONNECTION: 3,
  INVALID_GPU_CONFIGURATION: 4,
  NETWORK_LATENCY: 5,
  INVALID_CONFIG: 6,
  INITIALIZATION_ERROR: 8,
  VERSION_MISMATCH: 9,
  EMPTY_ROSBAG_PLAY: 10,
  STORAGE_SHORTAGE: 11,
} as const;

export const SENSOR_STATUS = {
  SENSOR_DEAD: 0,
  SENSOR_ALIVE: 1,
  SENSOR_ERRONEOUS: 2,
  SENSOR_TILTED: 3,
  SENSOR_SUSPENDED: 4,
} as const;

export const CLOUD_TYPE = { NONE: 0, GROUND: 1, BACKGROUND: 2, RAW: 3 } as const;

/** The name of a number, or the number itself where the protocol has none: enums are open. */
export const enumName = (names: Readonly<Record<string, number>>, value: number): string | number =>
  Object.keys(names).find((name) => names[name] === value) ?? value;
