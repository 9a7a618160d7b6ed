/** Decides whether memory will run out before the slow path would act: a short time to the limit that a collection confirms. */
import type { Measures, TrendMeasures } from './measures';
import { valueOf } from './measures';
import type { Thresholds } from './thresholds';

/** Three checks take longer than this. */
const URGENT_TTL_MIN = 5;
/** A collection that shortly preceded the alarm says as much as one that follows it. */
const RECENT_GC_MS = 30_000;

export class FastPath {
  readonly #thresholds: Thresholds;
  #sinceMs: number | undefined;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  /**
   * @param collectedMs when the last forced collection was, monotonic
   * @returns `ask`: a collection is needed to tell
   */
  observe(measures: Measures, collectedMs: number | undefined, nowMs: number): 'no' | 'ask' | 'confirmed' {
    const { trend } = measures;
    if (!trend || !this.#isUrgent(trend, measures)) {
      this.#sinceMs = undefined;
      return 'no';
    }
    this.#sinceMs ??= nowMs;
    if (collectedMs === undefined || collectedMs >= nowMs) return 'ask';
    return collectedMs >= this.#sinceMs - RECENT_GC_MS ? 'confirmed' : 'ask';
  }

  /** The long window sees what is hours away: its time to the limit is never this short and true. */
  #isUrgent(trend: TrendMeasures, measures: Measures): boolean {
    if (trend.window === 'long' || trend.ttlMin >= URGENT_TTL_MIN) return false;
    const value = valueOf(measures, trend.component);
    return value !== undefined && value >= this.#thresholds[trend.component].critical;
  }
}
