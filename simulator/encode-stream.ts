/** Writes the perception results of a frame: objects, zones, health. */

import {
  writeBoundingBox,
  writeHistory,
  writePolygonBox,
  writePrediction,
  writeTimestamp,
  writeVector3,
} from './encode-geometry';
import { writeHealth } from './encode-health';
import type { GenerationTraits } from './generation';
import type { ProtobufWriter } from './protobuf-writer';
import type { StreamMessage, Timestamp, TrackedObject, ZoneConfig } from './types';

const NANOS_PER_SECOND = 1_000_000_000;

/** 3.0 counts an object's time from the arrival of the frame's first cloud. */
const writeTimeOffset = (writer: ProtobufWriter, at: Timestamp, since: Timestamp): void => {
  const seconds = Number(at.seconds ?? 0) - Number(since.seconds ?? 0);
  const nanos = seconds * NANOS_PER_SECOND + (at.nanos ?? 0) - (since.nanos ?? 0);
  writer.int64(1, Math.trunc(nanos / NANOS_PER_SECOND));
  writer.int32(2, nanos % NANOS_PER_SECOND);
};

const objectWriter =
  (traits: GenerationTraits, firstCloudAt: Timestamp | undefined) =>
  (writer: ProtobufWriter, object: TrackedObject): void => {
    writer.int32(1, object.id);
    writer.int32(2, object.label);
    writer.float(3, object.confidence);
    writer.message(4, object.bbox, writeBoundingBox);
    writer.message(5, object.velocity, writeVector3);
    writer.int32(6, object.trackingStatus);
    if (traits.yawRate) writer.float(8, object.yawRate);
    if (traits.timeOffset === 'present' && firstCloudAt)
      writer.message(9, object.lastObservedTimestamp, (inner, at) =>
        writeTimeOffset(inner, at, firstCloudAt),
      );
    if (traits.yawRate) writer.bool(10, object.retroReflective);
    if (traits.timeOffset === 'replaced') {
      writer.message(11, object.lastObservedTimestamp, writeTimestamp);
      writer.bool(12, object.isStatic);
    }
    writer.bytes(101, object.points);
    writer.message(102, object.history, writeHistory);
    writer.message(103, object.prediction, writePrediction);
    if (traits.packedZoneIds) writer.packedInt32(104, object.zoneIds);
    else for (const id of object.zoneIds ?? []) writer.int32Always(104, id);
    if (traits.intensities) writer.bytes(105, object.intensities);
  };

const writeZone = (writer: ProtobufWriter, zone: ZoneConfig): void => {
  writer.int32(1, zone.id);
  writer.string(2, zone.name);
  writer.message(3, zone.pbox, writePolygonBox);
  writer.int32(4, zone.type);
};

export const writeStream = (
  writer: ProtobufWriter,
  stream: StreamMessage,
  traits: GenerationTraits,
): void => {
  const writeObject = objectWriter(traits, stream.firstCloudArrivalTimestamp);
  writer.repeated(1, stream.objects, writeObject);
  writer.message(2, stream.firstCloudArrivalTimestamp, writeTimestamp);
  if (traits.presenceFlags) writer.bool(3, stream.hasObjects);
  writer.repeated(101, stream.zones, writeZone);
  writer.message(102, stream.health, (inner, health) => writeHealth(inner, health, traits));
  writer.repeated(103, stream.staticObjects, writeObject);
  if (traits.presenceFlags) writer.bool(104, stream.hasZones);
};
