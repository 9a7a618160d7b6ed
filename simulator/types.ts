/** The plain values of every SENSR message, as the encoder takes them: lowerCamelCase names, absent = default. */

/** A 64-bit integer: a number where that is exact, else a bigint. */
export type Integer64 = number | bigint;

export interface Timestamp {
  seconds?: Integer64;
  nanos?: number;
}

export interface Vector2 {
  x?: number;
  y?: number;
}

export interface Vector3 {
  x?: number;
  y?: number;
  z?: number;
}

export interface Quaternion {
  qw?: number;
  qx?: number;
  qy?: number;
  qz?: number;
}

/** `position`: the centre in X and Y, the bottom in Z. */
export interface BoundingBox {
  position?: Vector3;
  size?: Vector3;
  yaw?: number;
}

export interface PolygonBox {
  points?: Vector2[];
  minZ?: number;
  maxZ?: number;
}

export interface HistoryState {
  position?: Vector3;
  timestamp?: Timestamp;
}

export interface History {
  states?: HistoryState[];
}

export interface ReachableSet {
  tOffset?: number;
  space?: PolygonBox;
}

export interface Prediction {
  positions?: Vector3[];
  reachableSet?: ReachableSet[];
}

export interface TrackedObject {
  id?: number;
  label?: number;
  confidence?: number;
  bbox?: BoundingBox;
  velocity?: Vector3;
  trackingStatus?: number;
  yawRate?: number;
  retroReflective?: boolean;
  lastObservedTimestamp?: Timestamp;
  isStatic?: boolean;
  points?: Uint8Array;
  history?: History;
  prediction?: Prediction;
  zoneIds?: number[];
  intensities?: Uint8Array;
}

export interface ZoneConfig {
  id?: number;
  name?: string;
  pbox?: PolygonBox;
  type?: number;
}

export interface EdgeNodeHealth {
  status?: number;
  sensors?: Record<string, number>;
}

export interface NodeHealth {
  status?: number;
  sensors?: Record<string, number>;
  edges?: Record<string, EdgeNodeHealth>;
}

export interface SystemHealth {
  master?: number;
  nodes?: Record<string, NodeHealth>;
}

export interface StreamMessage {
  objects?: TrackedObject[];
  firstCloudArrivalTimestamp?: Timestamp;
  hasObjects?: boolean;
  zones?: ZoneConfig[];
  health?: SystemHealth;
  staticObjects?: TrackedObject[];
  hasZones?: boolean;
}

export interface ZoneEventObject {
  id?: number;
  position?: Vector3;
  heading?: number;
  velocity?: Vector3;
}

export interface ZoneEvent {
  timestamp?: Timestamp;
  id?: number;
  type?: number;
  object?: ZoneEventObject;
}

export interface LosingEvent {
  timestamp?: Timestamp;
  id?: number;
  position?: Vector3;
  heading?: number;
}

export interface OnlineRecalibrationEvent {
  timestamp?: Timestamp;
  topic?: string;
  translation?: Vector3;
  rotation?: Quaternion;
}

export interface EventMessage {
  zone?: ZoneEvent[];
  losing?: LosingEvent[];
  health?: SystemHealth;
  onlineRecalibration?: OnlineRecalibrationEvent[];
}

export interface VehicleOrientedFieldsOfRegard {
  objectId?: number;
  fieldOfRegard?: PolygonBox[];
}

export interface RecordingInfo {
  savingProgress?: number;
}

/** One of three; a member that is there is written even when it is 0 or empty. */
export interface Characteristic {
  integerNumber?: Integer64;
  decimalNumber?: number;
  text?: string;
}

export interface ProfilingResult {
  processingTimes?: Record<string, Integer64>;
  memUsages?: Record<string, Integer64>;
  characteristics?: Record<string, Characteristic>;
}

export interface ProfilingResultSet {
  masterNode?: ProfilingResult;
  algoNodes?: Record<string, ProfilingResult>;
}

export interface CustomMessage {
  vehicleOrientedFieldsOfRegard?: VehicleOrientedFieldsOfRegard[];
  bgLearningProgress?: number;
  record?: RecordingInfo;
  profiling?: ProfilingResultSet;
  /** Frame index of a replay: only generations before 3.1 have it, others leave it out. */
  replayIndex?: number;
}

export interface OutputMessage {
  timestamp?: Timestamp;
  stream?: StreamMessage;
  event?: EventMessage;
  custom?: CustomMessage;
}

export interface PointCloud {
  type?: number;
  id?: string;
  points?: Uint8Array;
  intensities?: Uint8Array;
}

export interface PointResult {
  points?: PointCloud[];
  uid?: string;
}

/**
 * Which SENSR the bytes are from: `current` the newest definitions, `pre` the development line of mid 2023,
 * `3.0` that release, `2.x` those before June 2022.
 */
export type Generation = 'current' | 'pre' | '3.0' | '2.x';
