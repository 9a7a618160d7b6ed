/** From a sample to what is decided on: pure. */
import type { Component, MemoryComponent } from './decide/components';
import type { GcMeasures, Measures, TrendMeasures } from './decide/measures';
import type { Sample } from './sampling/sample';
import { TREND_WINDOWS, type TrendInput, type TrendSeries, type TrendWindow } from './trend/verdict';

const PERCENT = 100;
/** Below this share of its time the main thread has time to spare. */
export const QUIET_ELU = 0.3;

/** Which component a series' trend leads to. */
const COMPONENT_OF: Readonly<Record<TrendSeries, MemoryComponent>> = {
  'heap.main': 'heap.main',
  'external.main': 'heap.main',
  'heap.worker': 'heap.worker',
  'external.worker': 'heap.worker',
  residual: 'residual',
  rss: 'rss',
};

export function measuresOf(
  sample: Sample,
  {
    lateMs,
    isBusy,
    gc,
    trendWindows = TREND_WINDOWS,
  }: {
    readonly lateMs: number;
    readonly isBusy: boolean;
    readonly gc: Pick<GcMeasures, 'predictedPauseMs'>;
    /** Those that may raise an alarm. */
    readonly trendWindows?: readonly TrendWindow[];
  },
): Measures {
  const { heap, loop, rss, residual, ceiling } = sample;
  const values: Partial<Record<Component, number | undefined>> = {
    'heap.main': heap.main.pct,
    'heap.worker': heap.worker?.pct,
    rss: sample.rssPct,
    residual: residual === null ? undefined : (PERCENT * residual) / ceiling,
    cpu: sample.cpuPct,
    'elu.main': PERCENT * loop.main.elu,
    'elu.worker': loop.worker ? PERCENT * loop.worker.elu : undefined,
    ping: sample.pingMs ?? undefined,
    loopDelay: loop.main.maxMs,
    messageAge: sample.messageAgeMs ?? undefined,
    errors: sample.errorPct ?? undefined,
    disk: sample.disk.usedPct ?? undefined,
    'gcShare.main': sample.gc.main.sharePct,
    'gcShare.worker': sample.gc.worker?.sharePct,
  };
  return {
    values,
    bytes: {
      'heap.main': heap.main.postGc,
      'heap.worker': heap.worker?.postGc,
      rss,
      residual: residual ?? undefined,
    },
    gc: {
      ...gc,
      maxPauseMs: Math.max(sample.gc.main.maxMs, sample.gc.worker?.maxMs ?? 0),
      perMin: Math.max(sample.gc.main.perMin, sample.gc.worker?.perMin ?? 0),
      postGcBytes: Math.max(heap.main.postGc, heap.worker?.postGc ?? 0),
    },
    trend: trendOf(sample, trendWindows),
    lateMs,
    isBusy,
    isQuiet: loop.main.elu < QUIET_ELU,
  };
}

/** The alarm that leaves the least time. */
function trendOf({ trend }: Sample, windows: readonly TrendWindow[]): TrendMeasures | undefined {
  const alarms = windows.flatMap((window): TrendMeasures[] => {
    const { alarm, series, slopeMBmin, ttlMin } = trend[window];
    if (!alarm || series === null || slopeMBmin === null || ttlMin === null) return [];
    return [{ series, component: COMPONENT_OF[series], window, slopeMBmin, ttlMin }];
  });
  return alarms.sort((a, b) => a.ttlMin - b.ttlMin)[0];
}

/** What the trend watches, and where each series would mean death. */
export function trendInputs({ heap, gc, residual, rss, ceiling }: Sample): TrendInput[] {
  const inputs: TrendInput[] = [];
  /** What is left until the ceiling, whoever takes it. */
  const spare = Math.max(0, ceiling - rss);
  let allMajors = 0;
  for (const thread of ['main', 'worker'] as const) {
    const [of, collections] = [heap[thread], gc[thread]];
    if (!of || !collections) continue;
    const { majors, afterMajorBytes } = collections;
    allMajors += majors;
    // The limit that the percentage is of: V8's, or the soft one where that is lower.
    const limitBytes = of.pct > 0 ? (PERCENT * of.postGc) / of.pct : of.oldLimit;
    inputs.push(
      { series: `heap.${thread}`, bytes: of.oldUsed, limitBytes, majors, afterMajorBytes },
      { series: `external.${thread}`, bytes: of.external, limitBytes: of.external + spare, majors },
    );
  }
  if (residual !== null) inputs.push({ series: 'residual', bytes: residual, limitBytes: residual + spare });
  inputs.push({ series: 'rss', bytes: rss, limitBytes: ceiling, majors: allMajors });
  return inputs;
}
