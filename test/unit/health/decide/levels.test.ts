import assert from 'node:assert/strict';
import { Levels, type Level } from '../../../../lib/health/decide/levels';
import { thresholdsFrom } from '../../../../lib/health/decide/thresholds';
import { sample } from './helpers/measures';

const INTERVAL_MS = 10_000;

/** The level after each of the values of RSS. */
const levelsOf = (values: readonly (number | undefined)[], periodMs = INTERVAL_MS): Level[] => {
  const levels = new Levels(thresholdsFrom({}), INTERVAL_MS);
  return values.map((rss, index) => {
    levels.observe(sample({ rss }), 1_000_000 + index * periodMs);
    return levels.of('rss');
  });
};

const repeat = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);

describe('levels', () => {
  it('warn at the second sample in a row', () => {
    assert.deepEqual(levelsOf([80, 80]), ['normal', 'warning']);
    assert.deepEqual(levelsOf([80, 79, 80]), ['normal', 'normal', 'normal']);
  });

  it('are critical at the third', () => {
    assert.deepEqual(levelsOf([90, 90, 90]), ['normal', 'warning', 'critical']);
    assert.deepEqual(levelsOf([90, 90, 89, 90, 90]).at(-1), 'warning');
  });

  it('are critical at once from 97 % of memory', () => {
    assert.deepEqual(levelsOf([97]), ['critical']);
    assert.deepEqual(levelsOf([96.9]), ['normal']);
  });

  it('count time, not samples, when these come five times as fast', () => {
    assert.deepEqual(levelsOf(repeat(85, 4), 2000), ['normal', 'normal', 'normal', 'warning']);
    assert.equal(levelsOf(repeat(95, 8), 2000).at(-1), 'warning');
    assert.equal(levelsOf(repeat(95, 9), 2000).at(-1), 'critical');
  });

  it('allow for timers that are some ms early', () => {
    assert.equal(levelsOf([90, 90, 90], INTERVAL_MS - 20).at(-1), 'critical');
  });

  it('are left a minute after the value fell by the hysteresis, one level at a time', () => {
    const fallen = levelsOf([...repeat(95, 3), ...repeat(10, 8)]);
    assert.deepEqual(fallen.slice(3), [...repeat('critical', 6), 'warning', 'normal']);
    assert.equal(levelsOf([...repeat(95, 3), ...repeat(86, 20)]).at(-1), 'critical');
    assert.equal(levelsOf([...repeat(95, 3), ...repeat(84, 20)]).at(-1), 'warning');
    assert.equal(levelsOf([...repeat(85, 3), ...repeat(76, 20)]).at(-1), 'warning');
  });

  it('start the minute anew when the value comes back', () => {
    assert.equal(levelsOf([...repeat(85, 3), ...repeat(70, 6), 78, ...repeat(70, 6)]).at(-1), 'warning');
  });

  it('take what is not measured for no trouble, and nonsense for not measured', () => {
    assert.equal(levelsOf([...repeat(85, 3), ...repeat(undefined, 7)]).at(-1), 'normal');
    assert.equal(levelsOf([...repeat(85, 3), ...repeat(NaN, 7)]).at(-1), 'normal');
    assert.equal(levelsOf(repeat(undefined, 7)).at(-1), 'normal');
  });

  it('give their reasons, the worst first', () => {
    const levels = new Levels(thresholdsFrom({}), INTERVAL_MS);
    for (let index = 0; index < 3; index += 1)
      levels.observe(sample({ rss: 85, disk: 99, ping: 5500, cpu: 40 }), index * INTERVAL_MS);
    assert.deepEqual(levels.reasons, [
      { component: 'ping', value: 5500, threshold: 5000, unit: 'ms' },
      { component: 'disk', value: 99, threshold: 95, unit: '%' },
      { component: 'rss', value: 85, threshold: 80, unit: '%' },
    ]);
    assert.equal(levels.overall, 'critical');
    assert.deepEqual(levels.offenders, ['ping']);
  });
});
