/** Writes what happened in a frame: zone events, lost tracks, trouble, corrected sensor poses. */

import { writeQuaternion, writeTimestamp, writeVector3 } from './encode-geometry';
import { writeHealth } from './encode-health';
import type { GenerationTraits } from './generation';
import type { ProtobufWriter } from './protobuf-writer';
import type {
  EventMessage,
  LosingEvent,
  OnlineRecalibrationEvent,
  ZoneEvent,
  ZoneEventObject,
} from './types';

const writeZoneEventObject = (writer: ProtobufWriter, object: ZoneEventObject): void => {
  writer.int32(1, object.id);
  writer.message(2, object.position, writeVector3);
  writer.float(3, object.heading);
  writer.message(4, object.velocity, writeVector3);
};

const writeZoneEvent = (writer: ProtobufWriter, event: ZoneEvent): void => {
  writer.message(1, event.timestamp, writeTimestamp);
  writer.int32(2, event.id);
  writer.int32(3, event.type);
  writer.message(4, event.object, writeZoneEventObject);
};

const writeLosingEvent = (writer: ProtobufWriter, event: LosingEvent): void => {
  writer.message(1, event.timestamp, writeTimestamp);
  writer.int32(2, event.id);
  writer.message(3, event.position, writeVector3);
  writer.float(4, event.heading);
};

const writeRecalibration = (writer: ProtobufWriter, event: OnlineRecalibrationEvent): void => {
  writer.message(1, event.timestamp, writeTimestamp);
  writer.string(2, event.topic);
  writer.message(3, event.translation, writeVector3);
  writer.message(4, event.rotation, writeQuaternion);
};

export const writeEvent = (writer: ProtobufWriter, event: EventMessage, traits: GenerationTraits): void => {
  writer.repeated(1, event.zone, writeZoneEvent);
  writer.repeated(2, event.losing, writeLosingEvent);
  writer.message(3, event.health, (inner, health) => writeHealth(inner, health, traits));
  if (traits.onlineRecalibration) writer.repeated(4, event.onlineRecalibration, writeRecalibration);
};
