/** Decides when memory is so short that the package itself holds back: high-memory mode on and off. */

/** Samples in a row at or above the threshold. */
const ON_SAMPLES = 3;
/** So far below the threshold memory must be, and for so long, before the mode is left. */
const OFF_POINTS = 10;
const OFF_AFTER_MS = 60_000;
/** A mode that flaps would change queues and sampling all the time. */
const MIN_STAY_MS = 120_000;

export class HighMemoryMode {
  readonly #thresholdPct: number;
  #onSinceMs: number | undefined;
  #samplesOver = 0;
  #underSinceMs: number | undefined;

  constructor(thresholdPct: number) {
    this.#thresholdPct = thresholdPct;
  }

  get isOn(): boolean {
    return this.#onSinceMs !== undefined;
  }

  get thresholdPct(): number {
    return this.#thresholdPct;
  }

  /** @param nowMs monotonic @returns what changed, if anything */
  observe(memoryPct: number | undefined, nowMs: number): 'on' | 'off' | undefined {
    if (this.#onSinceMs === undefined) {
      this.#samplesOver =
        memoryPct !== undefined && memoryPct >= this.#thresholdPct ? this.#samplesOver + 1 : 0;
      if (this.#samplesOver < ON_SAMPLES) return undefined;
      this.#onSinceMs = nowMs;
      this.#underSinceMs = undefined;
      return 'on';
    }
    const isUnder = memoryPct === undefined || memoryPct < this.#thresholdPct - OFF_POINTS;
    this.#underSinceMs = isUnder ? (this.#underSinceMs ?? nowMs) : undefined;
    if (this.#underSinceMs === undefined || nowMs - this.#underSinceMs < OFF_AFTER_MS) return undefined;
    if (nowMs - this.#onSinceMs < MIN_STAY_MS) return undefined;
    this.#onSinceMs = undefined;
    this.#samplesOver = 0;
    return 'off';
  }
}
