import assert from 'node:assert/strict';
import { PART } from '../../../lib/peek/frame-kind';
import { STREAMS, type StreamName } from '../../../nodes/sensr-stream/properties';
import { subscriptionOptions } from '../../../nodes/sensr-stream/subscription-options';

describe('subscriptionOptions', () => {
  it('converts the defaults', () => {
    assert.deepEqual(subscriptionOptions({ id: 'n1', server: 's1' }), {
      id: 'n1',
      kind: 'output',
      wish: {
        stream: 'objects',
        labels: [],
        statuses: ['TRACKING'],
        zones: [],
        minConfidence: 0,
        types: [],
        include: [],
        pointFormat: 'buffer',
        maxPoints: 0,
        skipEmpty: false,
      },
      listener: {
        parts: PART.objects,
        queueFrames: 50,
        queueBytes: 67_108_864,
        protectEvents: false,
        keepEvents: false,
      },
      intervalMs: 0,
      pacing: { mode: 'loop' },
      stallTimeoutMs: 30_000,
    });
  });

  it('honors every filter', () => {
    const filters = {
      labels: ['LABEL_CAR'],
      statuses: [],
      zones: [3, 4],
      minConfidence: 0.5,
      types: ['ENTRY', 'RAW'],
      include: ['history'],
      pointFormat: 'typed',
      maxPoints: 1000,
      skipEmpty: true,
    };
    assert.deepEqual(subscriptionOptions({ ...filters, stream: 'points' }).wish, {
      ...filters,
      stream: 'points',
    });
  });

  const expected: Record<StreamName, [kind: string, parts: number, carriesEvents: boolean]> = {
    objects: ['output', PART.objects, false],
    events: ['output', PART.event, true],
    zones: ['output', PART.zones, false],
    health: ['output', PART.health, false],
    custom: ['output', PART.custom, false],
    output: ['output', 0, true],
    points: ['points', 0, false],
    'raw-output': ['output', 0, true],
    'raw-points': ['points', 0, false],
  };
  for (const stream of STREAMS)
    it(`listens to the right frames for ${stream}`, () => {
      const { kind, listener } = subscriptionOptions({ stream });
      assert.deepEqual([kind, listener.parts, listener.protectEvents], expected[stream]);
      assert.equal(listener.keepEvents, listener.protectEvents);
    });

  it('holds the newest frame with a queue of one, whatever is in it', () => {
    for (const stream of STREAMS) {
      const { listener } = subscriptionOptions({ stream, queueSize: '1', queueMB: '0.5' });
      assert.deepEqual(
        [listener.queueFrames, listener.queueBytes, listener.protectEvents],
        [1, 524_288, false],
      );
    }
  });

  it('lets interval pass over no event, with a queue of one too', () => {
    const keeping = STREAMS.filter(
      (stream) => subscriptionOptions({ stream, queueSize: 1 }).listener.keepEvents,
    );
    assert.deepEqual(
      keeping,
      STREAMS.filter((stream) => expected[stream][2]),
    );
  });

  it('honors interval, except for events', () => {
    assert.equal(subscriptionOptions({ interval: '0.5' }).intervalMs, 500);
    assert.equal(subscriptionOptions({ stream: 'events', interval: 5 }).intervalMs, 0);
  });

  it('honors each pacing with what belongs to it', () => {
    const pacing = (saved: Record<string, unknown>) => subscriptionOptions(saved).pacing;
    assert.deepEqual(pacing({ pacing: 'complete', inFlight: '3' }), { mode: 'complete', inFlight: 3 });
    assert.deepEqual(pacing({ pacing: 'rate', rate: '4' }), { mode: 'rate', periodMs: 250 });
    assert.deepEqual(pacing({ pacing: 'request' }), { mode: 'request' });
    assert.equal(subscriptionOptions({ stallTimeout: 2 }).stallTimeoutMs, 2000);
  });

  it('refuses what is wrong, naming it', () => {
    for (const [saved, message] of [
      [{ stream: 'object' }, /^stream: expected one of objects, events/],
      [{ queueSize: 0 }, /^queueSize: expected a whole number from 1 to 10000, got 0/],
      [{ rate: 0 }, /^rate: /],
      [{ zones: ['north'] }, /^zones: /],
      [{ minConfidence: 2 }, /^minConfidence: /],
      [{ types: ['entry'] }, /^types: /],
    ] as const)
      assert.throws(() => subscriptionOptions(saved), { code: 'SENSR_BAD_CONFIG', message });
  });
});
