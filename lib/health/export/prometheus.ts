/** Turns a snapshot into the text that Prometheus reads. Nothing outlives a call: no registry, no timer, no state. */
import type { Histogram as PromHistogram, Registry } from 'prom-client';
import { HEALTH_METRICS } from './health-metrics';
import { MEMORY_METRICS } from './memory-metrics';
import type { Distribution, Histogram, Metric, Scalar } from './metric';
import { PROCESS_METRICS } from './process-metrics';
import { SERVER_METRICS } from './server-metrics';
import type { HealthSnapshot } from './snapshot';

/** In the order in which they are told. */
export const METRICS: readonly Metric[] = [
  ...HEALTH_METRICS,
  ...PROCESS_METRICS,
  ...MEMORY_METRICS,
  ...SERVER_METRICS,
];

export interface PrometheusAnswer {
  readonly contentType: string;
  readonly text: string;
}

export async function prometheusText(snapshot: HealthSnapshot): Promise<PrometheusAnswer> {
  // Most users never scrape: it is loaded for the first who does.
  const client = await import('prom-client');
  const registry = new client.Registry();
  for (const metric of METRICS) {
    if (metric.type === 'histogram') addHistogram(registry, metric, metric.read(snapshot));
    else addScalar(client, registry, metric, snapshot);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function addScalar(
  client: typeof import('prom-client'),
  registry: Registry,
  metric: Scalar,
  snapshot: HealthSnapshot,
): void {
  const points = metric.read(snapshot);
  // Without a value it would be told as 0, which is another thing than not known.
  if (points.length === 0) return;
  const { name, help } = metric;
  const options = { name, help, labelNames: Object.keys(metric.labels), registers: [registry] };
  if (metric.type === 'counter') {
    const counter = new client.Counter(options);
    for (const { labels, value } of points) counter.inc(labels, Math.max(0, value));
    return;
  }
  const gauge = new client.Gauge(options);
  for (const { labels, value } of points) gauge.set(labels, value);
}

/** The client's own histogram takes single observations; ours were counted long before, in another thread perhaps. */
function addHistogram(registry: Registry, metric: Histogram, distributions: readonly Distribution[]): void {
  if (distributions.length === 0) return;
  const { name, help } = metric;
  const values = distributions.flatMap((distribution) => seriesOf(metric, distribution));
  const counted = {
    name,
    help,
    type: 'histogram',
    get: () => Promise.resolve({ name, help, type: 'histogram', values }),
  };
  registry.registerMetric(counted as unknown as PromHistogram);
}

function seriesOf({ name, buckets }: Histogram, { labels, counts, sum }: Distribution): readonly object[] {
  let total = 0;
  const upTo = counts.map((count) => (total += count));
  return [
    ...upTo.map((value, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: String(buckets[index] ?? '+Inf') },
      value,
    })),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
