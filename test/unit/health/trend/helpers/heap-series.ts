/** A heap that nobody has: a sawtooth of garbage over a kept level that follows load, with a leak from a set moment. */

export const MB = 1_048_576;
const MS_PER_MIN = 60_000;
const MS_PER_H = 3_600_000;

export interface HeapSeriesOptions {
  readonly seed: number;
  /** Time between two major collections. */
  readonly majorIntervalMs: number;
  /** Garbage at the top of a tooth. */
  readonly toothBytes: number;
  /** How often the load changes, and by how much it lifts the level at most. */
  readonly loadStepsPerH?: number;
  readonly loadStepBytes?: number;
  readonly waveBytes?: number;
  readonly wavePeriodMs?: number;
  readonly leakMBmin?: number;
  readonly leakFromMs?: number;
}

export interface HeapReading {
  readonly bytes: number;
  readonly majors: number;
  readonly afterMajorBytes: number;
}

const BASE_BYTES = 400 * MB;
const NOISE_BYTES = 5 * MB;
/** A collection comes up to this much earlier or later. */
const INTERVAL_JITTER = 0.2;

/** mulberry32: small, fast and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @returns what the heap reads at a time in ms from its start; times must not fall. */
export function heapSeries(options: HeapSeriesOptions): (atMs: number) => HeapReading {
  const { majorIntervalMs, toothBytes, loadStepsPerH = 0, loadStepBytes = 0 } = options;
  const { waveBytes = 0, wavePeriodMs = 24 * MS_PER_H, leakMBmin = 0, leakFromMs = 0 } = options;
  const random = randomOf(options.seed);
  const noise = (): number => (random() + random() + random() - 1.5) * 2 * NOISE_BYTES;
  let lastMs = 0;
  let majors = 0;
  let majorMs = 0;
  let nextMajorMs = majorIntervalMs * random();
  let stepBytes = 0;
  const keptAt = (atMs: number): number =>
    BASE_BYTES +
    stepBytes +
    (waveBytes / 2) * (1 - Math.cos((2 * Math.PI * atMs) / wavePeriodMs)) +
    (Math.max(0, atMs - leakFromMs) / MS_PER_MIN) * leakMBmin * MB;
  let afterMajorBytes = keptAt(0);
  return (atMs) => {
    if (random() < (loadStepsPerH * (atMs - lastMs)) / MS_PER_H) stepBytes = random() * loadStepBytes;
    lastMs = atMs;
    while (nextMajorMs <= atMs) {
      majors += 1;
      majorMs = nextMajorMs;
      afterMajorBytes = keptAt(majorMs) + Math.abs(noise());
      nextMajorMs += majorIntervalMs * (1 + INTERVAL_JITTER * (2 * random() - 1));
    }
    const garbageBytes = (toothBytes * (atMs - majorMs)) / majorIntervalMs;
    return { bytes: keptAt(atMs) + garbageBytes + noise(), majors, afterMajorBytes };
  };
}

/** The shapes of a healthy process. */
export const HEALTHY = {
  steady: { majorIntervalMs: 45_000, toothBytes: 150 * MB },
  'GC every 10 min': { majorIntervalMs: 600_000, toothBytes: 300 * MB },
  'load steps': {
    majorIntervalMs: 45_000,
    toothBytes: 150 * MB,
    loadStepsPerH: 0.5,
    loadStepBytes: 250 * MB,
  },
  'daily wave': { majorIntervalMs: 45_000, toothBytes: 150 * MB, waveBytes: 300 * MB },
} as const;
