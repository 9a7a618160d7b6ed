import assert from 'node:assert/strict';
import { Alerts } from '../../../../lib/health/decide/alerts';
import type { GcMeasures, TrendMeasures } from '../../../../lib/health/decide/measures';
import type { Alert } from '../../../../lib/health/decide/messages';
import { Recommendations } from '../../../../lib/health/decide/recommendations';
import { sample } from './helpers/measures';

const OPTIONS = { gcPauseAlertMs: 10, gcPerMin: 60, gcMemoryBytes: 1_073_741_824 };
const AT = 1_700_000_000_000;
const MIN_MS = 60_000;

describe('GC_ALERT', () => {
  const one = (gc: GcMeasures): readonly Alert[] => new Alerts(OPTIONS).observe(sample({}, { gc }), 1e6, AT);

  it('tells which threshold was exceeded, and by what', () => {
    assert.deepEqual(one({ maxPauseMs: 11 }), [
      { event: 'GC_ALERT', level: 'warning', component: 'gc.pause', value: 11, threshold: 10, at: AT },
    ]);
    assert.deepEqual(
      [{ perMin: 61 }, { postGcBytes: 1_073_741_825 }].map((gc) => one(gc)[0]?.component),
      ['gc.perMin', 'gc.memory'],
    );
  });

  it('is silent at the thresholds, and without measures', () => {
    assert.deepEqual(one({ maxPauseMs: 10, perMin: 60, postGcBytes: 1_073_741_824 }), []);
    assert.deepEqual(one({ maxPauseMs: NaN }), []);
    assert.deepEqual(new Alerts(OPTIONS).observe(sample(), 1e6, AT), []);
  });

  it('tells the gravest of several', () => {
    assert.equal(one({ maxPauseMs: 900, perMin: 90, postGcBytes: 2e9 })[0]?.component, 'gc.memory');
  });

  it('comes at most once in five minutes', () => {
    const alerts = new Alerts(OPTIONS);
    const minutes = Array.from({ length: 12 }, (_, minute) => minute);
    const told = minutes.filter(
      (minute) =>
        alerts.observe(sample({}, { gc: { maxPauseMs: 50 } }), 1e6 + minute * MIN_MS, AT).length > 0,
    );
    assert.deepEqual(told, [0, 5, 10]);
  });
});

describe('LEAK_SUSPECTED', () => {
  const leak = (window: TrendMeasures['window'] = 'short'): TrendMeasures => ({
    series: 'heap.main',
    component: 'heap.main',
    window,
    slopeMBmin: 285.9,
    ttlMin: 4,
  });

  it('comes when a trend appears, and again each half hour while it lasts', () => {
    const alerts = new Alerts(OPTIONS);
    const told = Array.from({ length: 61 }, (_, minute) =>
      alerts.observe(sample({}, { trend: leak() }), 1e6 + minute * MIN_MS, AT),
    ).flatMap((found, minute) => (found.length > 0 ? [minute] : []));
    assert.deepEqual(told, [0, 30, 60]);
  });

  it('comes at once for another trend, and for one that had gone', () => {
    const alerts = new Alerts(OPTIONS);
    const trends = [leak(), leak('mid'), undefined, leak('mid')];
    const counts = trends.map((trend) => alerts.observe(sample({}, { trend }), 1e6, AT).length);
    assert.deepEqual(counts, [1, 1, 0, 1]);
  });

  it('carries the numbers', () => {
    assert.deepEqual(new Alerts(OPTIONS).observe(sample({}, { trend: leak() }), 1e6, AT), [
      {
        event: 'LEAK_SUSPECTED',
        level: 'warning',
        component: 'heap.main',
        value: 285.9,
        threshold: null,
        at: AT,
        window: 'short',
        slopeMBmin: 285.9,
        ttlMin: 4,
      },
    ]);
  });
});

describe('STALL', () => {
  it('tells of a sample more than five seconds late', () => {
    const [alert, ...others] = new Alerts(OPTIONS).observe(sample({}, { lateMs: 5001 }), 1e6, AT);
    assert.deepEqual(others, []);
    assert.deepEqual(alert, {
      event: 'STALL',
      level: 'warning',
      component: 'main',
      value: 5001,
      threshold: 5000,
      at: AT,
    });
    assert.deepEqual(new Alerts(OPTIONS).observe(sample({}, { lateMs: 5000 }), 1e6, AT), []);
  });
});

describe('RESTART_RECOMMENDATION', () => {
  const advice = { action: 'recycle', reason: 'heap.worker', blockedBy: 'autoRestart' } as const;

  it('has exactly the documented fields', () => {
    const measures = sample(
      { rss: 50, 'heap.main': 33 },
      { trend: { series: 'rss', component: 'rss', window: 'mid', slopeMBmin: 20, ttlMin: 12 } },
    );
    const recommendations = new Recommendations(false);
    assert.deepEqual(recommendations.observe(advice, measures, 1e6, AT), {
      event: 'RESTART_RECOMMENDATION',
      action: 'recycle',
      reason: 'heap.worker',
      unhealthySinceS: 0,
      rss: 50 * 20 * 1_048_576,
      heapPct: 33,
      slopeMBmin: 20,
      ttlMin: 12,
      autoRestart: false,
      blockedBy: 'autoRestart',
      at: AT,
    });
  });

  it('comes once, again each half hour, and at once after an end', () => {
    const recommendations = new Recommendations(true);
    const told = (minute: number): number | undefined =>
      recommendations.observe(advice, sample(), 1e6 + minute * MIN_MS, AT)?.unhealthySinceS;
    assert.deepEqual([0, 1, 29, 30, 59, 60].map(told), [0, undefined, undefined, 1800, undefined, 3600]);
    recommendations.clear();
    assert.equal(told(61), 0);
  });

  it('uses null for what is not known', () => {
    const found = new Recommendations(true).observe(
      { action: undefined, reason: 'loopDelay', blockedBy: undefined },
      { values: {}, bytes: {} },
      1e6,
      AT,
    );
    const { action, rss, heapPct, slopeMBmin, ttlMin, blockedBy } = found ?? assert.fail('nothing was told');
    assert.deepEqual([action, rss, heapPct, slopeMBmin, ttlMin, blockedBy], Array(6).fill(null));
  });
});
