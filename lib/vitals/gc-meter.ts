/** Counts this thread's garbage collections by kind, and keeps the pauses of the last minute. Forced ones are apart. */
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { readOldUsed } from './heap';

export type GcKind = 'minor' | 'major' | 'incremental' | 'other';
export const GC_KINDS = ['minor', 'major', 'incremental', 'other'] as const;

export interface GcSum {
  readonly count: number;
  readonly ms: number;
  readonly maxMs: number;
}

/** All collections of one kind since the start, forced ones included. */
export interface GcDurations {
  /** How many lasted up to each of GC_BUCKETS_MS, but longer than the one before it; the last counts all longer ones. */
  readonly counts: readonly number[];
  readonly ms: number;
}

/** Upper bounds, as dashboards for Node.js expect them. */
export const GC_BUCKETS_MS = [1, 10, 100, 1000, 2000, 5000] as const;

/** Sums since the start; the rest over the last minute, without collections that were forced. */
export interface GcReading extends Readonly<Record<GcKind | 'forced', GcSum>> {
  readonly sharePct: number;
  readonly perMin: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Milliseconds since the last major collection; null before the first. */
  readonly sinceMajorMs: number | null;
  /** Major collections since the start, forced ones included. */
  readonly majors: number;
  /** The old generation when the newest of them was told of, in bytes: a little above the level that it left. */
  readonly afterMajorBytes: number | null;
  readonly durations: Readonly<Record<GcKind, GcDurations>>;
}

export interface GcMeter {
  readonly read: () => GcReading;
  /** Runs a collection of our own: whatever is collected meanwhile counts as forced. */
  readonly whileForced: <T>(action: () => Promise<T>) => Promise<T>;
  readonly close: () => void;
}

/** V8's own numbers; 2 is the minor mark-sweep of Node.js 22 and later. */
const KIND_OF: Readonly<Record<number, GcKind>> = { 1: 'minor', 2: 'minor', 4: 'major', 8: 'incremental' };
/** Of detail.flags: asked for by gc(). Deep collections lack it. */
const FORCED_FLAG = 4;
const WINDOW_MS = 60_000;
const FORCED_WINDOWS_KEPT = 16;

const NONE: GcDurations = { counts: [...GC_BUCKETS_MS.map(() => 0), 0], ms: 0 };

const withDuration = ({ counts, ms }: GcDurations, duration: number): GcDurations => {
  const found = GC_BUCKETS_MS.findIndex((boundMs) => duration <= boundMs);
  const bucket = found === -1 ? GC_BUCKETS_MS.length : found;
  return { counts: counts.with(bucket, (counts[bucket] ?? 0) + 1), ms: ms + duration };
};

interface Pause {
  readonly endMs: number;
  readonly ms: number;
}

interface GcEntry {
  readonly startTime: number;
  readonly duration: number;
  readonly detail?: { readonly kind?: number; readonly flags?: number };
}

/** The scale of the observer's entries, which is not the clock's. */
// eslint-disable-next-line no-restricted-properties
const observerMs = (): number => performance.now();

export function startGcMeter(nowMs: () => number = observerMs): GcMeter {
  const startedMs = nowMs();
  const sums = Object.fromEntries(
    [...GC_KINDS, 'forced'].map((kind) => [kind, { count: 0, ms: 0, maxMs: 0 }]),
  ) as Record<GcKind | 'forced', { count: number; ms: number; maxMs: number }>;
  // Replaced with each collection, so that readings share what has not changed.
  const durations: Record<GcKind, GcDurations> = {
    ...{ minor: NONE, major: NONE },
    ...{ incremental: NONE, other: NONE },
  };
  const forcedWindows: { readonly fromMs: number; toMs: number }[] = [];
  let pauses: Pause[] = [];
  let lastMajorMs: number | undefined;
  let majors = 0;
  let afterMajorBytes: number | null = null;

  const isForced = ({ startTime, detail }: GcEntry): boolean =>
    ((detail?.flags ?? 0) & FORCED_FLAG) !== 0 ||
    forcedWindows.some(({ fromMs, toMs }) => startTime >= fromMs && startTime <= toMs);
  const note = (entry: GcEntry): void => {
    const { startTime, duration, detail } = entry;
    const kind = KIND_OF[detail?.kind ?? 0] ?? 'other';
    const forced = isForced(entry);
    const sum = sums[forced ? 'forced' : kind];
    sum.count += 1;
    sum.ms += duration;
    sum.maxMs = Math.max(sum.maxMs, duration);
    durations[kind] = withDuration(durations[kind], duration);
    if (kind === 'major') {
      lastMajorMs = startTime + duration;
      majors += 1;
      afterMajorBytes = readOldUsed();
    }
    if (!forced) pauses.push({ endMs: startTime + duration, ms: duration });
  };
  // Several collections come in one batch: all of them count.
  const noteAll = (entries: readonly unknown[]): void => {
    for (const entry of entries) note(entry as GcEntry);
  };
  const observer = new PerformanceObserver((list) => {
    noteAll(list.getEntries());
  });
  observer.observe({ entryTypes: ['gc'] });

  return {
    read: () => {
      // What happened, but was not delivered yet.
      noteAll(observer.takeRecords());
      const now = nowMs();
      pauses = pauses.filter(({ endMs }) => endMs > now - WINDOW_MS);
      const windowMs = Math.min(WINDOW_MS, Math.max(1, now - startedMs));
      const sorted = pauses.map(({ ms }) => ms).sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      const totalMs = sorted.reduce((sum, ms) => sum + ms, 0);
      return {
        ...structuredClone(sums),
        sharePct: (100 * totalMs) / windowMs,
        perMin: (sorted.length * WINDOW_MS) / windowMs,
        p50Ms: at(0.5),
        p99Ms: at(0.99),
        maxMs: at(1),
        sinceMajorMs: lastMajorMs === undefined ? null : now - lastMajorMs,
        majors,
        afterMajorBytes,
        durations: { ...durations },
      };
    },
    whileForced: async (action) => {
      const window = { fromMs: nowMs(), toMs: Infinity };
      forcedWindows.push(window);
      if (forcedWindows.length > FORCED_WINDOWS_KEPT) forcedWindows.shift();
      try {
        return await action();
      } finally {
        window.toMs = nowMs();
      }
    },
    close: () => {
      observer.disconnect();
    },
  };
}
