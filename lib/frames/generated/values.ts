/** Readers that decode a message into a plain object. Written by scripts/generate-reader.mjs from sensr.proto: do not edit. */

import * as enums from './enums';
import { setEntry } from '../plain-map';
import { readSensorStatus } from '../sensor-statuses';
import { readTimestampMs } from '../timestamp';
import { joinRepeated } from '../wire-merge';
import type { WireReader } from '../wire-reader';

export interface Vector2 {
  x: number;
  y: number;
}

export function readVector2(r: WireReader, end: number): Vector2 {
  const at = r.pos;
  if (end - at === 10 && r.bytes[at + 0] === 13 && r.bytes[at + 5] === 21) {
    r.pos = end;
    return { x: r.floatAt(at + 1), y: r.floatAt(at + 6) };
  }
  let x: number = 0;
  let y: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 13:
        x = r.float();
        break;
      case 21:
        y = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { x, y };
}

export interface Vector3 {
  x: number;
  y: number;
  z: number;
}

export function readVector3(r: WireReader, end: number): Vector3 {
  const at = r.pos;
  if (end - at === 15 && r.bytes[at + 0] === 13 && r.bytes[at + 5] === 21 && r.bytes[at + 10] === 29) {
    r.pos = end;
    return { x: r.floatAt(at + 1), y: r.floatAt(at + 6), z: r.floatAt(at + 11) };
  }
  let x: number = 0;
  let y: number = 0;
  let z: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 13:
        x = r.float();
        break;
      case 21:
        y = r.float();
        break;
      case 29:
        z = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { x, y, z };
}

export interface Quaternion {
  qw: number;
  qx: number;
  qy: number;
  qz: number;
}

export function readQuaternion(r: WireReader, end: number): Quaternion {
  const at = r.pos;
  if (end - at === 20 && r.bytes[at + 0] === 13 && r.bytes[at + 5] === 21 && r.bytes[at + 10] === 29 && r.bytes[at + 15] === 37) {
    r.pos = end;
    return { qw: r.floatAt(at + 1), qx: r.floatAt(at + 6), qy: r.floatAt(at + 11), qz: r.floatAt(at + 16) };
  }
  let qw: number = 0;
  let qx: number = 0;
  let qy: number = 0;
  let qz: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 13:
        qw = r.float();
        break;
      case 21:
        qx = r.float();
        break;
      case 29:
        qy = r.float();
        break;
      case 37:
        qz = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { qw, qx, qy, qz };
}

export interface BoundingBox {
  position: Vector3 | null;
  size: Vector3 | null;
  yaw: number;
}

export function readBoundingBox(r: WireReader, end: number): BoundingBox {
  const start = r.pos;
  let position: Vector3 | null = null;
  let size: Vector3 | null = null;
  let yaw: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        if (position !== null) {
          const again = joinRepeated(r, start, end, [10, 18]);
          return readBoundingBox(again, again.bytes.length);
        }
        position = readVector3(r, r.enter(end));
        break;
      case 18:
        if (size !== null) {
          const again = joinRepeated(r, start, end, [10, 18]);
          return readBoundingBox(again, again.bytes.length);
        }
        size = readVector3(r, r.enter(end));
        break;
      case 29:
        yaw = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { position, size, yaw };
}

export interface PolygonBox {
  points: Vector2[];
  minZ: number;
  maxZ: number;
}

export function readPolygonBox(r: WireReader, end: number): PolygonBox {
  const points: Vector2[] = [];
  let minZ: number = 0;
  let maxZ: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        points.push(readVector2(r, r.enter(end)));
        break;
      case 21:
        minZ = r.float();
        break;
      case 29:
        maxZ = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { points, minZ, maxZ };
}

export interface History {
  states: HistoryState[];
}

export function readHistory(r: WireReader, end: number): History {
  const states: HistoryState[] = [];
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 18:
        states.push(readHistoryState(r, r.enter(end)));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { states };
}

export interface HistoryState {
  position: Vector3 | null;
  timestamp: number | null;
}

