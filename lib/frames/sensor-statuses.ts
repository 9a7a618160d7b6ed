/** Reads one entry of a sensors map: of the released generations, or of the one that held whole SensorInfo messages. */
import { systemHealthNodeSensorStatusName, type SystemHealthNodeSensorStatus } from './generated/enums';
import { setEntry } from './plain-map';
import type { WireReader } from './wire-reader';

const KEY = 10; // 1, text
const STATUS = 16; // 2, number: SensorStatus
const INFO = 18; // 2, message: SensorInfo of the development line of 2023
const VALUE_FIELD = 2;

/** An entry whose value is neither is left out: its default would say that the sensor is dead, which nobody said. */
export function readSensorStatus(
  reader: WireReader,
  end: number,
  into: Record<string, SystemHealthNodeSensorStatus>,
): void {
  let key = '';
  let status: number | undefined = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === KEY) key = reader.string(end);
    else if (tag === STATUS) status = reader.int32();
    else if (tag === INFO) status = readInfoStatus(reader, reader.enter(end));
    else {
      if (tag >>> 3 === VALUE_FIELD) status = undefined;
      reader.skip(tag, end);
    }
  }
  reader.finish(end);
  if (status !== undefined) setEntry(into, key, systemHealthNodeSensorStatusName(status));
}

const INFO_STATUS = 8; // 1, number: SensorStatus
const INFO_STATUS_FIELD = 1;

function readInfoStatus(reader: WireReader, end: number): number | undefined {
  let status: number | undefined = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === INFO_STATUS) status = reader.int32();
    else {
      if (tag >>> 3 === INFO_STATUS_FIELD) status = undefined;
      reader.skip(tag, end);
    }
  }
  reader.finish(end);
  return status;
}
