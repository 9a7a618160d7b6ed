/** The stream `output`: nothing filtered, nothing left out, points as asked for. */
import assert from 'node:assert/strict';
import { encode, type Model } from './helpers/protocol';
import { vector } from './helpers/vectors';
import { readOnly } from './helpers/wish';
import { floats } from './helpers/wire';

interface Output {
  stream: { objects: Model[]; staticObjects: Model[] };
  event: Model;
}

describe('payload of output', () => {
  it('has every field of every part, null for messages that were not sent', () => {
    const frame = encode('OutputMessage', { stream: { objects: [{}] }, event: {}, custom: {} });
    assert.deepStrictEqual(readOnly('output', frame), {
      timestamp: null,
      stream: {
        objects: [
          {
            id: 0,
            label: 'LABEL_NONE',
            confidence: 0,
            bbox: null,
            velocity: null,
            trackingStatus: 'NONE',
            yawRate: 0,
            retroReflective: false,
            lastObservedTimestamp: null,
            isStatic: false,
            points: Buffer.alloc(0),
            history: null,
            prediction: null,
            zoneIds: [],
            intensities: Buffer.alloc(0),
          },
        ],
        firstCloudArrivalTimestamp: null,
        hasObjects: false,
        zones: [],
        health: null,
        staticObjects: [],
        hasZones: false,
      },
      event: { zone: [], losing: [], health: null, onlineRecalibration: [] },
      custom: {
        vehicleOrientedFieldsOfRegard: [],
        bgLearningProgress: 0,
        record: null,
        replay: null,
        profiling: null,
      },
    });
  });

  it('ignores every filter', () => {
    const filters = {
      labels: ['LABEL_CAR'],
      statuses: ['DRIFTING'],
      zones: [99],
      minConfidence: 1,
      types: ['EXIT'],
    };
    const frame = vector('all_labels_status_zones').frame();
    assert.deepStrictEqual(readOnly('output', frame, filters), readOnly('output', frame));
  });

  it('honors pointFormat and maxPoints', () => {
    const objects = [{ points: floats(1, 2, 3, 4, 5, 6), intensities: floats(7, 8) }];
    const frame = encode('OutputMessage', { stream: { objects } });
    const [all] = readOnly<Output>('output', frame, { pointFormat: 'array' }).stream.objects;
    assert.deepEqual(
      [all?.['points'], all?.['intensities']],
      [
        [1, 2, 3, 4, 5, 6],
        [7, 8],
      ],
    );
    const [one] = readOnly<Output>('output', frame, { pointFormat: 'typed', maxPoints: 1 }).stream.objects;
    assert.deepEqual([one?.['points'], one?.['intensities']], [Float32Array.of(1, 2, 3), Float32Array.of(7)]);
  });
});
