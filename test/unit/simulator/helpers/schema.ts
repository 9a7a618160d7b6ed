/** An independent reader: SENSR's messages written down as a schema, read by protobufjs, never by the simulator. */

import protobuf from 'protobufjs';

const SCHEMA = `
syntax = "proto3";
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Vector2 { float x = 1; float y = 2; }
message Vector3 { float x = 1; float y = 2; float z = 3; }
message Quaternion { float qw = 1; float qx = 2; float qy = 3; float qz = 4; }
message BoundingBox { Vector3 position = 1; Vector3 size = 2; float yaw = 3; }
message PolygonBox { repeated Vector2 points = 1; float min_z = 2; float max_z = 3; }
message History {
  message State { Vector3 position = 1; Timestamp timestamp = 2; }
  repeated State states = 2;
}
message Prediction {
  message ReachableSet { float t_offset = 1; PolygonBox space = 2; }
  repeated Vector3 positions = 1;
  repeated ReachableSet reachable_set = 2;
}
enum LabelType {
  LABEL_NONE = 0; LABEL_CAR = 1; LABEL_PEDESTRIAN = 2; LABEL_CYCLIST = 3; LABEL_MISC = 4; LABEL_GROUND = 5;
  LABEL_MAX = 7;
}
enum ZoneType {
  ZONE_TYPE_NONE = 0; ZONE_TYPE_EVENT = 1; ZONE_TYPE_EXCLUSION = 2; ZONE_TYPE_REFLECTION = 3;
  ZONE_TYPE_STATIC = 5; ZONE_TYPE_MAP_EXCLUSION = 6; ZONE_TYPE_BACKGROUND_REMOVAL = 7;
}
message Object {
  enum Track { NONE = 0; VALIDATING = 1; INVALIDATING = 2; TRACKING = 3; DRIFTING = 4; EXPIRED = 5; }
  int32 id = 1;
  LabelType label = 2;
  float confidence = 3;
  BoundingBox bbox = 4;
  Vector3 velocity = 5;
  Track tracking_status = 6;
  float yaw_rate = 8;
  Timestamp time_offset = 9;
  bool retro_reflective = 10;
  Timestamp last_observed_timestamp = 11;
  bool is_static = 12;
  bytes points = 101;
  History history = 102;
  Prediction prediction = 103;
  repeated int32 zone_ids = 104;
  bytes intensities = 105;
}
message ZoneConfig { int32 id = 1; string name = 2; PolygonBox pbox = 3; ZoneType type = 4; }
message SystemHealth {
  enum Status {
    NONE = 0; OK = 1; STORAGE_SHORTAGE = 2; SLOWDOWN = 3; INTERNAL_ERROR = 4; OUTPUT_BUFFER_OVERFLOW = 5;
  }
  message Node {
    enum Status {
      NONE = 0; OK = 1; ROS_ERROR = 2; LOST_CONNECTION = 3; INVALID_GPU_CONFIGURATION = 4; NETWORK_LATENCY = 5;
      INVALID_CONFIG = 6; INITIALIZATION_ERROR = 8; VERSION_MISMATCH = 9; EMPTY_ROSBAG_PLAY = 10;
      STORAGE_SHORTAGE = 11;
    }
    enum SensorStatus {
      SENSOR_DEAD = 0; SENSOR_ALIVE = 1; SENSOR_ERRONEOUS = 2; SENSOR_TILTED = 3; SENSOR_SUSPENDED = 4;
    }
    message EdgeNodeInfo { Status status = 1; map<string, SensorStatus> sensors = 2; }
    Status status = 1;
    map<string, SensorStatus> sensors = 3;
    map<string, EdgeNodeInfo> edges = 5;
  }
  Status master = 1;
  map<string, Node> nodes = 2;
}
message StreamMessage {
  repeated Object objects = 1;
  Timestamp first_cloud_arrival_timestamp = 2;
  bool has_objects = 3;
  repeated ZoneConfig zones = 101;
  SystemHealth health = 102;
  repeated Object static_objects = 103;
  bool has_zones = 104;
}
message ZoneEvent {
  enum Type { NONE = 0; ENTRY = 1; EXIT = 2; LOITERING = 3; EXCEEDS_SPEED = 4; }
  message Object { int32 id = 1; Vector3 position = 2; float heading = 3; Vector3 velocity = 4; }
  Timestamp timestamp = 1;
  int32 id = 2;
  Type type = 3;
  Object object = 4;
}
message LosingEvent { Timestamp timestamp = 1; int32 id = 2; Vector3 position = 3; float heading = 4; }
message OnlineRecalibrationEvent {
  Timestamp timestamp = 1;
  string topic = 2;
  Vector3 translation = 3;
  Quaternion rotation = 4;
}
message EventMessage {
  repeated ZoneEvent zone = 1;
  repeated LosingEvent losing = 2;
  SystemHealth health = 3;
  repeated OnlineRecalibrationEvent online_recalibration = 4;
}
message VehicleOrientedFieldsOfRegard { int32 object_id = 1; repeated PolygonBox field_of_regard = 2; }
message RecordingInfo { float saving_progress = 1; }
message ReplayInfo { int32 current_index = 1; }
message ProfilingResult {
  message Characteristic {
    oneof member_oneof { int64 integer_number = 1; double decimal_number = 2; string text = 3; }
  }
  map<string, uint64> processing_times = 1;
  map<string, uint64> mem_usages = 2;
  map<string, Characteristic> characteristics = 101;
}
message ProfilingResultSet { ProfilingResult master_node = 1; map<string, ProfilingResult> algo_nodes = 2; }
message CustomMessage {
  repeated VehicleOrientedFieldsOfRegard vehicle_oriented_fields_of_regard = 2;
  float bg_learning_progress = 101;
  RecordingInfo record = 102;
  ProfilingResultSet profiling = 103;
}
message OldCustomMessage { ReplayInfo replay = 102; RecordingInfo record = 103; ProfilingResultSet profiling = 104; }
message OutputMessage {
  Timestamp timestamp = 1;
  StreamMessage stream = 3;
  EventMessage event = 201;
  CustomMessage custom = 301;
}
message OldOutputMessage {
  Timestamp timestamp = 1;
  StreamMessage stream = 3;
  EventMessage event = 201;
  OldCustomMessage custom = 301;
}
message SensorInfo {
  SystemHealth.Node.SensorStatus status = 1;
  string topic = 2;
  string sensor_name = 3;
}
message PreOutputMessage {
  message Edge { SystemHealth.Node.Status status = 1; map<string, SensorInfo> sensors = 2; }
  message Node {
    SystemHealth.Node.Status status = 1;
    map<string, SystemHealth.Node.SensorStatus> sensors = 3;
    map<string, SensorInfo> sensor_records = 4;
    map<string, Edge> edges = 5;
  }
  message Health { SystemHealth.Status master = 1; map<string, Node> nodes = 2; }
  message Stream { Health health = 102; }
  Stream stream = 3;
}
message PointResult {
  message PointCloud {
    enum Type { NONE = 0; GROUND = 1; BACKGROUND = 2; RAW = 3; }
    Type type = 1;
    string id = 2;
    bytes points = 3;
    bytes intensities = 4;
  }
  repeated PointCloud points = 1;
  string uid = 201;
}
`;

const { root } = protobuf.parse(SCHEMA);

export const typeOf = (name: string): protobuf.Type => root.lookupType(name);

/** Plain values: enums as numbers, 64-bit integers as text, bytes as Buffers; absent stays absent. */
export const read = (name: string, bytes: Uint8Array): Record<string, unknown> => {
  const type = typeOf(name);
  return type.toObject(type.decode(bytes), { longs: String, bytes: Buffer });
};
