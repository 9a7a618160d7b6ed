/** How many SENSR messages come, and which share of them cannot be used. */

export interface TrafficCounts {
  /** Frames ever received, and frames among them that were no frames or could not be decoded. */
  readonly messages: number;
  readonly errors: number;
}

export interface TrafficReading {
  readonly msgRate: number;
  readonly errorPct: number | null;
}

const WINDOW_MS = 60_000;
/** One error of one message says nothing. */
const LEAST_MESSAGES = 20;
const MS_PER_S = 1000;

export class TrafficMeter {
  #readings: (TrafficCounts & { readonly atMs: number })[] = [];

  add(counts: TrafficCounts, nowMs: number): TrafficReading {
    const last = this.#readings.at(-1);
    // Counts go back when a server is closed.
    if (last && (counts.messages < last.messages || counts.errors < last.errors)) this.#readings = [];
    this.#readings.push({ ...counts, atMs: nowMs });
    while ((this.#readings[1]?.atMs ?? nowMs) <= nowMs - WINDOW_MS) this.#readings.shift();
    const first = this.#readings[0];
    const before = this.#readings.at(-2);
    if (!first || !before) return { msgRate: 0, errorPct: null };
    const messages = counts.messages - first.messages;
    const seconds = (nowMs - before.atMs) / MS_PER_S;
    return {
      msgRate: seconds > 0 ? (counts.messages - before.messages) / seconds : 0,
      errorPct: messages >= LEAST_MESSAGES ? (100 * (counts.errors - first.errors)) / messages : null,
    };
  }
}
