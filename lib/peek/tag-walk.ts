/** Steps over protobuf fields without reading them: every function takes a position and returns the next, -1 if there is none. */

/** A 64-bit number takes at most ten bytes of seven bits; tags and lengths have 32 bits. */
const MAX_VARINT_BYTES = 10;
const MAX_VARINT32_BYTES = 5;
const MAX_GROUP_DEPTH = 100;
const GROUP_START = 3;
const GROUP_END = 4;

export function endOfVarint(bytes: Uint8Array, at: number, end: number): number {
  const last = Math.min(end, at + MAX_VARINT_BYTES);
  for (let next = at; next < last; next += 1) if ((bytes[next] ?? 0) < 0x80) return next + 1;
  return -1;
}

/** @returns the lower 32 bits, unsigned, of the number in `at` to `after`. */
export function lowBits(bytes: Uint8Array, at: number, after: number): number {
  let value = (bytes[at] ?? 0) & 0x7f;
  const last = Math.min(after, at + MAX_VARINT32_BYTES);
  for (let next = at + 1; next < last; next += 1) value |= ((bytes[next] ?? 0) & 0x7f) << ((next - at) * 7);
  return value >>> 0;
}

/** @returns the tag or length in `at` to `after`, -1 when it is none: more than 32 bits. */
export function bits32(bytes: Uint8Array, at: number, after: number): number {
  const size = after - at;
  if (size > MAX_VARINT32_BYTES) return -1;
  if (size === MAX_VARINT32_BYTES && (bytes[at + MAX_VARINT32_BYTES - 1] ?? 0) > 0x0f) return -1;
  return lowBits(bytes, at, after);
}

/** @param at where the value of a field with this tag begins, for text and messages at its length */
export function endOfValue(bytes: Uint8Array, tag: number, at: number, end: number): number {
  switch (tag & 7) {
    case 0:
      return endOfVarint(bytes, at, end);
    case 1:
      return at + 8 > end ? -1 : at + 8;
    case 2: {
      const start = endOfVarint(bytes, at, end);
      if (start < 0) return -1;
      const length = bits32(bytes, at, start);
      return length < 0 || start + length > end ? -1 : start + length;
    }
    case GROUP_START:
      return endOfGroup(bytes, tag, at, end);
    case 5:
      return at + 4 > end ? -1 : at + 4;
    default:
      return -1;
  }
}

/** Nothing SENSR sends holds a group, so this one may allocate. */
function endOfGroup(bytes: Uint8Array, tag: number, from: number, end: number): number {
  const open = [tag >>> 3];
  let at = from;
  while (at < end) {
    const valueAt = endOfVarint(bytes, at, end);
    const inner = valueAt < 0 ? -1 : bits32(bytes, at, valueAt);
    if (inner < 8) return -1;
    at = valueAt;
    if ((inner & 7) === GROUP_START) {
      if (open.length === MAX_GROUP_DEPTH) return -1;
      open.push(inner >>> 3);
    } else if ((inner & 7) === GROUP_END) {
      if (open.pop() !== inner >>> 3) return -1;
      if (open.length === 0) return at;
    } else {
      at = endOfValue(bytes, inner, at, end);
      if (at < 0) return -1;
    }
  }
  return -1;
}
