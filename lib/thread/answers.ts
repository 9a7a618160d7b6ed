/** What the thread tells of itself when asked: memory, collections, how busy its loop is; and collections on request. */
import {
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type IntervalHistogram,
} from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../clock';
import type { ThreadQuestion } from './protocol';

/** Bytes, milliseconds, and shares from 0 to 1; counters since the thread was first asked. */
export interface ThreadMeasures {
  readonly heap: {
    readonly used: number;
    /** Without the young generation. */
    readonly oldUsed: number;
    readonly limit: number;
    readonly external: number;
    readonly malloced: number;
    readonly physical: number;
    readonly arrayBuffers: number;
  };
  readonly gc: Readonly<
    Record<GcKind, { readonly count: number; readonly ms: number; readonly maxMs: number }>
  >;
  readonly loop: { readonly elu: number; readonly p99Ms: number; readonly maxMs: number };
}

export type GcKind = 'minor' | 'major' | 'incremental' | 'other';

export interface ThreadAnswers {
  /** Never rejects. */
  readonly answer: (question: ThreadQuestion) => Promise<unknown>;
}

/** V8's own numbers for the kinds of collections; 2 is the minor mark-sweep of Node.js 22 and later. */
const GC_KINDS: Readonly<Record<number, GcKind>> = { 1: 'minor', 2: 'minor', 4: 'major', 8: 'incremental' };
const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

interface Meters {
  readonly gc: Record<GcKind, { count: number; ms: number; maxMs: number }>;
  readonly delay: IntervalHistogram;
}

/** Nothing is measured before the first question. */
export function startThreadMeasures(clock: Clock): ThreadAnswers {
  let meters: Meters | undefined;
  let utilization = performance.eventLoopUtilization();
  const measures = (): ThreadMeasures => {
    meters ??= startMeters();
    const { gc, delay } = meters;
    const now = performance.eventLoopUtilization();
    const { utilization: elu } = performance.eventLoopUtilization(now, utilization);
    utilization = now;
    const ms = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    const isEmpty = delay.count === 0;
    const loop = {
      elu,
      p99Ms: isEmpty ? 0 : ms(delay.percentile(99)),
      maxMs: isEmpty ? 0 : ms(delay.max),
    };
    delay.reset();
    return { heap: heapNow(), gc: structuredClone(gc), loop };
  };
  const collect = (kind: 'minor' | 'major' | 'deep'): { pauseMs: number } => {
    const startMs = clock.monotonicMs();
    if (kind === 'minor') gcHandle()({ type: 'minor' });
    // Two in a row free what finalizers let go of in the first.
    else for (let round = kind === 'deep' ? 2 : 1; round > 0; round -= 1) gcHandle()();
    return { pauseMs: clock.monotonicMs() - startMs };
  };
  return {
    answer: (question) =>
      Promise.resolve(question === 'ping' ? null : question === 'measures' ? measures() : collect(question)),
  };
}

function heapNow(): ThreadMeasures['heap'] {
  const statistics = getHeapStatistics();
  const spaces = getHeapSpaceStatistics();
  const young = spaces.find(({ space_name }) => space_name === 'new_space')?.space_used_size ?? 0;
  return {
    used: statistics.used_heap_size,
    oldUsed: statistics.used_heap_size - young,
    limit: statistics.heap_size_limit,
    external: statistics.external_memory,
    malloced: statistics.malloced_memory,
    physical: statistics.total_physical_size,
    arrayBuffers: process.memoryUsage().arrayBuffers,
  };
}

function startMeters(): Meters {
  const none = () => ({ count: 0, ms: 0, maxMs: 0 });
  const gc = { minor: none(), major: none(), incremental: none(), other: none() };
  const observer = new PerformanceObserver((list) => {
    // All of them: several collections come in one batch.
    for (const entry of list.getEntries()) {
      const { duration } = entry;
      const { detail } = entry as unknown as { readonly detail?: { readonly kind?: number } };
      const sum = gc[GC_KINDS[detail?.kind ?? 0] ?? 'other'];
      sum.count += 1;
      sum.ms += duration;
      sum.maxMs = Math.max(sum.maxMs, duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return { gc, delay };
}

type Gc = (options?: { type: 'minor' }) => void;
let handle: Gc | undefined;

/** Without a flag at start-up; the flag is taken back at once, or every later thread had a global gc. */
function gcHandle(): Gc {
  if (handle) return handle;
  setFlagsFromString('--expose-gc');
  handle = runInNewContext('gc') as Gc;
  setFlagsFromString('--no-expose-gc');
  return handle;
}
