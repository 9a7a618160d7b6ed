/** Metrics of memory as it is judged, and of the socket thread. */
import { msToSeconds } from '../../units';
import { GC_KINDS, type GcReading } from '../../vitals/gc-meter';
import type { MemoryComponent } from '../decide/components';
import type { Sample } from '../sampling/sample';
import { TREND_SERIES, TREND_WINDOWS } from '../trend/verdict';
import { plain, point, type Histogram, type Metric, type Point, type Scalar } from './metric';
import { distributionsOf, GC_BUCKETS_S } from './process-metrics';

const PERCENT = 100;
const BYTES_PER_MB = 1_048_576;
const S_PER_MIN = 60;

const MEMORY = ['heap.main', 'heap.worker', 'rss', 'residual'] as const satisfies readonly MemoryComponent[];
const THREADS = ['main', 'worker'] as const;
/** The socket thread is the only one besides the main thread; the label is for those that may follow. */
const WORKERS = ['socket'] as const;
const SOCKET_THREAD = { worker: WORKERS[0] };

/** A gauge of the socket thread. */
const ofWorker = (
  name: string,
  help: string,
  read: (sample: Sample) => number | null | undefined,
): Scalar => ({
  type: 'gauge',
  name,
  help,
  labels: { worker: WORKERS },
  read: ({ sample }) => (sample ? point(read(sample), SOCKET_THREAD) : []),
});

const WORKER_GC: Histogram = {
  type: 'histogram',
  name: 'sensr_worker_gc_duration_seconds',
  help: 'Garbage collections of the socket thread by kind; they count from 0 after it was recycled.',
  labels: { worker: WORKERS, kind: GC_KINDS },
  buckets: GC_BUCKETS_S,
  read: ({ sample }) => distributionsOf(sample?.gc.worker, SOCKET_THREAD),
};

export const MEMORY_METRICS: readonly Metric[] = [
  {
    type: 'gauge',
    name: 'sensr_memory_pressure_ratio',
    help: 'Share of its limit that a component of memory takes, as it is judged: 0.8 is a warning by default, 0.9 critical.',
    labels: { component: MEMORY },
    read: ({ sample }) => (sample ? pressures(sample) : []),
  },
  plain(
    'gauge',
    'sensr_memory_residual_bytes',
    'Resident memory that no heap accounts for: what grows when native memory leaks.',
    ({ sample }) => sample?.residual,
  ),
  plain(
    'gauge',
    'sensr_memory_ceiling_bytes',
    'What the process may take: the limit of its container, the one entered, or 80 % of the machine.',
    ({ sample }) => sample?.ceiling,
  ),
  {
    type: 'gauge',
    name: 'sensr_memory_trend_bytes_per_second',
    help: 'Growth of the series of memory that reaches its limit first, by window.',
    labels: { series: TREND_SERIES, window: TREND_WINDOWS },
    read: ({ sample }) =>
      TREND_WINDOWS.flatMap((window) => {
        const { series = null, slopeMBmin = null } = sample?.trend[window] ?? {};
        if (series === null || slopeMBmin === null) return [];
        return point((slopeMBmin * BYTES_PER_MB) / S_PER_MIN, { series, window });
      }),
  },
  {
    type: 'gauge',
    name: 'sensr_memory_time_to_limit_seconds',
    help: 'Time until that limit at that growth; absent while memory does not grow.',
    labels: { window: TREND_WINDOWS },
    read: ({ sample }) =>
      TREND_WINDOWS.flatMap((window) => {
        const minutes = sample?.trend[window].ttlMin ?? null;
        return minutes === null ? [] : point(minutes * S_PER_MIN, { window });
      }),
  },
  ofWorker(
    'sensr_worker_heap_used_bytes',
    'Heap of the socket thread in use.',
    ({ heap }) => heap.worker?.used,
  ),
  ofWorker(
    'sensr_worker_heap_limit_bytes',
    'Limit of its old generation.',
    ({ heap }) => heap.worker?.oldLimit,
  ),
  ofWorker(
    'sensr_worker_external_memory_bytes',
    'Memory outside the heap that the socket thread holds: frames that wait.',
    ({ heap }) => heap.worker?.external,
  ),
  ofWorker(
    'sensr_worker_eventloop_utilization_ratio',
    'Share of its time in which the socket thread was busy.',
    ({ loop }) => loop.worker?.elu,
  ),
  ofWorker(
    'sensr_worker_ping_seconds',
    'From the main thread to the socket thread and back, or how long it has not answered.',
    ({ pingMs }) => (pingMs === null ? null : msToSeconds(pingMs)),
  ),
  WORKER_GC,
  plain(
    'gauge',
    'sensr_main_eventloop_utilization_ratio',
    'Share of its time in which the main thread was busy.',
    ({ sample }) => sample?.loop.main.elu,
  ),
  {
    type: 'gauge',
    name: 'sensr_gc_share_ratio',
    help: 'Share of the last minute that went into garbage collections, forced ones excluded.',
    labels: { thread: THREADS },
    read: ({ sample }) =>
      THREADS.flatMap((thread) => {
        const sharePct = sample?.gc[thread]?.sharePct;
        return sharePct === undefined ? [] : point(sharePct / PERCENT, { thread });
      }),
  },
  {
    type: 'counter',
    name: 'sensr_gc_forced_total',
    help: 'Garbage collections that were forced, by their kind; minor ones come with point clouds.',
    labels: { thread: THREADS, type: GC_KINDS },
    read: ({ sample }) => THREADS.flatMap((thread) => forced(sample?.gc[thread], thread)),
  },
];

function pressures({ heap, rssPct, residual, ceiling }: Sample): readonly Point[] {
  const percents: Readonly<Record<(typeof MEMORY)[number], number | undefined>> = {
    'heap.main': heap.main.pct,
    'heap.worker': heap.worker?.pct,
    rss: rssPct,
    residual: residual === null ? undefined : (PERCENT * residual) / ceiling,
  };
  return MEMORY.flatMap((component) => {
    const percent = percents[component];
    return percent === undefined ? [] : point(percent / PERCENT, { component });
  });
}

/** What is in the durations, but not in the sums of those that V8 started itself. */
function forced(reading: GcReading | undefined, thread: string): readonly Point[] {
  if (!reading) return [];
  return GC_KINDS.map((type) => {
    const all = reading.durations[type].counts.reduce((sum, count) => sum + count, 0);
    return { labels: { thread, type }, value: Math.max(0, all - reading[type].count) };
  });
}
