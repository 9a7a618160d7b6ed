/** Decides what a message means in which the same sub-message occurs twice: protobuf says that they are merged. */
import { WireReader } from './wire-reader';

/**
 * Merging is what decoding the encodings one after the other gives, so their bytes are joined instead. Real servers never
 * send this; readers call it on the second occurrence and start again on the copy.
 * @param tags full tags of the sub-messages to join; every other field is kept as it is
 * @returns a reader of a message in which each of `tags` occurs at most once
 */
export function joinRepeated(
  reader: WireReader,
  start: number,
  end: number,
  tags: readonly number[],
): WireReader {
  const pieces: Buffer[] = [];
  const joined = new Map<number, Buffer[]>();
  reader.pos = start;
  while (reader.pos < end) {
    const fieldStart = reader.pos;
    const tag = reader.tag();
    if (tags.includes(tag)) {
      const valueEnd = reader.enter(end);
      const parts = joined.get(tag) ?? [];
      parts.push(reader.bytes.subarray(reader.pos, valueEnd));
      joined.set(tag, parts);
      reader.pos = valueEnd;
    } else {
      reader.skip(tag, end);
      pieces.push(reader.bytes.subarray(fieldStart, reader.pos));
    }
  }
  reader.finish(end);
  for (const [tag, parts] of joined) {
    const value = Buffer.concat(parts);
    pieces.push(varint(tag), varint(value.length), value);
  }
  return new WireReader(Buffer.concat(pieces));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
