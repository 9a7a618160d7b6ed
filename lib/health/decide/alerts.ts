/** Decides which alerts are raised, and how often at most: collections, leaks, stalls. */
import type { GcMeasures, Measures, TrendMeasures } from './measures';
import type { Alert } from './messages';

export interface AlertOptions {
  readonly gcPauseAlertMs: number;
  readonly gcPerMin: number;
  readonly gcMemoryBytes: number;
}

/** Ordinary collections exceed the thresholds all the time: a reminder is enough. */
const GC_ALERT_PERIOD_MS = 300_000;
/** A leak that goes on is told again. */
const LEAK_PERIOD_MS = 1_800_000;
/** A sample that late means that the main thread, or the machine, stood still. */
const STALL_MS = 5000;

export class Alerts {
  readonly #options: AlertOptions;
  #nextGcMs = 0;
  #leak: { readonly key: string; readonly nextMs: number } | undefined;

  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /** @param nowMs monotonic @param at epoch ms */
  observe(measures: Measures, nowMs: number, at: number): readonly Alert[] {
    return [
      this.#gcAlert(measures.gc, nowMs, at),
      this.#leakAlert(measures.trend, nowMs, at),
      stallAlert(measures.lateMs, at),
    ].filter((alert) => alert !== undefined);
  }

  #gcAlert(gc: GcMeasures | undefined, nowMs: number, at: number): Alert | undefined {
    if (!gc || nowMs < this.#nextGcMs) return undefined;
    // The rarest and gravest first: pauses would hide the others, as only one alert is sent.
    const findings = [
      { component: 'gc.memory', value: gc.postGcBytes, threshold: this.#options.gcMemoryBytes },
      { component: 'gc.perMin', value: gc.perMin, threshold: this.#options.gcPerMin },
      { component: 'gc.pause', value: gc.maxPauseMs, threshold: this.#options.gcPauseAlertMs },
    ];
    for (const { component, value, threshold } of findings) {
      if (value === undefined || !(value > threshold)) continue;
      this.#nextGcMs = nowMs + GC_ALERT_PERIOD_MS;
      return { event: 'GC_ALERT', level: 'warning', component, value, threshold, at };
    }
    return undefined;
  }

  #leakAlert(trend: TrendMeasures | undefined, nowMs: number, at: number): Alert | undefined {
    if (!trend) {
      this.#leak = undefined;
      return undefined;
    }
    const key = `${trend.series} ${trend.window}`;
    if (this.#leak?.key === key && nowMs < this.#leak.nextMs) return undefined;
    this.#leak = { key, nextMs: nowMs + LEAK_PERIOD_MS };
    const { series, window, slopeMBmin, ttlMin } = trend;
    return {
      event: 'LEAK_SUSPECTED',
      level: 'warning',
      component: series,
      value: slopeMBmin,
      threshold: null,
      at,
      window,
      slopeMBmin,
      ttlMin,
    };
  }
}

function stallAlert(lateMs: number | undefined, at: number): Alert | undefined {
  if (lateMs === undefined || !(lateMs > STALL_MS)) return undefined;
  return { event: 'STALL', level: 'warning', component: 'main', value: lateMs, threshold: STALL_MS, at };
}
