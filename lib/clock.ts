/** Time, and the only place that takes it from the host: wall clock, monotonic clock and timers that return their stop. */

export type StopTimer = () => void;

export interface Clock {
  /** Wall time in epoch milliseconds with fractions: for what a user sees, never for durations. */
  readonly wallMs: () => number;
  /** Monotonic milliseconds: for every duration. */
  readonly monotonicMs: () => number;
  /** Runs `action` once after `delayMs`; the returned function cancels it. The timer never keeps the process up. */
  readonly after: (delayMs: number, action: () => void) => StopTimer;
  /** Runs `action` each `periodMs` until the returned function is called. Never keeps the process up. */
  readonly every: (periodMs: number, action: () => void) => StopTimer;
}

export const systemClock: Clock = {
  wallMs: () => performance.timeOrigin + performance.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
  every: (periodMs, action) => {
    const timer = setInterval(action, periodMs);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  },
};
