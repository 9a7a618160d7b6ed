/** How often the leak trend is wrong, and how early it is right, on made-up heaps: `npx tsx bench/trend.ts`. */
import { FakeClock } from '../test/helpers/fake-clock';
import {
  HEALTHY,
  MB,
  heapSeries,
  type HeapSeriesOptions,
} from '../test/unit/health/trend/helpers/heap-series';
import { Trend } from '../lib/health/trend/trend';
import { TREND_WINDOWS, type TrendWindow } from '../lib/health/trend/verdict';

const SAMPLE_MS = 10_000;
const MS_PER_MIN = 60_000;
const MS_PER_H = 3_600_000;
const LEAK_FROM_MS = MS_PER_H;

interface Run {
  /** Alarms that began, per window. */
  readonly alarms: Record<TrendWindow, number>;
  readonly firstMs: Record<TrendWindow, number | undefined>;
  readonly deadMs: number | undefined;
}

function run(options: HeapSeriesOptions, limitBytes: number, lengthMs: number): Run {
  const clock = new FakeClock();
  const trend = new Trend({ clock });
  const read = heapSeries(options);
  const alarms = { short: 0, mid: 0, long: 0 };
  const firstMs: Run['firstMs'] = { short: undefined, mid: undefined, long: undefined };
  const before = { short: false, mid: false, long: false };
  let deadMs: number | undefined;
  for (let atMs = 0; atMs < lengthMs && deadMs === undefined; atMs += SAMPLE_MS) {
    const reading = read(atMs);
    trend.add([{ series: 'heap.main', limitBytes, ...reading }]);
    clock.advance(SAMPLE_MS);
    for (const window of TREND_WINDOWS) {
      const { alarm } = trend.verdict('heap.main', window);
      if (alarm && !before[window]) {
        alarms[window] += 1;
        firstMs[window] ??= atMs;
      }
      before[window] = alarm;
    }
    if (options.leakMBmin && reading.bytes >= limitBytes) deadMs = atMs;
  }
  trend.close();
  return { alarms, firstMs, deadMs };
}

const DAYS = Number(process.argv[2] ?? 4);
const SEEDS = Number(process.argv[3] ?? 30);

console.log(`False alarms per 24 h without a leak, ${DAYS} days each (limit 2 GB / 900 MB)`);
for (const [name, shape] of Object.entries(HEALTHY)) {
  const perLimit = [2048, 900].map((limitMB) =>
    Array.from({ length: DAYS }, (_, day) => run({ ...shape, seed: day + 1 }, limitMB * MB, 24 * MS_PER_H)),
  );
  const cells = TREND_WINDOWS.map((window) => {
    const perDay = perLimit.map((runs) => runs.reduce((sum, { alarms }) => sum + alarms[window], 0) / DAYS);
    return `${window} ${perDay.map((count) => count.toFixed(1)).join(' / ')}`;
  });
  console.log(`  ${name.padEnd(16)} ${cells.join('   ')}`);
}

console.log(`\nFound before the limit of 2 GB, of ${SEEDS} seeds, and the median lead`);
for (const leakMBmin of [5, 20, 100, 285.9]) {
  const runs = Array.from({ length: SEEDS }, (_, index) =>
    run(
      { ...HEALTHY.steady, seed: index + 1, leakMBmin, leakFromMs: LEAK_FROM_MS },
      2048 * MB,
      24 * MS_PER_H,
    ),
  );
  const cells = TREND_WINDOWS.map((window) => {
    const leads = runs
      .flatMap(({ firstMs, deadMs }) => {
        const first = firstMs[window];
        return first === undefined || deadMs === undefined ? [] : [(deadMs - first) / MS_PER_MIN];
      })
      .sort((one, other) => one - other);
    const lead = leads[leads.length >> 1];
    return `${window} ${leads.length}/${SEEDS}${lead === undefined ? '' : `, ${lead.toFixed(1)} min`}`;
  });
  const dead = ((runs[0]?.deadMs ?? NaN) - LEAK_FROM_MS) / MS_PER_MIN;
  console.log(
    `  ${String(leakMBmin).padStart(6)} MB/min (dead after ${dead.toFixed(0)} min)  ${cells.join('   ')}`,
  );
}
