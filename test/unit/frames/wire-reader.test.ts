/** The primitives: limits of numbers, lengths and groups, where a message may be cut, and what is refused. */
import assert from 'node:assert/strict';
import { joinRepeated } from '../../../lib/frames/wire-merge';
import { WireReader } from '../../../lib/frames/wire-reader';
import { alone } from './helpers/protocol';
import * as wire from './helpers/wire';

const reader = (...parts: Buffer[]): WireReader => new WireReader(alone(Buffer.concat(parts)));
const damaged = { code: 'SENSR_BAD_FRAME' };

/** Steps over everything the way a decoder that knows no field does. */
function skipAll(...parts: Buffer[]): void {
  const r = reader(...parts);
  const end = r.bytes.length;
  while (r.pos < end) r.skip(r.tag(), end);
  r.finish(end);
}

describe('WireReader', () => {
  it('reads int32 of every length, negative ones in ten bytes', () => {
    for (const value of [
      0, 1, 127, 128, 16_383, 16_384, 2_097_152, 268_435_456, 2_147_483_647, -1, -2_147_483_648,
    ]) {
      const r = reader(wire.varint(value));
      assert.equal(r.int32(), value);
      r.finish(r.bytes.length);
    }
  });

  it('cuts an int32 of more than 32 bits, as protobuf does', () => {
    assert.equal(reader(wire.varint(2n ** 32n + 7n)).int32(), 7);
  });

  it('reads 64-bit numbers as Numbers', () => {
    assert.equal(reader(wire.varint(2n ** 53n - 1n)).uint64(), 2 ** 53 - 1);
    assert.equal(reader(wire.varint(2n ** 64n - 1n)).uint64(), 2 ** 64);
    assert.equal(reader(wire.varint(-1)).int64(), -1);
    assert.equal(reader(wire.varint(-(2n ** 63n))).int64(), -(2 ** 63));
    assert.equal(reader(wire.varint(-62_135_596_800)).int64(), -62_135_596_800);
  });

  it('reads a bool whose only bit is beyond the first 32', () => {
    assert.equal(reader(wire.varint(2n ** 40n)).bool(), true);
    assert.equal(reader(wire.longVarint(0, 4)).bool(), false);
  });

  it('reads numbers in more bytes than they need', () => {
    assert.equal(reader(wire.longVarint(5, 10)).int32(), 5);
    assert.equal(reader(wire.longVarint(300, 6)).uint64(), 300);
    assert.equal(reader(wire.longVarint(8, 3)).tag(), 8);
  });

  it('refuses a number of more than ten bytes', () => {
    assert.throws(() => reader(Buffer.alloc(11, 0x80)).int32(), damaged);
    assert.throws(() => reader(Buffer.alloc(11, 0xff)).uint64(), damaged);
  });

  it('refuses tags and lengths of more than 32 bits', () => {
    assert.throws(() => reader(wire.varint(2n ** 32n)).tag(), damaged);
    assert.throws(() => reader(wire.longVarint(8, 6)).tag(), damaged);
    assert.throws(() => reader(wire.varint(2n ** 32n)).enter(100), damaged);
    assert.equal(reader(wire.varint(2n ** 32n - 1n)).tag(), 2 ** 32 - 1);
  });

  it('measures a length against the message it is in, not against the frame', () => {
    const r = reader(wire.varint(3), Buffer.alloc(50));
    assert.equal(r.enter(4), 4);
    r.pos = 0;
    assert.throws(() => r.enter(3), damaged);
  });

  it('refuses floats and doubles that are cut', () => {
    assert.throws(() => reader(Buffer.alloc(3)).float(), damaged);
    assert.throws(() => reader(Buffer.alloc(7)).double(), damaged);
  });

  it('reads text of every length and script, and replaces what is no UTF-8', () => {
    for (const text of ['', 'a', 'Zone 1', '안녕', 'x'.repeat(16), 'x'.repeat(17), '🚗'.repeat(9)]) {
      const length = wire.varint(Buffer.byteLength(text));
      assert.equal(reader(length, Buffer.from(text)).string(1000), text);
    }
    assert.equal(reader(wire.varint(2), Buffer.from([0x61, 0xff])).string(3), 'a\ufffd');
  });

  it('skips every wire type', () => {
    skipAll(
      wire.number(1, -1),
      wire.fixed64(2, Buffer.alloc(8)),
      wire.bytes(3, 'text'),
      wire.group(4, wire.group(4, wire.float(1, 1)), wire.bytes(5, Buffer.alloc(300))),
      wire.float(6, 1),
    );
  });

  it('refuses field number 0, wire types 6 and 7, and an end without a group', () => {
    for (const tag of [0, 2, 5, 8 + 6, 8 + 7, 8 + 4])
      assert.throws(() => skipAll(wire.varint(tag), Buffer.alloc(20)), damaged, `tag ${tag}`);
  });

  it('refuses a group that is not ended, or ended as another', () => {
    assert.throws(() => skipAll(wire.groupStart(1), wire.number(2, 1)), damaged);
    assert.throws(() => skipAll(wire.groupStart(1), wire.varint(2 * 8 + 4)), damaged);
    assert.throws(() => skipAll(wire.groupStart(1), wire.varint(0), wire.varint(8 + 4)), damaged);
  });

  it('keeps a group inside the message it is in', () => {
    const r = reader(wire.group(1, wire.number(2, 1)));
    assert.throws(() => {
      r.skip(r.tag(), 3);
    }, damaged);
  });

  it('refuses groups nested a million deep instead of running out of stack', () => {
    assert.throws(() => skipAll(Buffer.alloc(1_000_000, wire.groupStart(1))), damaged);
    const nested = (depth: number): Buffer =>
      Buffer.concat([Buffer.alloc(depth, wire.groupStart(1)), Buffer.alloc(depth, 8 + 4)]);
    assert.doesNotThrow(() => {
      skipAll(nested(100));
    });
    assert.throws(() => skipAll(nested(101)), damaged);
  });
});

describe('joinRepeated', () => {
  it('joins what occurs twice and keeps the rest', () => {
    const bytes = alone(
      Buffer.concat([wire.bytes(4, 'ab'), wire.number(1, 5), wire.bytes(4, 'cd'), wire.bytes(5, 'ef')]),
    );
    const joined = joinRepeated(new WireReader(bytes), 0, bytes.length, [4 * 8 + 2]);
    assert.deepEqual(
      joined.bytes,
      Buffer.concat([wire.number(1, 5), wire.bytes(5, 'ef'), wire.bytes(4, 'abcd')]),
    );
  });

  it('takes time in proportion to the frame, however often something occurs', () => {
    const once = wire.bytes(3, wire.number(3, 1));
    const bytes = alone(Buffer.alloc(once.length * 200_000, once));
    const started = performance.now();
    joinRepeated(new WireReader(bytes), 0, bytes.length, [3 * 8 + 2]);
    assert.ok(performance.now() - started < 1000);
  });
});
