/** Writes protobuf by hand: what no encoder would produce, but a decoder may meet. */

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** The same number in more bytes than it needs. */
export function longVarint(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size, 0x80);
  let rest = value;
  for (let index = 0; index < size; index += 1, rest = Math.floor(rest / 128))
    bytes[index] = (rest % 128) | 0x80;
  bytes[size - 1]! &= 0x7f;
  return bytes;
}

const tag = (field: number, wireType: number): Buffer => varint(field * 8 + wireType);

export const number = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([tag(field, 0), varint(value)]);

export const fixed64 = (field: number, value: Buffer): Buffer => Buffer.concat([tag(field, 1), value]);

export const bytes = (field: number, ...values: (Buffer | string)[]): Buffer => {
  const value = Buffer.concat(values.map((one) => Buffer.from(one as string)));
  return Buffer.concat([tag(field, 2), varint(value.length), value]);
};

export const group = (field: number, ...inside: Buffer[]): Buffer =>
  Buffer.concat([tag(field, 3), ...inside, tag(field, 4)]);

export const groupStart = (field: number): Buffer => tag(field, 3);

export const float = (field: number, value: number): Buffer => {
  const value4 = Buffer.alloc(4);
  value4.writeFloatLE(value);
  return Buffer.concat([tag(field, 5), value4]);
};

export const floats = (...values: number[]): Buffer => Buffer.from(new Float32Array(values).buffer);
