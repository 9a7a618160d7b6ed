import assert from 'node:assert/strict';
import { METRICS, prometheusText } from '../../../../lib/health/export/prometheus';
import type { HealthSnapshot } from '../../../../lib/health/export/snapshot';
import { HEALTH_STATES } from '../../../../lib/health/decide/states';
import { parseExposition, type Series } from './helpers/exposition';
import { GC, IDLE, MB, REPORT, SAMPLE, SERVER, SNAPSHOT, SOCKET } from './helpers/snapshot';

const scrape = async (snapshot: HealthSnapshot) => parseExposition((await prometheusText(snapshot)).text);

async function valuesOf(name: string, snapshot = SNAPSHOT): Promise<Record<string, number>> {
  const series = (await scrape(snapshot)).get(name)?.series ?? [];
  return Object.fromEntries(series.map((one) => [`${one.name.slice(name.length)}${keyOf(one)}`, one.value]));
}

const keyOf = ({ labels }: Series): string => Object.values(labels).join(' ');

describe('prometheusText', () => {
  it('has every metric with HELP and TYPE, and none that is not in the table', async () => {
    const families = await scrape(SNAPSHOT);
    assert.deepEqual(
      [...families.keys()],
      METRICS.map(({ name }) => name),
    );
    for (const { name, type, help } of METRICS) {
      const family = families.get(name);
      assert.equal(family?.type, type, name);
      assert.equal(family?.help, help);
      assert.ok(family && family.series.length > 0, name);
    }
  });

  it('says which format it is', async () => {
    const { contentType } = await prometheusText(SNAPSHOT);
    assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8');
  });

  it('keeps to the rules for names', () => {
    assert.equal(new Set(METRICS.map(({ name }) => name)).size, METRICS.length);
    for (const { name, type, help } of METRICS) {
      assert.match(name, /^(process|nodejs|sensr)_[a-z0-9_]+$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      assert.ok(!/_(ms|milliseconds|mb|percent|pct)\b/.test(name), name);
      assert.match(help, /^[^\n]+\.$/, name);
    }
  });

  it('has label values of closed sets only, apart from names of servers and versions', async () => {
    const families = await scrape(SNAPSHOT);
    for (const metric of METRICS)
      for (const { labels } of families.get(metric.name)?.series ?? [])
        for (const [label, value] of Object.entries(labels)) {
          if (label === 'le' && metric.type === 'histogram') continue;
          const allowed = metric.labels[label];
          assert.ok(allowed, `${metric.name} has no label ${label}`);
          if (allowed === 'configured') assert.equal(value, 'crossing');
          else if (allowed === 'version') assert.match(value, /^v?\d+(\.\d+)*$/);
          else assert.ok(allowed.includes(value), `${metric.name} ${label}=${value}`);
        }
  });

  it('has no counter that goes back while counts grow', async () => {
    const grown = (counts: Readonly<Record<string, number>>): Record<string, number> =>
      Object.fromEntries([
        ...Object.entries(counts).map(([key, count]) => [key, count + 1]),
        ['flows manual', 1],
      ]);
    const later: HealthSnapshot = {
      ...SNAPSHOT,
      report: {
        ...REPORT,
        checks: { ok: 31, failed: 2 },
        actions: { last: null, counts: grown(REPORT.actions.counts), blocked: grown(REPORT.actions.blocked) },
      },
      sample: {
        ...SAMPLE,
        servers: {
          crossing: {
            ...SERVER,
            output: { ...SOCKET, frames: 901, reconnects: { total: 4, SENSR_SILENT: 3, SENSR_HTTP_503: 1 } },
          },
        },
      },
      process: { ...SNAPSHOT.process, cpuS: 13 },
    };
    const [first, second] = [await scrape(SNAPSHOT), await scrape(later)];
    let compared = 0;
    for (const [name, { type, series }] of first) {
      if (type !== 'counter') continue;
      for (const one of series) {
        const same = second.get(name)?.series.find((other) => keyOf(other) === keyOf(one));
        assert.ok(same && same.value >= one.value, `${name} ${keyOf(one)}`);
        compared += 1;
      }
    }
    assert.ok(compared > 20);
  });

  it('has restarts and refusals from the totals of the state file', async () => {
    assert.deepEqual(await valuesOf('sensr_restarts_total'), {
      'recycle heap.worker': 3,
      'recycle scheduled': 1,
      'process crash': 2,
      'flows other': 2,
    });
    assert.deepEqual(await valuesOf('sensr_restarts_blocked_total'), { autoRestart: 4, busy: 1, other: 2 });
    assert.deepEqual(await valuesOf('sensr_health_checks_total'), { ok: 30, failed: 2 });
  });

  it('has one state that is 1', async () => {
    for (const status of HEALTH_STATES) {
      const values = await valuesOf('sensr_health_state', { ...SNAPSHOT, report: { ...REPORT, status } });
      assert.deepEqual(Object.keys(values), [...HEALTH_STATES]);
      assert.deepEqual(
        Object.keys(values).filter((state) => values[state] === 1),
        [status],
      );
    }
  });

  it('adds up the buckets of a histogram, with seconds as unit', async () => {
    const all = await valuesOf('nodejs_gc_duration_seconds');
    const minor = Object.fromEntries(Object.entries(all).filter(([key]) => key.includes('minor')));
    assert.deepEqual(minor, {
      '_bucketminor 0.001': 4,
      '_bucketminor 0.01': 10,
      '_bucketminor 0.1': 10,
      '_bucketminor 1': 10,
      '_bucketminor 2': 10,
      '_bucketminor 5': 10,
      '_bucketminor +Inf': 10,
      _summinor: 0.025,
      _countminor: 10,
    });
    assert.equal(all['_bucketother 5'], 0);
    assert.equal(all['_bucketother +Inf'], 1);
    assert.equal((await valuesOf('sensr_worker_gc_duration_seconds'))['_countsocket major'], 1);
  });

  it('counts forced collections apart from those of V8', async () => {
    const { minor, major } = GC;
    assert.deepEqual([minor.count, major.count], [8, 0]);
    const forced = await valuesOf('sensr_gc_forced_total');
    assert.deepEqual([forced['main minor'], forced['main major'], forced['main other']], [2, 1, 0]);
  });

  it('has base units: seconds, bytes, ratios', async () => {
    const expected: Readonly<Record<string, number>> = {
      process_cpu_seconds_total: 12.25,
      process_start_time_seconds: 1_699_999_000.0005,
      process_resident_memory_bytes: 200 * MB,
      nodejs_heap_size_used_bytes: 50 * MB,
      nodejs_heap_size_total_bytes: 60 * MB,
      nodejs_eventloop_lag_max_seconds: 0.08,
      nodejs_eventloop_lag_p99_seconds: 0.012,
      nodejs_eventloop_lag_mean_seconds: 0.001,
      sensr_disk_used_ratio: 0.42,
      sensr_last_message_timestamp_seconds: 1_700_000_099.9,
      sensr_main_eventloop_utilization_ratio: 0.25,
      sensr_memory_residual_bytes: 50 * MB,
    };
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(await valuesOf(name), { '': value }, name);
    assert.deepEqual(await valuesOf('sensr_memory_trend_bytes_per_second'), {
      'rss short': MB,
      'heap.main mid': -MB / 60,
    });
    assert.deepEqual(await valuesOf('sensr_memory_time_to_limit_seconds'), { short: 600 });
    assert.deepEqual(await valuesOf('sensr_memory_pressure_ratio'), {
      'heap.main': 0.01953125,
      'heap.worker': 0.01953125,
      rss: 0.2,
      residual: 0.05,
    });
    assert.deepEqual(await valuesOf('sensr_worker_ping_seconds'), { socket: 0.0005 });
    assert.deepEqual(await valuesOf('nodejs_version_info'), { 'v20.19.0 20 19 0': 1 });
    assert.deepEqual(await valuesOf('sensr_build_info'), { '1.2.3 v20.19.0': 1 });
  });

  it('tells the servers apart by their names, whatever is in a name', async () => {
    const odd = 'a "b" \\ c\nd';
    const servers = { crossing: SERVER, [odd]: { ...SERVER, http: null, sensr: null } };
    const snapshot = { ...SNAPSHOT, sample: { ...SAMPLE, servers } };
    const received = await valuesOf('sensr_messages_received_total', snapshot);
    assert.equal(received[`${odd} output`], 900);
    assert.equal(received['crossing output'], 900);
    assert.deepEqual(await valuesOf('sensr_http_requests_total', snapshot), { crossing: 40 });
    assert.deepEqual(await valuesOf('sensr_connection_up', snapshot), {
      'crossing output': 1,
      [`${odd} output`]: 1,
    });
  });

  it('has one reason for each reconnect, HTTP codes as one', async () => {
    const reconnects = { total: 6, SENSR_SILENT: 2, SENSR_HTTP_503: 1, SENSR_HTTP_401: 1, ECONNODD: 1 };
    const server = { ...SERVER, output: { ...SOCKET, reconnects } };
    const snapshot = { ...SNAPSHOT, sample: { ...SAMPLE, servers: { crossing: server } } };
    assert.deepEqual(await valuesOf('sensr_reconnects_total', snapshot), {
      'crossing output SENSR_SILENT': 2,
      'crossing output SENSR_HTTP': 2,
      'crossing output other': 2,
    });
  });

  it('has the messages that could not be used for each connection, zeros too', async () => {
    assert.deepEqual(await valuesOf('sensr_message_errors_total'), {
      'crossing output SENSR_BAD_FRAME': 3,
      'crossing output other': 1,
      'crossing points SENSR_BAD_FRAME': 0,
      'crossing points other': 0,
    });
  });

  it('leaves out what is not known, instead of a zero', async () => {
    const { worker: _heap, ...heap } = SAMPLE.heap;
    const { worker: _gc, ...gc } = SAMPLE.gc;
    const { worker: _loop, ...loop } = SAMPLE.loop;
    const sample = {
      ...SAMPLE,
      ...{ heap, gc, loop, residual: null, pingMs: null, messageAgeMs: null, disk: { usedPct: null } },
      servers: { crossing: { output: IDLE, points: IDLE, http: null, sensr: null } },
    };
    const families = await scrape({ ...SNAPSHOT, sample, messages: { newestAt: null, errors: {} } });
    const missing = METRICS.map(({ name }) => name).filter((name) => !families.has(name));
    assert.ok(
      missing.includes('sensr_memory_residual_bytes') && missing.includes('sensr_worker_ping_seconds'),
    );
    assert.ok(missing.includes('sensr_last_message_timestamp_seconds'));
    assert.ok(missing.includes('sensr_disk_used_ratio') && missing.includes('sensr_connection_up'));
    assert.ok(families.has('nodejs_gc_duration_seconds') && families.has('sensr_messages_received_total'));
  });

  it('answers before the first sample', async () => {
    const families = await scrape({ ...SNAPSHOT, sample: undefined });
    assert.ok(families.has('sensr_health_state') && families.has('process_cpu_seconds_total'));
    assert.ok(!families.has('process_resident_memory_bytes'));
  });

  it('keeps nothing from one call to the next', async () => {
    const once = (await prometheusText(SNAPSHOT)).text;
    await prometheusText({ ...SNAPSHOT, sample: undefined });
    assert.equal((await prometheusText(SNAPSHOT)).text, once);
  });

  it('uses nothing of the client that all its users share', async () => {
    const { register } = await import('prom-client');
    await prometheusText(SNAPSHOT);
    assert.deepEqual(register.getMetricsAsArray(), []);
  });
});
