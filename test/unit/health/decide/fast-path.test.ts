import assert from 'node:assert/strict';
import { FastPath } from '../../../../lib/health/decide/fast-path';
import type { TrendMeasures } from '../../../../lib/health/decide/measures';
import { thresholdsFrom } from '../../../../lib/health/decide/thresholds';
import { sample } from './helpers/measures';

const NOW = 1_000_000;
const LEAK: TrendMeasures = {
  series: 'heap.main',
  component: 'heap.main',
  window: 'short',
  slopeMBmin: 285.9,
  ttlMin: 4.9,
};
const observe = (trend: TrendMeasures | undefined, heap: number, collectedMs?: number): string =>
  new FastPath(thresholdsFrom({})).observe(sample({ 'heap.main': heap }, { trend }), collectedMs, NOW);

describe('the fast path', () => {
  it('asks for a collection when the limit is less than five minutes away', () => {
    assert.equal(observe(LEAK, 90), 'ask');
    assert.equal(observe({ ...LEAK, window: 'mid' }, 90), 'ask');
  });

  it('says no to what is further away, seen from afar, or not critical now', () => {
    assert.equal(observe({ ...LEAK, ttlMin: 5 }, 90), 'no');
    assert.equal(observe({ ...LEAK, window: 'long' }, 90), 'no');
    assert.equal(observe(LEAK, 89), 'no');
    assert.equal(observe(undefined, 95), 'no');
  });

  it('is confirmed when it still says so after a collection', () => {
    const fastPath = new FastPath(thresholdsFrom({}));
    const bad = sample({ 'heap.main': 92 }, { trend: LEAK });
    assert.equal(fastPath.observe(bad, undefined, NOW), 'ask');
    assert.equal(fastPath.observe(bad, NOW + 100, NOW + 10_000), 'confirmed');
  });

  it('is not, when the collection freed the memory', () => {
    const fastPath = new FastPath(thresholdsFrom({}));
    fastPath.observe(sample({ 'heap.main': 92 }, { trend: LEAK }), undefined, NOW);
    const freed = sample({ 'heap.main': 40 }, { trend: LEAK });
    assert.equal(fastPath.observe(freed, NOW + 100, NOW + 10_000), 'no');
  });

  it('takes a collection of just before for an answer, an older one not', () => {
    assert.equal(observe(LEAK, 95, NOW - 30_000), 'confirmed');
    assert.equal(observe(LEAK, 95, NOW - 30_001), 'ask');
  });
});
