/** The figures of the benchmarks: medians, shares of samples, ratios of rounds measured next to each other. */
import assert from 'node:assert/strict';
import { figure, median, quantile, ratioOf } from '../../../bench/compare/statistics';

describe('statistics of the benchmarks', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it('takes as a share the least sample that so many do not exceed', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(quantile(samples, 0.5), 50);
    assert.equal(quantile(samples, 0.99), 99);
    assert.equal(quantile(samples, 1), 100);
    assert.equal(quantile([3, 1, 2], 0.5), 2);
    assert.equal(quantile([7], 0.5), 7);
  });

  it('keeps the spread beside the median', () => {
    assert.deepEqual(figure([3, 1, 8]), { median: 3, min: 1, max: 8, rounds: 3 });
  });

  it('divides round by round, so that a slow machine slows both', () => {
    assert.deepEqual(ratioOf([10, 100, 20], [5, 50, 10]), { median: 2, min: 2, max: 2, rounds: 3 });
  });

  it('is no number where nothing was measured', () => {
    assert.ok(Number.isNaN(median([])));
    assert.ok(Number.isNaN(quantile([], 0.99)));
  });
});
