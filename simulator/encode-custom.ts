/** Writes the extra results: fields of regard, progress, profiling; both numberings of the sub-messages. */

import { writePolygonBox } from './encode-geometry';
import type { GenerationTraits } from './generation';
import type { ProtobufWriter } from './protobuf-writer';
import type {
  Characteristic,
  CustomMessage,
  Integer64,
  ProfilingResult,
  ProfilingResultSet,
  RecordingInfo,
  VehicleOrientedFieldsOfRegard,
} from './types';

const writeFieldsOfRegard = (writer: ProtobufWriter, value: VehicleOrientedFieldsOfRegard): void => {
  writer.int32(1, value.objectId);
  writer.repeated(2, value.fieldOfRegard, writePolygonBox);
};

const writeRecording = (writer: ProtobufWriter, value: RecordingInfo): void => {
  writer.float(1, value.savingProgress);
};

/** A member of a oneof is on the wire whenever it is set, also when it is 0 or empty. */
const writeCharacteristic = (writer: ProtobufWriter, value: Characteristic): void => {
  if (value.integerNumber !== undefined) writer.int64Always(1, value.integerNumber);
  else if (value.decimalNumber !== undefined) writer.doubleAlways(2, value.decimalNumber);
  else if (value.text !== undefined) writer.stringAlways(3, value.text);
};

const writeCount = (entry: ProtobufWriter, value: Integer64): void => entry.int64Always(2, value);

const writeProfilingResult = (writer: ProtobufWriter, value: ProfilingResult): void => {
  writer.map(1, value.processingTimes, writeCount);
  writer.map(2, value.memUsages, writeCount);
  writer.map(101, value.characteristics, (entry, one) => entry.message(2, one, writeCharacteristic));
};

const writeProfiling = (writer: ProtobufWriter, value: ProfilingResultSet): void => {
  writer.message(1, value.masterNode, writeProfilingResult);
  writer.map(2, value.algoNodes, (entry, node) => entry.message(2, node, writeProfilingResult));
};

export const writeCustom = (
  writer: ProtobufWriter,
  custom: CustomMessage,
  traits: GenerationTraits,
): void => {
  const shift = traits.customWithReplay ? 1 : 0;
  writer.repeated(2, custom.vehicleOrientedFieldsOfRegard, writeFieldsOfRegard);
  writer.float(101, custom.bgLearningProgress);
  if (traits.customWithReplay)
    writer.message(102, custom.replayIndex, (inner, index) => inner.int32(1, index));
  writer.message(102 + shift, custom.record, writeRecording);
  writer.message(103 + shift, custom.profiling, writeProfiling);
};
