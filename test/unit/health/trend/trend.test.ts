import assert from 'node:assert/strict';
import { Trend, type TrendOptions } from '../../../../lib/health/trend/trend';
import { TREND_WINDOWS, type TrendInput, type TrendWindow } from '../../../../lib/health/trend/verdict';
import { FakeClock } from '../../../helpers/fake-clock';
import { HEALTHY, heapSeries, MB, type HeapSeriesOptions } from './helpers/heap-series';

const SAMPLE_MS = 10_000;
const MIN_MS = 60_000;
const LIMIT_BYTES = 2048 * MB;

function setup(options: Partial<TrendOptions> = {}) {
  const clock = new FakeClock();
  const trend = new Trend({ clock, warmUpMs: 0, ...options });
  /** Samples for `forMs`; @returns alarms seen meanwhile */
  const feed = (
    forMs: number,
    read: (atMs: number) => TrendInput | readonly TrendInput[],
  ): Set<TrendWindow> => {
    const alarms = new Set<TrendWindow>();
    for (let atMs = 0; atMs < forMs; atMs += SAMPLE_MS) {
      const inputs = read(atMs);
      trend.add('series' in inputs ? [inputs] : inputs);
      clock.advance(SAMPLE_MS);
      for (const window of TREND_WINDOWS) if (trend.report[window].alarm) alarms.add(window);
    }
    return alarms;
  };
  const heap = (shape: Omit<HeapSeriesOptions, 'seed'>, seed: number) => {
    const read = heapSeries({ ...shape, seed });
    return (atMs: number): TrendInput => ({
      series: 'heap.main',
      limitBytes: LIMIT_BYTES,
      ...read(atMs),
    });
  };
  return { clock, trend, feed, heap };
}

/** A native leak: a plain line. */
const line =
  (mbPerMin: number, series: TrendInput['series'] = 'residual', limitBytes = LIMIT_BYTES) =>
  (atMs: number): TrendInput => ({ series, limitBytes, bytes: (400 + (mbPerMin * atMs) / MIN_MS) * MB });

