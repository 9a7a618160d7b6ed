/** Time, and the only place that takes it from the host: wall clock, monotonic clock and timers that return their stop. */

export type StopTimer = () => void;

export interface Clock {
  /** Wall time in epoch milliseconds with fractions: for what a user sees, never for durations. */
  readonly wallMs: () => number;
  /** Monotonic milliseconds, the same scale in every thread of the process: for every duration. */
  readonly monotonicMs: () => number;
  /** Runs `action` once after `delayMs`; the returned function cancels it. The timer never keeps the process up. */
  readonly after: (delayMs: number, action: () => void) => StopTimer;
  /** Runs `action` each `periodMs` until the returned function is called. Never keeps the process up. */
  readonly every: (periodMs: number, action: () => void) => StopTimer;
  /** Runs `action` once the event loop has looked for arrived data; the returned function cancels it. */
  readonly afterPoll: (action: () => void) => StopTimer;
}

const NS_PER_MS = 1e6;
/** Date.now() cuts fractions, so it may lag by up to a millisecond; more than this means that the wall clock was set. */
const RESYNC_MS = 20;

const monotonicMs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / NS_PER_MS;
};

let wallOffsetMs = Date.now() - monotonicMs();

const wallMs = (): number => {
  const fineMs = monotonicMs() + wallOffsetMs;
  const correctionMs = Date.now() - fineMs;
  if (Math.abs(correctionMs) < RESYNC_MS) return fineMs;
  wallOffsetMs += correctionMs;
  return fineMs + correctionMs;
};

export const systemClock: Clock = {
  wallMs,
  monotonicMs,
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
  afterPoll: (action) => {
    const immediate = setImmediate(action);
    return () => {
      clearImmediate(immediate);
    };
  },
};
