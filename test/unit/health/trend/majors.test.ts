import assert from 'node:assert/strict';
import { MajorRate } from '../../../../lib/health/trend/majors';

describe('MajorRate', () => {
  it('counts from when it first looked', () => {
    const rate = new MajorRate();
    assert.equal(rate.add(0, 500), false);
    assert.deepEqual(rate.read(1000), { count: 0, intervalMs: 0, sinceLastMs: Infinity });
    assert.equal(rate.add(10_000, 501), true);
    assert.equal(rate.add(20_000, 501), false);
    assert.equal(rate.read(20_000).count, 1);
  });

  it('takes the longest of the last gaps for the interval', () => {
    const rate = new MajorRate();
    // The gap of five minutes is the fourth from the end.
    [0, 1000, 301_000, 311_000, 341_000, 361_000].forEach((atMs, index) => rate.add(atMs, index));
    assert.equal(rate.read(361_001).intervalMs, 30_000);
  });

  it('shares a gap among those that came within it', () => {
    const rate = new MajorRate();
    [0, 1, 5].forEach((count, index) => rate.add(index * 10_000, count));
    assert.equal(rate.read(20_000).intervalMs, 2500);
  });

  it('counts the time without one as a gap too', () => {
    const rate = new MajorRate();
    [0, 1, 2].forEach((count, index) => rate.add(index * 10_000, count));
    assert.deepEqual(rate.read(620_000), { count: 2, intervalMs: 600_000, sinceLastMs: 600_000 });
  });

  it('starts over with the smaller count of a new thread', () => {
    const rate = new MajorRate();
    [0, 40, 80].forEach((count, index) => rate.add(index * 10_000, count));
    assert.equal(rate.add(30_000, 2), false);
    assert.deepEqual(rate.read(30_000), { count: 0, intervalMs: 0, sinceLastMs: Infinity });
  });
});
