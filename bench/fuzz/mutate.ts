/** Makes a new frame out of known ones: changes of the tree with right lengths, and changes of bytes without. */
import type { Random } from '../../simulator/random';
import { varintOf, writeTree, type Field } from './wire-tree';

export interface Seed {
  readonly bytes: Buffer;
  /** Undefined where the bytes are no message. */
  readonly tree: readonly Field[] | undefined;
}

const EDGE_BYTES = [0x00, 0x01, 0x05, 0x08, 0x0a, 0x12, 0x7f, 0x80, 0xff] as const;
const EDGE_LENGTHS = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x7fff_ffff, 0xffff_ffff, 2 ** 35] as const;
const EDGE_NUMBERS = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53] as const;
/** The depth that both parsers refuse is 100. */
const DEPTHS = [2, 8, 99, 100, 101, 1000] as const;
const REPEATS = [2, 3, 17, 200] as const;
const GROUP_START = 3;
const GROUP_END = 4;
const LENGTH_DELIMITED = 2;
const MAX_BYTE_CHANGES = 3;

export const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** @param other gives fields and bytes to splice in */
export function mutate(seed: Seed, other: Seed, random: Random): Buffer {
  let bytes =
    seed.tree && seed.tree.length > 0 && random.chance(0.6)
      ? writeTree(mutateTree(seed.tree, other, random))
      : Buffer.from(seed.bytes);
  if (bytes === seed.bytes || random.chance(0.5))
    for (let changes = 1 + below(random, MAX_BYTE_CHANGES); changes > 0; changes -= 1)
      bytes = oneOf(random, BYTE_CHANGES)(bytes, other, random);
  return bytes;
}

// ---- trees: lengths stay right ----

type TreeChange = (fields: Field[], at: number, other: Seed, random: Random) => void;

/** Goes down at random, and changes the list of fields it comes to. */
function mutateTree(fields: readonly Field[], other: Seed, random: Random): readonly Field[] {
  const copy = [...fields];
  const at = below(random, copy.length);
  const field = copy[at] as Field;
  if (!Buffer.isBuffer(field.value) && random.chance(0.75))
    copy[at] = { tag: field.tag, value: mutateTree(field.value as readonly Field[], other, random) };
  else oneOf(random, TREE_CHANGES)(copy, at, other, random);
  return copy;
}

const fieldOf = (seed: Seed, random: Random): Field | undefined => {
  let list = seed.tree;
  let field: Field | undefined;
  while (list && list.length > 0) {
    field = oneOf(random, list);
    list = Buffer.isBuffer(field.value) || random.chance(0.3) ? undefined : (field.value as readonly Field[]);
  }
  return field;
};

const TREE_CHANGES: readonly TreeChange[] = [
  // One kind of thing without the others it always comes with.
  (fields, at) => {
    const { tag } = fields[at] as Field;
    fields.splice(0, fields.length, ...fields.filter((one) => one.tag === tag));
  },
  (fields, at) => void fields.splice(at, 1),
  (fields, at, _other, random) => {
    const field = fields[at] as Field;
    fields.splice(at, 0, ...Array<Field>(oneOf(random, REPEATS)).fill(field));
  },
  (fields, at, other, random) => {
    const field = fieldOf(other, random);
    if (field) fields.splice(at, 0, field);
  },
  (fields, at, other, random) => {
    const field = fieldOf(other, random);
    if (field) fields[at] = { tag: (fields[at] as Field).tag, value: field.value };
  },
  (fields, at, _other, random) => {
    const to = below(random, fields.length);
    [fields[at], fields[to]] = [fields[to] as Field, fields[at] as Field];
  },
  // Another wire type, another number.
  (fields, at, _other, random) => {
    const { tag, value } = fields[at] as Field;
    fields[at] = { tag: (tag & ~7) | below(random, 8), value };
  },
  (fields, at, _other, random) => {
    const { tag, value } = fields[at] as Field;
    fields[at] = { tag: (1 + below(random, 20)) * 8 + (tag & 7), value };
  },
  // An edge of numbers where one is, an empty message where one is.
  (fields, at, _other, random) => {
    const { tag } = fields[at] as Field;
    fields[at] =
      (tag & 7) === 0
        ? { tag, value: varintOf(oneOf(random, EDGE_NUMBERS)) }
        : { tag, value: Buffer.alloc(0) };
  },
  // Into itself, deep.
  (fields, at, _other, random) => {
    let field = fields[at] as Field;
    const tag = (field.tag & ~7) | LENGTH_DELIMITED;
    for (let depth = oneOf(random, DEPTHS); depth > 0; depth -= 1) field = { tag, value: writeTree([field]) };
    fields[at] = field;
  },
  // Groups, which nobody sends: open, closed, and with the wrong end.
  (fields, at, _other, random) => {
    const depth = oneOf(random, DEPTHS);
    const number = (1 + below(random, 20)) * 8;
    const ends = random.chance(0.7) ? depth : below(random, depth);
    fields.splice(
      at,
      0,
      {
        tag: number + GROUP_START,
        value: Buffer.concat(Array(depth - 1).fill(varintOf(number + GROUP_START))),
      },
      ...(ends > 0
        ? [
            {
              tag: number + GROUP_END,
              value: Buffer.concat(Array(ends - 1).fill(varintOf(number + GROUP_END))),
            },
          ]
        : []),
    );
  },
];

// ---- bytes: nothing fits any longer ----

type ByteChange = (bytes: Buffer, other: Seed, random: Random) => Buffer;

const cut = (bytes: Buffer, from: number, end: number): Buffer =>
  Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]);

const insert = (bytes: Buffer, at: number, what: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);

const range = (bytes: Buffer, random: Random): readonly [from: number, end: number] => {
  const from = below(random, bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + below(random, 64))];
};

const BYTE_CHANGES: readonly ByteChange[] = [
  (bytes, _other, random) => {
    if (bytes.length === 0) return bytes;
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    return bytes;
  },
  (bytes, _other, random) => {
    if (bytes.length === 0) return bytes;
    bytes[below(random, bytes.length)] = oneOf(random, EDGE_BYTES);
    return bytes;
  },
  // Off by one: lengths and numbers alike.
  (bytes, _other, random) => {
    if (bytes.length === 0) return bytes;
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) + (random.chance(0.5) ? 1 : 255);
    return bytes;
  },
  (bytes, _other, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  (bytes, _other, random) => cut(bytes, ...range(bytes, random)),
  (bytes, _other, random) => {
    const [from, end] = range(bytes, random);
    return insert(bytes, from, bytes.subarray(from, end));
  },
  (bytes, _other, random) =>
    insert(bytes, below(random, bytes.length + 1), varintOf(oneOf(random, EDGE_LENGTHS))),
  (bytes, other, random) => {
    const [from, end] = range(other.bytes, random);
    return insert(bytes, below(random, bytes.length + 1), other.bytes.subarray(from, end));
  },
  (bytes, other, random) =>
    Buffer.concat([
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.bytes.subarray(below(random, other.bytes.length + 1)),
    ]),
];
