/** Numbers and names of the enums. Written by scripts/generate-reader.mjs from sensr.proto: do not edit. */

export type LabelType = 'LABEL_NONE' | 'LABEL_CAR' | 'LABEL_PEDESTRIAN' | 'LABEL_CYCLIST' | 'LABEL_MISC' | 'LABEL_GROUND' | 'LABEL_MAX' | number;

export const LABEL_TYPE_NAMES: readonly LabelType[] = ['LABEL_NONE', 'LABEL_CAR', 'LABEL_PEDESTRIAN', 'LABEL_CYCLIST', 'LABEL_MISC', 'LABEL_GROUND', 6, 'LABEL_MAX'];

/** A number the protocol has no name for stays a number. */
export const labelTypeName = (value: number): LabelType =>
  value >= 0 && value < 8 ? (LABEL_TYPE_NAMES[value] ?? value) : value;

export type TrackingStatus = 'NONE' | 'VALIDATING' | 'INVALIDATING' | 'TRACKING' | 'DRIFTING' | 'EXPIRED' | number;

export const TRACKING_STATUS_NAMES: readonly TrackingStatus[] = ['NONE', 'VALIDATING', 'INVALIDATING', 'TRACKING', 'DRIFTING', 'EXPIRED'];

/** A number the protocol has no name for stays a number. */
export const trackingStatusName = (value: number): TrackingStatus =>
  value >= 0 && value < 6 ? (TRACKING_STATUS_NAMES[value] ?? value) : value;

export type ZoneType = 'ZONE_TYPE_NONE' | 'ZONE_TYPE_EVENT' | 'ZONE_TYPE_EXCLUSION' | 'ZONE_TYPE_REFLECTION' | 'ZONE_TYPE_STATIC' | 'ZONE_TYPE_MAP_EXCLUSION' | 'ZONE_TYPE_BACKGROUND_REMOVAL' | number;

export const ZONE_TYPE_NAMES: readonly ZoneType[] = ['ZONE_TYPE_NONE', 'ZONE_TYPE_EVENT', 'ZONE_TYPE_EXCLUSION', 'ZONE_TYPE_REFLECTION', 4, 'ZONE_TYPE_STATIC', 'ZONE_TYPE_MAP_EXCLUSION', 'ZONE_TYPE_BACKGROUND_REMOVAL'];

/** A number the protocol has no name for stays a number. */
export const zoneTypeName = (value: number): ZoneType =>
  value >= 0 && value < 8 ? (ZONE_TYPE_NAMES[value] ?? value) : value;

export type SystemHealthStatus = 'NONE' | 'OK' | 'STORAGE_SHORTAGE' | 'SLOWDOWN' | 'INTERNAL_ERROR' | 'OUTPUT_BUFFER_OVERFLOW' | number;

export const SYSTEM_HEALTH_STATUS_NAMES: readonly SystemHealthStatus[] = ['NONE', 'OK', 'STORAGE_SHORTAGE', 'SLOWDOWN', 'INTERNAL_ERROR', 'OUTPUT_BUFFER_OVERFLOW'];

/** A number the protocol has no name for stays a number. */
export const systemHealthStatusName = (value: number): SystemHealthStatus =>
  value >= 0 && value < 6 ? (SYSTEM_HEALTH_STATUS_NAMES[value] ?? value) : value;

export type SystemHealthNodeStatus = 'NONE' | 'OK' | 'ROS_ERROR' | 'LOST_CONNECTION' | 'INVALID_GPU_CONFIGURATION' | 'NETWORK_LATENCY' | 'INVALID_CONFIG' | 'INITIALIZATION_ERROR' | 'VERSION_MISMATCH' | 'EMPTY_ROSBAG_PLAY' | 'STORAGE_SHORTAGE' | number;

export const SYSTEM_HEALTH_NODE_STATUS_NAMES: readonly SystemHealthNodeStatus[] = ['NONE', 'OK', 'ROS_ERROR', 'LOST_CONNECTION', 'INVALID_GPU_CONFIGURATION', 'NETWORK_LATENCY', 'INVALID_CONFIG', 7, 'INITIALIZATION_ERROR', 'VERSION_MISMATCH', 'EMPTY_ROSBAG_PLAY', 'STORAGE_SHORTAGE'];

/** A number the protocol has no name for stays a number. */
export const systemHealthNodeStatusName = (value: number): SystemHealthNodeStatus =>
  value >= 0 && value < 12 ? (SYSTEM_HEALTH_NODE_STATUS_NAMES[value] ?? value) : value;

export type SystemHealthNodeSensorStatus = 'SENSOR_DEAD' | 'SENSOR_ALIVE' | 'SENSOR_ERRONEOUS' | 'SENSOR_TILTED' | 'SENSOR_SUSPENDED' | number;

export const SYSTEM_HEALTH_NODE_SENSOR_STATUS_NAMES: readonly SystemHealthNodeSensorStatus[] = ['SENSOR_DEAD', 'SENSOR_ALIVE', 'SENSOR_ERRONEOUS', 'SENSOR_TILTED', 'SENSOR_SUSPENDED'];

/** A number the protocol has no name for stays a number. */
export const systemHealthNodeSensorStatusName = (value: number): SystemHealthNodeSensorStatus =>
  value >= 0 && value < 5 ? (SYSTEM_HEALTH_NODE_SENSOR_STATUS_NAMES[value] ?? value) : value;

export type ZoneEventType = 'NONE' | 'ENTRY' | 'EXIT' | 'LOITERING' | 'EXCEEDS_SPEED' | number;

export const ZONE_EVENT_TYPE_NAMES: readonly ZoneEventType[] = ['NONE', 'ENTRY', 'EXIT', 'LOITERING', 'EXCEEDS_SPEED'];

/** A number the protocol has no name for stays a number. */
export const zoneEventTypeName = (value: number): ZoneEventType =>
  value >= 0 && value < 5 ? (ZONE_EVENT_TYPE_NAMES[value] ?? value) : value;

export type PointResultPointCloudType = 'NONE' | 'GROUND' | 'BACKGROUND' | 'RAW' | number;

export const POINT_RESULT_POINT_CLOUD_TYPE_NAMES: readonly PointResultPointCloudType[] = ['NONE', 'GROUND', 'BACKGROUND', 'RAW'];

/** A number the protocol has no name for stays a number. */
export const pointResultPointCloudTypeName = (value: number): PointResultPointCloudType =>
  value >= 0 && value < 4 ? (POINT_RESULT_POINT_CLOUD_TYPE_NAMES[value] ?? value) : value;
