/** Reads google.protobuf.Timestamp as epoch milliseconds with fractions. */
import type { WireReader } from './wire-reader';

const MS_PER_S = 1000;
const NS_PER_MS = 1e6;

export function readTimestampMs(reader: WireReader, end: number): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 8) seconds = reader.int64();
    else if (tag === 16) nanos = reader.int32();
    else reader.skip(tag, end);
  }
  reader.finish(end);
  return seconds * MS_PER_S + nanos / NS_PER_MS;
}
