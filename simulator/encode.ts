/** Owns the two messages a client gets: plain values in, the bytes of one WebSocket message out. */

import { writeCustom } from './encode-custom';
import { writeEvent } from './encode-event';
import { writeTimestamp } from './encode-geometry';
import { writeStream } from './encode-stream';
import { GENERATIONS } from './generation';
import { ProtobufWriter } from './protobuf-writer';
import type { Generation, OutputMessage, PointCloud, PointResult } from './types';

export function encodeOutputMessage(message: OutputMessage, generation: Generation = 'current'): Buffer {
  const traits = GENERATIONS[generation];
  const writer = new ProtobufWriter();
  writer.message(1, message.timestamp, writeTimestamp);
  writer.message(3, message.stream, (inner, stream) => writeStream(inner, stream, traits));
  writer.message(201, message.event, (inner, event) => writeEvent(inner, event, traits));
  writer.message(301, message.custom, (inner, custom) => writeCustom(inner, custom, traits));
  return writer.finish();
}

export function encodePointResult(result: PointResult, generation: Generation = 'current'): Buffer {
  const traits = GENERATIONS[generation];
  const writer = new ProtobufWriter();
  writer.repeated(1, result.points, (inner, cloud: PointCloud) => {
    inner.int32(1, cloud.type);
    inner.string(2, cloud.id);
    inner.bytes(3, cloud.points);
    if (traits.intensities) inner.bytes(4, cloud.intensities);
  });
  writer.string(201, result.uid);
  return writer.finish();
}
