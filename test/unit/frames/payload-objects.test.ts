/** The stream `objects`: the payload's shape, presence rules, filters, and what `include` adds. */
import assert from 'node:assert/strict';
import type { FrameWish } from '../../../lib/frames/reader';
import { alone, encode, type Model } from './helpers/protocol';
import { read, readOnly } from './helpers/wish';
import * as wire from './helpers/wire';

const TRACKING = 3;
const tracked = (id: number, more: Model = {}): Model => ({ id, trackingStatus: TRACKING, ...more });
const frame = (stream: Model): Buffer =>
  encode('OutputMessage', { timestamp: { seconds: 10, nanos: 5e5 }, stream });
const ids = (stream: Model, more: Partial<FrameWish> = {}): number[] =>
  readOnly<{ id: number }[]>('objects', frame(stream), more).map(({ id }) => id);

describe('payload of objects', () => {
  it('has every field, with defaults where nothing was sent', () => {
    const { timestampMs, payloads, problems } = read('objects', frame({ objects: [tracked(0)] }));
    assert.equal(timestampMs, 10_000.5);
    assert.deepEqual(problems, []);
    const zero = { x: 0, y: 0, z: 0 };
    assert.deepStrictEqual(payloads, [
      [
        {
          id: 0,
          label: 'LABEL_NONE',
          confidence: 0,
          bbox: { position: zero, size: zero, yaw: 0 },
          velocity: zero,
          trackingStatus: 'TRACKING',
          yawRate: 0,
          retroReflective: false,
          lastObserved: null,
          isStatic: false,
          zoneIds: [],
        },
      ],
    ]);
  });

  it('has what was sent', () => {
    const sent = {
      id: -7,
      label: 2,
      confidence: 0.5,
      bbox: { position: { x: 1, y: 2, z: 3 }, size: { x: 4, y: 5, z: 6 }, yaw: 0.25 },
      velocity: { x: -1, y: 0, z: 0.5 },
      trackingStatus: TRACKING,
      yawRate: -0.5,
      retroReflective: true,
      lastObservedTimestamp: { seconds: 1_762_500_000, nanos: 125_000_000 },
      isStatic: true,
      zoneIds: [1001, -2],
    };
    const { lastObservedTimestamp: _, ...same } = sent;
    const expected = {
      ...same,
      label: 'LABEL_PEDESTRIAN',
      trackingStatus: 'TRACKING',
      lastObserved: 1_762_500_000_125,
    };
    assert.deepStrictEqual(readOnly('objects', frame({ objects: [sent] })), [expected]);
  });

  it('gives no two objects the same parts', () => {
    const [first, second] = readOnly<Model[]>('objects', frame({ objects: [tracked(1), tracked(2)] }));
    for (const part of ['bbox', 'velocity', 'zoneIds']) assert.notEqual(first?.[part], second?.[part]);
  });

  describe('presence', () => {
    it('says nothing when the frame says nothing', () => {
      for (const stream of [{}, { zones: [{}], hasZones: true, health: {} }])
        assert.deepEqual(read('objects', frame(stream)).payloads, []);
      assert.deepEqual(read('objects', encode('OutputMessage', { event: {}, custom: {} })).payloads, []);
      assert.deepEqual(read('objects', alone(wire.bytes(3, wire.number(3, 0)))).payloads, []);
    });

    it('gives an empty list when the frame says that there is no object', () => {
      assert.deepEqual(readOnly('objects', frame({ hasObjects: true })), []);
    });

    it('accepts objects from servers older than the flag', () => {
      assert.deepEqual(ids({ objects: [tracked(1)] }), [1]);
      assert.deepEqual(ids({ staticObjects: [tracked(2)] }), [2]);
    });

    it('honors the skipEmpty option, for lists that filters emptied too', () => {
      const none = { skipEmpty: true };
      assert.deepEqual(read('objects', frame({ hasObjects: true }), none).payloads, []);
      assert.deepEqual(
        read('objects', frame({ objects: [{ id: 1, trackingStatus: 4 }] }), none).payloads,
        [],
      );
      assert.deepEqual(readOnly('objects', frame({ objects: [{ id: 1, trackingStatus: 4 }] })), []);
      assert.equal(read('objects', frame({ objects: [tracked(1)] }), none).payloads.length, 1);
    });
  });

  describe('static objects', () => {
    it('follow the tracked ones and are static whatever they say', () => {
      const payload = readOnly<Model[]>(
        'objects',
        frame({ objects: [tracked(1)], staticObjects: [tracked(2)] }),
      );
      assert.deepEqual(
        payload.map(({ id, isStatic }) => [id, isStatic]),
        [
          [1, false],
          [2, true],
        ],
      );
    });

    it('pass the statuses option when they were never tracked', () => {
      assert.deepEqual(
        ids({ objects: [{ id: 1 }], staticObjects: [{ id: 2 }, { id: 3, trackingStatus: 5 }] }),
        [2],
      );
    });
  });

  describe('filters', () => {
    const objects = [
      tracked(1, { label: 1, confidence: 0.7, zoneIds: [10, 11] }),
      tracked(2, { label: 2, confidence: 0.2, zoneIds: [11] }),
      { id: 3, label: 1, confidence: 0.9, trackingStatus: 4 },
      tracked(4, { label: 42, confidence: NaN }),
    ];

    it('honors the labels option', () => {
      assert.deepEqual(ids({ objects }, { labels: ['LABEL_CAR'] }), [1]);
      assert.deepEqual(ids({ objects }, { labels: ['LABEL_CAR', 'LABEL_PEDESTRIAN'] }), [1, 2]);
      assert.deepEqual(ids({ objects }, { labels: ['LABEL_GROUND'] }), []);
    });

    it('honors the statuses option', () => {
      assert.deepEqual(ids({ objects }), [1, 2, 4]);
      assert.deepEqual(ids({ objects }, { statuses: [] }), [1, 2, 3, 4]);
      assert.deepEqual(ids({ objects }, { statuses: ['DRIFTING'] }), [3]);
    });

    it('honors the zones option: in any of them', () => {
      assert.deepEqual(ids({ objects }, { zones: [10] }), [1]);
      assert.deepEqual(ids({ objects }, { zones: [10, 11] }), [1, 2]);
      assert.deepEqual(ids({ objects }, { zones: [99] }), []);
    });

    it('honors the minConfidence option, in the precision that is sent', () => {
      assert.deepEqual(ids({ objects }, { minConfidence: 0.7 }), [1, 4]);
      assert.deepEqual(ids({ objects }, { minConfidence: 0.71 }), [4]);
      assert.deepEqual(ids({ objects }, { minConfidence: 0 }), [1, 2, 4]);
    });

    it('judges by the last value of a field, as protobuf does', () => {
      const twice = Buffer.concat([
        encode('Object', tracked(1, { label: 1 })),
        encode('Object', { label: 2 }),
      ]);
      const message = encode('OutputMessage', {});
      const stream = Buffer.concat([Buffer.from([0x0a, twice.length]), twice]);
      const whole = Buffer.concat([message, Buffer.from([0x1a, stream.length]), stream]);
      assert.equal(readOnly<Model[]>('objects', whole, { labels: ['LABEL_CAR'] }).length, 0);
      assert.equal(readOnly<Model[]>('objects', whole, { labels: ['LABEL_PEDESTRIAN'] }).length, 1);
    });
  });

  describe('include', () => {
    const rich = tracked(1, {
      points: wire.floats(1, 2, 3, 4, 5, 6),
      intensities: wire.floats(7, 8),
      history: {
        states: [{ position: { x: 1, y: 2, z: 3 }, timestamp: { seconds: 2, nanos: 0 } }, {}],
      },
      prediction: {
        positions: [{ x: 1, y: 0, z: 0 }],
        reachableSet: [{ tOffset: 0.5, space: { points: [{ x: 1, y: 2 }], minZ: -1, maxZ: 1 } }, {}],
      },
    });
    const include = ['points', 'history', 'prediction'] as const;

    it('is left out unless asked for', () => {
      const [object] = readOnly<Model[]>('objects', frame({ objects: [rich] }));
      for (const key of include) assert.equal(Object.hasOwn(object!, key), false);
      const [withHistory] = readOnly<Model[]>('objects', frame({ objects: [rich] }), {
        include: ['history'],
      });
      assert.deepEqual(Object.keys(withHistory!).slice(-1), ['history']);
    });

    it('adds points, history and prediction', () => {
      const [object] = readOnly<Model[]>('objects', frame({ objects: [rich] }), {
        include,
        pointFormat: 'array',
      });
      assert.deepStrictEqual(object?.['points'], {
        count: 2,
        points: [1, 2, 3, 4, 5, 6],
        intensities: [7, 8],
      });
      assert.deepStrictEqual(object['history'], [
        { position: { x: 1, y: 2, z: 3 }, timestamp: 2000 },
        { position: { x: 0, y: 0, z: 0 }, timestamp: null },
      ]);
      assert.deepStrictEqual(object['prediction'], {
        positions: [{ x: 1, y: 0, z: 0 }],
        reachableSet: [
          { tOffset: 0.5, space: { points: [{ x: 1, y: 2 }], minZ: -1, maxZ: 1 } },
          { tOffset: 0, space: { points: [], minZ: 0, maxZ: 0 } },
        ],
      });
    });

    it('is empty, not absent, for objects that have none', () => {
      const [object] = readOnly<Model[]>('objects', frame({ objects: [tracked(1)] }), { include });
      assert.deepStrictEqual(object?.['points'], {
        count: 0,
        points: Buffer.alloc(0),
        intensities: Buffer.alloc(0),
      });
      assert.deepStrictEqual(object['history'], []);
      assert.deepStrictEqual(object['prediction'], { positions: [], reachableSet: [] });
    });

    it('gives points memory of their own, so that an object does not hold its frame', () => {
      // Ids of one to four bytes move the points through every alignment.
      for (const id of [1, 200, 20_000, 3_000_000]) {
        const bytes = frame({ objects: [{ ...rich, id }] });
        const [object] = readOnly<{ points: { points: Buffer } }[]>('objects', bytes, {
          include: ['points'],
        });
        const { points } = object!.points;
        assert.notEqual(points.buffer, bytes.buffer);
        assert.deepEqual([...new Float32Array(points.buffer, points.byteOffset, 6)], [1, 2, 3, 4, 5, 6]);
      }
    });
  });

  it('refuses packed zone ids that do not end with their list', () => {
    const object = wire.bytes(
      1,
      wire.number(6, 3),
      wire.bytes(104, Buffer.from([1, 0x80])),
      wire.number(1, 5),
    );
    assert.throws(() => read('objects', alone(wire.bytes(3, object))), { code: 'SENSR_BAD_FRAME' });
  });

  it('reads objects of old servers: a time offset and positions for history', () => {
    const old = encode('OldOutputMessage', {
      stream: {
        objects: [
          {
            id: 5,
            label: 1,
            trackingStatus: 3,
            timeOffset: { nanos: 5 },
            history: { positions: [{ x: 1 }] },
          },
        ],
      },
    });
    const [object] = readOnly<Model[]>('objects', old, { include: ['history'] });
    assert.deepEqual([object?.['id'], object?.['lastObserved'], object?.['history']], [5, null, []]);
  });
});