export function readHistoryState(r: WireReader, end: number): HistoryState {
  const start = r.pos;
  let position: Vector3 | null = null;
  let timestamp: number | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        if (position !== null) {
          const again = joinRepeated(r, start, end, [10, 18]);
          return readHistoryState(again, again.bytes.length);
        }
        position = readVector3(r, r.enter(end));
        break;
      case 18:
        if (timestamp !== null) {
          const again = joinRepeated(r, start, end, [10, 18]);
          return readHistoryState(again, again.bytes.length);
        }
        timestamp = readTimestampMs(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { position, timestamp };
}

export interface Prediction {
  positions: Vector3[];
  reachableSet: PredictionReachableSet[];
}

export function readPrediction(r: WireReader, end: number): Prediction {
  const positions: Vector3[] = [];
  const reachableSet: PredictionReachableSet[] = [];
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        positions.push(readVector3(r, r.enter(end)));
        break;
      case 18:
        reachableSet.push(readPredictionReachableSet(r, r.enter(end)));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { positions, reachableSet };
}

export interface PredictionReachableSet {
  tOffset: number;
  space: PolygonBox | null;
}

export function readPredictionReachableSet(r: WireReader, end: number): PredictionReachableSet {
  const start = r.pos;
  let tOffset: number = 0;
  let space: PolygonBox | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 13:
        tOffset = r.float();
        break;
      case 18:
        if (space !== null) {
          const again = joinRepeated(r, start, end, [18]);
          return readPredictionReachableSet(again, again.bytes.length);
        }
        space = readPolygonBox(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { tOffset, space };
}

export interface ZoneConfig {
  id: number;
  name: string;
  pbox: PolygonBox | null;
  type: enums.ZoneType;
}

export function readZoneConfig(r: WireReader, end: number): ZoneConfig {
  const start = r.pos;
  let id: number = 0;
  let name: string = '';
  let pbox: PolygonBox | null = null;
  let type: enums.ZoneType = enums.zoneTypeName(0);
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        id = r.int32();
        break;
      case 18:
        name = r.string(end);
        break;
      case 26:
        if (pbox !== null) {
          const again = joinRepeated(r, start, end, [26]);
          return readZoneConfig(again, again.bytes.length);
        }
        pbox = readPolygonBox(r, r.enter(end));
        break;
      case 32:
        type = enums.zoneTypeName(r.int32());
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { id, name, pbox, type };
}

export interface SystemHealth {
  master: enums.SystemHealthStatus;
  nodes: Record<string, SystemHealthNode>;
}

export function readSystemHealth(r: WireReader, end: number): SystemHealth {
  let master: enums.SystemHealthStatus = enums.systemHealthStatusName(0);
  const nodes: Record<string, SystemHealthNode> = {};
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        master = enums.systemHealthStatusName(r.int32());
        break;
      case 18:
        readSystemHealthNodesEntry(r, r.enter(end), nodes);
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { master, nodes };
}

function readSystemHealthNodesEntry(r: WireReader, end: number, into: Record<string, SystemHealthNode>): void {
  const start = r.pos;
  let key: string = '';
  let value: SystemHealthNode | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        key = r.string(end);
        break;
      case 18:
        if (value !== null) {
          const again = joinRepeated(r, start, end, [18]);
          return readSystemHealthNodesEntry(again, again.bytes.length, into);
        }
        value = readSystemHealthNode(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  setEntry(into, key, value ?? readSystemHealthNode(r, end));
}

export interface SystemHealthNode {
  status: enums.SystemHealthNodeStatus;
  sensors: Record<string, enums.SystemHealthNodeSensorStatus>;
  edges: Record<string, SystemHealthNodeEdgeNodeInfo>;
}

export function readSystemHealthNode(r: WireReader, end: number): SystemHealthNode {
  let status: enums.SystemHealthNodeStatus = enums.systemHealthNodeStatusName(0);
  const sensors: Record<string, enums.SystemHealthNodeSensorStatus> = {};
  const edges: Record<string, SystemHealthNodeEdgeNodeInfo> = {};
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        status = enums.systemHealthNodeStatusName(r.int32());
        break;
      case 26:
      case 34:
        readSensorStatus(r, r.enter(end), sensors);
        break;
      case 42:
        readSystemHealthNodeEdgesEntry(r, r.enter(end), edges);
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { status, sensors, edges };
}

function readSystemHealthNodeEdgesEntry(r: WireReader, end: number, into: Record<string, SystemHealthNodeEdgeNodeInfo>): void {
  const start = r.pos;
  let key: string = '';
  let value: SystemHealthNodeEdgeNodeInfo | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        key = r.string(end);
        break;
      case 18:
        if (value !== null) {
          const again = joinRepeated(r, start, end, [18]);
          return readSystemHealthNodeEdgesEntry(again, again.bytes.length, into);
        }
        value = readSystemHealthNodeEdgeNodeInfo(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  setEntry(into, key, value ?? readSystemHealthNodeEdgeNodeInfo(r, end));
}

export interface SystemHealthNodeEdgeNodeInfo {
  status: enums.SystemHealthNodeStatus;
  sensors: Record<string, enums.SystemHealthNodeSensorStatus>;
}

export function readSystemHealthNodeEdgeNodeInfo(r: WireReader, end: number): SystemHealthNodeEdgeNodeInfo {
  let status: enums.SystemHealthNodeStatus = enums.systemHealthNodeStatusName(0);
  const sensors: Record<string, enums.SystemHealthNodeSensorStatus> = {};
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        status = enums.systemHealthNodeStatusName(r.int32());
        break;
      case 18:
        readSensorStatus(r, r.enter(end), sensors);
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { status, sensors };
}

export interface ZoneEvent {
  timestamp: number | null;
  id: number;
  type: enums.ZoneEventType;
  object: ZoneEventObject | null;
}

export function readZoneEvent(r: WireReader, end: number): ZoneEvent {
  const start = r.pos;
  let timestamp: number | null = null;
  let id: number = 0;
  let type: enums.ZoneEventType = enums.zoneEventTypeName(0);
  let object: ZoneEventObject | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        if (timestamp !== null) {
          const again = joinRepeated(r, start, end, [10, 34]);
          return readZoneEvent(again, again.bytes.length);
        }
        timestamp = readTimestampMs(r, r.enter(end));
        break;
      case 16:
        id = r.int32();
        break;
      case 24:
        type = enums.zoneEventTypeName(r.int32());
        break;
      case 34:
        if (object !== null) {
          const again = joinRepeated(r, start, end, [10, 34]);
          return readZoneEvent(again, again.bytes.length);
        }
        object = readZoneEventObject(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { timestamp, id, type, object };
}

export interface ZoneEventObject {
  id: number;
  position: Vector3 | null;
  heading: number;
  velocity: Vector3 | null;
}

export function readZoneEventObject(r: WireReader, end: number): ZoneEventObject {
  const start = r.pos;
  let id: number = 0;
  let position: Vector3 | null = null;
  let heading: number = 0;
  let velocity: Vector3 | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        id = r.int32();
        break;
      case 18:
        if (position !== null) {
          const again = joinRepeated(r, start, end, [18, 34]);
          return readZoneEventObject(again, again.bytes.length);
        }
        position = readVector3(r, r.enter(end));
        break;
      case 29:
        heading = r.float();
        break;
      case 34:
        if (velocity !== null) {
          const again = joinRepeated(r, start, end, [18, 34]);
          return readZoneEventObject(again, again.bytes.length);
        }
        velocity = readVector3(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { id, position, heading, velocity };
}

export interface LosingEvent {
  timestamp: number | null;
  id: number;
  position: Vector3 | null;
  heading: number;
}

export function readLosingEvent(r: WireReader, end: number): LosingEvent {
  const start = r.pos;
  let timestamp: number | null = null;
  let id: number = 0;
  let position: Vector3 | null = null;
  let heading: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        if (timestamp !== null) {
          const again = joinRepeated(r, start, end, [10, 26]);
          return readLosingEvent(again, again.bytes.length);
        }
        timestamp = readTimestampMs(r, r.enter(end));
        break;
      case 16:
        id = r.int32();
        break;
      case 26:
        if (position !== null) {
          const again = joinRepeated(r, start, end, [10, 26]);
          return readLosingEvent(again, again.bytes.length);
        }
        position = readVector3(r, r.enter(end));
        break;
      case 37:
        heading = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { timestamp, id, position, heading };
}

export interface OnlineRecalibrationEvent {
  timestamp: number | null;
  topic: string;
  translation: Vector3 | null;
  rotation: Quaternion | null;
}

export function readOnlineRecalibrationEvent(r: WireReader, end: number): OnlineRecalibrationEvent {
  const start = r.pos;
  let timestamp: number | null = null;
  let topic: string = '';
  let translation: Vector3 | null = null;
  let rotation: Quaternion | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        if (timestamp !== null) {
          const again = joinRepeated(r, start, end, [10, 26, 34]);
          return readOnlineRecalibrationEvent(again, again.bytes.length);
        }
        timestamp = readTimestampMs(r, r.enter(end));
        break;
      case 18:
        topic = r.string(end);
        break;
      case 26:
        if (translation !== null) {
          const again = joinRepeated(r, start, end, [10, 26, 34]);
          return readOnlineRecalibrationEvent(again, again.bytes.length);
        }
        translation = readVector3(r, r.enter(end));
        break;
      case 34:
        if (rotation !== null) {
          const again = joinRepeated(r, start, end, [10, 26, 34]);
          return readOnlineRecalibrationEvent(again, again.bytes.length);
        }
        rotation = readQuaternion(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { timestamp, topic, translation, rotation };
}

export interface VehicleOrientedFieldsOfRegard {
  objectId: number;
  fieldOfRegard: PolygonBox[];
}

export function readVehicleOrientedFieldsOfRegard(r: WireReader, end: number): VehicleOrientedFieldsOfRegard {
  let objectId: number = 0;
  const fieldOfRegard: PolygonBox[] = [];
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        objectId = r.int32();
        break;
      case 18:
        fieldOfRegard.push(readPolygonBox(r, r.enter(end)));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { objectId, fieldOfRegard };
}

export interface ReplayInfo {
  currentIndex: number;
}

export function readReplayInfo(r: WireReader, end: number): ReplayInfo {
  let currentIndex: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        currentIndex = r.int32();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { currentIndex };
}

export interface RecordingInfo {
  savingProgress: number;
}

export function readRecordingInfo(r: WireReader, end: number): RecordingInfo {
  let savingProgress: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 13:
        savingProgress = r.float();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { savingProgress };
}

export interface ProfilingResultSet {
  masterNode: ProfilingResult | null;
  algoNodes: Record<string, ProfilingResult>;
}

export function readProfilingResultSet(r: WireReader, end: number): ProfilingResultSet {
  const start = r.pos;
  let masterNode: ProfilingResult | null = null;
  const algoNodes: Record<string, ProfilingResult> = {};
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        if (masterNode !== null) {
          const again = joinRepeated(r, start, end, [10]);
          return readProfilingResultSet(again, again.bytes.length);
        }
        masterNode = readProfilingResult(r, r.enter(end));
        break;
      case 18:
        readProfilingResultSetAlgoNodesEntry(r, r.enter(end), algoNodes);
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { masterNode, algoNodes };
}

function readProfilingResultSetAlgoNodesEntry(r: WireReader, end: number, into: Record<string, ProfilingResult>): void {
  const start = r.pos;
  let key: string = '';
  let value: ProfilingResult | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        key = r.string(end);
        break;
      case 18:
        if (value !== null) {
          const again = joinRepeated(r, start, end, [18]);
          return readProfilingResultSetAlgoNodesEntry(again, again.bytes.length, into);
        }
        value = readProfilingResult(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  setEntry(into, key, value ?? readProfilingResult(r, end));
}

export interface ProfilingResult {
  processingTimes: Record<string, number>;
  memUsages: Record<string, number>;
  characteristics: Record<string, ProfilingResultCharacteristic>;
}

export function readProfilingResult(r: WireReader, end: number): ProfilingResult {
  const processingTimes: Record<string, number> = {};
  const memUsages: Record<string, number> = {};
  const characteristics: Record<string, ProfilingResultCharacteristic> = {};
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        readProfilingResultProcessingTimesEntry(r, r.enter(end), processingTimes);
        break;
      case 18:
        readProfilingResultMemUsagesEntry(r, r.enter(end), memUsages);
        break;
      case 810:
        readProfilingResultCharacteristicsEntry(r, r.enter(end), characteristics);
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { processingTimes, memUsages, characteristics };
}

function readProfilingResultProcessingTimesEntry(r: WireReader, end: number, into: Record<string, number>): void {
  let key: string = '';
  let value: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        key = r.string(end);
        break;
      case 16:
        value = r.uint64();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  setEntry(into, key, value);
}

function readProfilingResultMemUsagesEntry(r: WireReader, end: number, into: Record<string, number>): void {
  let key: string = '';
  let value: number = 0;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        key = r.string(end);
        break;
      case 16:
        value = r.uint64();
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  setEntry(into, key, value);
}

function readProfilingResultCharacteristicsEntry(r: WireReader, end: number, into: Record<string, ProfilingResultCharacteristic>): void {
  const start = r.pos;
  let key: string = '';
  let value: ProfilingResultCharacteristic | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        key = r.string(end);
        break;
      case 18:
        if (value !== null) {
          const again = joinRepeated(r, start, end, [18]);
          return readProfilingResultCharacteristicsEntry(again, again.bytes.length, into);
        }
        value = readProfilingResultCharacteristic(r, r.enter(end));
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  setEntry(into, key, value ?? readProfilingResultCharacteristic(r, end));
}

export interface ProfilingResultCharacteristic {
  integerNumber: number | null;
  decimalNumber: number | null;
  text: string | null;
}

export function readProfilingResultCharacteristic(r: WireReader, end: number): ProfilingResultCharacteristic {
  let integerNumber: number | null = null;
  let decimalNumber: number | null = null;
  let text: string | null = null;
  while (r.pos < end) {
    const tag = r.tag();
    switch (tag) {
      case 8:
        integerNumber = r.int64();
        decimalNumber = null;
        text = null;
        break;
      case 17:
        decimalNumber = r.double();
        integerNumber = null;
        text = null;
        break;
      case 26:
        text = r.string(end);
        integerNumber = null;
        decimalNumber = null;
        break;
      default:
        r.skip(tag, end);
    }
  }
  r.finish(end);
  return { integerNumber, decimalNumber, text };
}