describe('Trend', () => {
  it('tells a planted leak of 50 MB/min to within a tenth after five minutes', () => {
    const slopes: number[] = [];
    for (let seed = 1; seed <= 100; seed += 1) {
      const { trend, feed, heap } = setup();
      feed(5 * MIN_MS, heap({ ...HEALTHY.steady, leakMBmin: 50 }, seed));
      slopes.push(trend.report.short.slopeMBmin ?? NaN);
      trend.close();
    }
    assert.ok(Math.abs((slopes[0] ?? NaN) - 50) < 5, `${slopes[0]} MB/min`);
    const within = (share: number): number =>
      slopes.filter((slope) => Math.abs(slope - 50) < 50 * share).length;
    // Four minutes of a heap four times as noisy as the leak is fast: a few seeds are unlucky.
    assert.ok(within(0.1) >= 97, `${within(0.1)} of 100 seeds within 10 %`);
    assert.equal(within(0.2), 100);
  });

  // Each rate is found by the window made for it, before the process dies of it.
  for (const [leakMBmin, window, deadMin] of [
    [5, 'long', 242],
    [20, 'mid', 58],
    [100, 'short', 14],
    [285.9, 'short', 5],
  ] as const)
    it(`finds a leak of ${leakMBmin} MB/min in the ${window} window before ${deadMin} min are over`, () => {
      for (let seed = 1; seed <= 10; seed += 1) {
        const { trend, feed, heap } = setup();
        const leak = heap({ ...HEALTHY.steady, leakMBmin, leakFromMs: 60 * MIN_MS }, seed);
        assert.ok(feed((60 + deadMin) * MIN_MS, leak).has(window), `seed ${seed}`);
        trend.close();
      }
    });

  for (const [name, shape] of Object.entries(HEALTHY))
    it(`raises no alarm in 250 hours without a leak: ${name}`, function () {
      this.timeout(60_000);
      for (let seed = 1; seed <= 5; seed += 1) {
        const { trend, feed, heap } = setup();
        assert.deepEqual([...feed(50 * 60 * MIN_MS, heap(shape, seed))], [], `seed ${seed}`);
        trend.close();
      }
    });

  it('honors the warmUpMs option, and says how long it takes', () => {
    const { trend, feed } = setup({ warmUpMs: 10 * MIN_MS });
    assert.equal(trend.report.short.missing, '10 min of warm-up');
    feed(9.5 * MIN_MS, line(200));
    assert.equal(trend.report.short.missing, '1 min of warm-up');
    feed(MIN_MS, line(200));
    assert.equal(trend.report.short.missing, '8 blocks of 0.5 min, has 0');
    feed(5 * MIN_MS, line(200));
    assert.equal(trend.report.short.missing, null);
  });

  it('honors the windows option', () => {
    const { feed } = setup({ windows: ['long'] });
    assert.deepEqual([...feed(8 * MIN_MS, line(200))], []);
  });

  it('alarms at the third evaluation in a row, and not when one between them is calm', () => {
    const { clock, trend } = setup();
    const calm: number[] = [];
    const alarms: number[] = [];
    // An evaluation comes after each third sample; those that find the limit far away are calm.
    for (let evaluation = 1; evaluation <= 20; evaluation += 1) {
      const near = evaluation !== 12 && evaluation < 17;
      for (let sample = 0; sample < 3; sample += 1) {
        const atMs = ((evaluation - 1) * 3 + sample) * SAMPLE_MS;
        trend.add([line(200, 'residual', near ? LIMIT_BYTES : 100 * LIMIT_BYTES)(atMs)]);
        clock.advance(SAMPLE_MS);
      }
      const { alarm, missing } = trend.report.short;
      if (missing !== null) calm.push(evaluation);
      else if (alarm) alarms.push(evaluation);
    }
    assert.equal(calm.at(-1), 8, 'eight blocks are there at the ninth evaluation');
    assert.deepEqual(alarms, [11, 15, 16]);
  });

  it('starts over after a gap, which a slow sampler makes longer', () => {
    const verdictAfterGap = (gapMs: number, options: Partial<TrendOptions>) => {
      const { clock, trend, feed } = setup(options);
      feed(6 * MIN_MS, line(20));
      clock.advance(gapMs - SAMPLE_MS);
      feed(MIN_MS, () => line(20)(6 * MIN_MS));
      return trend.report.short.missing;
    };
    assert.equal(verdictAfterGap(30_000, {}), null);
    assert.match(verdictAfterGap(31_000, {}) ?? '', /has 1|has 0/);
    assert.equal(verdictAfterGap(31_000, { sampleIntervalMs: 20_000 }), null);
  });

  it('starts over when told to, with all series or with one', () => {
    const { trend, feed } = setup();
    const both = (atMs: number) => [line(200)(atMs), line(200, 'rss')(atMs)];
    feed(8 * MIN_MS, both);
    assert.equal(trend.verdict('rss', 'short').alarm, true);
    trend.reset('rss');
    assert.equal(trend.verdict('rss', 'short').alarm, false);
    assert.equal(trend.report.short.series, 'residual');
    trend.reset();
    assert.equal(trend.report.short.series, null);
    assert.equal(trend.report.short.alarm, false);
  });

  it('reports the series that reaches its limit first', () => {
    const { trend, feed } = setup();
    feed(6 * MIN_MS, (atMs) => [line(1, 'rss')(atMs), line(40, 'external.worker')(atMs), line(5)(atMs)]);
    assert.equal(trend.report.short.series, 'external.worker');
    assert.ok(Math.abs((trend.verdict('rss', 'short').slopeMBmin ?? 0) - 1) < 0.01);
  });

  it('puts a level after a collection that came between two samples where the sample saw garbage', () => {
    const { trend, feed } = setup();
    let majors = 0;
    feed(6 * MIN_MS, () => {
      majors += 1;
      return {
        series: 'heap.main',
        // Lower than any sample, and without its noise.
        bytes: (500 + 50 * (majors % 5)) * MB,
        afterMajorBytes: 300 * MB,
        majors,
        limitBytes: LIMIT_BYTES,
      };
    });
    assert.equal(trend.report.short.baseBytes, 300 * MB);
    assert.equal(trend.report.short.slopeMBmin, 0);
  });

  it('forgets a thread that sends nothing more', () => {
    const { clock, trend, feed } = setup();
    feed(8 * MIN_MS, line(200, 'heap.worker'));
    assert.equal(trend.report.short.alarm, true);
    clock.advance(2 * MIN_MS);
    assert.equal(trend.report.short.alarm, false);
    assert.equal(trend.report.short.series, null);
  });

  it('survives JSON as it is', () => {
    const { trend, feed } = setup();
    feed(6 * MIN_MS, line(-20));
    assert.deepEqual(JSON.parse(JSON.stringify(trend.report)), trend.report);
    assert.equal(trend.report.short.ttlMin, null);
  });

  it('leaves nothing behind after close, twice', () => {
    const { clock, trend, feed } = setup();
    feed(MIN_MS, line(1));
    trend.close();
    trend.close();
    assert.equal(clock.pending, 0);
  });
});
