/** The encoder against the vendor's own bytes, and each old generation against its own schema. */

import assert from 'node:assert/strict';
import { encodeOutputMessage, encodePointResult } from '../../../simulator/encode';
import type { Generation, OutputMessage } from '../../../simulator/types';
import { read } from './helpers/schema';
import { readVectors, valueOf, type Vector } from './helpers/vectors';

/** Bytes that no straight encoder writes: unknown fields, odd map entries, the unpacked form. */
const OTHER_BYTES = new Set([
  'unknown_fields',
  'map_odd_entries',
  'zone_ids_unpacked',
  'points_order',
  'bad_utf8',
]);

const encode = (vector: Vector): Buffer =>
  vector.type === 'OutputMessage' ? encodeOutputMessage(valueOf(vector)) : encodePointResult(valueOf(vector));

/** The order of map entries is free; everything else is not. */
const sorted = (bytes: Uint8Array): string => Buffer.from(bytes).sort().toString('hex');

const MESSAGE: OutputMessage = {
  timestamp: { seconds: 1_762_500_000, nanos: 5 },
  stream: {
    objects: [
      {
        id: 4,
        label: 1,
        trackingStatus: 3,
        yawRate: 0.5,
        retroReflective: true,
        isStatic: true,
        lastObservedTimestamp: { seconds: 1_762_500_000, nanos: 40_000_000 },
        zoneIds: [1001, 300],
        points: new Uint8Array(24),
        intensities: new Uint8Array(8),
      },
    ],
    firstCloudArrivalTimestamp: { seconds: 1_762_499_999, nanos: 990_000_000 },
    hasObjects: true,
    zones: [{ id: 1001 }],
    hasZones: true,
    health: {
      master: 1,
      nodes: {
        algo_0000: {
          status: 1,
          sensors: { '/roof': 3 },
          edges: { edge_0000: { status: 9, sensors: { '/gate': 1 } } },
        },
      },
    },
  },
  event: { onlineRecalibration: [{ topic: '/roof' }] },
  custom: {
    replayIndex: 7,
    record: { savingProgress: 0.5 },
    profiling: { masterNode: { processingTimes: { FrameOverall: 12 } } },
  },
};

const readAs = (schema: string, generation: Generation) =>
  read(schema, encodeOutputMessage(MESSAGE, generation)) as {
    stream: { objects: Record<string, unknown>[]; [field: string]: unknown };
    event?: Record<string, unknown>;
    custom: Record<string, unknown>;
  };

describe('simulator encoder', () => {
  const vectors = readVectors();

  it('has vectors to compare with', () => assert.ok(vectors.length >= 25, String(vectors.length)));

  for (const vector of vectors) {
    // Its text is no UTF-8, which a string cannot hold.
    if (vector.name === 'bad_utf8') continue;
    it(`writes what the vendor writes: ${vector.name}`, () => {
      const bytes = encode(vector);
      assert.deepEqual(read(vector.type, bytes), read(vector.type, vector.bytes));
      if (!OTHER_BYTES.has(vector.name)) assert.equal(sorted(bytes), sorted(vector.bytes));
    });
  }

  it('writes the very same bytes where no map is in between', () => {
    for (const name of ['one_object', 'objects_full', 'only_event', 'timestamps', 'points_100']) {
      const vector = vectors.find((one) => one.name === name);
      assert.ok(vector, name);
      assert.deepEqual(encode(vector), vector.bytes, name);
    }
  });

  it('writes a sub-message that holds only defaults, and nothing for an absent one', () => {
    assert.equal(encodeOutputMessage({}).length, 0);
    assert.deepEqual([...encodeOutputMessage({ stream: {} })], [0x1a, 0]);
  });

  it('moves long bodies behind longer lengths', () => {
    for (const bytes of [127, 128, 16_383, 16_384, 2_097_152]) {
      const points = Buffer.alloc(bytes, 1);
      const result = read('PointResult', encodePointResult({ points: [{ type: 1, points }], uid: 'x' }));
      assert.deepEqual(result, { points: [{ type: 1, points }], uid: 'x' });
    }
  });
});

describe('simulator encoder, old generations', () => {
  it('pre: sensors are records in field 4, edge sensors records too', () => {
    const { stream } = readAs('PreOutputMessage', 'pre') as unknown as { stream: { health: object } };
    assert.deepEqual(stream.health, {
      master: 1,
      nodes: {
        algo_0000: {
          status: 1,
          sensorRecords: { '/roof': { status: 3, topic: '/roof', sensorName: 'sensor /roof' } },
          edges: {
            edge_0000: {
              status: 9,
              sensors: { '/gate': { status: 1, topic: '/gate', sensorName: 'sensor /gate' } },
            },
          },
        },
      },
    });
  });

  it('3.0: custom has replay, record and profiling at 102, 103 and 104', () => {
    const { custom, stream, event } = readAs('OldOutputMessage', '3.0');
    assert.deepEqual(custom, {
      replay: { currentIndex: 7 },
      record: { savingProgress: 0.5 },
      profiling: { masterNode: { processingTimes: { FrameOverall: '12' } } },
    });
    assert.equal(stream['hasObjects'], true);
    assert.deepEqual(stream.objects[0]?.['timeOffset'], { nanos: 50_000_000 });
    assert.ok(!('lastObservedTimestamp' in (stream.objects[0] ?? {})));
    assert.ok(!JSON.stringify(stream).includes('edge_0000'));
    assert.ok(!('onlineRecalibration' in (event ?? {})));
  });

  it('2.x: no presence flags, no intensities, zone ids one by one', () => {
    const { stream } = readAs('OldOutputMessage', '2.x');
    assert.ok(!('hasObjects' in stream) && !('hasZones' in stream));
    const object = stream.objects[0] ?? {};
    assert.deepEqual(object['zoneIds'], [1001, 300]);
    assert.ok(!('intensities' in object) && !('yawRate' in object) && !('isStatic' in object));
    // Field 104 as a plain varint, once for each id.
    const unpacked = Buffer.from('c006e907c006ac02', 'hex');
    assert.ok(encodeOutputMessage(MESSAGE, '2.x').includes(unpacked));
    assert.ok(!encodeOutputMessage(MESSAGE).includes(unpacked));
  });

  it('current: no replay, whoever gives one', () => {
    const { custom } = readAs('OutputMessage', 'current');
    assert.deepEqual(custom, {
      record: { savingProgress: 0.5 },
      profiling: { masterNode: { processingTimes: { FrameOverall: '12' } } },
    });
  });
});
