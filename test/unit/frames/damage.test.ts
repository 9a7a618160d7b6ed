/** Damage stays where it is: one broken part costs no other, and whatever comes is read or refused, never worse. */
import assert from 'node:assert/strict';
import { SensrError } from '../../../lib/errors';
import { PART, peekOutputFrame } from '../../../lib/peek/frame-kind';
import { createFrameReader } from '../../../lib/frames/reader';
import { alone, encode, type Model } from './helpers/protocol';
import { randomNumbers } from './helpers/random-message';
import { VECTORS } from './helpers/vectors';
import { read, STREAMS, wishFor } from './helpers/wish';
import * as wire from './helpers/wire';

const BROKEN = Buffer.from([0x0a, 0x7f, 0x00]); // a length that reaches far beyond
const inner = (type: string, model: Model): Buffer => encode(type, model);
const good = {
  timestamp: wire.bytes(1, wire.number(1, 5)),
  stream: wire.bytes(
    3,
    inner('StreamMessage', { objects: [{ id: 1, trackingStatus: 3 }], hasZones: true, health: {} }),
  ),
  event: wire.bytes(201, inner('EventMessage', { zone: [{ id: 7, type: 1 }] })),
  custom: wire.bytes(301, inner('CustomMessage', { bgLearningProgress: 0.5 })),
};
const bad = {
  timestamp: wire.bytes(1, Buffer.from([0x08])),
  stream: wire.bytes(3, BROKEN),
  event: wire.bytes(201, BROKEN),
  custom: wire.bytes(301, wire.number(1, 1), BROKEN),
};
const frameWith = (parts: Partial<typeof good>, tail: Buffer = Buffer.alloc(0)): Buffer =>
  alone(Buffer.concat([...Object.values({ ...good, ...parts }), tail]));
const damaged = (error: unknown): boolean => error instanceof SensrError && error.code === 'SENSR_BAD_FRAME';

const PART_OF = {
  objects: 'stream',
  zones: 'stream',
  health: 'stream',
  events: 'event',
  custom: 'custom',
} as const;

describe('a damaged part', () => {
  for (const broken of ['stream', 'event', 'custom'] as const)
    it(`${broken}: costs only its own streams`, () => {
      for (const [stream, part] of Object.entries(PART_OF)) {
        const attempt = () => read(stream as keyof typeof PART_OF, frameWith({ [broken]: bad[broken] }));
        if (part === broken)
          assert.throws(attempt, (error) => damaged(error) && (error as Error).message.includes(broken));
        else assert.deepEqual([attempt().payloads.length, attempt().problems], [1, []]);
      }
    });

  for (const broken of ['stream', 'event', 'custom'] as const)
    it(`${broken}: is null in the stream output, with a problem that names it`, () => {
      const { payloads, problems } = read('output', frameWith({ [broken]: bad[broken] }));
      const [payload] = payloads as Model[];
      for (const part of ['stream', 'event', 'custom'] as const)
        assert.equal(payload?.[part] === null, part === broken, part);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!.message, new RegExp(broken));
    });

  it('timestamp: leaves the frame without a time', () => {
    const { payloads, problems, timestampMs } = read('events', frameWith({ timestamp: bad.timestamp }));
    assert.deepEqual([payloads.length, timestampMs], [1, undefined]);
    assert.match(problems[0]!.message, /timestamp/);
  });

  it('refuses a frame all of whose parts are damaged', () => {
    assert.throws(() => read('output', frameWith(bad)), damaged);
    assert.throws(() => read('output', alone(bad.timestamp)), damaged);
  });

  it('reads the objects although the health beside them is damaged', () => {
    const stream = wire.bytes(3, wire.bytes(1, wire.number(6, 3)), wire.bytes(102, BROKEN));
    assert.equal(read('objects', alone(stream)).payloads.length, 1);
    assert.throws(() => read('health', alone(stream)), damaged);
  });
});

