/** Decides what a message means in which the same sub-message occurs twice: protobuf says that they are merged. */
import { WireReader } from './wire-reader';

/** A tag and a length take at most five bytes each. */
const MAX_HEADER_BYTES = 10;

/**
 * Merging is what decoding the encodings one after the other gives, so their bytes are joined instead. Real servers never
 * send this; readers call it on the second occurrence and start again on the copy. Nothing is kept for each occurrence:
 * a hostile frame holds millions.
 * @param tags full tags of the sub-messages to join; every other field is kept as it is
 * @returns a reader of a message in which each of `tags` occurs at most once
 */
export function joinRepeated(
  reader: WireReader,
  start: number,
  end: number,
  tags: readonly number[],
): WireReader {
  const { bytes } = reader;
  const joined = Buffer.allocUnsafe(end - start + tags.length * MAX_HEADER_BYTES);
  const joinedBytes = new Map<number, number>();
  let length = 0;
  const append = (from: number, to: number): void => {
    length += bytes.copy(joined, length, from, to);
  };

  for (const field of fields(reader, start, end)) {
    if (tags.includes(field.tag))
      joinedBytes.set(field.tag, (joinedBytes.get(field.tag) ?? 0) + field.end - field.valueAt);
    else append(field.start, field.end);
  }
  for (const [tag, valueBytes] of joinedBytes) {
    length = writeVarint(joined, length, tag);
    length = writeVarint(joined, length, valueBytes);
    for (const field of fields(reader, start, end)) if (field.tag === tag) append(field.valueAt, field.end);
  }
  return new WireReader(joined.subarray(0, length));
}

/** Leaves the reader at the end. `valueAt` is behind the length where there is one. */
function* fields(reader: WireReader, start: number, end: number) {
  reader.pos = start;
  while (reader.pos < end) {
    const fieldStart = reader.pos;
    const tag = reader.tag();
    let valueAt = reader.pos;
    if ((tag & 7) === 2 && tag >= 8) {
      const valueEnd = reader.endOfLength(end);
      valueAt = reader.pos;
      reader.pos = valueEnd;
    } else reader.skip(tag, end);
    yield { tag, start: fieldStart, valueAt, end: reader.pos };
  }
  reader.finish(end);
}

function writeVarint(into: Buffer, at: number, value: number): number {
  let next = at;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) next = into.writeUInt8((rest & 0x7f) | 0x80, next);
  return into.writeUInt8(rest, next);
}
