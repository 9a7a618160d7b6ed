import assert from 'node:assert/strict';
import fc from 'fast-check';
import { median, slopeOf } from '../../../../lib/health/trend/slope';

/** One value a millisecond. */
const slope = (values: readonly number[]) =>
  slopeOf(
    Float64Array.from(values),
    Float64Array.from(values, (_, atMs) => atMs),
  );
const close = (actual: number | undefined, expected: number): void => {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-9, `${actual} against ${expected}`);
};

describe('slopeOf', () => {
  it('finds the slope of a straight line, up, down and flat', () => {
    for (const perMs of [3, -3, 0]) {
      const found = slope(Array.from({ length: 20 }, (_, atMs) => 7 + perMs * atMs));
      close(found?.perMs, perMs);
      close(found?.lowerPerMs(), perMs);
      assert.equal(Math.sign(found?.z ?? NaN), Math.sign(perMs));
    }
  });

  it('takes a quarter of the values being wild', () => {
    const values = Array.from({ length: 20 }, (_, step) => (step % 4 === 2 ? 1e6 : 5 * step));
    assert.ok(Math.abs((slope(values)?.perMs ?? 0) - 5) < 2);
  });

  it('tells z as the tables of Mann and Kendall do', () => {
    // Eight in perfect order: score 28, variance 8 * 7 * 21 / 18.
    close(slope([1, 2, 3, 4, 5, 6, 7, 8])?.z, 27 / Math.sqrt((8 * 7 * 21) / 18));
    // Score 1 - 0 + 1 of (1, 2, 2): pairs up, up, equal; equal values take 2 * 1 * 9 off the variance.
    close(slope([1, 2, 2])?.z, 1 / Math.sqrt((3 * 2 * 11 - 2 * 1 * 9) / 18));
    assert.equal(slope([4, 4, 4, 4])?.z, 0);
  });

  it('leaves out what was not seen, and keeps the time it took', () => {
    const found = slope([0, NaN, 20, 30, NaN, 50]);
    close(found?.perMs, 10);
    assert.equal(slope([1, NaN]), undefined);
    assert.equal(slope([]), undefined);
  });

  it('goes by the times of the values, however uneven', () => {
    const timesMs = Float64Array.from([0, 1, 5, 6, 20, 21]);
    close(
      slopeOf(
        timesMs.map((atMs) => 3 * atMs),
        timesMs,
      )?.perMs,
      3,
    );
  });

  it('puts the lower bound below the slope, the farther the noisier', () => {
    const noisy = (noise: number) =>
      slope(Array.from({ length: 40 }, (_, step) => step + noise * Math.sin(step * 7.3)));
    const [calm, wild] = [noisy(1), noisy(10)];
    const distance = (of: typeof calm): number => (of?.perMs ?? NaN) - (of?.lowerPerMs() ?? NaN);
    assert.ok(distance(calm) > 0 && distance(wild) > 2 * distance(calm));
    assert.equal(slope([1, 3, 2])?.lowerPerMs(), -Infinity, 'three values bound nothing');
  });

  it('moves with the scale and not with the level', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: -1000, max: 1000 }), (numbers, lift) => {
        const plain = slope(numbers);
        const moved = slope(numbers.map((value) => 4 * value + lift));
        close(moved?.perMs, 4 * (plain?.perMs ?? NaN));
        close(moved?.z, plain?.z ?? NaN);
      }),
    );
  });
});

describe('median', () => {
  it('is the middle of the sorted values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 50 }), (numbers) => {
        const sorted = [...numbers].sort((one, other) => one - other);
        const half = sorted.length >> 1;
        const expected =
          sorted.length % 2 === 1 ? sorted[half] : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
        assert.equal(median(Float64Array.from(numbers)), expected);
      }),
    );
    assert.ok(Number.isNaN(median(new Float64Array(0))));
  });
});
