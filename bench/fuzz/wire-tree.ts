/** Reads protobuf bytes as a tree of fields without a schema, and writes such a tree, also a wrong one. */

export interface Field {
  readonly tag: number;
  /** A number as its bytes, a text or message as its content. */
  readonly value: Buffer | readonly Field[];
}

const LENGTH_DELIMITED = 2;
const MAX_DEPTH = 8;
/** No field of the protocol has a higher number: what has is taken for text or points. */
const MAX_FIELD_NUMBER = 400;
/** Points, which a parser must not take for messages. */
const MAX_MESSAGE_BYTES = 8192;
const MAX_TAG_BYTES = 5;

/** @returns the fields, or undefined where `bytes` are no message */
export function parseTree(bytes: Buffer, depth = 0): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [tag, valueAt] = varint(bytes, at);
    if (valueAt < 0 || tag < 8 || tag >> 3 > MAX_FIELD_NUMBER) return undefined;
    let end: number;
    switch (tag & 7) {
      case 0:
        end = varint(bytes, valueAt)[1];
        break;
      case 1:
        end = valueAt + 8;
        break;
      case 5:
        end = valueAt + 4;
        break;
      case LENGTH_DELIMITED: {
        const [length, start] = varint(bytes, valueAt);
        end = start < 0 ? -1 : start + length;
        if (end < 0 || end > bytes.length) return undefined;
        const content = bytes.subarray(start, end);
        const isSmall = depth < MAX_DEPTH && content.length > 0 && content.length <= MAX_MESSAGE_BYTES;
        fields.push({ tag, value: (isSmall && parseTree(content, depth + 1)) || content });
        at = end;
        continue;
      }
      default:
        return undefined;
    }
    if (end < 0 || end > bytes.length) return undefined;
    fields.push({ tag, value: bytes.subarray(valueAt, end) });
    at = end;
  }
  return fields;
}

export function writeTree(fields: readonly Field[]): Buffer {
  const parts: Buffer[] = [];
  for (const { tag, value } of fields) {
    const content = Buffer.isBuffer(value) ? value : writeTree(value as readonly Field[]);
    parts.push(varintOf(tag));
    if ((tag & 7) === LENGTH_DELIMITED) parts.push(varintOf(content.length));
    parts.push(content);
  }
  return Buffer.concat(parts);
}

export function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

/** @returns the number and where it ends, -1 where it does not; good for tags and lengths only */
function varint(bytes: Buffer, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 2 * MAX_TAG_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return [0, -1];
    if (index < MAX_TAG_BYTES) value += (byte & 0x7f) * 2 ** (index * 7);
    if (byte < 0x80) return [value, at + index + 1];
  }
  return [0, -1];
}
