/** Watches memory for leaks: keeps the minima of each series, judges them each half minute, raises lasting alarms. */
import type { Clock, StopTimer } from '../../clock';
import { MajorRate } from './majors';
import { BUCKET_MS, Minima } from './minima';
import {
  NO_VERDICT,
  TREND_SERIES,
  TREND_WINDOWS,
  type TrendInput,
  type TrendReport,
  type TrendSeries,
  type TrendVerdict,
  type TrendWindow,
} from './verdict';
import { blockMsOf, judgeWindow, WINDOW_RULES } from './windows';

/** Each evaluation finds one new bucket. */
export const EVALUATION_PERIOD_MS = BUCKET_MS;
const EVALUATIONS_FOR_ALARM = 3;
/** Caches fill and code is compiled at first: that growth ends by itself. */
const WARM_UP_MS = 600_000;
/** Nobody knows what happened in a longer silence. */
const LONGEST_GAP_MS = 30_000;
/** A slow sampler's own rhythm is no gap. */
const GAP_SAMPLES = 3;
const MS_PER_MIN = 60_000;

export interface TrendOptions {
  readonly clock: Clock;
  readonly warmUpMs?: number;
  readonly sampleIntervalMs?: number;
  readonly windows?: readonly TrendWindow[];
}

class Series {
  readonly minima = new Minima();
  readonly majors = new MajorRate();
  readonly streaks: Record<TrendWindow, number> = { short: 0, mid: 0, long: 0 };
  hasMajors = false;
  limitBytes = 0;
  lastMs: number | undefined;
  verdicts: Record<TrendWindow, TrendVerdict> = { short: NO_VERDICT, mid: NO_VERDICT, long: NO_VERDICT };
}

export class Trend {
  readonly #clock: Clock;
  readonly #warmUntilMs: number;
  readonly #gapMs: number;
  readonly #windows: ReadonlySet<TrendWindow>;
  readonly #series = new Map<TrendSeries, Series>();
  #stopTimer: StopTimer | undefined;
  #report: TrendReport | undefined;

  constructor({ clock, warmUpMs = WARM_UP_MS, sampleIntervalMs = 0, windows = TREND_WINDOWS }: TrendOptions) {
    this.#clock = clock;
    this.#warmUntilMs = clock.monotonicMs() + warmUpMs;
    this.#gapMs = Math.max(LONGEST_GAP_MS, GAP_SAMPLES * sampleIntervalMs);
    this.#windows = new Set(windows);
    this.#stopTimer = clock.every(EVALUATION_PERIOD_MS, () => {
      this.#evaluate();
    });
  }

  add(inputs: readonly TrendInput[]): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#warmUntilMs) return;
    for (const input of inputs) this.#addOne(nowMs, input);
  }

  /** The worst verdict of each window over all series, as of the last evaluation. */
  get report(): TrendReport {
    return (this.#report ??= Object.freeze({
      short: this.#worst('short'),
      mid: this.#worst('mid'),
      long: this.#worst('long'),
    }));
  }

  verdict(series: TrendSeries, window: TrendWindow): TrendVerdict {
    return this.#series.get(series)?.verdicts[window] ?? this.#empty(series);
  }

  /** Begins anew with all series, or one: after a recycle, a restart, a deploy, or a forced collection that helped. */
  reset(series?: TrendSeries): void {
    if (series) this.#series.delete(series);
    else this.#series.clear();
    this.#report = undefined;
  }

  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.reset();
  }

  #addOne(nowMs: number, { series: name, bytes, limitBytes, majors, afterMajorBytes }: TrendInput): void {
    let series = this.#series.get(name);
    if (!series || nowMs - (series.lastMs ?? nowMs) > this.#gapMs)
      this.#series.set(name, (series = new Series()));
    series.lastMs = nowMs;
    series.limitBytes = limitBytes;
    series.minima.add(nowMs, bytes);
    if (majors === undefined) return;
    series.hasMajors = true;
    if (series.majors.add(nowMs, majors) && afterMajorBytes != null)
      series.minima.add(nowMs, afterMajorBytes, true);
  }

  #evaluate(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [name, series] of this.#series) {
      // A thread that is gone sends nothing more: its last trend is nobody's.
      if (nowMs - (series.lastMs ?? nowMs) > this.#gapMs + BUCKET_MS) this.#series.delete(name);
      else
        for (const window of this.#windows)
          series.verdicts[window] = this.#judge(name, series, window, nowMs);
    }
    this.#report = undefined;
  }

  #judge(name: TrendSeries, series: Series, window: TrendWindow, nowMs: number): TrendVerdict {
    const rule = WINDOW_RULES[window];
    const majors = series.hasMajors ? series.majors.read(nowMs) : undefined;
    const blockMs = blockMsOf(rule, majors);
    const blocks = series.minima.blocks(nowMs, blockMs, rule.mostBlocks);
    const { limitBytes } = series;
    const { suspicious, ...finding } = judgeWindow(rule, { blocks, blockMs, limitBytes, majors, nowMs });
    series.streaks[window] = suspicious ? series.streaks[window] + 1 : 0;
    const alarm = series.streaks[window] >= EVALUATIONS_FOR_ALARM;
    return Object.freeze({ series: name, ...finding, blocks: blocks.values.length, blockMs, alarm });
  }

  #worst(window: TrendWindow): TrendVerdict {
    let worst: TrendVerdict | undefined;
    for (const name of TREND_SERIES) {
      const series = this.#series.get(name);
      if (series && (!worst || isWorse(series.verdicts[window], worst))) worst = series.verdicts[window];
    }
    return worst ?? this.#empty(null);
  }

  #empty(series: TrendSeries | null): TrendVerdict {
    const leftMs = this.#warmUntilMs - this.#clock.monotonicMs();
    const missing = leftMs > 0 ? `${Math.ceil(leftMs / MS_PER_MIN)} min of warm-up` : NO_VERDICT.missing;
    return Object.freeze({ ...NO_VERDICT, series, missing });
  }
}

/** Alarms first, then who reaches the limit first, then any verdict before none. */
function isWorse(one: TrendVerdict, other: TrendVerdict): boolean {
  if (one.alarm !== other.alarm) return one.alarm;
  const oneTtl = one.ttlMin ?? Infinity;
  const otherTtl = other.ttlMin ?? Infinity;
  if (oneTtl !== otherTtl) return oneTtl < otherTtl;
  return one.missing === null && other.missing !== null;
}
