/** Metrics of the process and its main thread, under the names that dashboards for Node.js look for. */
import { msToSeconds } from '../../units';
import { GC_BUCKETS_MS, GC_KINDS, type GcReading } from '../../vitals/gc-meter';
import { plain, type Distribution, type Histogram, type Metric } from './metric';
import type { HealthSnapshot } from './snapshot';

export const GC_BUCKETS_S = GC_BUCKETS_MS.map(msToSeconds);

/** Forced collections are pauses like any other. */
export const distributionsOf = (
  reading: GcReading | undefined,
  labels: Distribution['labels'] = {},
): readonly Distribution[] =>
  reading === undefined
    ? []
    : GC_KINDS.map((kind) => {
        const { counts, ms } = reading.durations[kind];
        return { labels: { ...labels, kind }, counts, sum: msToSeconds(ms) };
      });

const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : msToSeconds(ms);

const GC_DURATION: Histogram = {
  type: 'histogram',
  name: 'nodejs_gc_duration_seconds',
  help: 'Garbage collections of the main thread by kind, forced ones included; other: weak callbacks and what is new to us.',
  labels: { kind: GC_KINDS },
  buckets: GC_BUCKETS_S,
  read: ({ sample }) => distributionsOf(sample?.gc.main),
};

export const PROCESS_METRICS: readonly Metric[] = [
  plain(
    'counter',
    'process_cpu_seconds_total',
    'CPU time of the process, user and system.',
    (snapshot) => snapshot.process.cpuS,
  ),
  plain('gauge', 'process_start_time_seconds', 'Start of the process, in seconds since 1970.', (snapshot) =>
    msToSeconds(snapshot.process.startedAt),
  ),
  plain(
    'gauge',
    'process_resident_memory_bytes',
    'Resident memory of the process.',
    ({ sample }) => sample?.rss,
  ),
  plain(
    'gauge',
    'nodejs_heap_size_total_bytes',
    'Heap of the main thread, used or not.',
    ({ sample }) => sample?.heap.main.total,
  ),
  plain(
    'gauge',
    'nodejs_heap_size_used_bytes',
    'Heap of the main thread in use.',
    ({ sample }) => sample?.heap.main.used,
  ),
  plain(
    'gauge',
    'nodejs_external_memory_bytes',
    'Memory outside the heap that the main thread holds.',
    ({ sample }) => sample?.heap.main.external,
  ),
  plain(
    'gauge',
    'nodejs_eventloop_lag_mean_seconds',
    'Mean delay of the main event loop in the last one to two minutes.',
    ({ sample }) => seconds(sample?.loop.main.meanMs),
  ),
  plain(
    'gauge',
    'nodejs_eventloop_lag_max_seconds',
    'Longest delay of the main event loop in the last one to two minutes.',
    ({ sample }) => seconds(sample?.loop.main.maxMs),
  ),
  plain(
    'gauge',
    'nodejs_eventloop_lag_p99_seconds',
    '99th percentile of the delays of the main event loop in the last one to two minutes.',
    ({ sample }) => seconds(sample?.loop.main.p99Ms),
  ),
  GC_DURATION,
  {
    type: 'gauge',
    name: 'nodejs_version_info',
    help: 'Version of Node.js; always 1.',
    labels: { version: 'version', major: 'version', minor: 'version', patch: 'version' },
    read: ({ versions }) => [{ labels: versionLabels(versions), value: 1 }],
  },
];

function versionLabels({ node }: HealthSnapshot['versions']): Readonly<Record<string, string>> {
  const [major = '', minor = '', patch = ''] = node.replace(/^v/, '').split('.');
  return { version: node, major, minor, patch };
}
