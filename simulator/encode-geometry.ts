/** Writes the small messages that many others hold: times, vectors, boxes, histories, predictions. */

import type { ProtobufWriter } from './protobuf-writer';
import type {
  BoundingBox,
  History,
  HistoryState,
  PolygonBox,
  Prediction,
  Quaternion,
  ReachableSet,
  Timestamp,
  Vector2,
  Vector3,
} from './types';

export const writeTimestamp = (writer: ProtobufWriter, value: Timestamp): void => {
  writer.int64(1, value.seconds);
  writer.int32(2, value.nanos);
};

export const writeVector2 = (writer: ProtobufWriter, value: Vector2): void => {
  writer.float(1, value.x);
  writer.float(2, value.y);
};

export const writeVector3 = (writer: ProtobufWriter, value: Vector3): void => {
  writer.float(1, value.x);
  writer.float(2, value.y);
  writer.float(3, value.z);
};

export const writeQuaternion = (writer: ProtobufWriter, value: Quaternion): void => {
  writer.float(1, value.qw);
  writer.float(2, value.qx);
  writer.float(3, value.qy);
  writer.float(4, value.qz);
};

export const writeBoundingBox = (writer: ProtobufWriter, value: BoundingBox): void => {
  writer.message(1, value.position, writeVector3);
  writer.message(2, value.size, writeVector3);
  writer.float(3, value.yaw);
};

export const writePolygonBox = (writer: ProtobufWriter, value: PolygonBox): void => {
  writer.repeated(1, value.points, writeVector2);
  writer.float(2, value.minZ);
  writer.float(3, value.maxZ);
};

const writeHistoryState = (writer: ProtobufWriter, value: HistoryState): void => {
  writer.message(1, value.position, writeVector3);
  writer.message(2, value.timestamp, writeTimestamp);
};

export const writeHistory = (writer: ProtobufWriter, value: History): void => {
  writer.repeated(2, value.states, writeHistoryState);
};

const writeReachableSet = (writer: ProtobufWriter, value: ReachableSet): void => {
  writer.float(1, value.tOffset);
  writer.message(2, value.space, writePolygonBox);
};

export const writePrediction = (writer: ProtobufWriter, value: Prediction): void => {
  writer.repeated(1, value.positions, writeVector3);
  writer.repeated(2, value.reachableSet, writeReachableSet);
};
