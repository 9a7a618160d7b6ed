import assert from 'node:assert/strict';
import { BUCKET_MS, Minima } from '../../../../lib/health/trend/minima';

/** One value at the start of each bucket: its number. */
function filled(buckets: number): { minima: Minima; nowMs: number } {
  const minima = new Minima();
  for (let bucket = 0; bucket < buckets; bucket += 1) minima.add(bucket * BUCKET_MS, bucket);
  return { minima, nowMs: (buckets - 1) * BUCKET_MS + 1 };
}

describe('Minima', () => {
  it('keeps the lowest of each half minute', () => {
    const minima = new Minima();
    const values = [0, 5, 3, 4, 8, 7, 9, 1];
    values.forEach((value, index) => {
      minima.add(index * 10_000, value);
    });
    // Buckets (0, 5, 3), (4, 8, 7), (9, 1): the first may have begun before the first value, the last goes on.
    assert.deepEqual([...minima.blocks(79_999, BUCKET_MS, 10).values], [4]);
    assert.deepEqual([...minima.blocks(90_000, BUCKET_MS, 10).values], [4, 1]);
  });

  it('makes wide blocks of buckets, counted back from now', () => {
    const { minima, nowMs } = filled(12);
    assert.deepEqual([...minima.blocks(nowMs, 2 * BUCKET_MS, 100).values], [1, 3, 5, 7, 9]);
    assert.deepEqual([...minima.blocks(nowMs, 4 * BUCKET_MS, 100).values], [3, 7]);
    assert.deepEqual([...minima.blocks(nowMs, 2 * BUCKET_MS, 2).values], [7, 9]);
  });

  it('says NaN of a block without a value', () => {
    const minima = new Minima();
    for (const bucket of [0, 1, 4, 5]) minima.add(bucket * BUCKET_MS, bucket);
    assert.deepEqual([...minima.blocks(6 * BUCKET_MS, BUCKET_MS, 10).values], [1, NaN, NaN, 4, 5]);
    assert.deepEqual([...minima.blocks(6 * BUCKET_MS, 2 * BUCKET_MS, 10).values], [NaN, 4]);
  });

  it('says when each was seen', () => {
    const minima = new Minima();
    for (const atMs of [0, 31_000, 41_000, 59_000, 61_000, 88_000]) minima.add(atMs, 100_000 - atMs);
    minima.add(89_000, 50_000);
    assert.deepEqual([...minima.blocks(90_000, BUCKET_MS, 10).timesMs], [59_000, 88_000]);
    assert.deepEqual([...minima.blocks(90_000, 2 * BUCKET_MS, 10).timesMs], [88_000]);
  });

  it('prefers a value from right after a collection to lower ones with noise in them', () => {
    const minima = new Minima();
    minima.add(0, 1);
    minima.add(30_000, 4);
    minima.add(35_000, 5, true);
    minima.add(40_000, 3);
    minima.add(60_000, 2);
    assert.deepEqual(minima.blocks(90_000, BUCKET_MS, 10), {
      values: Float64Array.of(5, 2),
      timesMs: Float64Array.of(35_000, 60_000),
      settled: Uint8Array.of(1, 0),
    });
    assert.deepEqual([...minima.blocks(90_000, 2 * BUCKET_MS, 10).values], [5]);
  });

  it('remembers 100 blocks of five minutes and no more, over any time', () => {
    const { minima, nowMs } = filled(25_000);
    const blocks = minima.blocks(nowMs, 10 * BUCKET_MS, 1000).values;
    assert.equal(blocks.length, 99);
    assert.equal(blocks.at(-1), 24_989);
    assert.equal(blocks[0], 24_989 - 98 * 10);
  });

  it('is empty at first, and still after one value', () => {
    const minima = new Minima();
    assert.equal(minima.blocks(90_000, BUCKET_MS, 10).values.length, 0);
    minima.add(90_000, 3);
    assert.equal(minima.blocks(125_000, BUCKET_MS, 10).values.length, 0);
  });
});
