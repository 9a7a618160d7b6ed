/** From a sample to what is decided on: pure. */
import type { Component, MemoryComponent } from './decide/components';
import type { GcMeasures, Measures, TrendMeasures } from './decide/measures';
import type { Sample } from './sampling/sample';
import { TREND_WINDOWS, type TrendInput, type TrendSeries } from './trend/verdict';

const PERCENT = 100;
/** Below this share of its time the main thread has time to spare. */
const QUIET_ELU = 0.3;

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
  }: { readonly lateMs: number; readonly isBusy: boolean; readonly gc: Pick<GcMeasures, 'predictedPauseMs'> },
): Measures {
  const { heap, loop, rss, residual, ceiling } = sample;
  const values: Partial<Record<Component, number | undefined>> = {
    'heap.main': heap.main.pct,
    'heap.worker': heap.worker?.pct,
    rss: sample.rssPct,
    residual: (PERCENT * residual) / ceiling,
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
    bytes: { 'heap.main': heap.main.postGc, 'heap.worker': heap.worker?.postGc, rss, residual },
    gc: {
      ...gc,
      maxPauseMs: Math.max(sample.gc.main.maxMs, sample.gc.worker?.maxMs ?? 0),
      perMin: Math.max(sample.gc.main.perMin, sample.gc.worker?.perMin ?? 0),
      postGcBytes: Math.max(heap.main.postGc, heap.worker?.postGc ?? 0),
    },
    trend: trendOf(sample),
    lateMs,
    isBusy,
    isQuiet: loop.main.elu < QUIET_ELU,
  };
}

/** The alarm that leaves the least time. */
function trendOf({ trend }: Sample): TrendMeasures | undefined {
  const alarms = TREND_WINDOWS.flatMap((window): TrendMeasures[] => {
    const { alarm, series, slopeMBmin, ttlMin } = trend[window];
    if (!alarm || series === null || slopeMBmin === null || ttlMin === null) return [];
    return [{ series, component: COMPONENT_OF[series], window, slopeMBmin, ttlMin }];
  });
  return alarms.sort((a, b) => a.ttlMin - b.ttlMin)[0];
}

/** What the trend watches, and where each series would mean death. */
export function trendInputs({ heap, gc, residual, rss, ceiling }: Sample): TrendInput[] {
  const inputs: TrendInput[] = [];
  for (const thread of ['main', 'worker'] as const) {
    const of = heap[thread];
    if (!of) continue;
    const collections = gc[thread];
    const majors = (collections?.major.count ?? 0) + (collections?.forced.count ?? 0);
    inputs.push(
      { series: `heap.${thread}`, bytes: of.oldUsed, limitBytes: of.oldLimit, majors },
      { series: `external.${thread}`, bytes: of.external, limitBytes: ceiling, majors },
    );
  }
  inputs.push(
    { series: 'residual', bytes: residual, limitBytes: ceiling },
    { series: 'rss', bytes: rss, limitBytes: ceiling },
  );
  return inputs;
}
