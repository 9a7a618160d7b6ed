/** Random messages of the protocol, and other encodings of the same message that protobuf allows. */
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { alone, type Model } from './protocol';
import * as wire from './wire';

const KEYS = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('algo_0000', '/topic', 'constructor', 'toString', ''),
);
/** protobufjs would lose it; a test of its own writes it by hand. */
const SAFE_KEYS = KEYS.filter((key) => key !== '__proto__');
const INT32 = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 300 }));

export function randomMessage(type: protobuf.Type, depth = 4): fc.Arbitrary<Model> {
  const fields = type.fieldsArray.filter(
    (field) => depth > 0 || !(field.resolvedType instanceof protobuf.Type),
  );
  const loose = fields.filter((field) => !field.partOf);
  const members = fields.filter((field) => field.partOf);
  const record = fc.record(
    Object.fromEntries(loose.map((field) => [field.name, randomField(field, depth - 1)])),
    { requiredKeys: [] },
  );
  if (members.length === 0) return record;
  const member = fc.oneof(
    ...members.map((field) => randomOne(field, depth).map((value) => ({ [field.name]: value }))),
  );
  return fc.tuple(record, fc.option(member, { nil: {} })).map(([some, one]) => ({ ...some, ...one }));
}

function randomField(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const one = randomOne(field, depth);
  if (field instanceof protobuf.MapField)
    return fc.dictionary(SAFE_KEYS, one, { maxKeys: 3, noNullPrototype: true });
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one;
}

function randomOne(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  if (field.resolvedType instanceof protobuf.Type) return randomMessage(field.resolvedType, depth);
  if (field.resolvedType instanceof protobuf.Enum)
    return fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(-1, 250));
  switch (field.type) {
    case 'bytes':
      return fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 20 });
    case 'bool':
      return fc.boolean();
    case 'float':
      return fc.float();
    case 'double':
      return fc.double();
    case 'uint64':
      return fc.maxSafeNat();
    case 'int64':
      return fc.maxSafeInteger();
    default:
      return INT32;
  }
}

/** @returns numbers from 0 to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface RawField {
  readonly number: number;
  readonly bytes: Buffer;
}

/**
 * Fields in another order, sub-messages in two pieces, overwritten values, unknown fields, known numbers with wrong wire
 * types, packed lists unpacked: all of it means the same.
 */
export function scramble(type: protobuf.Type, encoded: Uint8Array, random: () => number): Buffer {
  return alone(Buffer.concat(scrambleFields(type, encoded, random).map(({ bytes }) => bytes)));
}

function scrambleFields(type: protobuf.Type, encoded: Uint8Array, random: () => number): RawField[] {
  const fields: RawField[] = [];
  const reader = protobuf.Reader.create(Buffer.from(encoded));
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const number = tag >>> 3;
    const field = type.fieldsById[number]!;
    const valueAt = reader.pos;
    reader.skipType(tag & 7);
    const raw = Buffer.from(encoded.subarray(start, reader.pos));
    const value = Buffer.from(encoded.subarray(valueAt, reader.pos));
    if (random() < 0.3) fields.push(...noise(field, random));
    for (const bytes of variant(field, tag & 7, raw, value, random)) fields.push({ number, bytes });
  }
  return shuffle(fields, random);
}

/** The field as it is, or other bytes for the same value. */
function variant(
  field: protobuf.Field,
  wireType: number,
  raw: Buffer,
  value: Buffer,
  random: () => number,
): Buffer[] {
  if (field instanceof protobuf.MapField) return [raw];
  if (field.resolvedType instanceof protobuf.Type) {
    const inside = scrambleFields(field.resolvedType, protobuf.Reader.create(value).bytes(), random);
    const cut = field.repeated || random() < 0.5 ? inside.length : Math.floor(random() * (inside.length + 1));
    const pieces =
      field.repeated || cut === inside.length ? [inside] : [inside.slice(0, cut), inside.slice(cut)];
    return pieces.map((piece) => wire.bytes(field.id, ...piece.map(({ bytes }) => bytes)));
  }
  if (field.repeated && wireType === 2 && random() < 0.5) {
    const packed = protobuf.Reader.create(protobuf.Reader.create(value).bytes());
    const unpacked: Buffer[] = [];
    while (packed.pos < packed.len) unpacked.push(wire.number(field.id, packed.int32()));
    return unpacked;
  }
  if (field.repeated || random() < 0.7) return [raw];
  return [decoy(field.id, wireType), raw];
}

/** A value for the same field that the real one, which follows, overwrites. */
function decoy(id: number, wireType: number): Buffer {
  if (wireType === 0) return wire.number(id, 77);
  if (wireType === 1) return wire.fixed64(id, Buffer.alloc(8, 7));
  if (wireType === 2) return wire.bytes(id, 'decoy');
  return wire.float(id, 77);
}

function noise(field: protobuf.Field, random: () => number): RawField[] {
  const wrongType =
    field.type === 'double' ? wire.float(field.id, 5) : wire.fixed64(field.id, Buffer.alloc(8, 255));
  const choices: RawField[] = [
    { number: 15_000, bytes: wire.bytes(15_000, 'unknown') },
    { number: 15_001, bytes: wire.group(15_001, wire.number(1, 1), wire.group(2, wire.bytes(3, 'deep'))) },
    { number: 536_870_911, bytes: wire.number(536_870_911, -1) },
    { number: field.id, bytes: wrongType },
  ];
  return [choices[Math.floor(random() * choices.length)]!];
}

/** Fields change places, but those of one number keep their order: it has a meaning. */
function shuffle(fields: RawField[], random: () => number): RawField[] {
  const order = fields.map((_, index) => index).sort(() => random() - 0.5);
  const waiting = new Map<number, RawField[]>();
  for (const field of fields) waiting.set(field.number, [...(waiting.get(field.number) ?? []), field]);
  return order.map((index) => waiting.get(fields[index]!.number)!.shift()!);
}
