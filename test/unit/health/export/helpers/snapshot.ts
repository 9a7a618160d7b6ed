/** A snapshot of a process in which everything is known, for tests that change a part of it. */
import type { HealthReport } from '../../../../../lib/health/decide/healer';
import type { HealthSnapshot } from '../../../../../lib/health/export/snapshot';
import type { HeapSample, Sample } from '../../../../../lib/health/sampling/sample';
import type { ServerHealth, SocketHealth } from '../../../../../lib/health/sampling/server-health';
import { NO_VERDICT } from '../../../../../lib/health/trend/verdict';
import type { GcReading } from '../../../../../lib/vitals/gc-meter';

export const MB = 2 ** 20;

const NONE = { counts: [0, 0, 0, 0, 0, 0, 0], ms: 0 };

/** 10 scavenges, two of them forced; one major of 300 ms, forced; one weak callback of 6 s. */
export const GC: GcReading = {
  minor: { count: 8, ms: 20, maxMs: 4 },
  major: { count: 0, ms: 0, maxMs: 0 },
  incremental: { count: 0, ms: 0, maxMs: 0 },
  other: { count: 1, ms: 6000, maxMs: 6000 },
  forced: { count: 3, ms: 305, maxMs: 300 },
  ...{ sharePct: 2.5, perMin: 9, p50Ms: 2, p99Ms: 4, maxMs: 6000, sinceMajorMs: 5000 },
  ...{ majors: 1, afterMajorBytes: 40 * MB },
  durations: {
    minor: { counts: [4, 6, 0, 0, 0, 0, 0], ms: 25 },
    major: { counts: [0, 0, 0, 1, 0, 0, 0], ms: 300 },
    incremental: NONE,
    other: { counts: [0, 0, 0, 0, 0, 0, 1], ms: 6000 },
  },
};

const HEAP: HeapSample = {
  ...{ used: 50 * MB, total: 60 * MB, oldUsed: 45 * MB, postGc: 40 * MB, oldLimit: 2048 * MB, pct: 1.953125 },
  ...{ external: 8 * MB, malloced: MB, physical: 58 * MB, arrayBuffers: 4 * MB },
};

export const SOCKET: SocketHealth = {
  ...{ state: 'open', uptime: 90_000, frames: 900, bytes: 1_900_000, rate: 10, silence: 40, pingRtt: 2.5 },
  reconnects: { total: 3, SENSR_SILENT: 2, SENSR_HTTP_503: 1 },
  ...{ queued: 2, dropped: 7, oldestAge: 150 },
};

export const IDLE: SocketHealth = {
  ...{ state: 'idle', uptime: null, frames: 0, bytes: 0, rate: 0, silence: null, pingRtt: null },
  ...{ reconnects: { total: 0 }, queued: 0, dropped: 0, oldestAge: null },
};

export const SERVER: ServerHealth = {
  output: SOCKET,
  points: IDLE,
  http: { connected: 2, pending: 1, requests: 40, errors: 3, p50Ms: 12, p99Ms: 250 },
  sensr: { at: 1_700_000_000_000, status: 'warning', master: 'MASTER_ALIVE', nodes: {}, error: null },
};

export const SAMPLE: Sample = {
  ...{ at: 1_700_000_100_000, rss: 200 * MB, ceiling: 1000 * MB, rssPct: 20 },
  heap: { main: HEAP, worker: { ...HEAP, used: 20 * MB } },
  ...{ residual: 50 * MB, hostFreePct: 60 },
  gc: { main: GC, worker: GC },
  loop: {
    main: { elu: 0.25, meanMs: 1, p99Ms: 12, maxMs: 80 },
    worker: { elu: 0.05, meanMs: 0.5, p99Ms: 2, maxMs: 5 },
  },
  ...{ cpuPct: 12, pingMs: 0.5, messageAgeMs: 100, msgRate: 10, errorPct: 0 },
  ...{ disk: { usedPct: 42 }, handles: 12 },
  trend: {
    short: { ...NO_VERDICT, series: 'rss', slopeMBmin: 60, ttlMin: 10 },
    mid: { ...NO_VERDICT, series: 'heap.main', slopeMBmin: -1, ttlMin: null },
    long: NO_VERDICT,
  },
  servers: { crossing: SERVER },
};

export const REPORT: HealthReport = {
  ...{ status: 'warning', since: 1_700_000_000_000, reasons: [], mode: 'normal' },
  actions: {
    last: null,
    blocked: { autoRestart: 4, busy: 1, 'from another version': 2 },
    counts: {
      'recycle heap.worker': 3,
      'recycle scheduled': 1,
      'process crash': 2,
      'flows something else': 1,
      'flows something more': 1,
      'dance rss': 1,
    },
  },
  ...{ checks: { ok: 30, failed: 2 }, lockedBy: null, nextCheckAt: 1_700_000_160_000 },
};

export const SNAPSHOT: HealthSnapshot = {
  sample: SAMPLE,
  report: REPORT,
  messages: {
    newestAt: 1_700_000_099_900,
    errors: {
      crossing: { output: { SENSR_BAD_FRAME: 3, other: 1 }, points: { SENSR_BAD_FRAME: 0, other: 0 } },
    },
  },
  process: { startedAt: 1_699_999_000_000.5, uptimeS: 1100, cpuS: 12.25 },
  versions: { package: '1.2.3', node: 'v20.19.0' },
};
