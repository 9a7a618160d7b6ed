/** The sidebar's runtime side without Node-RED: what is shared, what is sent once, how points are packed. */
import assert from 'node:assert/strict';
import { newerThan, type HealthParts } from '../../../plugins/sensr-sidebar/health-state';
import { nextMs } from '../../../plugins/sensr-sidebar/live/tap';
import { MOST_POINTS, pack } from '../../../plugins/sensr-sidebar/live/thin-cloud';
import { SharedValue } from '../../../plugins/sensr-sidebar/shared-value';
import { unpack } from '../../../plugins/sensr-sidebar/editor/view/underlay';
import { FakeClock } from '../../helpers/fake-clock';

describe('sidebar: a shared value', () => {
  it('is made once a period, however many ask', () => {
    const clock = new FakeClock();
    let made = 0;
    const shared = new SharedValue(900, () => (made += 1), clock);
    assert.deepEqual([shared.get(), shared.get()], [1, 1]);
    clock.advance(899);
    assert.equal(shared.get(), 1);
    clock.advance(1);
    assert.equal(shared.get(), 2);
  });
});

describe('sidebar: pace of a tap', () => {
  /** @returns how many of the frames that arrive at these times are taken */
  const taken = (times: readonly number[], periodMs: number): number => {
    let [notBefore, count] = [0, 0];
    for (const at of times)
      if (at >= notBefore) {
        count += 1;
        notBefore = nextMs(notBefore, at, periodMs);
      }
    return count;
  };
  const each = (periodMs: number, jitterMs = 0): number[] =>
    Array.from(
      { length: Math.floor(10_000 / periodMs) },
      (_, index) => 1000 + index * periodMs + (index % 2) * jitterMs,
    );

  it('takes every frame of a stream that is just as fast, although it trembles', () => {
    assert.ok(taken(each(100), 100) >= 99);
    assert.ok(taken(each(100, 15), 100) >= 98, String(taken(each(100, 15), 100)));
  });

  it('takes no more than one a period of a faster one', () => {
    for (const periodMs of [5, 20, 33, 80]) assert.ok(taken(each(periodMs), 100) <= 101, String(periodMs));
  });
});

describe('sidebar: underlay of points', () => {
  const cloud = (count: number, at: (index: number) => [number, number]): Float32Array =>
    Float32Array.from(Array.from({ length: count }, (_, index) => [...at(index), 1]).flat());

  it('comes back as it was sent, within a centimetre', () => {
    const packed = pack([cloud(3, (index) => [index * 10, -index])]);
    assert.equal(packed.count, 3);
    const places = [...unpack({ version: 1, ...packed })];
    [0, -0, 10, -1, 20, -2].forEach((value, index) => {
      assert.ok(Math.abs((places[index] ?? NaN) - value) <= 0.01, places.join());
    });
  });

  it('is thinned evenly over all clouds, and stays small', () => {
    const packed = pack([cloud(40_000, (index) => [index / 400, 0]), cloud(20_000, () => [0, 50])]);
    assert.ok(packed.count <= MOST_POINTS && packed.count > MOST_POINTS * 0.99, String(packed.count));
    assert.ok(packed.data.length < 33_000);
    const places = unpack({ version: 1, ...packed });
    const far = [...places].filter((value, index) => index % 2 === 1 && value > 40).length;
    assert.ok(Math.abs(far - packed.count / 3) < 5, `${far} of ${packed.count} of the second cloud`);
  });

  it('reaches as far as the points do, and leaves out what is no place', () => {
    const packed = pack([cloud(3, (index) => (index === 1 ? [NaN, 0] : [index * 1000, index * 500]))]);
    assert.equal(packed.count, 2);
    const [, , x = 0, y = 0] = unpack({ version: 1, ...packed });
    assert.ok(Math.abs(x - 2000) < 0.1 && Math.abs(y - 1000) < 0.1);
    assert.deepEqual(pack([]).count, 0);
  });
});

describe('sidebar: health for one reader', () => {
  const sample = (at: number) => ({
    ...{ at, rss: 1, heapUsed: 1, loopPct: 1, loopP99Ms: 1, cpuPct: 1, gcPct: 1 },
  });
  const parts: HealthParts = {
    ...{ status: 'normal', since: 0, reasons: [], lockedBy: null, lastStep: null },
    samples: [sample(100), sample(200), sample(300)],
    restartsStamp: '1 a',
    restarts: [],
  };

  it('has only newer samples, and restarts only when they have changed', () => {
    const first = newerThan(parts, { sampleAt: 0, restartsStamp: '' });
    assert.equal(first.samples.length, 3);
    assert.deepEqual(first.restarts, []);
    const next = newerThan(parts, { sampleAt: 200, restartsStamp: '1 a' });
    assert.deepEqual(
      next.samples.map(({ at }) => at),
      [300],
    );
    assert.equal(next.restarts, null);
  });

  it('has all of them again after a clock was set back', () => {
    assert.equal(newerThan(parts, { sampleAt: 9999, restartsStamp: '1 a' }).samples.length, 3);
  });
});
