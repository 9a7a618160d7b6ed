/** Decides when a restart is recommended: once when it becomes due, and again each half hour while nothing has changed. */
import { valueOf, type Measures } from './measures';
import type { Recommendation } from './messages';
import type { Rung } from './components';

const PERIOD_MS = 1_800_000;
const MS_PER_S = 1000;

export interface Advice {
  readonly action: Rung | undefined;
  readonly reason: string;
  readonly blockedBy: string | undefined;
}

export class Recommendations {
  readonly #autoRestart: boolean;
  #sinceMs: number | undefined;
  #nextMs = 0;

  constructor(autoRestart: boolean) {
    this.#autoRestart = autoRestart;
  }

  /** Unhealthy: @param nowMs monotonic @param at epoch ms @returns what is to be logged now */
  observe(advice: Advice, measures: Measures, nowMs: number, at: number): Recommendation | undefined {
    this.#sinceMs ??= nowMs;
    if (nowMs < this.#nextMs) return undefined;
    this.#nextMs = nowMs + PERIOD_MS;
    return {
      event: 'RESTART_RECOMMENDATION',
      action: advice.action ?? null,
      reason: advice.reason,
      unhealthySinceS: Math.round((nowMs - this.#sinceMs) / MS_PER_S),
      rss: measures.bytes.rss ?? null,
      heapPct: valueOf(measures, 'heap.main') ?? null,
      slopeMBmin: measures.trend?.slopeMBmin ?? null,
      ttlMin: measures.trend?.ttlMin ?? null,
      autoRestart: this.#autoRestart,
      blockedBy: advice.blockedBy ?? null,
      at,
    };
  }

  /** The trouble is over; the next one is told at once. */
  clear(): void {
    this.#sinceMs = undefined;
    this.#nextMs = 0;
  }
}
