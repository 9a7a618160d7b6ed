/** The peek: which parts a frame has, what it makes of damage, that it agrees with the decoder, and what it costs. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PART, peekOutputFrame } from '../../../lib/peek/frame-kind';
import { encode, typeOf, type Model } from '../frames/helpers/protocol';
import { randomMessage, randomNumbers, scramble } from '../frames/helpers/random-message';
import { vector } from '../frames/helpers/vectors';
import { read } from '../frames/helpers/wish';
import * as wire from '../frames/helpers/wire';

const ALL = PART.objects | PART.zones | PART.health | PART.event | PART.custom;
const peek = (model: Model): number => peekOutputFrame(encode('OutputMessage', model));
const stream = (model: Model): number => peek({ stream: model });
const event = (model: Model): number => peek({ event: model });

describe('peekOutputFrame', () => {
  it('sees objects by list, static list or flag', () => {
    assert.equal(stream({ objects: [{}] }), PART.objects);
    assert.equal(stream({ staticObjects: [{}] }), PART.objects);
    assert.equal(stream({ hasObjects: true }), PART.objects);
    assert.equal(peekOutputFrame(wire.bytes(3, wire.number(3, 0))), 0);
    assert.equal(peekOutputFrame(wire.bytes(3, wire.number(3, 2n ** 40n))), PART.objects);
  });

  it('sees zones by list or flag, and health', () => {
    assert.equal(stream({ zones: [{}] }), PART.zones);
    assert.equal(stream({ hasZones: true }), PART.zones);
    assert.equal(peekOutputFrame(wire.bytes(3, wire.number(104, 0))), 0);
    assert.equal(stream({ health: { master: 1 } }), PART.health);
    assert.equal(stream({ objects: [{}], zones: [{}], health: {} }), PART.objects | PART.zones | PART.health);
  });

  it('sees every kind of event, but none in an empty event part', () => {
    for (const kind of [{ zone: [{}] }, { losing: [{}] }, { health: {} }, { onlineRecalibration: [{}] }])
      assert.equal(event(kind), PART.event, Object.keys(kind)[0]);
    assert.equal(event({}), 0);
  });

  it('sees custom, and parts beside each other', () => {
    assert.equal(peek({ custom: {} }), PART.custom);
    assert.equal(
      peek({ custom: {}, event: { zone: [{}] }, stream: { zones: [{}] } }),
      PART.custom | PART.event | PART.zones,
    );
  });

  it('sees an overflow in either health, and no other status as one', () => {
    assert.equal(stream({ health: { master: 5 } }), PART.health | PART.overflow);
    assert.equal(event({ health: { master: 5, nodes: { a: { status: 1 } } } }), PART.event | PART.overflow);
    for (const master of [0, 1, 2, 3, 4, 6, 133]) assert.equal(stream({ health: { master } }), PART.health);
    assert.equal(peekOutputFrame(vector('health_nested').frame()), PART.health | PART.overflow);
  });

  it('takes no part for another that has the same number and another wire type', () => {
    assert.equal(
      peekOutputFrame(Buffer.concat([wire.number(3, 1), wire.number(201, 1), wire.float(301, 1)])),
      0,
    );
    assert.equal(
      peekOutputFrame(wire.bytes(3, wire.number(1, 1), wire.bytes(104, 'x'), wire.float(102, 1))),
      0,
    );
  });

  it('steps over unknown fields and groups', () => {
    const unknown = Buffer.concat([
      wire.fixed64(2, Buffer.alloc(8)),
      wire.group(9, wire.group(9, wire.bytes(3, 'x')), wire.float(1, 1)),
      wire.number(536_870_911, -1),
    ]);
    assert.equal(
      peekOutputFrame(Buffer.concat([unknown, wire.bytes(3, unknown, wire.number(3, 1))])),
      PART.objects,
    );
    assert.equal(peekOutputFrame(vector('unknown_fields').frame()), PART.objects);
  });

  it('offers a frame to everybody when its tags cannot be walked', () => {
    const malformed = PART.malformed | ALL;
    const cases: [string, Buffer][] = [
      ['cut tag', Buffer.from([0x80])],
      ['cut number', Buffer.from([0x08, 0xff])],
      ['length beyond the frame', Buffer.from([0x1a, 0x05, 0x00])],
      ['huge length', Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f])],
      ['length of 33 bits', Buffer.from([0x1a, 0x80, 0x80, 0x80, 0x80, 0x10])],
      ['field number 0', Buffer.from([0x00, 0x00])],
      ['wire type 6', Buffer.from([0x0e])],
      ['end without a group', Buffer.from([0x0c])],
      ['group that never ends', wire.groupStart(9)],
      ['group ended as another', Buffer.concat([wire.groupStart(9), Buffer.from([8 * 8 + 4])])],
      ['groups too deep', Buffer.concat([Buffer.alloc(101, wire.groupStart(1)), Buffer.alloc(101, 8 + 4)])],
      ['groups without end', Buffer.alloc(1_000_000, wire.groupStart(1))],
      ['damage in the stream part', wire.bytes(3, Buffer.from([0x0a, 0x05]))],
      ['damage in the event part', wire.bytes(201, Buffer.from([0x0a, 0x05]))],
      ['damage in a health', wire.bytes(3, wire.bytes(102, Buffer.from([0x08])))],
      ['text', Buffer.from('GET / HTTP/1.1')],
    ];
    for (const [name, frame] of cases) assert.equal(peekOutputFrame(frame), malformed, name);
  });

  it('keeps what it has seen of an overflow when the frame breaks off', () => {
    const frame = encode('OutputMessage', { event: { health: { master: 5 } } });
    assert.equal(
      peekOutputFrame(Buffer.concat([frame, Buffer.from([0x80])])),
      PART.malformed | ALL | PART.overflow,
    );
  });

  it('reads any Uint8Array, and an empty one as nothing', () => {
    assert.equal(peekOutputFrame(new Uint8Array(0)), 0);
    assert.equal(peekOutputFrame(new Uint8Array(encode('OutputMessage', { custom: {} }))), PART.custom);
  });

  describe('beside the decoder', function () {
    this.timeout(60_000);

    const BITS = {
      objects: PART.objects,
      zones: PART.zones,
      health: PART.health,
      events: PART.event,
      custom: PART.custom,
    } as const;

    it('announces exactly what the decoder gives, for any message in any encoding', () => {
      const type = typeOf('OutputMessage');
      fc.assert(
        fc.property(randomMessage(type), fc.integer(), (model, seed) => {
          const plain = encode('OutputMessage', model);
          const scrambled = scramble(type, plain, randomNumbers(seed));
          for (const [name, bit] of Object.entries(BITS)) {
            const given = read(name as keyof typeof BITS, plain).payloads.length > 0;
            assert.equal((peekOutputFrame(plain) & bit) !== 0, given, name);
            // An overwritten flag may announce a part that is not there, never the reverse.
            if (given) assert.ok(peekOutputFrame(scrambled) & bit, `${name}, scrambled`);
          }
          assert.equal(peekOutputFrame(plain) & PART.malformed, 0);
        }),
        { numRuns: 500 },
      );
    });
  });

  it('costs next to nothing, and no more for larger objects', () => {
    const frames = [0, 5000].map((bytes) =>
      encode('OutputMessage', {
        stream: { objects: Array.from({ length: 20 }, () => ({ id: 1, points: Buffer.alloc(bytes) })) },
      }),
    );
    const medianUs = (frame: Buffer): number => {
      const rounds = Array.from({ length: 15 }, () => {
        const start = performance.now();
        for (let times = 0; times < 2000; times += 1) peekOutputFrame(frame);
        return (performance.now() - start) / 2;
      });
      return rounds.sort((a, b) => a - b)[7]!;
    };
    const [small = 0, large = 0] = frames.map(medianUs);
    // Measured at 0.7; the limit leaves room for a slow, busy machine, and none for walking a hundred thousand bytes.
    assert.ok(small < 10 && large < 10, `${small} µs, ${large} µs`);
  });
});
