/** What the trend says of memory: the series it watches, the windows it looks through, and the verdict on each. */

export const TREND_SERIES = [
  'heap.main',
  'heap.worker',
  'external.main',
  'external.worker',
  'residual',
  'rss',
] as const;
export type TrendSeries = (typeof TREND_SERIES)[number];

export const TREND_WINDOWS = ['short', 'mid', 'long'] as const;
export type TrendWindow = (typeof TREND_WINDOWS)[number];

/** One window's view of one series. What is unknown is null, so that it survives JSON. */
export interface TrendVerdict {
  readonly series: TrendSeries | null;
  /** Growth in MB (2^20 bytes) a minute; in the long window the lower bound of its confidence interval once significant. */
  readonly slopeMBmin: number | null;
  /** Minutes until the limit at that slope; null when it does not grow. */
  readonly ttlMin: number | null;
  /** Mann-Kendall: how many standard deviations the order of the blocks is away from chance. */
  readonly z: number | null;
  readonly blocks: number;
  readonly blockMs: number;
  /** Typical level in the first third of the window: what a forced collection must not fall below for a leak. */
  readonly baseBytes: number | null;
  /** True after three evaluations in a row in which every condition of the window held. */
  readonly alarm: boolean;
  /** What a verdict still needs, e.g. `8 blocks of 0.5 min, has 3`; null when the data suffices. */
  readonly missing: string | null;
}

export type TrendReport = Readonly<Record<TrendWindow, TrendVerdict>>;

export const NO_VERDICT: TrendVerdict = Object.freeze({
  series: null,
  slopeMBmin: null,
  ttlMin: null,
  z: null,
  blocks: 0,
  blockMs: 0,
  baseBytes: null,
  alarm: false,
  missing: 'a first sample',
});

/** One reading of one series. */
export interface TrendInput {
  readonly series: TrendSeries;
  readonly bytes: number;
  /** Where `bytes` would mean death. */
  readonly limitBytes: number;
  /** Major collections so far in the thread that owns the memory; absent where collections do not matter. */
  readonly majors?: number;
  /** The level right after the newest of them, which a reading between two collections does not show. */
  readonly afterMajorBytes?: number | null;
}
