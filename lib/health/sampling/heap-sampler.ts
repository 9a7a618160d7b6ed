/** One thread's heap from reading to reading: its lowest level of the last minute is what counts, not the top of a sawtooth. */
import type { HeapReading } from '../../vitals/heap';
import type { HeapSample } from './sample';

const WINDOW_MS = 60_000;
const PERCENT = 100;

export interface HeapLimits {
  /** Of V8's limit, kept for young objects: the old generation dies before it reaches the whole. */
  readonly youngReserveBytes: number;
  /** 0 = none. */
  readonly softLimitBytes: number;
}

export class HeapSampler {
  readonly #limits: HeapLimits;
  /** Rising: what is higher and older can never be the lowest again. */
  #lows: { readonly atMs: number; readonly bytes: number }[] = [];

  constructor(limits: HeapLimits) {
    this.#limits = limits;
  }

  add(reading: HeapReading, nowMs: number): HeapSample {
    const { youngReserveBytes, softLimitBytes } = this.#limits;
    this.#lows = this.#lows.filter(({ atMs, bytes }) => atMs > nowMs - WINDOW_MS && bytes < reading.oldUsed);
    this.#lows.push({ atMs: nowMs, bytes: reading.oldUsed });
    const postGc = this.#lows[0]?.bytes ?? reading.oldUsed;
    const oldLimit = Math.max(1, reading.limit - youngReserveBytes);
    const { used, total, oldUsed, external, malloced, physical, arrayBuffers } = reading;
    const againstBytes = softLimitBytes > 0 ? Math.min(oldLimit, softLimitBytes) : oldLimit;
    return {
      ...{ used, total, oldUsed, postGc, oldLimit, pct: (PERCENT * postGc) / againstBytes },
      ...{ external, malloced, physical, arrayBuffers },
    };
  }

  /** After a recycling: it is another heap. */
  reset(): void {
    this.#lows = [];
  }
}
