/** The entry: times, raw frames, empty frames, and that nothing is decoded that nobody asked for. */
import assert from 'node:assert/strict';
import { alone, encode } from './helpers/protocol';
import { VECTORS, vector } from './helpers/vectors';
import { read, readOnly, STREAMS } from './helpers/wish';
import * as wire from './helpers/wire';

describe('frame reader', () => {
  it('gives raw frames as they came, with the time of output frames', () => {
    const frame = vector('sixty_objects').frame();
    const { payloads, timestampMs } = read('raw-output', frame);
    assert.equal(payloads[0], frame);
    assert.equal(timestampMs, 1_762_500_000_100);
    const points = vector('points_100').frame();
    assert.deepEqual(read('raw-points', points), {
      timestampMs: undefined,
      payloads: [points],
      problems: [],
    });
  });

  it('gives raw frames that are damaged too, and says what is wrong', () => {
    const frame = vector('bad_text').frame();
    const { payloads, problems, timestampMs } = read('raw-output', frame);
    assert.deepEqual([payloads[0], problems.length, timestampMs], [frame, 1, undefined]);
    assert.equal(read('raw-points', frame).payloads[0], frame);
  });

  it('keeps fractions of milliseconds, and has no time where none was sent', () => {
    const time = { seconds: 1_762_500_000, nanos: 123_456_789 };
    assert.equal(
      read('objects', encode('OutputMessage', { timestamp: time })).timestampMs,
      1_762_500_000_123.456_8,
    );
    assert.equal(read('objects', Buffer.alloc(0)).timestampMs, undefined);
    assert.equal(read('objects', encode('OutputMessage', { timestamp: {} })).timestampMs, 0);
  });

  it('reads a frame without a byte as an empty message', () => {
    const given = STREAMS.map((stream) => [stream, read(stream, Buffer.alloc(0)).payloads.length]);
    assert.deepEqual(
      given.filter(([, count]) => count !== 0).map(([stream]) => stream),
      ['output', 'points', 'raw-output', 'raw-points'],
    );
    assert.deepStrictEqual(readOnly('output', Buffer.alloc(0)), {
      timestamp: null,
      stream: null,
      event: null,
      custom: null,
    });
  });

  it('decodes no object for who wants something else, nor one that a filter rejects', () => {
    // Broken inside: whoever decoded the box would fail.
    const broken = wire.bytes(
      1,
      wire.number(2, 1),
      wire.number(6, 3),
      wire.bytes(4, Buffer.from([0x0a, 0x7f])),
    );
    const event = wire.bytes(201, wire.bytes(1, wire.number(2, 7)));
    const frame = alone(Buffer.concat([wire.bytes(3, broken, wire.number(104, 1)), event]));
    assert.throws(() => read('objects', frame));
    assert.equal(read('events', frame).payloads.length, 1);
    assert.equal(read('zones', frame).payloads.length, 1);
    assert.deepEqual(readOnly('objects', frame, { labels: ['LABEL_PEDESTRIAN'] }), []);
  });

  it('gives plain objects, arrays and Buffers only, nothing undefined', () => {
    const check = (value: unknown, path: string): void => {
      if (value === null || Buffer.isBuffer(value) || ['number', 'string', 'boolean'].includes(typeof value))
        return;
      assert.equal(typeof value, 'object', path);
      const prototype: unknown = Object.getPrototypeOf(value);
      assert.ok(prototype === Object.prototype || prototype === Array.prototype, path);
      for (const [key, one] of Object.entries(value as object)) check(one, `${path}.${key}`);
    };
    for (const { name, type, expected, frame } of VECTORS.filter(({ expected: { error } }) => !error)) {
      assert.ok(expected);
      for (const stream of type === 'OutputMessage' ? STREAMS.slice(0, 6) : (['points'] as const))
        for (const payload of read(stream, frame(), { include: ['points', 'history', 'prediction'] })
          .payloads)
          check(payload, `${name} ${stream}`);
    }
  });
});