describe('a frame of very many small parts', () => {
  const empties = (count: number): Buffer =>
    Buffer.from(wire.bytes(1, '').toString('hex').repeat(count), 'hex');

  it('is read as long as a site could send it', () => {
    const [objects] = read('objects', alone(wire.bytes(3, empties(10_000))), { statuses: [] }).payloads;
    assert.equal((objects as unknown[]).length, 10_000);
  });

  it('is refused before a few megabytes have become a gigabyte', () => {
    const frame = wire.bytes(3, empties(1_000_000));
    for (const stream of ['objects', 'output', 'zones', 'health'] as const)
      assert.throws(
        () => read(stream, alone(frame)),
        (error) => damaged(error) && /more than 250000 parts/.test((error as Error).message),
      );
  });

  it('is refused where the many are deep inside', () => {
    const history = wire.bytes(102, Buffer.from('1200'.repeat(300_000), 'hex'));
    const frame = wire.bytes(3, wire.bytes(1, wire.number(6, 3), history));
    assert.throws(() => read('output', alone(frame)), damaged);
    assert.equal(read('objects', alone(frame)).payloads.length, 1);
  });
});

describe('a frame that breaks off', () => {
  const tail = Buffer.from([0xca, 0x0c, 0x50, 0x01]); // one more event, cut short

  it('gives what came before, and says so', () => {
    for (const stream of ['objects', 'custom', 'events', 'output'] as const) {
      const { payloads, problems } = read(stream, frameWith({}, tail));
      assert.deepEqual([payloads.length, problems.length], [1, 1], stream);
    }
  });

  it('is refused by whoever wants what may have been lost', () => {
    const cut = alone(Buffer.concat([good.timestamp, good.stream, tail]));
    assert.throws(() => read('events', cut), damaged);
    assert.throws(() => read('custom', cut), damaged);
    assert.equal(read('objects', cut).payloads.length, 1);
  });
});

describe('mutated frames', function () {
  this.timeout(60_000);

  const readers = STREAMS.flatMap((stream) =>
    (['buffer', 'array'] as const).map((pointFormat) => ({
      stream,
      read: createFrameReader(
        wishFor(stream, { pointFormat, statuses: [], include: ['points', 'history', 'prediction'] }),
      ),
    })),
  );
  const bits: Partial<Record<string, number>> = {
    objects: PART.objects,
    zones: PART.zones,
    health: PART.health,
    events: PART.event,
    custom: PART.custom,
  };
  const ownPrototypeKeys = Reflect.ownKeys(Object.prototype).length;

  function mutate(frame: Buffer, random: () => number): Buffer {
    const below = (limit: number): number => Math.floor(random() * limit);
    const changed = Buffer.from(frame);
    for (let times = below(4); times >= 0 && changed.length > 0; times -= 1)
      changed[below(changed.length)] = random() < 0.5 ? below(256) : [0, 0x7f, 0x80, 0xff][below(4)]!;
    if (random() < 0.2) return alone(changed.subarray(0, below(changed.length + 1)));
    if (random() < 0.2) {
      const at = below(changed.length);
      return alone(Buffer.concat([changed.subarray(0, at), changed.subarray(below(changed.length))]));
    }
    return alone(changed);
  }

  it('are read or refused, and the peek announces all that is read', () => {
    const random = randomNumbers(20_251_121);
    let refused = 0;
    let readable = 0;
    for (const vector of VECTORS)
      for (let round = 0; round < 120; round += 1) {
        const frame = mutate(vector.frame(), random);
        const parts = peekOutputFrame(frame);
        for (const { stream, read } of readers) {
          try {
            const { payloads } = read(alone(frame));
            readable += 1;
            const bit = bits[stream];
            if (bit !== undefined && payloads.length > 0)
              assert.ok(parts & bit, `${vector.name}: ${stream} without its bit: ${frame.toString('hex')}`);
          } catch (error) {
            if (!damaged(error)) throw error;
            refused += 1;
          }
        }
      }
    assert.equal(Reflect.ownKeys(Object.prototype).length, ownPrototypeKeys);
    assert.ok(refused > 5000 && readable > 5000, `${refused} refused, ${readable} read`);
  });
});
