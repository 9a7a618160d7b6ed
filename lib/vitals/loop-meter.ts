/** How busy this thread's event loop is, and how late its timers come. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../clock';

export interface LoopReading {
  /** Share of the time since the last reading in which the loop was busy, 0 to 1. */
  readonly elu: number;
  /** Delays of the last one to two minutes. */
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface LoopMeter {
  readonly read: () => LoopReading;
  readonly close: () => void;
}

/** An idle loop reads as exactly this much, so it is taken off. At 20 ms the timer alone costs 0.3 % of a core. */
const RESOLUTION_MS = 50;
const NS_PER_MS = 1e6;
const RESET_MS = 60_000;

interface Delays {
  readonly count: number;
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const NO_DELAYS: Delays = { count: 0, meanMs: 0, p99Ms: 0, maxMs: 0 };

export function startLoopMeter(clock: Clock): LoopMeter {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let utilization = performance.eventLoopUtilization();
  let before = NO_DELAYS;
  const delays = (): Delays => {
    // An empty histogram answers with NaN and a year.
    if (histogram.count === 0) return NO_DELAYS;
    const ms = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    const { count, mean, max } = histogram;
    return { count, meanMs: ms(mean), p99Ms: ms(histogram.percentile(99)), maxMs: ms(max) };
  };
  // On a timer alone: a reset forgets the interval that runs, and with it the stall that an action is about to cause.
  const stopReset = clock.every(RESET_MS, () => {
    before = delays();
    histogram.reset();
  });
  return {
    read: () => {
      const now = performance.eventLoopUtilization();
      // The baseline moves with each reading: else it were the average of a lifetime.
      const { utilization: elu } = performance.eventLoopUtilization(now, utilization);
      utilization = now;
      const { count, meanMs, p99Ms, maxMs } = delays();
      return {
        elu,
        meanMs: (meanMs * count + before.meanMs * before.count) / Math.max(1, count + before.count),
        p99Ms: Math.max(p99Ms, before.p99Ms),
        maxMs: Math.max(maxMs, before.maxMs),
      };
    },
    close: () => {
      stopReset();
      histogram.disable();
    },
  };
}
